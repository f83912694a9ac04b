//! Population by sex and one-year age, its history and its forecast.
//!
//! Invariant: totals are never stored; they are sums of the parts each time they are asked for.

pub mod areas;
pub mod back_test;
pub mod fertility;
pub mod mortality;
pub mod projection;

use crate::group::{AGES, AgeGroup, ByAge, BySex, Sex};
use crate::source::Source;

/// One area's history: persons on 31 December by sex and one-year age, a row per year without gaps.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    /// The area's name, as the source writes it.
    pub area: String,
    /// Where the figures come from.
    pub source: Source,
    /// The year of the first row.
    pub first_year: i32,
    /// One row per year.
    pub years: Vec<PopulationYear>,
}

/// One year of one area.
#[derive(Debug, Clone, PartialEq)]
pub struct PopulationYear {
    /// Persons on 31 December.
    pub persons: BySex<ByAge>,
    /// Deaths during the year by age reached that year, where the source gives them.
    pub deaths: Option<BySex<ByAge>>,
    /// Children born during the year by the mother's age, where the source gives them.
    pub births: Option<ByAge>,
}

impl PopulationYear {
    /// A year for which only the persons are known.
    pub fn of_persons(persons: BySex<ByAge>) -> Self {
        PopulationYear { persons, deaths: None, births: None }
    }
}

impl Population {
    /// The year of the last row.
    pub fn last_year(&self) -> i32 {
        self.first_year + i32::try_from(self.years.len()).unwrap_or(i32::MAX) - 1
    }

    /// One year's row, if the history has it.
    pub fn year(&self, year: i32) -> Option<&PopulationYear> {
        usize::try_from(year - self.first_year).ok().and_then(|index| self.years.get(index))
    }

    /// Persons on 31 December of one year.
    pub fn persons(&self, year: i32) -> Option<&BySex<ByAge>> {
        self.year(year).map(|row| &row.persons)
    }

    /// Persons of an age group, both sexes, on 31 December of one year.
    pub fn count(&self, year: i32, group: AgeGroup) -> Option<f64> {
        self.persons(year).map(|persons| group.sum_both(persons))
    }

    /// The same history as it was known at the end of `last_year`: later rows are cut away.
    pub fn until(&self, last_year: i32) -> Population {
        let keep = usize::try_from(last_year - self.first_year + 1).unwrap_or(0);
        let years = self.years.iter().take(keep).cloned().collect();
        Population { years, ..self.without_years() }
    }

    /// The same area with every count multiplied, for made-up areas in speed tests.
    pub fn scaled(&self, area: &str, factor: f64) -> Population {
        let scale = |table: &ByAge| table.map(|count| count * factor);
        let years = self
            .years
            .iter()
            .map(|year| PopulationYear {
                persons: BySex::from_fn(|sex| scale(&year.persons[sex])),
                deaths: year.deaths.as_ref().map(|deaths| BySex::from_fn(|sex| scale(&deaths[sex]))),
                births: year.births.as_ref().map(scale),
            })
            .collect();
        Population { area: area.to_owned(), years, ..self.without_years() }
    }

    fn without_years(&self) -> Population {
        Population {
            area: self.area.clone(),
            source: self.source.clone(),
            first_year: self.first_year,
            years: Vec::new(),
        }
    }
}

/// Persons at the end of a year who were alive at its start: everyone one year older, the dead taken away.
///
/// `survival[age]` is the chance that a person aged `age` at the start lives through the year. Age 0 is left
/// empty (children are added by fertility) and those aged 100 or more stay in the last age.
pub fn grow_older(persons: &ByAge, survival: &ByAge) -> ByAge {
    let mut older = [0.0; AGES];
    for age in 0..AGES - 1 {
        older[age + 1] = persons[age] * survival[age];
    }
    older[AGES - 1] += persons[AGES - 1] * survival[AGES - 1];
    older
}

/// All persons of both sexes.
pub fn total(persons: &BySex<ByAge>) -> f64 {
    Sex::ALL.iter().map(|&sex| persons[sex].iter().sum::<f64>()).sum()
}
