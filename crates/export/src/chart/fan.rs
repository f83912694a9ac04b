//! Demand by alternative with its bands: a fan that opens with time.

use base::language::{Language, Text};
use housing::demand::care_use::{CareForm, CareUse};
use housing::demand::forecast::DemandForecast;
use housing::demand::simulation::{Bands, QUANTILES};
use housing::group::show_count;

use super::plot::Plot;
use super::{Chart, Style};
use crate::drawing::{Drawing, Ink};
use crate::forecast;

/// One form's counts so far and its forecasts; `bands` in the order of `forecasts`, or none.
///
/// The last alternative's band is drawn (80 % darker, 95 % lighter); all bands stand in the table.
pub fn fan(
    id: &str,
    form: CareForm,
    counted: Option<&CareUse>,
    forecasts: &[DemandForecast],
    bands: &[Bands],
    style: Style,
) -> Chart {
    let Style { layout, language } = style;
    let history: Vec<(i32, f64)> = counted
        .map(|counts| {
            counts.years().into_iter().map(|year| (year, counts.total(form, year) as f64)).collect()
        })
        .unwrap_or_default();
    let rows = forecasts.iter().flat_map(|forecast| &forecast.years);
    let values = rows.clone().map(|row| row.total(form)).chain(history.iter().map(|(_, persons)| *persons));
    let upper = bands
        .last()
        .into_iter()
        .flat_map(|band| band.years.iter().map(|row| row[form.index()][QUANTILES.len() - 1]));
    let largest = values.chain(upper).fold(1.0, f64::max);
    let years = rows.map(|row| row.year).chain(history.iter().map(|(year, _)| *year));
    let first = years.clone().min().unwrap_or(0);
    let last = years.max().unwrap_or(1);
    let area = forecasts.first().map_or("", |forecast| forecast.area.as_str());
    let title = format!("{area}: {}", form.text().get(language));
    let mut drawing = layout.begin(id, &title, &describe(form, forecasts, bands, language));
    let plot = Plot::new(layout, forecasts.len(), (first, last), largest);
    plot.frame(&mut drawing, Text::new("personer", "persons").get(language), language);
    if let Some(band) = bands.last() {
        draw_band(&mut drawing, &plot, band, form, forecasts.len().saturating_sub(1));
    }
    let mut ends = Vec::new();
    for (series, forecast) in forecasts.iter().enumerate() {
        let points = forecast.years.iter().map(|row| plot.at(row.year, row.total(form))).collect();
        drawing.line(points, Ink::Series(series), 2.5);
        if let Some(row) = forecast.years.last() {
            ends.push((series, row.total(form), forecast.alternative.name(language)));
        }
    }
    for (year, persons) in &history {
        let tip = format!("{year}: {}", show_count(*persons, language));
        drawing.dot(plot.at(*year, *persons), 3.0, Ink::Text, tip);
    }
    plot.names(&mut drawing, &ends);
    if !history.is_empty() {
        plot.remark(&mut drawing, Text::new("punkter: räknat", "dots: counted").get(language));
    }
    let mut table = forecast::demand_table(form, forecasts, bands, language);
    table.name = format!("demand-{}", form.name().replace('_', "-"));
    Chart { drawing, table }
}

fn draw_band(drawing: &mut Drawing, plot: &Plot, band: &Bands, form: CareForm, series: usize) {
    let edge = |quantile: usize| -> Vec<(f64, f64)> {
        (band.first_year..)
            .zip(&band.years)
            .map(|(year, row)| plot.at(year, row[form.index()][quantile]))
            .collect()
    };
    drawing.area(&edge(4), &edge(0), Ink::Series(series), 0.14);
    drawing.area(&edge(3), &edge(1), Ink::Series(series), 0.22);
}

fn describe(form: CareForm, forecasts: &[DemandForecast], bands: &[Bands], language: Language) -> String {
    let mut sentences = Vec::new();
    for (index, forecast) in forecasts.iter().enumerate() {
        let (Some(first), Some(last)) = (forecast.years.first(), forecast.years.last()) else { continue };
        let text = Text::new(
            "{name}: från {first} personer {from} till {last} {until}",
            "{name}: from {first} persons in {from} to {last} in {until}",
        );
        let mut sentence = text
            .get(language)
            .replace("{name}", &forecast.alternative.name(language))
            .replace("{first}", &show_count(first.total(form), language))
            .replace("{from}", &first.year.to_string())
            .replace("{last}", &show_count(last.total(form), language))
            .replace("{until}", &last.year.to_string());
        if let Some(edges) = bands.get(index).and_then(|band| band.edges(form, last.year)) {
            let text = Text::new(" (80 %: {low}–{high})", " (80 %: {low}-{high})");
            sentence += &text
                .get(language)
                .replace("{low}", &show_count(edges[1], language))
                .replace("{high}", &show_count(edges[3], language));
        }
        sentences.push(sentence + ".");
    }
    sentences.join(" ")
}
