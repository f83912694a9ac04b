//! What leaves Tryggve as files: tables as CSV, XLSX and text, charts as SVG and PNG, reports as PDF; and the tables
//! that come in as files.
//!
//! Invariant: nothing is computed here that a reader would quote; figures come from the capabilities with their
//! source, and rounding happens only when they are shown.

#[cfg(test)]
mod adds_up;
pub mod chart;
pub mod code;
pub mod csv;
pub mod drawing;
pub mod edition;
pub mod every_start;
pub mod forecast;
pub mod plain_text;
pub mod read;
pub mod report;
pub mod sheet;
pub mod table;
