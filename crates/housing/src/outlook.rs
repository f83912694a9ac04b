//! One area's whole outlook: fitted once, recomputed at once when an assumption is moved.
//!
//! A page keeps an [`Outlook`] and calls [`Outlook::recompute`] for every slider; the command calls it once.

pub mod areas;

use crate::demand::alternative::Alternative;
use crate::demand::care_use::CareUse;
use crate::demand::forecast::{DemandForecast, DemandModel};
use crate::demand::history::{DemandError, Evidence};
use crate::demand::simulation::{Bands, Futures, Wanted, simulate};
use crate::places::gap::{BuildingAssumptions, GapYear, gap};
use crate::places::register::Register;
use crate::places::senior_housing::{SeniorHousing, by_rules};
use crate::population::Population;
use crate::population::projection::{Components, PopulationAssumptions, Projection};

/// What may be moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Sliders {
    /// The last October.
    pub until: i32,
    /// Mortality, migration, fertility; without effect where an official forecast is used.
    pub population: PopulationAssumptions,
    /// The alternatives, in the order they are shown; charts draw the last one's band.
    pub alternatives: Vec<Alternative>,
    /// How many futures the bands are drawn from; 0 leaves them out. 200 follow a slider, 1 000 are for print.
    pub simulations: usize,
    /// The seed of the futures.
    pub seed: u64,
    /// How need becomes homes and money.
    pub building: BuildingAssumptions,
}

impl Default for Sliders {
    fn default() -> Self {
        Sliders {
            until: 2050,
            population: PopulationAssumptions::BASE,
            alternatives: vec![Alternative::StatusQuo, Alternative::Main],
            simulations: 1_000,
            seed: 1,
            building: BuildingAssumptions::default(),
        }
    }
}

/// An area's fitted components and demand.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// The area's history.
    pub history: Population,
    /// Its fitted population components.
    pub components: Components,
    /// Its levels and trends of care.
    pub model: DemandModel,
    /// An official population forecast that replaces our own.
    pub official: Option<Projection>,
    /// Its homes, where the register is known.
    pub register: Option<Register>,
}

/// What one setting of the sliders gives.
#[derive(Debug, Clone, PartialEq)]
pub struct OutlookView {
    /// Population: history, then forecast.
    pub projection: Projection,
    /// Demand by alternative, in the sliders' order.
    pub forecasts: Vec<DemandForecast>,
    /// Bands in the same order; empty without simulations, and around an official forecast, which is one path.
    pub bands: Vec<Bands>,
    /// Need against places by alternative, in the same order.
    pub gaps: Vec<Vec<GapYear>>,
    /// Need of senior housing by each share rule, from the last known year.
    pub senior_housing: Vec<SeniorHousing>,
}

impl Outlook {
    /// Fits an area; without own counts of care the nation's shares by age are used.
    pub fn fit(
        evidence: &Evidence,
        history: Population,
        own: Option<&CareUse>,
        official: Option<&Population>,
        register: Option<Register>,
    ) -> Result<Outlook, DemandError> {
        let components = Components::fit(&history, &evidence.population, history.last_year())?;
        let model = DemandModel::fit(evidence, own.map(|counts| (counts, &history)))?;
        let official = official.map(Projection::official);
        Ok(Outlook { history, components, model, official, register })
    }

    /// The population under given assumptions: history, then the official forecast or our own.
    pub fn projection(&self, until: i32, assumptions: &PopulationAssumptions) -> Projection {
        let forecast = match &self.official {
            Some(official) => official.clone(),
            None => self.components.project(until, assumptions),
        };
        forecast.after(&self.history)
    }

    /// Recomputes everything; without simulations well under a millisecond, with 200 some tens.
    pub fn recompute(&self, sliders: &Sliders) -> Result<OutlookView, DemandError> {
        let until = sliders.until;
        let projection = self.projection(until, &sliders.population);
        let forecasts = sliders
            .alternatives
            .iter()
            .map(|one| self.model.forecast(&projection, until, one))
            .collect::<Result<Vec<_>, _>>()?;
        let bands = if sliders.simulations == 0 || self.official.is_some() {
            Vec::new()
        } else {
            let wanted = Wanted {
                until,
                count: sliders.simulations,
                seed: sliders.seed,
                assumptions: sliders.population,
            };
            let futures = Futures::draw(&self.components, &self.model, &wanted);
            simulate(&self.components, &self.model, &projection, &futures, &sliders.alternatives)
        };
        let gaps = forecasts.iter().map(|one| gap(one, self.register.as_ref(), &sliders.building)).collect();
        let senior_housing = by_rules(
            &projection,
            self.register.as_ref(),
            (self.history.last_year(), until),
            sliders.building.senior_share_percent,
        );
        Ok(OutlookView { projection, forecasts, bands, gaps, senior_housing })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demand::care_use::CareForm;

    #[test]
    fn a_slider_moves_what_it_should() {
        let evidence = Evidence::shipped().unwrap();
        let outlook = Outlook::fit(&evidence, evidence.population.clone(), None, None, None).unwrap();
        let at = |population| {
            let sliders = Sliders { population, simulations: 20, ..Sliders::default() };
            let view = outlook.recompute(&sliders).unwrap();
            assert_eq!((view.forecasts.len(), view.bands.len(), view.gaps.len()), (2, 2, 2));
            view.forecasts[0].year(2050).unwrap().total(CareForm::CareHome)
        };
        assert!(at(PopulationAssumptions::LOW) < at(PopulationAssumptions::BASE));
        assert!(at(PopulationAssumptions::BASE) < at(PopulationAssumptions::HIGH));
    }

    #[test]
    fn an_official_forecast_is_taken_as_it_is_and_has_no_band() {
        let evidence = Evidence::shipped().unwrap();
        let known = evidence.population.until(2024);
        let outlook = Outlook::fit(&evidence, known, None, Some(&evidence.population), None).unwrap();
        let view = outlook.recompute(&Sliders { until: 2026, ..Sliders::default() }).unwrap();
        assert_eq!(view.projection.persons(2025), evidence.population.persons(2025));
        assert!(view.bands.is_empty());
    }
}
