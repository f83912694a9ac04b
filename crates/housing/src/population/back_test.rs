//! How wrong the population forecast would have been, had it been made in an earlier year.

use super::Population;
use super::mortality::FitError;
use super::projection::{Components, PopulationAssumptions};
use crate::group::AgeGroup;

/// Forecast against what happened, for one age group and year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PopulationError {
    /// The last year known when the forecast is made.
    pub start: i32,
    /// The year forecast.
    pub year: i32,
    /// The age group.
    pub group: AgeGroup,
    /// Persons forecast.
    pub forecast: f64,
    /// Persons counted.
    pub actual: f64,
    /// Persons forecast with mortality kept as it was, for comparison.
    pub constant_mortality: f64,
}

impl PopulationError {
    /// The error in per cent of what was counted.
    pub fn percent(&self) -> f64 {
        100.0 * (self.forecast / self.actual - 1.0)
    }

    /// The error of constant mortality in per cent.
    pub fn constant_percent(&self) -> f64 {
        100.0 * (self.constant_mortality / self.actual - 1.0)
    }
}

/// Forecasts from `start` with only what was known then, and compares each later year.
pub fn back_test(
    area: &Population,
    national: &Population,
    start: i32,
    group: AgeGroup,
) -> Result<Vec<PopulationError>, FitError> {
    let (area_then, national_then) = (area.until(start), national.until(start));
    let fitted = Components::fit(&area_then, &national_then, start)?;
    let last = area.last_year();
    let falling = fitted.project(last, &PopulationAssumptions::BASE);
    let constant = fitted.project(last, &PopulationAssumptions::CONSTANT_MORTALITY);
    let errors = (start + 1..=last)
        .filter_map(|year| {
            Some(PopulationError {
                start,
                year,
                group,
                forecast: falling.count(year, group)?,
                actual: area.count(year, group)?,
                constant_mortality: constant.count(year, group)?,
            })
        })
        .collect();
    Ok(errors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;

    #[test]
    fn falling_mortality_beats_constant_mortality_for_sweden() {
        let national = data::sweden_population();
        for start in [1995, 2000, 2004, 2009, 2014] {
            let errors = back_test(&national, &national, start, AgeGroup::OLDER).unwrap();
            let ten_years = errors.iter().find(|error| error.year == start + 10).unwrap();
            assert!(
                ten_years.percent().abs() < ten_years.constant_percent().abs(),
                "from {start}: {:.2} % against {:.2} %",
                ten_years.percent(),
                ten_years.constant_percent()
            );
        }
    }
}
