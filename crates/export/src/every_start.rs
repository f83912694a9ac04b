//! The back-tests from every start beside each other: no start is picked out, and where a plain method won is said.

use base::language::{Language, Text};
use housing::demand::back_test::{BackTest, Compared, FormComparison};
use housing::demand::care_use::{CareForm, CareUse};

use crate::forecast::{headings, source_note};
use crate::table::{Cell, Table};

/// How near each method came to the last count, from every start: also where a plain method came nearer.
pub fn table(tests: &[BackTest], counted: &CareUse, language: Language) -> Table {
    let mut heading = headings(
        &[
            Text::new("insats", "care form"),
            Text::new("prognos gjord oktober", "forecast made October"),
            Text::new("jämförd med oktober", "compared with October"),
        ],
        language,
    );
    let error = Text::new("fel", "error").get(language);
    heading.extend(Compared::ALL.map(|method| format!("{}, {error}", method.text().get(language))));
    heading.push(Text::new("närmast", "nearest").get(language).to_owned());
    let last = last_comparisons(tests);
    let rows = last.iter().map(|row| {
        let mut cells =
            vec![Cell::text(row.form.text().get(language)), Cell::Year(row.start), Cell::Year(row.year)];
        cells.extend(
            Compared::ALL.map(|method| Cell::Percent { value: row.percent(row.said(method)), signed: true }),
        );
        cells.push(Cell::text(row.nearest().text().get(language)));
        cells
    });
    let title = Text::new("Efterprövning från alla år", "Back-test from every year").get(language);
    Table {
        name: "back-test-every-start".to_owned(),
        title: format!("{title}, {}", counted.area),
        headings: heading,
        rows: rows.collect(),
        notes: told(tests, language).into_iter().chain([source_note(&counted.source, language)]).collect(),
    }
}

/// Each form from each start against the last count, form by form.
fn last_comparisons(tests: &[BackTest]) -> Vec<FormComparison> {
    let of_form = |form| {
        tests.iter().filter_map(move |test| {
            let rows = test.comparisons.iter().filter(|row| row.form == form);
            rows.max_by_key(|row| row.year).copied()
        })
    };
    CareForm::ALL.into_iter().flat_map(of_form).collect()
}

/// How often each method came nearest, in a sentence; `None` without tests.
pub fn told(tests: &[BackTest], language: Language) -> Option<String> {
    let (first, last) = (tests.first()?, tests.last()?);
    let rows = last_comparisons(tests);
    let count = |method| rows.iter().filter(|row| row.nearest() == method).count().to_string();
    let text = Text::new(
        "Prognoser gjorda {first}–{last} mot den sista räkningen, alla insatser: huvudalternativet kom närmast i {main} av {all} fall, enkel trend i {trend} och enkel nuläge i {kept}.",
        "Forecasts made {first}–{last} against the last count, all care forms: the main alternative came nearest in {main} of {all} cases, plain trend in {trend} and plain status quo in {kept}.",
    );
    let sentence = text
        .get(language)
        .replace("{first}", &first.start.to_string())
        .replace("{last}", &last.start.to_string())
        .replace("{all}", &rows.len().to_string())
        .replace("{main}", &count(Compared::Main))
        .replace("{trend}", &count(Compared::PlainTrend))
        .replace("{kept}", &count(Compared::PlainStatusQuo));
    Some(sentence)
}
