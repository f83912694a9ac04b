//! Demand year by year: population by age times share by age, in one alternative.
//!
//! An October forecast uses the population on 31 December the year before, as the statistics do.

use super::alternative::Alternative;
use super::care_use::{CareForm, CareUse};
use super::history::{DemandError, Evidence, FormHistory};
use super::method::{Choice, Trend, choose, fit_trend, mortality_at};
use super::profile::Profile;
use crate::group::{AgeGroup, ByAge, BySex, Sex};
use crate::population::Population;
use crate::population::projection::Projection;
use crate::source::Source;

/// The age groups that demand is shown in; together everyone aged 65 or more.
pub const GROUPS: [AgeGroup; 3] = [AgeGroup::ELDER, AgeGroup { from: 80, to: 89 }, AgeGroup::OLDEST];

/// Everything that demand needs of an area beside its population: levels, trends and how they were chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct DemandModel {
    /// The October of the last count.
    pub start: i32,
    /// Today's profile of each form, in the order of [`CareForm::ALL`].
    pub profiles: Vec<BySex<Profile>>,
    /// The trend of each form.
    pub trends: Vec<Trend>,
    /// How each form's trend was chosen.
    pub choices: Vec<Choice>,
    /// How many years the counts span.
    pub counted_years: f64,
    /// Whether each form's level is the area's own count; otherwise it is the nation's share by age.
    pub local: [bool; 4],
    /// Where the counts come from: the nation's, and the area's own where given.
    pub sources: Vec<Source>,
}

impl DemandModel {
    /// Fits the model: levels from the area's own counts where given, trends always from the nation.
    ///
    /// A municipality's own counts are too few for a trend of their own; an own trend is an own alternative.
    pub fn fit(evidence: &Evidence, own: Option<(&CareUse, &Population)>) -> Result<Self, DemandError> {
        let start = evidence.last_year();
        let mortality = mortality_at(evidence, start)?;
        let mut model = DemandModel {
            start,
            profiles: Vec::new(),
            trends: Vec::new(),
            choices: Vec::new(),
            counted_years: f64::from(start - evidence.first_year()),
            local: [false; 4],
            sources: vec![evidence.care_use.source.clone()],
        };
        if let Some((care_use, _)) = own {
            model.sources.push(care_use.source.clone());
        }
        for form in CareForm::ALL {
            let own_profile = match own {
                Some((care_use, population)) => local_profile(care_use, population, form, start)?,
                None => None,
            };
            model.local[form.index()] = own_profile.is_some();
            let history = evidence.form(form);
            let (women, men) = (history.profile(Sex::Women, start)?, history.profile(Sex::Men, start)?);
            let national = BySex { women: women.clone(), men: men.clone() };
            model.profiles.push(own_profile.unwrap_or(national));
            let choice = choose(evidence, form, start)?;
            model.trends.push(fit_trend(evidence, &mortality, form, start, choice.method)?);
            model.choices.push(choice);
        }
        Ok(model)
    }

    /// Forecasts each October after the last count, to `until`, in one alternative.
    pub fn forecast(
        &self,
        projection: &Projection,
        until: i32,
        alternative: &Alternative,
    ) -> Result<DemandForecast, DemandError> {
        let mut years = Vec::new();
        for year in self.start..=until {
            let Some(population) = projection.persons(year - 1) else {
                if year - 1 < projection.first_year {
                    continue;
                }
                return Err(DemandError::ProjectionTooShort { last: projection.last_year(), until });
            };
            years.push(self.year(year, population, alternative));
        }
        Ok(DemandForecast {
            area: projection.area.clone(),
            alternative: alternative.clone(),
            years,
            population_source: projection.source.clone(),
            sources: self.sources.clone(),
        })
    }

    /// One October.
    pub fn year(&self, year: i32, population: &BySex<ByAge>, alternative: &Alternative) -> DemandYear {
        let ahead = year - self.start;
        let mut persons = [[BySex { women: 0.0, men: 0.0 }; GROUPS.len()]; 4];
        for form in CareForm::ALL {
            let index = form.index();
            for sex in Sex::ALL {
                let shift = alternative.shift(&self.trends[index], form, sex, ahead);
                for (cell, group) in persons[index].iter_mut().zip(GROUPS) {
                    cell[sex] = self.profiles[index][sex].persons(group, &population[sex], shift);
                }
            }
        }
        let moved = alternative.moved_home(ahead);
        let [home_care, care_home, ..] = &mut persons;
        for (at_home, in_home) in home_care.iter_mut().zip(care_home) {
            for sex in Sex::ALL {
                let leaving = in_home[sex] * moved;
                in_home[sex] -= leaving;
                at_home[sex] += leaving;
            }
        }
        DemandYear { year, persons }
    }
}

/// An area's own profile of one form in one year; `None` where it was not counted.
pub(super) fn local_profile(
    care_use: &CareUse,
    population: &Population,
    form: CareForm,
    start: i32,
) -> Result<Option<BySex<Profile>>, DemandError> {
    if care_use.rows_of(form, start).is_empty() {
        return Ok(None);
    }
    let one_year = CareUse {
        rows: care_use.rows_of(form, start),
        area: care_use.area.clone(),
        source: care_use.source.clone(),
    };
    let history = FormHistory::fit(&one_year, population, form)?;
    let women = history.profile(Sex::Women, start)?.clone();
    let men = history.profile(Sex::Men, start)?.clone();
    Ok(Some(BySex { women, men }))
}

/// Persons with each care form in one October, by age group and sex. Totals are sums of these parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DemandYear {
    /// The year of the October.
    pub year: i32,
    /// Persons: form, then age group of [`GROUPS`], then sex.
    pub persons: [[BySex<f64>; GROUPS.len()]; 4],
}

impl DemandYear {
    /// Everyone with the form: the sum of its parts.
    pub fn total(&self, form: CareForm) -> f64 {
        self.parts(form).iter().sum()
    }

    /// The six parts of a form: women of each group, then men of each group.
    pub fn parts(&self, form: CareForm) -> [f64; 2 * GROUPS.len()] {
        let cells = &self.persons[form.index()];
        std::array::from_fn(|part| cells[part % GROUPS.len()][Sex::ALL[part / GROUPS.len()]])
    }

    /// The parts as whole persons that add up to the rounded total, in the order of [`DemandYear::parts`].
    pub fn whole_parts(&self, form: CareForm) -> Vec<u64> {
        crate::apportion::apportion(&self.parts(form))
    }
}

/// A forecast in one alternative.
#[derive(Debug, Clone, PartialEq)]
pub struct DemandForecast {
    /// The area's name.
    pub area: String,
    /// What is assumed.
    pub alternative: Alternative,
    /// Each October from the last count on (the first row is the count's own year, as the model gives it back).
    pub years: Vec<DemandYear>,
    /// Where the population comes from.
    pub population_source: Source,
    /// Where the counts of care come from.
    pub sources: Vec<Source>,
}

impl DemandForecast {
    /// One October.
    pub fn year(&self, year: i32) -> Option<&DemandYear> {
        self.years.iter().find(|row| row.year == year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::projection::{Components, PopulationAssumptions};
    use proptest::prelude::*;

    static EVIDENCE: std::sync::LazyLock<Evidence> =
        std::sync::LazyLock::new(|| Evidence::shipped().unwrap());

    fn national() -> (&'static Evidence, DemandModel, Projection) {
        let evidence = &*EVIDENCE;
        let model = DemandModel::fit(evidence, None).unwrap();
        let projection = Components::fit(&evidence.population, &evidence.population, 2025)
            .unwrap()
            .project(2050, &PopulationAssumptions::BASE)
            .after(&evidence.population);
        (evidence, model, projection)
    }

    #[test]
    fn the_last_count_is_given_back_exactly() {
        let (evidence, model, projection) = national();
        let forecast = model.forecast(&projection, 2050, &Alternative::Main).unwrap();
        for form in CareForm::ALL {
            let counted = evidence.care_use.total(form, 2024) as f64;
            let given = forecast.year(2024).unwrap().total(form);
            assert!((given - counted).abs() < 1e-6 * counted, "{form:?} {given} {counted}");
        }
    }

    #[test]
    fn main_lies_below_status_quo_and_both_grow() {
        let (_, model, projection) = national();
        let main = model.forecast(&projection, 2050, &Alternative::Main).unwrap();
        let status_quo = model.forecast(&projection, 2050, &Alternative::StatusQuo).unwrap();
        for form in [CareForm::HomeCare, CareForm::CareHome] {
            let at = |forecast: &DemandForecast, year| forecast.year(year).unwrap().total(form);
            assert!(at(&main, 2050) < at(&status_quo, 2050));
            assert!(at(&status_quo, 2050) > at(&status_quo, 2024) * 1.3);
        }
    }

    #[test]
    fn a_projection_that_ends_too_early_is_refused() {
        let (_, model, projection) = national();
        let error = model.forecast(&projection, 2070, &Alternative::StatusQuo).unwrap_err();
        assert_eq!(error, DemandError::ProjectionTooShort { last: 2050, until: 2070 });
    }

    #[test]
    fn own_counts_set_the_level_and_moving_home_keeps_the_sum() {
        let (evidence, _, projection) = national();
        let mut own = evidence.care_use.until(2024);
        for row in &mut own.rows {
            row.persons = BySex::from_fn(|sex| row.persons[sex] / 2);
        }
        let model = DemandModel::fit(evidence, Some((&own, &evidence.population))).unwrap();
        assert_eq!(model.local, [true; 4]);
        let stay = model.forecast(&projection, 2050, &Alternative::StatusQuo).unwrap();
        let counted = own.total(CareForm::HomeCare, 2024) as f64;
        assert!((stay.years[0].total(CareForm::HomeCare) - counted).abs() < 1e-3);
        let moved = super::super::alternative::OwnAlternative::parse("X:moved_home=30").unwrap();
        let moved = model.forecast(&projection, 2050, &Alternative::Own(moved)).unwrap();
        let both = |row: &DemandYear| row.total(CareForm::HomeCare) + row.total(CareForm::CareHome);
        for (a, b) in stay.years.iter().zip(&moved.years) {
            assert!((both(a) - both(b)).abs() < 1e-6 * both(a));
        }
    }

    proptest! {
        /// Whole persons of every form add up to the rounded total, whatever the population.
        #[test]
        fn whole_parts_add_up(factor in 0.0001..3.0_f64, decline in 0.0..2.0_f64, year in 2026..2050_i32) {
            let evidence = &*EVIDENCE;
            let area = evidence.population.scaled("Exempelstad", factor);
            let model = DemandModel {
                start: 2024,
                profiles: CareForm::ALL.iter().map(|&form| BySex::from_fn(|sex| {
                    evidence.form(form).profile(sex, 2024).unwrap().clone()
                })).collect(),
                trends: vec![Trend {
                    method: super::super::method::Method::UNTRIED,
                    drift: BySex { women: -0.02 * decline, men: -0.01 * decline },
                }; 4],
                choices: Vec::new(),
                counted_years: 10.0,
                local: [false; 4],
                sources: Vec::new(),
            };
            let row = model.year(year, area.persons(2025).unwrap(), &Alternative::Main);
            for form in CareForm::ALL {
                prop_assert_eq!(row.whole_parts(form).iter().sum::<u64>(), row.total(form).round() as u64);
                let sum: f64 = row.parts(form).iter().sum();
                prop_assert_eq!(sum, row.total(form));
            }
        }
    }
}
