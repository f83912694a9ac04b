//! The two plain methods that planners use today, kept so that ours can be measured against them.
//!
//! Both work on the counted age groups with the sexes together: **status quo** keeps the last shares; **trend**
//! lets each group's share go on along its log-linear trend, from the last counted share.

use super::care_use::{CareForm, CareUse};
use crate::group::{ByAge, BySex, Sex};
use crate::population::Population;
use crate::population::mortality::slope;

/// Persons with the last counted shares of each group.
pub fn status_quo(
    care_use: &CareUse,
    population: &Population,
    form: CareForm,
    start: i32,
    target: &BySex<ByAge>,
) -> Option<f64> {
    forecast(care_use, population, form, start, 0, target)
}

/// Persons with each group's share along its log-linear trend, `years_ahead` years on.
pub fn trend(
    care_use: &CareUse,
    population: &Population,
    form: CareForm,
    start: i32,
    years_ahead: i32,
    target: &BySex<ByAge>,
) -> Option<f64> {
    forecast(care_use, population, form, start, years_ahead, target)
}

fn forecast(
    care_use: &CareUse,
    population: &Population,
    form: CareForm,
    start: i32,
    years_ahead: i32,
    target: &BySex<ByAge>,
) -> Option<f64> {
    let mut persons = 0.0;
    for last in care_use.rows_of(form, start) {
        let mut shares = Vec::new();
        for year in care_use.years().into_iter().filter(|&year| year <= start) {
            let counted_rows = care_use.rows_of(form, year);
            let Some(row) = counted_rows.iter().find(|row| row.group == last.group) else { continue };
            let counted: f64 = Sex::ALL.iter().map(|&sex| f64::from(row.persons[sex])).sum();
            // A count of nobody is taken as half a person, so that the logarithm exists.
            shares.push((counted.max(0.5) / last.group.sum_both(population.persons(year - 1)?)).ln());
        }
        let moved = shares.last()? + slope(&shares) * f64::from(years_ahead);
        persons += moved.exp() * last.group.sum_both(target);
    }
    Some(persons)
}
