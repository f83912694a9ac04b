//! Areas below the municipality: each forecast on its own, then made to add up to the whole.

use super::projection::Projection;
use crate::group::{AGES, Sex};

/// Scales the areas so that they add up to the whole in every year, sex and age.
///
/// Each area keeps its share of the areas' sum; where no area has anybody of an age, they share alike. Years that
/// an area lacks are left alone, and areas should therefore cover the same years as the whole.
pub fn add_up_to(whole: &Projection, areas: &mut [Projection]) {
    let count = areas.len() as f64;
    for (index, total) in whole.years.iter().enumerate() {
        let year = whole.first_year + i32::try_from(index).unwrap_or(0);
        for sex in Sex::ALL {
            for age in 0..AGES {
                let persons = |area: &Projection| area.persons(year).map_or(0.0, |persons| persons[sex][age]);
                let sum: f64 = areas.iter().map(persons).sum();
                for area in areas.iter_mut() {
                    let offset = usize::try_from(year - area.first_year).ok();
                    let Some(row) = offset.and_then(|offset| area.years.get_mut(offset)) else { continue };
                    let cell = &mut row[sex][age];
                    *cell = if sum > 0.0 { *cell * total[sex][age] / sum } else { total[sex][age] / count };
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;
    use crate::group::AgeGroup;
    use proptest::prelude::*;

    proptest! {
        /// Whatever the areas say, together they are the whole.
        #[test]
        fn areas_add_up(factors in proptest::collection::vec(0.0..2.0_f64, 1..6)) {
            let whole = Projection::official(&data::sweden_population().until(1970));
            let mut areas: Vec<_> = factors
                .iter()
                .map(|&factor| Projection::official(&data::sweden_population().until(1970).scaled("Norr", factor)))
                .collect();
            add_up_to(&whole, &mut areas);
            for year in 1968..=1970 {
                for group in [AgeGroup::ALL_ELDERS, AgeGroup::OLDEST] {
                    let sum: f64 = areas.iter().map(|area| area.count(year, group).unwrap()).sum();
                    let total = whole.count(year, group).unwrap();
                    prop_assert!((sum - total).abs() < 1e-6 * total, "{} {} {}", year, sum, total);
                }
            }
        }
    }
}
