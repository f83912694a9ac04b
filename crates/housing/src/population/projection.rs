//! The cohort-component engine: everyone grows a year older, some die, some move, children are born.

use super::fertility::Fertility;
use super::mortality::{FIRST_AGE, FitError, Mortality};
use super::{Population, grow_older};
use crate::group::{AGE_LAST, AGES, AgeGroup, ByAge, BySex, Sex};
use crate::source::Source;

/// How many years of history set the local level of mortality and the net migration.
pub const HISTORY_YEARS: i32 = 10;
/// Deaths that the nation's level weighs against an area's own, so that a small area is not ruled by chance.
pub const LEVEL_PRIOR_DEATHS: f64 = 100.0;
/// The furthest year a forecast may be asked for.
pub const UNTIL_YEAR_MAX: i32 = 2100;

/// What is assumed about the future; [`PopulationAssumptions::BASE`] is as history fitted it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PopulationAssumptions {
    /// Multiplies the fitted fall of mortality: 0 keeps today's mortality.
    pub mortality_decline: f64,
    /// Adds this share of the size of the fitted net migration at every age, in persons: 0.2 adds a fifth.
    pub migration_shift: f64,
    /// Multiplies fertility.
    pub fertility: f64,
}

impl PopulationAssumptions {
    /// As history fitted it.
    pub const BASE: Self =
        PopulationAssumptions { mortality_decline: 1.0, migration_shift: 0.0, fertility: 1.0 };
    /// Faster falling mortality, more people moving in, more children.
    pub const HIGH: Self =
        PopulationAssumptions { mortality_decline: 1.5, migration_shift: 0.25, fertility: 1.1 };
    /// Slower falling mortality, fewer people moving in, fewer children.
    pub const LOW: Self =
        PopulationAssumptions { mortality_decline: 0.5, migration_shift: -0.25, fertility: 0.9 };
    /// Mortality stays as it is: what plain methods assume, kept for comparison.
    pub const CONSTANT_MORTALITY: Self =
        PopulationAssumptions { mortality_decline: 0.0, migration_shift: 0.0, fertility: 1.0 };
}

/// An area's fitted components and its population in the base year.
#[derive(Debug, Clone, PartialEq)]
pub struct Components {
    /// The area's name.
    pub area: String,
    /// Where the history comes from.
    pub source: Source,
    /// The year of the last known population; the first forecast year follows it.
    pub base_year: i32,
    /// Persons on 31 December of the base year.
    pub base: BySex<ByAge>,
    /// The national trend of mortality.
    pub mortality: Mortality,
    /// The area's death hazard as a multiple of the nation's.
    pub level: BySex<f64>,
    /// The uncertainty of that level (one standard error of its logarithm).
    pub level_spread: BySex<f64>,
    /// Net migration a year by sex and age at the year's end, in persons.
    pub net_migration: BySex<ByAge>,
    fertility: Fertility,
}

impl Components {
    /// Fits an area as known at the end of `base_year`, with mortality's trend from the nation.
    ///
    /// Net migration is what the measured population shows beyond ageing and modelled deaths, a mean of the
    /// last ten years. Errors when either history lacks a needed year.
    pub fn fit(area: &Population, national: &Population, base_year: i32) -> Result<Components, FitError> {
        let base = *area.persons(base_year).ok_or(FitError::MissingYear { year: base_year })?;
        let mortality = Mortality::fit(national, base_year.min(national.last_year()))?;
        let first = (base_year - HISTORY_YEARS).max(area.first_year);
        let fitted = BySex::from_fn(|sex| local_level(area, &mortality, sex, first, base_year));
        let level = BySex::from_fn(|sex| fitted[sex].0);
        let level_spread = BySex::from_fn(|sex| fitted[sex].1);
        let net_migration =
            BySex::from_fn(|sex| net_migration(area, &mortality, level[sex], sex, first, base_year));
        let fertility = Fertility::fit(area, base_year);
        Ok(Components {
            area: area.area.clone(),
            source: area.source.clone(),
            base_year,
            base,
            mortality,
            level,
            level_spread,
            net_migration,
            fertility,
        })
    }

    /// Years from the mortality fit to the end of `year`.
    pub fn years_ahead(&self, year: i32) -> f64 {
        f64::from(year - self.mortality.last_year)
    }

    /// Net migration at one age under the assumptions, in persons a year.
    pub fn migration(&self, sex: Sex, age: usize, assumptions: &PopulationAssumptions) -> f64 {
        let net = self.net_migration[sex][age];
        net + assumptions.migration_shift * net.abs()
    }

    /// Forecasts to the end of `until` (at most [`UNTIL_YEAR_MAX`]); the base year is the first row.
    pub fn project(&self, until: i32, assumptions: &PopulationAssumptions) -> Projection {
        let mut years = vec![self.base];
        let mut persons = self.base;
        for year in self.base_year + 1..=until.min(UNTIL_YEAR_MAX) {
            let mut next = BySex::from_fn(|sex| {
                let survival = self.mortality.survival(
                    sex,
                    self.years_ahead(year),
                    assumptions.mortality_decline,
                    self.level[sex],
                );
                let mut older = grow_older(&persons[sex], &survival);
                for (age, count) in older.iter_mut().enumerate() {
                    *count = (*count + self.migration(sex, age, assumptions)).max(0.0);
                }
                older
            });
            let children = self.fertility.children(&next.women, assumptions.fertility);
            for sex in Sex::ALL {
                next[sex][0] = children[sex];
            }
            years.push(next);
            persons = next;
        }
        Projection { area: self.area.clone(), source: self.source.clone(), first_year: self.base_year, years }
    }
}

/// A forecast (or an official one that was loaded): persons on 31 December, a row per year.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    /// The area's name.
    pub area: String,
    /// Where the base figures, or the whole official forecast, come from.
    pub source: Source,
    /// The year of the first row.
    pub first_year: i32,
    /// Persons by sex and age, one row per year.
    pub years: Vec<BySex<ByAge>>,
}

impl Projection {
    /// Uses a loaded official forecast instead of an own one.
    pub fn official(table: &Population) -> Projection {
        Projection {
            area: table.area.clone(),
            source: table.source.clone(),
            first_year: table.first_year,
            years: table.years.iter().map(|year| year.persons).collect(),
        }
    }

    /// Persons at the end of one year.
    pub fn persons(&self, year: i32) -> Option<&BySex<ByAge>> {
        usize::try_from(year - self.first_year).ok().and_then(|index| self.years.get(index))
    }

    /// Persons of an age group, both sexes.
    pub fn count(&self, year: i32, group: AgeGroup) -> Option<f64> {
        self.persons(year).map(|persons| group.sum_both(persons))
    }

    /// The last year of the forecast.
    pub fn last_year(&self) -> i32 {
        self.first_year + i32::try_from(self.years.len()).unwrap_or(i32::MAX) - 1
    }

    /// History and forecast in one row of years: history as long as it goes, then the forecast.
    pub fn after(&self, history: &Population) -> Projection {
        let known = self.first_year - history.first_year;
        let mut years: Vec<_> =
            history.years.iter().take(usize::try_from(known).unwrap_or(0)).map(|year| year.persons).collect();
        let first_year = if known > 0 { history.first_year } else { self.first_year };
        // A gap between the two would shift years, so such a history is left out.
        if i32::try_from(years.len()).unwrap_or(-1) != known.max(0) {
            return self.clone();
        }
        years.extend(self.years.iter().copied());
        Projection { area: self.area.clone(), source: self.source.clone(), first_year, years }
    }
}

/// The area's deaths at 65 and more against what the nation's hazard would give, drawn towards one; and its spread.
fn local_level(area: &Population, mortality: &Mortality, sex: Sex, first: i32, last: i32) -> (f64, f64) {
    let (mut seen, mut expected) = (0.0, 0.0);
    for year in first + 1..=last {
        let (Some(before), Some(after)) = (area.persons(year - 1), area.year(year)) else { continue };
        let survival = mortality.survival(sex, f64::from(year - mortality.last_year), 1.0, 1.0);
        let older = grow_older(&before[sex], &survival);
        let lived: f64 = before[sex][FIRST_AGE..].iter().sum();
        let dead = lived - older[FIRST_AGE + 1..].iter().sum::<f64>();
        expected += dead;
        seen += match &after.deaths {
            Some(deaths) => deaths[sex][FIRST_AGE + 1..].iter().sum::<f64>(),
            None => lived - after.persons[sex][FIRST_AGE + 1..].iter().sum::<f64>(),
        };
    }
    let level = (seen + LEVEL_PRIOR_DEATHS) / (expected + LEVEL_PRIOR_DEATHS);
    let spread = 1.0 / (expected.max(0.0) + LEVEL_PRIOR_DEATHS).sqrt();
    (if level.is_finite() { level.clamp(0.5, 2.0) } else { 1.0 }, spread)
}

fn net_migration(
    area: &Population,
    mortality: &Mortality,
    level: f64,
    sex: Sex,
    first: i32,
    last: i32,
) -> ByAge {
    let mut net = [0.0; AGES];
    let mut years = 0.0;
    for year in first + 1..=last {
        let (Some(before), Some(after)) = (area.persons(year - 1), area.persons(year)) else { continue };
        let survival = mortality.survival(sex, f64::from(year - mortality.last_year), 1.0, level);
        let older = grow_older(&before[sex], &survival);
        for age in 1..=AGE_LAST {
            net[age] += after[sex][age] - older[age];
        }
        years += 1.0;
    }
    if years > 0.0 { net.map(|moved| moved / years) } else { net }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;

    fn sweden() -> Components {
        let national = data::sweden_population();
        Components::fit(&national, &national, 2025).unwrap()
    }

    #[test]
    fn high_lies_above_base_above_low() {
        let fitted = sweden();
        let count =
            |assumptions| fitted.project(2050, &assumptions).count(2050, AgeGroup::OLDER).unwrap_or(f64::NAN);
        let (low, base, high) = (
            count(PopulationAssumptions::LOW),
            count(PopulationAssumptions::BASE),
            count(PopulationAssumptions::HIGH),
        );
        assert!(low < base && base < high, "{low} {base} {high}");
        assert!(base > 850_000.0 && base < 1_300_000.0, "80+ in 2050: {base}");
    }

    #[test]
    fn every_year_is_finite_and_never_negative() {
        let projection = sweden().project(2060, &PopulationAssumptions::LOW);
        assert_eq!(projection.last_year(), 2060);
        for row in &projection.years {
            for sex in Sex::ALL {
                assert!(row[sex].iter().all(|count| count.is_finite() && *count >= 0.0));
            }
        }
    }

    #[test]
    fn history_goes_before_the_forecast() {
        let national = data::sweden_population();
        let whole = sweden().project(2030, &PopulationAssumptions::BASE).after(&national);
        assert_eq!((whole.first_year, whole.last_year()), (1968, 2030));
        assert_eq!(whole.persons(2000), national.persons(2000));
    }
}
