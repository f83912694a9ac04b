//! What leaves Tryggve as files: tables as CSV, XLSX and text, charts as SVG.
//!
//! Invariant: nothing is computed here that a reader would quote; figures come from the capabilities with their
//! source, and rounding happens only when they are shown.

pub mod chart;
pub mod csv;
pub mod forecast;
pub mod plain_text;
pub mod sheet;
pub mod table;
