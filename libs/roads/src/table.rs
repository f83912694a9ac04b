//! Matrices that come from elsewhere: a file, or the answer of an OSRM-compatible `table` service.
//!
//! Only text is read here; fetching it is the caller's matter. Whatever is wrong is answered with what,
//! where and what was expected, and nothing is taken over from a text that is wrong in any cell.

mod csv;
mod json;

pub use csv::parse_csv;
pub use json::{parse_json, parse_osrm};

use crate::matrix::MatrixTooLarge;

/// Longest text of a matrix, in bytes.
pub const TABLE_BYTES_MAX: usize = 1024 * 1024 * 1024;
/// Longest travel time that is believed, in seconds: a week.
pub const SECONDS_MAX: f64 = 604_800.0;
/// Longest way that is believed, in metres: around the earth.
pub const METRES_MAX: f64 = 40_075_000.0;

/// Why a matrix from elsewhere was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The text is longer than [`TABLE_BYTES_MAX`].
    #[error("matrix: {bytes} bytes, expected at most TABLE_BYTES_MAX = {TABLE_BYTES_MAX}")]
    TooLong {
        /// Length of the text.
        bytes: usize,
    },
    /// There are more cells than the crate's limit.
    #[error(transparent)]
    TooLarge(#[from] MatrixTooLarge),
    /// Something in the text is not as it should be.
    #[error("matrix, {place}: {found}, expected {expected}")]
    Wrong {
        /// Where: a line, a row and column, or a field.
        place: String,
        /// What stands there.
        found: String,
        /// What should stand there.
        expected: String,
    },
}

fn wrong(place: impl Into<String>, found: impl Into<String>, expected: impl Into<String>) -> TableError {
    TableError::Wrong { place: place.into(), found: found.into(), expected: expected.into() }
}

fn check_length(text: &str) -> Result<(), TableError> {
    if text.len() > TABLE_BYTES_MAX {
        return Err(TableError::TooLong { bytes: text.len() });
    }
    Ok(())
}

/// A number of seconds or metres within its limit, rounded.
fn whole(number: f64, max: f64) -> Option<u32> {
    (0.0..=max).contains(&number).then(|| number.round() as u32)
}

/// A found text cut short, so that an error stays one line.
fn shortened(text: &str) -> String {
    const SHOWN_MAX: usize = 40;
    let mut shown: String = text.chars().take(SHOWN_MAX).collect();
    if text.chars().nth(SHOWN_MAX).is_some() {
        shown.push('…');
    }
    format!("{shown:?}")
}
