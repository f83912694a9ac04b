//! Places against need: bars of places in use, a line of need for each alternative.

use base::language::{Language, Text};
use housing::group::show_count;
use housing::places::gap::{BuildingAssumptions, GapYear};

use super::Chart;
use super::svg::{Plot, Svg};
use crate::forecast;

/// Need and supply of care-home places; one line per alternative, named. `None` without years.
pub fn gap(
    id: &str,
    area: &str,
    alternatives: &[(String, Vec<GapYear>)],
    assumptions: &BuildingAssumptions,
    notes: &[String],
    language: Language,
) -> Option<Chart> {
    let supply = &alternatives.first()?.1;
    let (first, last) = (supply.first()?, supply.last()?);
    let all = alternatives.iter().flat_map(|(_, rows)| rows);
    let largest = all.map(|row| row.places_needed.max(f64::from(row.places))).fold(1.0, f64::max);
    let plot = Plot::new((first.year, last.year), largest);
    let heading = Text::new("platser i särskilt boende", "care-home places").get(language);
    let mut svg = Svg::new(id, &format!("{area}: {heading}"), &describe(alternatives, assumptions, language));
    plot.frame(&mut svg, Text::new("platser", "places").get(language), language);
    let width = 0.7 * (plot.right - plot.left) / f64::from(plot.last_year - plot.first_year + 1);
    for row in supply {
        let top = plot.y(f64::from(row.places));
        let tip = format!("{}: {}", row.year, show_count(f64::from(row.places), language));
        let element = format!(
            r##"<rect x="{:.1}" y="{top:.1}" width="{width:.1}" height="{:.1}" fill="#c8ccd0"><title>{tip}</title></rect>"##,
            plot.x(row.year) - width / 2.0,
            (plot.bottom - top).max(0.0)
        );
        svg.raw(&element);
    }
    let mut ends = Vec::new();
    for (style, (name, rows)) in alternatives.iter().enumerate() {
        let points: Vec<_> = rows.iter().map(|row| (plot.x(row.year), plot.y(row.places_needed))).collect();
        svg.path(&points, style);
        ends.extend(rows.last().map(|row| (style, row.places_needed, name.clone())));
    }
    plot.labels(&mut svg, &ends);
    let note = Text::new("staplar: platser i bruk", "bars: places in use").get(language);
    svg.text((plot.right, plot.top - 10.0), "end", "tick", note);
    let table = forecast::gap_table(alternatives, assumptions, notes, language);
    Some(Chart { svg: svg.finish(), table })
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
