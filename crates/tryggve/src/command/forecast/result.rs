//! Computes everything the command shows, and turns it into tables and charts.

use anyhow::Context;
use base::Language;
use base::language::Text;
use export::chart::{self, Chart, Layout, Style};
use export::forecast as tables;
use export::table::Table;
use housing::demand::alternative::Alternative;
use housing::demand::back_test::{BackTest, back_test, back_test_area};
use housing::demand::care_use::{CareForm, CareUse};
use housing::demand::history::Evidence;
use housing::group::AgeGroup;
use housing::outlook::{Outlook, OutlookView, Sliders};
use housing::places::gap::{BuildingAssumptions, GapYear};
use housing::population::Population;
use housing::population::areas::add_up_to;
use housing::population::back_test::{PopulationError, back_test as population_back_test};
use housing::population::projection::{Components, PopulationAssumptions, Projection};

use super::files::Input;
use super::{Arguments, BACK_TEST_START, PRINTED_YEARS};

/// Everything computed for one area.
pub(super) struct ForecastResult<'a> {
    evidence: &'a Evidence,
    /// What was fitted.
    pub(super) outlook: Outlook,
    /// What it gave.
    pub(super) view: OutlookView,
    sliders: Sliders,
    populations: Vec<(String, Projection)>,
    areas: Vec<(String, Projection)>,
    tests: Tests,
    gaps: Vec<(String, Vec<GapYear>)>,
    gap_notes: Vec<String>,
    counted: Option<CareUse>,
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
        let sliders = Sliders {
            until: arguments.until,
            alternatives: alternatives.to_vec(),
            simulations: arguments.simulations,
            seed: arguments.seed,
            building: BuildingAssumptions {
                places_per_home: arguments.places_per_home,
                kronor_per_place: arguments.kronor_per_place,
                ..BuildingAssumptions::default()
            },
            ..Sliders::default()
        };
        let area = input.population.area.clone();
        let (own, official) = (input.care_use.as_ref(), input.official.as_ref());
        let outlook =
            Outlook::fit(evidence, input.population, own, official, input.register).context(area)?;
        let view = outlook.recompute(&sliders)?;
        let mut findings = input.findings;
        let tests = back_tests(evidence, &outlook.history, own, &arguments.back_test, &mut findings)?;
        Ok(ForecastResult {
            evidence,
            counted: if input.is_national { Some(evidence.care_use.clone()) } else { input.care_use },
            populations: populations(&outlook, sliders.until, language),
            areas: project_areas(&input.areas, evidence, &view.projection, sliders.until)?,
            gaps: named_gaps(&view, language),
            gap_notes: vec![gap_note(&outlook, language)],
            outlook,
            view,
            sliders,
            tests,
            findings,
        })
    }

    /// Every fifth year after the last known one, the last known and the last asked for.
    fn years(&self, first: i32) -> Vec<i32> {
        let mut years = vec![first];
        years.extend((first + 1..=self.sliders.until).filter(|year| year % PRINTED_YEARS as i32 == 0));
        if years.last() != Some(&self.sliders.until) {
            years.push(self.sliders.until);
        }
        years
    }

    /// The tables for the terminal.
    pub(super) fn printed_tables(&self, language: Language) -> Vec<Table> {
        let mut printed = Vec::new();
        let years = self.years(self.outlook.history.last_year());
        printed.push(tables::population_table(&self.populations, &years, language));
        if !self.areas.is_empty() {
            let mut areas = tables::population_table(&self.areas, &years, language);
            areas.name = "population-areas".to_owned();
            areas.title = Text::new("Folkmängd per område", "Population by area").get(language).to_owned();
            printed.push(areas);
        }
        let octobers = self
            .view
            .forecasts
            .first()
            .and_then(|one| one.years.first())
            .map_or(self.sliders.until, |row| row.year);
        for form in CareForm::ALL {
            let mut table = tables::demand_table(form, &self.view.forecasts, &self.view.bands, language);
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
        let mut gap = tables::gap_table(&self.gaps, &self.sliders.building, &self.gap_notes, language);
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
        printed.push(tables::method_table(&self.outlook.model, language));
        for test in &self.tests.nation {
            let mut table = tables::back_test_table(test, &self.evidence.care_use, language);
            table.title = format!("{}, {}", table.title, self.evidence.population.area);
            printed.push(table);
        }
        if let Some(counted) = &self.counted {
            for test in &self.tests.own {
                let mut table = tables::back_test_table(test, counted, language);
                table.title = format!("{}, {}", table.title, self.outlook.history.area);
                table.name = format!("{}-own", table.name);
                printed.push(table);
            }
        }
        if !self.tests.population.is_empty() {
            printed.push(tables::population_back_test_table(
                &self.tests.population,
                &self.outlook.history.area,
                language,
            ));
        }
        printed
    }

    /// The tables that only files hold, year by year and part by part.
    pub(super) fn whole_tables(&self, language: Language) -> Vec<Table> {
        vec![tables::parts_table(&self.view.forecasts, language)]
    }

    /// The charts, each with its table.
    pub(super) fn charts(&self, language: Language) -> Vec<Chart> {
        let mut charts = Vec::new();
        let style = Style { layout: Layout::Print, language };
        let base_year = self.outlook.history.last_year();
        for year in
            self.years(base_year).into_iter().filter(|year| *year < self.sliders.until || *year % 10 == 0)
        {
            charts.extend(chart::pyramid::pyramid(
                "pyramid",
                &self.view.projection,
                year,
                base_year,
                style,
            ));
        }
        for form in CareForm::ALL {
            charts.push(chart::fan::fan(
                form.name(),
                form,
                self.counted.as_ref(),
                &self.view.forecasts,
                &self.view.bands,
                style,
            ));
        }
        for test in &self.tests.nation {
            for form in CareForm::ALL {
                let chart =
                    chart::back_test::back_test("back-test", form, test, &self.evidence.care_use, style);
                charts.extend(chart.map(|mut chart| {
                    chart.table.name = format!("{}-{}", chart.table.name, test.start);
                    chart
                }));
            }
        }
        charts.extend(chart::gap::gap(
            "gap",
            &self.outlook.history.area,
            &self.gaps,
            &self.sliders.building,
            &self.gap_notes,
            style,
        ));
        charts
    }
}

/// The named population alternatives for the table, the one in use first.
fn populations(outlook: &Outlook, until: i32, language: Language) -> Vec<(String, Projection)> {
    let own = [
        (Text::new("bas", "base"), PopulationAssumptions::BASE),
        (Text::new("hög", "high"), PopulationAssumptions::HIGH),
        (Text::new("låg", "low"), PopulationAssumptions::LOW),
    ];
    let official = outlook
        .official
        .iter()
        .map(|table| (Text::new("officiell", "official").get(language).to_owned(), table.clone()));
    official
        .chain(own.map(|(name, assumptions)| {
            (name.get(language).to_owned(), outlook.components.project(until, &assumptions))
        }))
        .collect()
}

fn named_gaps(view: &OutlookView, language: Language) -> Vec<(String, Vec<GapYear>)> {
    let names = view.forecasts.iter().map(|one| one.alternative.name(language));
    names.zip(view.gaps.iter().cloned()).collect()
}

fn gap_note(outlook: &Outlook, language: Language) -> String {
    match &outlook.register {
        Some(register) => register.source.line(),
        None => Text::new(
            "Inget register angivet: dagens platser antas vara lika många som dagens boende, och stå kvar.",
            "No register given: today's places are taken to be as many as today's residents, and to stay.",
        )
        .get(language)
        .to_owned(),
    }
}

/// How wrong the forecasts would have been.
#[derive(Default)]
struct Tests {
    /// The nation's demand, from each start.
    nation: Vec<BackTest>,
    /// The area's own counts of care, from each start they reach back to.
    own: Vec<BackTest>,
    /// The area's population.
    population: Vec<PopulationError>,
}

/// Back-tests from each start. What the area's own figures are too short for is said and is not an error, unless
/// the start was asked for.
fn back_tests(
    evidence: &Evidence,
    history: &Population,
    own: Option<&CareUse>,
    asked: &[i32],
    findings: &mut Vec<String>,
) -> anyhow::Result<Tests> {
    let mut tests = Tests::default();
    let starts = if asked.is_empty() { &[BACK_TEST_START] } else { asked };
    for &start in starts {
        tests.nation.push(back_test(evidence, start).with_context(|| format!("--back-test {start}"))?);
        let mut note = |error: &dyn std::fmt::Display| {
            findings.push(format!("--back-test {start}, {}: {error}", history.area));
        };
        match own.map(|own| back_test_area(evidence, own, history, start)) {
            // One count is enough for a forecast but leaves nothing to compare with.
            Some(Ok(test)) if !test.comparisons.is_empty() => tests.own.push(test),
            Some(Err(error)) => note(&error),
            Some(Ok(_)) | None => {}
        }
        match population_back_test(history, &evidence.population, start, AgeGroup::OLDER) {
            Ok(errors) => tests.population.extend(errors),
            Err(error) if asked.is_empty() => note(&error),
            Err(error) => {
                return Err(error).with_context(|| format!("--back-test {start}, {}", history.area));
            }
        }
    }
    Ok(tests)
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
