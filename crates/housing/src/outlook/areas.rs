//! Demand in areas below the municipality: each with its own counts where given, together exactly the whole.

use crate::demand::care_use::{CareForm, CareUse};
use crate::demand::forecast::{DemandForecast, DemandModel};
use crate::demand::history::{DemandError, Evidence};
use crate::group::Sex;
use crate::outlook::{OutlookView, Sliders};
use crate::population::Population;
use crate::population::areas::add_up_to;
use crate::population::projection::{Components, Projection};

/// One area below the municipality, fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedArea {
    /// Its history.
    pub history: Population,
    /// Its population components.
    pub components: Components,
    /// Its levels of care.
    pub model: DemandModel,
    /// Whether it has counts of care of its own; otherwise the municipality's shares by age are used.
    pub own_counts: bool,
}

/// What one setting of the sliders gives in one area.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaView {
    /// The area's name.
    pub name: String,
    /// Whether it has counts of care of its own.
    pub own_counts: bool,
    /// Its population: history, then forecast.
    pub projection: Projection,
    /// Its demand by alternative, in the sliders' order.
    pub forecasts: Vec<DemandForecast>,
}

/// Fits the areas of a municipality; `counts` holds the counts of those that have their own.
pub fn fit_areas(
    evidence: &Evidence,
    whole: &DemandModel,
    areas: &[Population],
    counts: &[CareUse],
) -> Result<Vec<FittedArea>, DemandError> {
    areas
        .iter()
        .map(|history| {
            let own = counts.iter().find(|table| table.area == history.area);
            let model = match own {
                Some(table) => DemandModel::fit(evidence, Some((table, history)))?,
                None => whole.clone(),
            };
            let components = Components::fit(history, &evidence.population, history.last_year())?;
            Ok(FittedArea { history: history.clone(), components, model, own_counts: own.is_some() })
        })
        .collect()
}

/// Forecasts every area and makes population and demand add up to the whole.
pub fn view_areas(
    areas: &[FittedArea],
    whole: &OutlookView,
    sliders: &Sliders,
) -> Result<Vec<AreaView>, DemandError> {
    let mut projections: Vec<Projection> = areas
        .iter()
        .map(|area| area.components.project(sliders.until, &sliders.population).after(&area.history))
        .collect();
    add_up_to(&whole.projection, &mut projections);
    let mut views = areas
        .iter()
        .zip(projections)
        .map(|(area, projection)| {
            let forecasts = sliders
                .alternatives
                .iter()
                .map(|one| area.model.forecast(&projection, sliders.until, one))
                .collect::<Result<Vec<_>, _>>()?;
            let (name, own_counts) = (area.history.area.clone(), area.own_counts);
            Ok(AreaView { name, own_counts, projection, forecasts })
        })
        .collect::<Result<Vec<_>, DemandError>>()?;
    for (index, total) in whole.forecasts.iter().enumerate() {
        scale_to(total, &mut views, index);
    }
    Ok(views)
}

/// Scales each cell of the areas so that they add up to the whole's; where no area has anybody, they share alike.
fn scale_to(total: &DemandForecast, views: &mut [AreaView], alternative: usize) {
    // Areas are few, so the conversion is exact.
    let count = views.len() as f64;
    for row in &total.years {
        let mut cells: Vec<_> = views
            .iter_mut()
            .filter_map(|view| {
                view.forecasts.get_mut(alternative)?.years.iter_mut().find(|one| one.year == row.year)
            })
            .collect();
        for form in CareForm::ALL {
            for group in 0..row.persons[form.index()].len() {
                for sex in Sex::ALL {
                    let whole = row.persons[form.index()][group][sex];
                    let sum: f64 = cells.iter().map(|cell| cell.persons[form.index()][group][sex]).sum();
                    for cell in &mut cells {
                        let part = &mut cell.persons[form.index()][group][sex];
                        *part = if sum > 0.0 { *part * whole / sum } else { whole / count };
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demand::care_use::CareUseRow;
    use crate::group::{AgeGroup, BySex};
    use crate::outlook::Outlook;
    use crate::source::Source;
    use proptest::prelude::*;

    fn counts(area: &str, persons: u32) -> CareUse {
        let row = |form, group| CareUseRow {
            year: 2024,
            form,
            group,
            persons: BySex { women: persons, men: persons / 2 },
        };
        let rows = CareForm::ALL
            .into_iter()
            .flat_map(|form| [row(form, AgeGroup::ELDER), row(form, AgeGroup::OLDER)])
            .collect();
        CareUse { area: area.to_owned(), source: Source::new("Exempel", "t", "2024-10-31", "egen"), rows }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(6))]
        /// However the areas are cut and whatever they counted, together they are the whole.
        #[test]
        fn areas_add_up_to_the_whole(cuts in proptest::collection::vec(0.3..1.0_f64, 2..5), own in 1..40_u32) {
            let evidence = Evidence::shipped().unwrap();
            let town = evidence.population.scaled("Tryggeby", 0.004);
            let sum: f64 = cuts.iter().sum();
            let parts: Vec<Population> = cuts
                .iter()
                .enumerate()
                .map(|(index, cut)| town.scaled(&format!("Område {index}"), cut / sum))
                .collect();
            let outlook = Outlook::fit(&evidence, town, None, None, None).unwrap();
            let sliders = Sliders { simulations: 0, until: 2032, ..Sliders::default() };
            let whole = outlook.recompute(&sliders).unwrap();
            let fitted = fit_areas(&evidence, &outlook.model, &parts, &[counts("Område 0", own)]).unwrap();
            prop_assert!(fitted[0].own_counts && !fitted[1].own_counts);
            let views = view_areas(&fitted, &whole, &sliders).unwrap();
            for (index, total) in whole.forecasts.iter().enumerate() {
                for row in &total.years {
                    for form in CareForm::ALL {
                        let parts: f64 = views
                            .iter()
                            .map(|view| view.forecasts[index].year(row.year).unwrap().total(form))
                            .sum();
                        prop_assert!((parts - row.total(form)).abs() < 1e-6, "{} {form:?}", row.year);
                    }
                }
            }
        }
    }
}
