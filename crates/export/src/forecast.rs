//! The tables of a forecast: population, demand, shares, back-test, gap, claims; each with its sources.

use base::language::{Language, Text};
use housing::claims::CheckedClaim;
use housing::demand::back_test::BackTest;
use housing::demand::care_use::{CareForm, CareUse};
use housing::demand::forecast::{DemandForecast, DemandModel, GROUPS};
use housing::demand::history::Evidence;
use housing::demand::method::Choice;
use housing::demand::shares::share;
use housing::demand::simulation::Bands;
use housing::group::{AgeGroup, Sex, show_decimal};
use housing::places::gap::{BuildingAssumptions, GapYear, investment};
use housing::places::senior_housing::SeniorHousing;
use housing::population::back_test::PopulationError;
use housing::population::projection::Projection;
use housing::source::Source;

use crate::table::{Cell, Table};

/// The headings of the lower and upper edge of a band, held together however narrow the column is.
const BAND_EDGES: [&str; 2] = ["80\u{a0}%\u{a0}↓", "80\u{a0}%\u{a0}↑"];

pub(crate) fn source_note(source: &Source, language: Language) -> String {
    format!("{}: {}", Text::new("Källa", "Source").get(language), source.line(language))
}

pub(crate) fn headings(words: &[Text], language: Language) -> Vec<String> {
    words.iter().map(|word| word.get(language).to_owned()).collect()
}

/// Persons by broad age group in chosen years, in up to several population alternatives with their names.
pub fn population_table(alternatives: &[(String, Projection)], years: &[i32], language: Language) -> Table {
    let groups = [AgeGroup::ALL_ELDERS, AgeGroup::ELDER, AgeGroup::OLDER, AgeGroup::OLDEST];
    let mut heading = headings(
        &[Text::new("alternativ", "alternative"), Text::new("31 december", "31 December")],
        language,
    );
    heading.extend(groups.iter().map(ToString::to_string));
    heading.push(Text::new("alla åldrar", "all ages").get(language).to_owned());
    let mut rows = Vec::new();
    for (name, projection) in alternatives {
        for &year in years {
            let Some(persons) = projection.persons(year) else { continue };
            let mut row = vec![Cell::text(name), Cell::Year(year)];
            let [all, elder, older, oldest] = groups.map(|group| group.sum_both(persons));
            // The younger group is shown as what is left, so that it and the older one make the shown whole.
            row.extend([
                Cell::count(all),
                Cell::rest(elder, all, older),
                Cell::count(older),
                Cell::count(oldest),
            ]);
            row.push(Cell::count(housing::population::total(persons)));
            rows.push(row);
        }
    }
    let first = alternatives.first();
    let area = first.map_or("", |(_, projection)| projection.area.as_str());
    Table {
        name: "population".to_owned(),
        title: format!("{}, {area}", Text::new("Folkmängd", "Population").get(language)),
        headings: heading,
        rows,
        notes: first.map(|(_, projection)| source_note(&projection.source, language)).into_iter().collect(),
    }
}

/// Every one-year age and sex of chosen years: the table behind a pyramid.
pub fn pyramid_table(projection: &Projection, years: &[i32], language: Language) -> Table {
    let mut heading = headings(&[Text::new("ålder", "age")], language);
    for year in years {
        heading.extend(Sex::ALL.map(|sex| format!("{} {year}", sex.text().get(language))));
    }
    let mut rows: Vec<Vec<Cell>> = (0..housing::group::AGES)
        .map(|age| match age {
            housing::group::AGE_LAST => vec![Cell::text("100+")],
            _ => vec![Cell::Text(age.to_string())],
        })
        .collect();
    for &year in years {
        let cells = match projection.persons(year) {
            // Both sexes of an age stand beside each other.
            Some(table) => {
                let flat: Vec<f64> = table.women.iter().zip(&table.men).flat_map(|(w, m)| [*w, *m]).collect();
                Cell::parts(&flat)
            }
            None => vec![Cell::Empty; 2 * housing::group::AGES],
        };
        for (row, pair) in rows.iter_mut().zip(cells.chunks(Sex::ALL.len())) {
            row.extend_from_slice(pair);
        }
    }
    Table {
        name: "pyramid".to_owned(),
        title: format!(
            "{}, {}",
            Text::new("Folkmängd efter ålder", "Population by age").get(language),
            projection.area
        ),
        headings: heading,
        rows,
        notes: vec![source_note(&projection.source, language)],
    }
}

/// One care form by year and alternative with bands; parts are not needed to read the total.
pub fn demand_table(
    form: CareForm,
    forecasts: &[DemandForecast],
    bands: &[Bands],
    language: Language,
) -> Table {
    let mut heading = headings(&[Text::new("oktober", "October")], language);
    for forecast in forecasts {
        heading.push(forecast.alternative.name(language));
        if !bands.is_empty() {
            heading.extend(BAND_EDGES.map(str::to_owned));
        }
    }
    let years: Vec<i32> =
        forecasts.first().map(|one| one.years.iter().map(|row| row.year).collect()).unwrap_or_default();
    let rows = years
        .iter()
        .map(|&year| {
            let mut row = vec![Cell::Year(year)];
            for (index, forecast) in forecasts.iter().enumerate() {
                row.push(forecast.year(year).map_or(Cell::Empty, |row| Cell::count(row.total(form))));
                if !bands.is_empty() {
                    let edges = bands.get(index).and_then(|band| band.edges(form, year));
                    row.push(edges.map_or(Cell::Empty, |edges| Cell::count(edges[1])));
                    row.push(edges.map_or(Cell::Empty, |edges| Cell::count(edges[3])));
                }
            }
            row
        })
        .collect();
    let area = forecasts.first().map_or("", |forecast| forecast.area.as_str());
    Table {
        name: "demand".to_owned(),
        title: format!("{}, {area}", capital(form.text().get(language))),
        headings: heading,
        rows,
        notes: demand_notes(forecasts, language),
    }
}

/// Every part of every forecast: alternative, year, form, age group, sex; unrounded, and whole persons that add up.
pub fn parts_table(forecasts: &[DemandForecast], language: Language) -> Table {
    let words = [
        Text::new("alternativ", "alternative"),
        Text::new("oktober", "October"),
        Text::new("insats", "care form"),
        Text::new("ålder", "age"),
        Text::new("kön", "sex"),
        Text::new("personer, beräknat", "persons, computed"),
        Text::new("hela personer", "whole persons"),
    ];
    let mut rows = Vec::new();
    for forecast in forecasts {
        for year in &forecast.years {
            for form in CareForm::ALL {
                let whole = year.whole_parts(form);
                for (part, persons) in year.parts(form).into_iter().enumerate() {
                    rows.push(vec![
                        Cell::Text(forecast.alternative.name(language)),
                        Cell::Year(year.year),
                        Cell::text(form.text().get(language)),
                        Cell::Text(GROUPS[part % GROUPS.len()].to_string()),
                        Cell::text(Sex::ALL[part / GROUPS.len()].text().get(language)),
                        Cell::Number { value: persons, decimals: 1 },
                        Cell::count(whole[part] as f64),
                    ]);
                }
            }
        }
    }
    Table {
        name: "demand-parts".to_owned(),
        title: Text::new("Behov efter insats, ålder och kön", "Demand by care form, age and sex")
            .get(language)
            .to_owned(),
        headings: headings(&words, language),
        rows,
        notes: demand_notes(forecasts, language),
    }
}

fn demand_notes(forecasts: &[DemandForecast], language: Language) -> Vec<String> {
    let mut notes: Vec<String> = forecasts
        .iter()
        .map(|one| {
            format!("{}: {}", capital(&one.alternative.name(language)), one.alternative.sentence(language))
        })
        .collect();
    if let Some(first) = forecasts.first() {
        notes.push(source_note(&first.population_source, language));
        notes.extend(first.sources.iter().map(|source| source_note(source, language)));
    }
    notes
}

/// The shares of care use that history shows, with numerator and denominator.
pub fn shares_table(evidence: &Evidence, years: &[i32], language: Language) -> Table {
    let words = [
        Text::new("insats", "care form"),
        Text::new("ålder", "age"),
        Text::new("oktober", "October"),
        Text::new("personer", "persons"),
        Text::new("folkmängd 31 dec året före", "population 31 Dec the year before"),
        Text::new("andel", "share"),
    ];
    let mut rows = Vec::new();
    for form in CareForm::ALL {
        for group in [AgeGroup::ELDER, AgeGroup::OLDER] {
            for &year in years {
                let found = share(&evidence.care_use, &evidence.population, form, group, None, year);
                let Some(found) = found else { continue };
                rows.push(vec![
                    Cell::text(form.text().get(language)),
                    Cell::Text(group.to_string()),
                    Cell::Year(year),
                    Cell::count(found.persons),
                    Cell::count(found.population),
                    Cell::Percent { value: found.percent(), signed: false },
                ]);
            }
        }
    }
    Table {
        name: "shares".to_owned(),
        title: Text::new("Andel med insats, riket", "Share with care, whole country")
            .get(language)
            .to_owned(),
        headings: headings(&words, language),
        rows,
        notes: vec![
            source_note(&evidence.care_use.source, language),
            source_note(&evidence.population.source, language),
        ],
    }
}

/// The demand back-test: every form and later year, with each method's error.
pub fn back_test_table(test: &BackTest, counted: &CareUse, language: Language) -> Table {
    let words = [
        Text::new("insats", "care form"),
        Text::new("oktober", "October"),
        Text::new("räknat", "counted"),
        Text::new("huvudalternativ", "main alternative"),
        Text::new("fel", "error"),
        Text::new(BAND_EDGES[0], BAND_EDGES[0]),
        Text::new(BAND_EDGES[1], BAND_EDGES[1]),
        Text::new("hela kedjan, fel", "whole chain, error"),
        Text::new("enkel nuläge, fel", "plain status quo, error"),
        Text::new("enkel trend, fel", "plain trend, error"),
    ];
    let percent = |value| Cell::Percent { value, signed: true };
    let rows = test
        .comparisons
        .iter()
        .map(|row| {
            vec![
                Cell::text(row.form.text().get(language)),
                Cell::Year(row.year),
                Cell::count(row.actual),
                Cell::count(row.main),
                percent(row.percent(row.main)),
                Cell::count(row.band.0),
                Cell::count(row.band.1),
                percent(row.percent(row.main_whole_chain)),
                percent(row.percent(row.plain_status_quo)),
                percent(row.percent(row.plain_trend)),
            ]
        })
        .collect();
    let title =
        Text::new("Efterprövning: prognos gjord oktober {start}", "Back-test: forecast made October {start}");
    let mut notes: Vec<String> = test.choices.iter().map(|choice| choice_note(choice, language)).collect();
    notes.push(
        Text::new(
            "Fel: med den folkmängd som kom; hela kedjan: även folkmängden prognostiserad då.",
            "Error: with the population that came; whole chain: the population forecast then, too.",
        )
        .get(language)
        .to_owned(),
    );
    notes.push(source_note(&counted.source, language));
    Table {
        name: format!("back-test-{}", test.start),
        title: title.get(language).replace("{start}", &test.start.to_string()),
        headings: headings(&words, language),
        rows,
        notes,
    }
}

fn choice_note(choice: &Choice, language: Language) -> String {
    let weight = if choice.method.health_years.is_infinite() {
        Text::new("enbart hälsa", "health alone").get(language).to_owned()
    } else {
        let text = Text::new("hälsa väger {n} räkneår", "health weighs {n} counted years").get(language);
        text.replace("{n}", &show_decimal(choice.method.health_years, 0, language))
    };
    let chosen = match choice.mean_error_percent {
        Some(error) => Text::new(
            "vald på {n} tidigare jämförelser, medelfel {e} %",
            "chosen on {n} earlier comparisons, mean error {e} %",
        )
        .get(language)
        .replace("{e}", &show_decimal(error, 1, language)),
        None => Text::new(
            "för få tidigare jämförelser ({n}): grundmetoden",
            "too few earlier comparisons ({n}): the basic method",
        )
        .get(language)
        .to_owned(),
    };
    format!(
        "{}: {weight}, {} {}; {}",
        capital(choice.form.text().get(language)),
        Text::new("dämpning", "damping").get(language),
        show_decimal(choice.method.damping, 2, language),
        chosen.replace("{n}", &choice.comparisons.to_string())
    )
}

/// How the main alternative's trend was chosen for each form, and how fast it moves.
pub fn method_table(model: &DemandModel, language: Language) -> Table {
    let words = [
        Text::new("insats", "care form"),
        Text::new("nivå", "level"),
        Text::new("metod", "method"),
        Text::new("odds första året, kvinnor", "odds first year, women"),
        Text::new("odds första året, män", "odds first year, men"),
        Text::new("osäkerhet per år", "spread a year"),
    ];
    let percent = |value: f64| Cell::Percent { value: 100.0 * (value.exp() - 1.0), signed: true };
    let rows = CareForm::ALL
        .iter()
        .zip(model.trends.iter().zip(&model.choices))
        .map(|(form, (trend, choice))| {
            let level = if model.local[form.index()] {
                Text::new("egen räkning", "own count")
            } else {
                Text::new("rikets andelar", "the nation's shares")
            };
            let note = choice_note(choice, language);
            vec![
                Cell::text(form.text().get(language)),
                Cell::text(level.get(language)),
                Cell::text(note.split_once(": ").map_or(note.as_str(), |(_, method)| method)),
                percent(trend.drift.women),
                percent(trend.drift.men),
                Cell::Percent { value: 100.0 * choice.yearly_spread, signed: false },
            ]
        })
        .collect();
    Table {
        name: "method".to_owned(),
        title: Text::new("Huvudalternativets metod", "The main alternative's method")
            .get(language)
            .to_owned(),
        headings: headings(&words, language),
        rows,
        notes: model.sources.iter().map(|source| source_note(source, language)).collect(),
    }
}

/// The population back-test of an age group.
pub fn population_back_test_table(errors: &[PopulationError], area: &str, language: Language) -> Table {
    let words = [
        Text::new("prognos gjord", "forecast made"),
        Text::new("31 december", "31 December"),
        Text::new("ålder", "age"),
        Text::new("prognos", "forecast"),
        Text::new("räknat", "counted"),
        Text::new("fel", "error"),
        Text::new("oförändrad dödlighet, fel", "constant mortality, error"),
    ];
    let rows = errors
        .iter()
        .map(|row| {
            vec![
                Cell::Year(row.start),
                Cell::Year(row.year),
                Cell::Text(row.group.to_string()),
                Cell::count(row.forecast),
                Cell::count(row.actual),
                Cell::Percent { value: row.percent(), signed: true },
                Cell::Percent { value: row.constant_percent(), signed: true },
            ]
        })
        .collect();
    let title = Text::new("Efterprövning av folkmängden", "Back-test of the population").get(language);
    Table {
        name: "population-back-test".to_owned(),
        title: format!("{title}, {area}"),
        headings: headings(&words, language),
        rows,
        notes: Vec::new(),
    }
}

/// Need against supply for each alternative, with homes missing and what must be added.
pub fn gap_table(
    alternatives: &[(String, Vec<GapYear>)],
    assumptions: &BuildingAssumptions,
    notes: &[String],
    language: Language,
) -> Table {
    let words = [
        Text::new("alternativ", "alternative"),
        Text::new("1 oktober", "1 October"),
        Text::new("behov", "need"),
        Text::new("platser", "places"),
        Text::new("saknas", "missing"),
        Text::new("boenden som saknas", "homes missing"),
        Text::new("att tillföra det året", "to add that year"),
        Text::new("investering det året, mkr", "investment that year, million kr"),
    ];
    let mut rows = Vec::new();
    for (name, years) in alternatives {
        let (mut added, mut added_shown) = (0.0_f64, 0.0);
        for (row, add) in years.iter().zip(investment(years, assumptions)) {
            let cost = add.kronor / 1e6;
            added += add.places_to_add;
            // What is added is shown so that the years together make the places that were missing at most.
            let shown = added.round() - added_shown;
            added_shown += shown;
            rows.push(vec![
                Cell::text(name),
                Cell::Year(row.year),
                Cell::count(row.places_needed),
                Cell::count(f64::from(row.places)),
                Cell::rest(row.missing(), row.places_needed, f64::from(row.places)),
                Cell::count(f64::from(row.homes_missing(assumptions.places_per_home))),
                Cell::Part { value: add.places_to_add, shown },
                if assumptions.kronor_per_place > 0.0 {
                    Cell::Number { value: cost, decimals: 1 }
                } else {
                    Cell::Empty
                },
            ]);
        }
    }
    let mut all_notes = notes.to_vec();
    let size = Text::new(
        "Antaget: {n} platser per boende, {v} % tomma platser.",
        "Assumed: {n} places per home, {v} % places empty.",
    );
    all_notes.push(
        size.get(language)
            .replace("{n}", &assumptions.places_per_home.to_string())
            .replace("{v}", &show_decimal(assumptions.vacancy_percent, 1, language)),
    );
    Table {
        name: "places-gap".to_owned(),
        title: Text::new("Platser i särskilt boende", "Care-home places").get(language).to_owned(),
        headings: headings(&words, language),
        rows,
        notes: all_notes,
    }
}

/// Need of senior housing by each share rule, against the dwellings that stand and are planned.
pub fn senior_housing_table(rules: &[SeniorHousing], notes: &[String], language: Language) -> Table {
    let words = [
        Text::new("regel", "rule"),
        Text::new("andel av 65+", "share of 65+"),
        Text::new("31 december", "31 December"),
        Text::new("personer 65+", "persons 65+"),
        Text::new("behov av bostäder", "dwellings needed"),
        Text::new("bostäder", "dwellings"),
        Text::new("saknas", "missing"),
    ];
    let mut rows = Vec::new();
    for one in rules {
        for (index, row) in one.years.iter().enumerate() {
            let stands = one.dwellings.get(index).map(|dwellings| f64::from(*dwellings));
            let missing = one.missing(index).zip(stands);
            rows.push(vec![
                Cell::text(one.rule.text().get(language)),
                Cell::Percent { value: one.share_percent, signed: false },
                Cell::Year(row.year),
                Cell::count(row.persons),
                Cell::count(row.dwellings_needed),
                stands.map_or(Cell::Empty, Cell::count),
                missing.map_or(Cell::Empty, |(missing, stands)| {
                    Cell::rest(missing, row.dwellings_needed, stands)
                }),
            ]);
        }
    }
    Table {
        name: "senior-housing".to_owned(),
        title: Text::new("Seniorbostäder efter andel", "Senior housing by share").get(language).to_owned(),
        headings: headings(&words, language),
        rows,
        notes: notes.to_vec(),
    }
}

/// Published statements with verdict and arithmetic.
pub fn claims_table(claims: &[CheckedClaim], language: Language) -> Table {
    let words = [
        Text::new("omdöme", "verdict"),
        Text::new("påstående", "statement"),
        Text::new("räkning", "arithmetic"),
        Text::new("dokument", "document"),
    ];
    Table {
        name: "claims".to_owned(),
        title: Text::new("Påståenden, omräknade", "Statements, recomputed").get(language).to_owned(),
        headings: headings(&words, language),
        rows: claims
            .iter()
            .map(|claim| {
                vec![
                    Cell::text(claim.verdict.text().get(language)),
                    Cell::text(claim.statement.get(language)),
                    Cell::text(&claim.arithmetic),
                    Cell::text(claim.document.get(language)),
                ]
            })
            .collect(),
        notes: Vec::new(),
    }
}

pub(crate) fn capital(words: &str) -> String {
    let mut characters = words.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
