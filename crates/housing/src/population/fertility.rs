//! Children: how many persons aged nought the women of an area have at the end of a year.

use super::Population;
use crate::group::{AGES, ByAge, BySex, Sex};

/// The first and last age of motherhood counted.
pub const MOTHER_AGES: std::ops::RangeInclusive<usize> = 15..=49;
/// How many of the last years set the level; fertility has moved too fast for a longer mean.
pub const LEVEL_YEARS: i32 = 3;
/// Where a source gives no mothers' ages, births are spread as a bell around this age (close to Sweden's mean age at birth).
pub const USUAL_MOTHER_AGE: f64 = 31.5;
/// The spread of that bell, in years.
pub const USUAL_MOTHER_SPREAD: f64 = 5.2;

/// Children aged nought at the end of the year per woman of each age, and the share of each sex.
///
/// It counts children who live in the area at the end of the year, so infant deaths and moves are already in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fertility {
    per_woman: ByAge,
    share: BySex<f64>,
}

impl Fertility {
    /// Fits the level on the last years to `base_year`, and the schedule on births by mother's age where given.
    pub fn fit(area: &Population, base_year: i32) -> Fertility {
        let mut schedule = bell();
        let mut children = BySex { women: 0.0, men: 0.0 };
        let mut expected = 0.0;
        let years = base_year - LEVEL_YEARS + 1..=base_year;
        if let Some(measured) = measured_schedule(area, years.clone()) {
            schedule = measured;
        }
        for row in years.filter_map(|year| area.year(year)) {
            for sex in Sex::ALL {
                children[sex] += row.persons[sex][0];
            }
            expected += MOTHER_AGES.map(|age| row.persons.women[age] * schedule[age]).sum::<f64>();
        }
        let all = children.women + children.men;
        let level = if expected > 0.0 { all / expected } else { 0.0 };
        let share = BySex::from_fn(|sex| if all > 0.0 { children[sex] / all } else { 0.5 });
        Fertility { per_woman: schedule.map(|rate| rate * level), share }
    }

    /// Children of each sex for the women of a year; `factor` multiplies the level.
    pub fn children(&self, women: &ByAge, factor: f64) -> BySex<f64> {
        let all: f64 = MOTHER_AGES.map(|age| women[age] * self.per_woman[age]).sum();
        BySex::from_fn(|sex| all * factor * self.share[sex])
    }
}

fn measured_schedule(area: &Population, years: std::ops::RangeInclusive<i32>) -> Option<ByAge> {
    let mut births = [0.0; AGES];
    let mut women = [0.0; AGES];
    for row in years.filter_map(|year| area.year(year)) {
        if let Some(born) = &row.births {
            for age in MOTHER_AGES {
                births[age] += born[age];
                women[age] += row.persons.women[age];
            }
        }
    }
    (births.iter().sum::<f64>() > 0.0)
        .then(|| std::array::from_fn(|age| if women[age] > 0.0 { births[age] / women[age] } else { 0.0 }))
}

fn bell() -> ByAge {
    std::array::from_fn(|age| {
        if MOTHER_AGES.contains(&age) {
            (-0.5 * ((age as f64 - USUAL_MOTHER_AGE) / USUAL_MOTHER_SPREAD).powi(2)).exp()
        } else {
            0.0
        }
    })
}
