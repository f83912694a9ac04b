//! Senior housing: bars of dwellings that stand or are planned, a line of need for each share rule.

use base::language::{Language, Text};
use housing::group::{show_count, show_decimal};
use housing::places::senior_housing::SeniorHousing;

use super::plot::Plot;
use super::{Chart, Style};
use crate::drawing::Ink;
use crate::forecast;

/// Need and supply of senior housing; one line per rule, named. `None` without rules or years.
pub fn senior_housing(
    id: &str,
    area: &str,
    rules: &[SeniorHousing],
    notes: &[String],
    style: Style,
) -> Option<Chart> {
    let Style { layout, language } = style;
    let first = rules.first()?;
    let (begin, end) = (first.years.first()?.year, first.years.last()?.year);
    let needed = rules.iter().flat_map(|one| &one.years).map(|row| row.dwellings_needed);
    let stands = first.dwellings.iter().map(|dwellings| f64::from(*dwellings));
    let largest = needed.chain(stands).fold(1.0, f64::max);
    let plot = Plot::new(layout, rules.len(), (begin, end), largest);
    let heading = Text::new("seniorbostäder", "senior housing").get(language);
    let mut drawing = layout.begin(id, &format!("{area}: {heading}"), &describe(rules, language));
    plot.frame(&mut drawing, Text::new("bostäder", "dwellings").get(language), language);
    plot.bars(
        &mut drawing,
        first.years.iter().map(|row| row.year).zip(first.dwellings.iter().copied()),
        language,
    );
    let mut ends = Vec::new();
    for (series, one) in rules.iter().enumerate() {
        let points = one.years.iter().map(|row| plot.at(row.year, row.dwellings_needed)).collect();
        drawing.line(points, Ink::Series(series), 2.5);
        ends.extend(one.years.last().map(|row| (series, row.dwellings_needed, name(one, language))));
    }
    plot.names(&mut drawing, &ends);
    if !first.dwellings.is_empty() {
        let note = Text::new("staplar: bostäder som finns", "bars: dwellings that stand").get(language);
        plot.remark(&mut drawing, note);
    }
    let table = forecast::senior_housing_table(rules, notes, language);
    Some(Chart { drawing, table })
}

fn name(one: &SeniorHousing, language: Language) -> String {
    format!("{} ({}\u{a0}%)", one.rule.text().get(language), show_decimal(one.share_percent, 1, language))
}

fn describe(rules: &[SeniorHousing], language: Language) -> String {
    let needed =
        Text::new("{name} {year}: {needed} bostäder behövs", "{name} {year}: {needed} dwellings needed");
    let missing = Text::new(", {missing} saknas", ", {missing} missing");
    let sentences: Vec<String> = rules
        .iter()
        .filter_map(|one| {
            let (index, row) = one.years.iter().enumerate().next_back()?;
            let mut sentence = needed
                .get(language)
                .replace("{name}", &forecast::capital(&name(one, language)))
                .replace("{year}", &row.year.to_string())
                .replace("{needed}", &show_count(row.dwellings_needed, language));
            if let Some(places) = one.missing(index) {
                sentence += &missing.get(language).replace("{missing}", &show_count(places, language));
            }
            Some(sentence + ".")
        })
        .collect();
    sentences.join(" ")
}
