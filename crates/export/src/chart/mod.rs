//! Charts as SVG, drawn on the server: readable in print, by screen reader and without colour.
//!
//! Every chart has a title and a description inside (`<title>`, `<desc>`), direct labels on its lines, and a table
//! with the same figures beside it. Lines differ by dash as well as colour.

pub mod back_test;
pub mod fan;
pub mod gap;
mod plot;
pub mod pyramid;
pub mod senior_housing;

pub use plot::Layout;

use base::language::Language;

use crate::drawing::{Drawing, svg::to_svg};
use crate::table::Table;

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// For a page or for print.
    pub layout: Layout,
    /// The language of its words.
    pub language: Language,
}

/// A chart with its table.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// The drawing.
    pub drawing: Drawing,
    /// The same figures.
    pub table: Table,
}

impl Chart {
    /// The drawing as a whole `<svg>` element that also stands alone as a file.
    pub fn svg(&self) -> String {
        to_svg(&self.drawing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::{Shape, font::width};
    use crate::table::Cell;
    use housing::demand::alternative::Alternative;
    use housing::demand::back_test::back_test as run_back_test;
    use housing::demand::care_use::CareForm;
    use housing::demand::forecast::DemandModel;
    use housing::demand::history::Evidence;
    use housing::demand::simulation::{Futures, Wanted, simulate};
    use housing::outlook::{Outlook, Sliders};
    use housing::places::gap::{BuildingAssumptions, gap as set_against};
    use housing::population::projection::{Components, PopulationAssumptions};

    /// Tags close in order, nothing is infinite or not a number, and the words for a screen reader are there.
    fn check(chart: &Chart) {
        let svg = &chart.svg();
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        assert!(svg.contains("<title id=") && svg.contains("<desc id=") && svg.contains("role=\"img\""));
        let mut open = Vec::new();
        for part in svg.split('<').skip(1) {
            let tag = part.split('>').next().unwrap_or_default();
            let name = tag.split_whitespace().next().unwrap_or_default();
            if let Some(closed) = name.strip_prefix('/') {
                assert_eq!(open.pop(), Some(closed), "{tag}");
            } else if !tag.ends_with('/') {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "left open: {open:?}");
        within(&chart.drawing);
        assert!(!chart.table.rows.is_empty());
        assert!(chart.table.rows.iter().all(|row| row.len() == chart.table.headings.len()));
    }

    /// Words and dots stay within the drawing, so that nothing is cut off on a phone.
    fn within(drawing: &Drawing) {
        for shape in &drawing.shapes {
            if let Shape::Words { at, anchor, size, heavy, words, .. } = shape {
                let wide = width(words, *size, *heavy);
                let start = crate::drawing::png::start_of(*at, *anchor, wide).0;
                assert!(
                    start >= 0.0 && start + wide <= drawing.width + 0.5 && at.1 <= drawing.height,
                    "{words:?} at {at:?} is {wide} wide in {}",
                    drawing.title
                );
            }
        }
    }

    /// In the written files, too, whole parts add up to the shown totals.
    #[test]
    fn the_parts_in_the_files_add_up() {
        let evidence = Evidence::shipped().unwrap();
        let outlook = Outlook::fit(&evidence, evidence.population.clone(), None, None, None).unwrap();
        let view = outlook.recompute(&Sliders { simulations: 0, ..Sliders::default() }).unwrap();
        let parts = crate::forecast::parts_table(&view.forecasts, Language::English);
        for forecast in &view.forecasts {
            for row in &forecast.years {
                for form in CareForm::ALL {
                    let name = forecast.alternative.name(Language::English);
                    let sum: f64 = parts
                        .rows
                        .iter()
                        .filter(|cells| {
                            cells[0] == Cell::text(&name)
                                && cells[1] == Cell::Year(row.year)
                                && cells[2] == Cell::text(form.text().english)
                        })
                        .map(|cells| match cells[6] {
                            Cell::Number { value, .. } => value,
                            _ => f64::NAN,
                        })
                        .sum();
                    assert_eq!(sum, row.total(form).round(), "{name} {} {form:?}", row.year);
                }
            }
        }
    }

    #[test]
    fn every_chart_is_well_formed_and_has_its_table() {
        let evidence = Evidence::shipped().unwrap();
        let model = DemandModel::fit(&evidence, None).unwrap();
        let components = Components::fit(&evidence.population, &evidence.population, 2025).unwrap();
        let projection = components.project(2050, &PopulationAssumptions::BASE).after(&evidence.population);
        let alternatives = [Alternative::StatusQuo, Alternative::Main];
        let forecasts = alternatives.clone().map(|one| model.forecast(&projection, 2050, &one).unwrap());
        let wanted = Wanted { until: 2050, count: 50, seed: 1, assumptions: PopulationAssumptions::BASE };
        let futures = Futures::draw(&components, &model, &wanted);
        let bands = simulate(&components, &model, &projection, &futures, &alternatives);
        let building = BuildingAssumptions::default();
        let test = run_back_test(&evidence, 2019).unwrap();
        for (language, layout) in [
            (Language::Swedish, Layout::Print),
            (Language::Swedish, Layout::Page),
            (Language::English, Layout::Print),
            (Language::English, Layout::Page),
        ] {
            let style = Style { layout, language };
            for form in CareForm::ALL {
                check(&fan::fan("a", form, Some(&evidence.care_use), &forecasts, &bands, style));
                check(&back_test::back_test("b", form, &test, &evidence.care_use, style).unwrap());
            }
            check(&pyramid::pyramid("c", &projection, 2040, 2025, style).unwrap());
            let lines: Vec<_> = forecasts
                .iter()
                .map(|one| (one.alternative.name(language), set_against(one, None, &building)))
                .collect();
            check(&gap::gap("d", "Riket", &lines, &building, &[], style).unwrap());
        }
    }
}
