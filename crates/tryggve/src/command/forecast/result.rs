//! Computes everything the command shows, and turns it into tables and charts.

use anyhow::Context;
use base::Language;
use base::language::Text;
use export::chart::{self, Chart};
use export::forecast as tables;
use export::table::Table;
use housing::demand::alternative::Alternative;
use housing::demand::back_test::{BackTest, back_test};
use housing::demand::care_use::{CareForm, CareUse};
use housing::demand::forecast::{DemandForecast, DemandModel};
use housing::demand::history::Evidence;
use housing::demand::simulation::{Bands, Futures, Wanted, simulate};
use housing::group::AgeGroup;
use housing::places::gap::{BuildingAssumptions, GapYear, gap};
use housing::population::Population;
use housing::population::areas::add_up_to;
use housing::population::back_test::{PopulationError, back_test as population_back_test};
use housing::population::projection::{Components, PopulationAssumptions, Projection};

use super::files::Input;
use super::{Arguments, PRINTED_YEARS};

/// Everything computed for one area.
pub(super) struct ForecastResult<'a> {
    evidence: &'a Evidence,
    /// The area's history.
    pub(super) history: Population,
    /// History and base forecast in one row of years.
    pub(super) projection: Projection,
    populations: Vec<(String, Projection)>,
    areas: Vec<(String, Projection)>,
    /// One forecast per alternative, status quo first, main last.
    pub(super) forecasts: Vec<DemandForecast>,
    bands: Vec<Bands>,
    back_tests: Vec<BackTest>,
    population_errors: Vec<PopulationError>,
    gaps: Vec<(String, Vec<GapYear>)>,
    gap_notes: Vec<String>,
    building: BuildingAssumptions,
    counted: Option<CareUse>,
    model: DemandModel,
    until: i32,
    /// What looked wrong in the sources.
    pub(super) findings: Vec<String>,
}

impl<'a> ForecastResult<'a> {
    pub(super) fn compute(
        evidence: &'a Evidence,
        input: Input,
        arguments: &Arguments,
        alternatives: &[Alternative],
        language: Language,
    ) -> anyhow::Result<Self> {
        let history = input.population;
        let components = Components::fit(&history, &evidence.population, history.last_year())
            .with_context(|| history.area.clone())?;
        let until = arguments.until;
        let (projection, populations) =
            project(&components, &history, input.official.as_ref(), until, language);
        let own = input.care_use.as_ref().map(|counts| (counts, &history));
        let model = DemandModel::fit(evidence, own)?;
        let forecasts = alternatives
            .iter()
            .map(|one| model.forecast(&projection, until, one))
            .collect::<Result<Vec<_>, _>>()?;
        // An official forecast is one path without its components, so no band is drawn around it.
        let bands = if arguments.simulations == 0 || input.official.is_some() {
            Vec::new()
        } else {
            let wanted = Wanted {
                until,
                count: arguments.simulations,
                seed: arguments.seed,
                assumptions: PopulationAssumptions::BASE,
            };
            let futures = Futures::draw(&components, &model, &wanted);
            simulate(&components, &model, &projection, &futures, alternatives)
        };
        let mut back_tests = Vec::new();
        let mut population_errors = Vec::new();
        for &start in &arguments.back_test {
            back_tests.push(back_test(evidence, start).with_context(|| format!("--back-test {start}"))?);
            let errors = population_back_test(&history, &evidence.population, start, AgeGroup::OLDER)
                .with_context(|| format!("--back-test {start}, {}", history.area))?;
            population_errors.extend(errors);
        }
        let building = BuildingAssumptions {
            places_per_home: arguments.places_per_home,
            kronor_per_place: arguments.kronor_per_place,
            ..BuildingAssumptions::default()
        };
        let gaps = forecasts
            .iter()
            .map(|one| (one.alternative.name(language), gap(one, input.register.as_ref(), &building)))
            .collect();
        let gap_notes = vec![match &input.register {
            Some(register) => register.source.line(),
            None => Text::new(
                "Inget register angivet: dagens platser antas vara lika många som dagens boende, och stå kvar.",
                "No register given: today's places are taken to be as many as today's residents, and to stay.",
            )
            .get(language)
            .to_owned(),
        }];
        let areas = project_areas(&input.areas, evidence, &projection, until)?;
        Ok(ForecastResult {
            evidence,
            counted: if input.is_national { Some(evidence.care_use.clone()) } else { input.care_use },
            history,
            model,
            projection,
            populations,
            areas,
            forecasts,
            bands,
            back_tests,
            population_errors,
            gaps,
            gap_notes,
            building,
            until,
            findings: input.findings,
        })
    }

    /// Every fifth year after the last known one, the last known and the last asked for.
    fn years(&self, first: i32) -> Vec<i32> {
        let mut years = vec![first];
        years.extend((first + 1..=self.until).filter(|year| year % PRINTED_YEARS as i32 == 0));
        if years.last() != Some(&self.until) {
            years.push(self.until);
        }
        years
    }

    /// The tables for the terminal.
    pub(super) fn printed_tables(&self, language: Language) -> Vec<Table> {
        let mut printed = Vec::new();
        let years = self.years(self.history.last_year());
        printed.push(tables::population_table(&self.populations, &years, language));
        if !self.areas.is_empty() {
            let mut areas = tables::population_table(&self.areas, &years, language);
            areas.name = "population-areas".to_owned();
            areas.title = Text::new("Folkmängd per område", "Population by area").get(language).to_owned();
            printed.push(areas);
        }
        let octobers =
            self.forecasts.first().and_then(|one| one.years.first()).map_or(self.until, |row| row.year);
        for form in CareForm::ALL {
            let mut table = tables::demand_table(form, &self.forecasts, &self.bands, language);
            let shown = self.years(octobers);
            table.rows.retain(
                |row| matches!(row.first(), Some(export::table::Cell::Year(year)) if shown.contains(year)),
            );
            if form != CareForm::DayActivity {
                table.notes.clear();
            }
            table.name = format!("demand-summary-{}", form.name().replace('_', "-"));
            printed.push(table);
        }
        let mut gap = tables::gap_table(&self.gaps, &self.building, &self.gap_notes, language);
        let shown = self.years(octobers);
        gap.rows.retain(
            |row| matches!(row.get(1), Some(export::table::Cell::Year(year)) if shown.contains(year)),
        );
        gap.name = "places-gap-summary".to_owned();
        printed.push(gap);
        let first = self.evidence.first_year();
        printed.push(tables::shares_table(
            self.evidence,
            &[first, 2019, self.evidence.last_year()],
            language,
        ));
        printed.push(tables::method_table(&self.model, language));
        for test in &self.back_tests {
            printed.push(tables::back_test_table(test, &self.evidence.care_use, language));
        }
        if !self.population_errors.is_empty() {
            printed.push(tables::population_back_test_table(
                &self.population_errors,
                &self.history.area,
                language,
            ));
        }
        printed
    }

    /// The tables that only files hold, year by year and part by part.
    pub(super) fn whole_tables(&self, language: Language) -> Vec<Table> {
        vec![tables::parts_table(&self.forecasts, language)]
    }

    /// The charts, each with its table.
    pub(super) fn charts(&self, language: Language) -> Vec<Chart> {
        let mut charts = Vec::new();
        let base_year = self.history.last_year();
        for year in self.years(base_year).into_iter().filter(|year| *year < self.until || *year % 10 == 0) {
            charts.extend(chart::pyramid::pyramid("pyramid", &self.projection, year, base_year, language));
        }
        for form in CareForm::ALL {
            charts.push(chart::fan::fan(
                form.name(),
                form,
                self.counted.as_ref(),
                &self.forecasts,
                &self.bands,
                language,
            ));
        }
        for test in &self.back_tests {
            for form in CareForm::ALL {
                let chart =
                    chart::back_test::back_test("back-test", form, test, &self.evidence.care_use, language);
                charts.extend(chart.map(|mut chart| {
                    chart.table.name = format!("{}-{}", chart.table.name, test.start);
                    chart
                }));
            }
        }
        charts.extend(chart::gap::gap(
            "gap",
            &self.history.area,
            &self.gaps,
            &self.building,
            &self.gap_notes,
            language,
        ));
        charts
    }
}

/// The base projection after its history, and the named population alternatives for the table.
fn project(
    components: &Components,
    history: &Population,
    official: Option<&Population>,
    until: i32,
    language: Language,
) -> (Projection, Vec<(String, Projection)>) {
    let named = |text: Text, assumptions: &PopulationAssumptions| {
        (text.get(language).to_owned(), components.project(until, assumptions))
    };
    let base = named(Text::new("bas", "base"), &PopulationAssumptions::BASE);
    let mut all = vec![
        base.clone(),
        named(Text::new("hög", "high"), &PopulationAssumptions::HIGH),
        named(Text::new("låg", "low"), &PopulationAssumptions::LOW),
    ];
    let used = match official {
        Some(table) => {
            let official = Projection::official(table);
            all.insert(0, (Text::new("officiell", "official").get(language).to_owned(), official.clone()));
            official
        }
        None => base.1,
    };
    (used.after(history), all)
}

/// The areas below the municipality, made to add up to the projection that is used.
fn project_areas(
    areas: &[Population],
    evidence: &Evidence,
    whole: &Projection,
    until: i32,
) -> anyhow::Result<Vec<(String, Projection)>> {
    let mut projections = areas
        .iter()
        .map(|area| {
            let fitted = Components::fit(area, &evidence.population, area.last_year())
                .with_context(|| area.area.clone())?;
            Ok(fitted.project(until, &PopulationAssumptions::BASE).after(area))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    add_up_to(whole, &mut projections);
    Ok(projections.into_iter().map(|one| (one.area.clone(), one)).collect())
}
