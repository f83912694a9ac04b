//! Numbers of files to whole ticks and prices.

use visit::model::{TICKS_MAX, Ticks, TravelTimes};
use visit::price::{PRICE_MAX, Price};

use crate::error::FileError;

/// Parts of a minute (and of a weight) that are kept where a file uses fractions; the sets use three decimals.
const FRACTION: i32 = 1000;

/// How many ticks make a minute: one where all numbers are whole, a thousand where some are not.
pub(crate) fn ticks_per_minute(numbers: impl IntoIterator<Item = f64>) -> Ticks {
    if numbers.into_iter().all(|number| number.fract() == 0.0) { 1 } else { FRACTION }
}

/// A time of the file in ticks.
pub(crate) fn ticks(place: &str, minutes: f64, ticks_per_minute: Ticks) -> Result<Ticks, FileError> {
    let ticks = (minutes * f64::from(ticks_per_minute)).round();
    if (0.0..=f64::from(TICKS_MAX)).contains(&ticks) {
        Ok(ticks as Ticks)
    } else {
        Err(FileError::new(place, format!("{minutes} is not a time of a day; expected 0 or more minutes")))
    }
}

/// A table of travel times from rows of minutes.
pub(crate) fn travel(rows: &[Vec<f64>], ticks_per_minute: Ticks) -> Result<TravelTimes, FileError> {
    let mut cells = Vec::with_capacity(rows.len() * rows.len());
    for (index, row) in rows.iter().enumerate() {
        let place = format!("distances[{index}]");
        if row.len() != rows.len() {
            let fault = format!("{} numbers; expected {}, as many as rows", row.len(), rows.len());
            return Err(FileError::new(place, fault));
        }
        for &minutes in row {
            cells.push(ticks(&place, minutes, ticks_per_minute)?);
        }
    }
    TravelTimes::new(rows.len(), cells)
        .ok_or_else(|| FileError::new("distances", format!("{} places are too many", rows.len())))
}

/// A price of so much per unit.
pub(crate) fn price(place: &str, weight: f64, factor: f64) -> Result<Price, FileError> {
    let each = (weight * factor).round();
    if (0.0..=PRICE_MAX as f64).contains(&each) {
        Ok(Price::Each(each as i64))
    } else {
        Err(FileError::new(
            place,
            format!("{weight} is not a weight; expected 0 to {}", PRICE_MAX as f64 / factor),
        ))
    }
}

/// By what weights must be multiplied to be whole.
pub(crate) fn weight_factor(weights: impl IntoIterator<Item = f64>) -> f64 {
    f64::from(ticks_per_minute(weights))
}
