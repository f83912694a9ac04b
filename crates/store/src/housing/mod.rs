//! Homes, the queue for their places, and what forecasts are made from.

pub mod forecast;
pub mod home;
pub mod queue;

use base::time::Date;

use crate::{Row, StoreError, Value, row::inconsistent};

/// A day as it is stored.
fn day(day: Date) -> Value {
    Value::from(day.to_string())
}

/// A day that may be missing.
fn optional_day(day: Option<Date>) -> Value {
    Value::from(day.map(|day| day.to_string()))
}

fn read_day(row: &Row, column: &str) -> Result<Date, StoreError> {
    row.text(column)?.parse().map_err(|_| inconsistent(column, "a day"))
}

fn read_optional_day(row: &Row, column: &str) -> Result<Option<Date>, StoreError> {
    row.optional_text(column)?.map(|text| text.parse().map_err(|_| inconsistent(column, "a day"))).transpose()
}
