//! What leaves Tryggve as files, and the tables that come in as files: CSV, XLSX, text, and charts as SVG.
//!
//! Invariant: nothing is computed here that a reader would quote; figures come from the capabilities with their
//! source, and rounding happens only when they are shown.

pub mod chart;
pub mod code;
pub mod csv;
pub mod forecast;
pub mod plain_text;
pub mod read;
pub mod sheet;
pub mod table;
