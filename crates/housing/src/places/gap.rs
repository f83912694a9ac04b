//! Need against supply, year by year: places and homes missing, and what they would cost.

use super::register::{PlaceKind, Register};
use super::senior_housing::WANTED_SHARE_PERCENT;
use crate::demand::care_use::CareForm;
use crate::demand::forecast::DemandForecast;

/// How need becomes places, homes and money; the municipality's own figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BuildingAssumptions {
    /// Places per new home; Stockholm's plan 2025-27 implies 82-103 gross per home.
    pub places_per_home: u32,
    /// Places that stand empty between residents, in per cent of all places.
    pub vacancy_percent: f64,
    /// What a new place costs to build, in kronor of today; 0 where it is not known.
    pub kronor_per_place: f64,
    /// The share of everyone aged 65 or more for whom there is to be senior housing, in per cent; 0 for no such aim.
    pub senior_share_percent: f64,
}

impl Default for BuildingAssumptions {
    fn default() -> Self {
        BuildingAssumptions {
            places_per_home: 80,
            vacancy_percent: 0.0,
            kronor_per_place: 0.0,
            senior_share_percent: WANTED_SHARE_PERCENT,
        }
    }
}

/// Need and supply of care-home places in one October.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GapYear {
    /// The year.
    pub year: i32,
    /// Persons who need a care home.
    pub persons: f64,
    /// Places needed for them, with the empty ones.
    pub places_needed: f64,
    /// Places in use.
    pub places: u32,
}

impl GapYear {
    /// Places missing; negative where there are too many.
    pub fn missing(&self) -> f64 {
        self.places_needed - f64::from(self.places)
    }

    /// Whole homes missing, for the places missing as whole places.
    pub fn homes_missing(&self, places_per_home: u32) -> u32 {
        (self.missing().round() / f64::from(places_per_home.max(1))).ceil().max(0.0) as u32
    }
}

/// Sets the need of a forecast against the supply.
///
/// Without a register today's supply is taken to be today's use, and to stay: the gap is then what must be added.
pub fn gap(
    forecast: &DemandForecast,
    register: Option<&Register>,
    assumptions: &BuildingAssumptions,
) -> Vec<GapYear> {
    let needed = |persons: f64| persons / (1.0 - assumptions.vacancy_percent.clamp(0.0, 50.0) / 100.0);
    let today = forecast.years.first().map_or(0.0, |row| needed(row.total(CareForm::CareHome)));
    forecast
        .years
        .iter()
        .map(|row| {
            let persons = row.total(CareForm::CareHome);
            let places = match register {
                Some(register) => register.places_in(&PlaceKind::CARE_HOMES, row.year),
                None => today.round() as u32,
            };
            GapYear { year: row.year, persons, places_needed: needed(persons), places }
        })
        .collect()
}

/// What must be built in one year so that no place is missing, and its cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InvestmentYear {
    /// The year.
    pub year: i32,
    /// Places to add this year beyond the register.
    pub places_to_add: f64,
    /// Their cost in kronor of today.
    pub kronor: f64,
}

/// Spreads the missing places over the years in which they first are missing; never builds the same place twice.
pub fn investment(gap: &[GapYear], assumptions: &BuildingAssumptions) -> Vec<InvestmentYear> {
    let mut added = 0.0_f64;
    gap.iter()
        .map(|row| {
            let places_to_add = (row.missing() - added).max(0.0);
            added += places_to_add;
            InvestmentYear {
                year: row.year,
                places_to_add,
                kronor: places_to_add * assumptions.kronor_per_place,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(needed: &[f64], places: u32) -> Vec<GapYear> {
        (2026..)
            .zip(needed)
            .map(|(year, &needed)| GapYear { year, persons: needed, places_needed: needed, places })
            .collect()
    }

    #[test]
    fn missing_places_become_whole_homes() {
        let gap = rows(&[90.0, 100.0, 181.0], 100);
        assert_eq!(gap.iter().map(|row| row.homes_missing(80)).collect::<Vec<_>>(), [0, 0, 2]);
    }

    proptest! {
        /// What is added over the years is exactly the largest number missing.
        #[test]
        fn additions_add_up_to_the_largest_gap(needed in proptest::collection::vec(0.0..5000.0_f64, 1..30)) {
            let gap = rows(&needed, 1000);
            let added: f64 = investment(&gap, &BuildingAssumptions::default()).iter().map(|row| row.places_to_add).sum();
            let largest = needed.iter().copied().fold(0.0_f64, f64::max) - 1000.0;
            prop_assert!((added - largest.max(0.0)).abs() < 1e-6);
        }
    }
}
