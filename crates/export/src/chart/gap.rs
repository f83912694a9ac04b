//! Places against need: bars of places in use, a line of need for each alternative.

use base::language::{Language, Text};
use housing::group::show_count;
use housing::places::gap::{BuildingAssumptions, GapYear};

use super::plot::Plot;
use super::{Chart, Style};
use crate::drawing::Ink;
use crate::forecast;

/// Need and supply of care-home places; one line per alternative, named. `None` without years.
pub fn gap(
    id: &str,
    area: &str,
    alternatives: &[(String, Vec<GapYear>)],
    assumptions: &BuildingAssumptions,
    notes: &[String],
    style: Style,
) -> Option<Chart> {
    let Style { layout, language } = style;
    let supply = &alternatives.first()?.1;
    let (first, last) = (supply.first()?, supply.last()?);
    let all = alternatives.iter().flat_map(|(_, rows)| rows);
    let largest = all.map(|row| row.places_needed.max(f64::from(row.places))).fold(1.0, f64::max);
    let plot = Plot::new(layout, alternatives.len(), (first.year, last.year), largest);
    let heading = Text::new("platser i särskilt boende", "care-home places").get(language);
    let described = describe(alternatives, assumptions, language);
    let mut drawing = layout.begin(id, &format!("{area}: {heading}"), &described);
    plot.frame(&mut drawing, Text::new("platser", "places").get(language), language);
    plot.bars(&mut drawing, supply.iter().map(|row| (row.year, row.places)), language);
    let mut ends = Vec::new();
    for (series, (name, rows)) in alternatives.iter().enumerate() {
        let points = rows.iter().map(|row| plot.at(row.year, row.places_needed)).collect();
        drawing.line(points, Ink::Series(series), 2.5);
        ends.extend(rows.last().map(|row| (series, row.places_needed, name.clone())));
    }
    plot.names(&mut drawing, &ends);
    let note = Text::new("staplar: platser i bruk", "bars: places in use").get(language);
    plot.remark(&mut drawing, note);
    let table = forecast::gap_table(alternatives, assumptions, notes, language);
    Some(Chart { drawing, table })
}

fn describe(
    alternatives: &[(String, Vec<GapYear>)],
    assumptions: &BuildingAssumptions,
    language: Language,
) -> String {
    let text = Text::new(
        "{name} {year}: {missing} platser saknas, {homes} boenden med {size} platser.",
        "{name} {year}: {missing} places missing, {homes} homes of {size} places.",
    );
    let sentences: Vec<String> = alternatives
        .iter()
        .filter_map(|(name, rows)| {
            let row = rows.last()?;
            let sentence = text
                .get(language)
                .replace("{name}", name)
                .replace("{year}", &row.year.to_string())
                .replace("{missing}", &show_count(row.missing(), language))
                .replace("{homes}", &row.homes_missing(assumptions.places_per_home).to_string())
                .replace("{size}", &assumptions.places_per_home.to_string());
            Some(sentence)
        })
        .collect();
    sentences.join(" ")
}
