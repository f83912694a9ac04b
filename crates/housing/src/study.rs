//! Everything that a forecast shows of one municipality: the outlook, its areas, its back-tests and what looked wrong.
//!
//! A page keeps a [`Study`] and asks for a [`StudyView`] whenever an assumption is moved.

use base::language::{Language, Text};

use crate::demand::back_test::{BackTest, back_test, back_test_area};
use crate::demand::care_use::CareUse;
use crate::demand::history::{DemandError, Evidence};
use crate::group::AgeGroup;
use crate::import::Residual;
use crate::outlook::areas::{AreaView, FittedArea, fit_areas, view_areas};
use crate::outlook::{Outlook, OutlookView, Sliders};
use crate::places::register::Register;
use crate::population::Population;
use crate::population::back_test::{PopulationError, back_test as population_back_test};
use crate::population::mortality::FitError;
use crate::population::projection::{PopulationAssumptions, Projection};
use crate::suspicion::{SwappedSexes, swapped_sexes};

/// The back-test that always stands beside the forecast: the last start before the pandemic.
pub const BACK_TEST_START: i32 = 2019;

/// The fewest years that every start is tested over.
const BACK_TEST_YEARS_MIN: i32 = 2;

/// What a study is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Material {
    /// The municipality's history.
    pub population: Population,
    /// Areas below it, where the file has them.
    pub areas: Vec<Population>,
    /// Whether the population is the nation's shipped one.
    pub is_national: bool,
    /// The municipality's own counts of care.
    pub care_use: Option<CareUse>,
    /// Counts of care of areas below it.
    pub area_counts: Vec<CareUse>,
    /// An official forecast to use instead of our own.
    pub official: Option<Population>,
    /// The register of homes.
    pub register: Option<Register>,
    /// Printed totals in the files that their parts do not give.
    pub residuals: Vec<Residual>,
}

impl Material {
    /// The nation, from the figures shipped.
    pub fn national(evidence: &Evidence) -> Material {
        Material {
            population: evidence.population.clone(),
            areas: Vec::new(),
            is_national: true,
            care_use: None,
            area_counts: Vec::new(),
            official: None,
            register: None,
            residuals: Vec::new(),
        }
    }
}

/// Why a study could not be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StudyError {
    /// The outlook could not be fitted.
    #[error("{area}: {source}")]
    Outlook {
        /// The municipality.
        area: String,
        /// What was wrong.
        source: DemandError,
    },
    /// The nation's demand cannot be tested from a start.
    #[error("--back-test {start}: {source}")]
    BackTest {
        /// The start.
        start: i32,
        /// What was wrong.
        source: DemandError,
    },
    /// The municipality's population cannot be tested from a start that was asked for.
    #[error("--back-test {start}, {area}: {source}")]
    PopulationBackTest {
        /// The start.
        start: i32,
        /// The municipality.
        area: String,
        /// What was wrong.
        source: FitError,
    },
}

/// How wrong forecasts would have been.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tests {
    /// The nation's demand, from each start.
    pub nation: Vec<BackTest>,
    /// The nation's demand from every start that the counts allow, whatever was asked for: no start is picked out.
    pub every_start: Vec<BackTest>,
    /// The municipality's own counts of care, from each start they reach back to.
    pub own: Vec<BackTest>,
    /// The municipality's population.
    pub population: Vec<PopulationError>,
    /// Starts that the municipality's own figures are too short for.
    pub left_out: Vec<LeftOut>,
}

/// A back-test that the municipality's own figures do not allow.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// Where it would have started.
    pub start: i32,
    /// The municipality.
    pub area: String,
    /// What is lacking.
    pub why: DemandError,
}

/// One municipality, fitted and tested.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// The fitted outlook.
    pub outlook: Outlook,
    /// Areas below the municipality.
    pub areas: Vec<FittedArea>,
    /// How wrong forecasts would have been.
    pub tests: Tests,
    /// The counts so far: the municipality's own, or the nation's for the nation.
    pub counted: Option<CareUse>,
    /// Whether it is the nation.
    pub is_national: bool,
    residuals: Vec<Residual>,
    swapped: Vec<SwappedSexes>,
}

/// What one setting of the sliders gives.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyView {
    /// The setting.
    pub sliders: Sliders,
    /// The municipality.
    pub outlook: OutlookView,
    /// Its areas, together exactly the municipality.
    pub areas: Vec<AreaView>,
    /// The population with base, high and low assumptions, and the official forecast where there is one.
    pub populations: Vec<(Text, Projection)>,
}

impl Study {
    /// Fits and tests. Starts asked for must work; without any the usual one is tried as far as the figures reach.
    pub fn fit(evidence: &Evidence, material: Material, starts: &[i32]) -> Result<Study, StudyError> {
        let Material { population, areas, is_national, care_use, area_counts, official, register, residuals } =
            material;
        let area = population.area.clone();
        let fault = |source| StudyError::Outlook { area: area.clone(), source };
        let own = care_use.as_ref();
        let swapped = match own {
            Some(table) => swapped_sexes(table, &population),
            None if is_national => {
                swapped_sexes(&crate::data::sweden_care_use_as_printed(), &evidence.population)
            }
            None => Vec::new(),
        };
        let outlook = Outlook::fit(evidence, population, own, official.as_ref(), register).map_err(fault)?;
        let areas = fit_areas(evidence, &outlook.model, &areas, &area_counts).map_err(fault)?;
        let tests = test(evidence, &outlook.history, own, starts)?;
        let counted = if is_national { Some(evidence.care_use.clone()) } else { care_use };
        Ok(Study { outlook, areas, tests, counted, is_national, residuals, swapped })
    }

    /// Recomputes everything for a setting of the sliders.
    pub fn view(&self, sliders: &Sliders) -> Result<StudyView, DemandError> {
        let outlook = self.outlook.recompute(sliders)?;
        let areas = view_areas(&self.areas, &outlook, sliders)?;
        let own = [
            (Text::new("bas", "base"), PopulationAssumptions::BASE),
            (Text::new("hög", "high"), PopulationAssumptions::HIGH),
            (Text::new("låg", "low"), PopulationAssumptions::LOW),
        ];
        let project = |assumptions| self.outlook.components.project(sliders.until, assumptions);
        let populations = self
            .outlook
            .official
            .iter()
            .map(|table| (Text::new("officiell", "official"), table.clone()))
            .chain(own.iter().map(|(name, assumptions)| (*name, project(assumptions))))
            .collect();
        Ok(StudyView { sliders: sliders.clone(), outlook, areas, populations })
    }

    /// What looked wrong in the sources, as sentences.
    pub fn findings(&self, language: Language) -> Vec<String> {
        let note =
            Text::new("Rätat i den medföljande tabellen", "Put right in the shipped table").get(language);
        let swapped = self.swapped.iter().map(|found| match self.is_national {
            true => format!("{note}: {}", found.sentence(language)),
            false => found.sentence(language),
        });
        let residuals = self.residuals.iter().map(|residual| residual.sentence(language));
        let left_out = self.tests.left_out.iter().map(|one| one.sentence(language));
        residuals.chain(swapped).chain(left_out).collect()
    }
}

fn test(
    evidence: &Evidence,
    history: &Population,
    own: Option<&CareUse>,
    asked: &[i32],
) -> Result<Tests, StudyError> {
    let mut tests = Tests::default();
    for start in evidence.first_year()..=evidence.last_year() - BACK_TEST_YEARS_MIN {
        let fault = |source| StudyError::BackTest { start, source };
        tests.every_start.push(back_test(evidence, start).map_err(fault)?);
    }
    let starts = if asked.is_empty() { &[BACK_TEST_START] } else { asked };
    for &start in starts {
        let fault = |source| StudyError::BackTest { start, source };
        tests.nation.push(back_test(evidence, start).map_err(fault)?);
        let mut note = |why| tests.left_out.push(LeftOut { start, area: history.area.clone(), why });
        match own.map(|own| back_test_area(evidence, own, history, start)) {
            // One count is enough for a forecast but leaves nothing to compare with.
            Some(Ok(test)) if !test.comparisons.is_empty() => tests.own.push(test),
            Some(Err(error)) => note(error),
            Some(Ok(_)) | None => {}
        }
        match population_back_test(history, &evidence.population, start, AgeGroup::OLDER) {
            Ok(errors) => tests.population.extend(errors),
            Err(error) if asked.is_empty() => note(error.into()),
            Err(source) => {
                let area = history.area.clone();
                return Err(StudyError::PopulationBackTest { start, area, source });
            }
        }
    }
    Ok(tests)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nation_is_studied_without_any_file() {
        let evidence = Evidence::shipped().unwrap();
        let study = Study::fit(&evidence, Material::national(&evidence), &[]).unwrap();
        assert_eq!(study.tests.nation[0].start, BACK_TEST_START);
        let starts: Vec<i32> = study.tests.every_start.iter().map(|test| test.start).collect();
        assert_eq!(starts, (2014..=2022).collect::<Vec<_>>());
        assert!(study.findings(Language::Swedish)[0].starts_with("Rätat i den medföljande tabellen"));
        let view = study.view(&Sliders { simulations: 0, ..Sliders::default() }).unwrap();
        assert_eq!((view.populations.len(), view.areas.len(), view.outlook.forecasts.len()), (3, 0, 2));
        let error = Study::fit(&evidence, Material::national(&evidence), &[2024]).unwrap_err();
        assert!(error.to_string().contains("--back-test 2024"), "{error}");
    }
}
