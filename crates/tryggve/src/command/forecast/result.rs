//! Computes everything the command shows.

use base::Language;
use export::edition::Edition;
use housing::demand::alternative::Alternative;
use housing::demand::history::Evidence;
use housing::outlook::Sliders;
use housing::places::gap::BuildingAssumptions;
use housing::study::{Material, Study, StudyView};

use super::Arguments;

/// Everything computed for one area.
pub(super) struct ForecastResult<'a> {
    evidence: &'a Evidence,
    /// What was fitted.
    pub(super) study: Study,
    /// What it gave.
    pub(super) view: StudyView,
}

impl<'a> ForecastResult<'a> {
    pub(super) fn compute(
        evidence: &'a Evidence,
        material: Material,
        arguments: &Arguments,
        alternatives: &[Alternative],
    ) -> anyhow::Result<Self> {
        let sliders = Sliders {
            until: arguments.until,
            alternatives: alternatives.to_vec(),
            simulations: arguments.simulations,
            seed: arguments.seed,
            building: BuildingAssumptions {
                places_per_home: arguments.places_per_home,
                kronor_per_place: arguments.kronor_per_place,
                senior_share_percent: arguments.senior_housing_share,
                ..BuildingAssumptions::default()
            },
            ..Sliders::default()
        };
        let study = Study::fit(evidence, material, &arguments.back_test)?;
        let view = study.view(&sliders)?;
        Ok(ForecastResult { evidence, study, view })
    }

    /// The same in one language.
    pub(super) fn edition(&self, language: Language) -> Edition<'_> {
        Edition { evidence: self.evidence, study: &self.study, view: &self.view, language }
    }
}
