//! Demand by alternative with its bands: a fan that opens with time.

use base::language::{Language, Text};
use housing::demand::care_use::{CareForm, CareUse};
use housing::demand::forecast::DemandForecast;
use housing::demand::simulation::{Bands, QUANTILES};
use housing::group::show_count;

use super::Chart;
use super::svg::{Plot, Svg};
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
    language: Language,
) -> Chart {
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
    let mut svg = Svg::new(id, &title, &describe(form, forecasts, bands, language));
    let plot = Plot::new((first, last), largest);
    plot.frame(&mut svg, Text::new("personer", "persons").get(language), language);
    if let Some(band) = bands.last() {
        draw_band(&mut svg, &plot, band, form, forecasts.len().saturating_sub(1));
    }
    let mut ends = Vec::new();
    for (style, forecast) in forecasts.iter().enumerate() {
        let points: Vec<_> =
            forecast.years.iter().map(|row| (plot.x(row.year), plot.y(row.total(form)))).collect();
        svg.path(&points, style);
        if let Some(row) = forecast.years.last() {
            ends.push((style, row.total(form), forecast.alternative.name(language)));
        }
    }
    for (year, persons) in &history {
        let circle = format!(
            r##"<circle cx="{:.1}" cy="{:.1}" r="3" fill="#1a1a1a"><title>{year}: {}</title></circle>"##,
            plot.x(*year),
            plot.y(*persons),
            show_count(*persons, language)
        );
        svg.raw(&circle);
    }
    plot.labels(&mut svg, &ends);
    let mut table = forecast::demand_table(form, forecasts, bands, language);
    table.name = format!("demand-{}", form.name().replace('_', "-"));
    Chart { svg: svg.finish(), table }
}

fn draw_band(svg: &mut Svg, plot: &Plot, band: &Bands, form: CareForm, style: usize) {
    let edge = |quantile: usize| -> Vec<(f64, f64)> {
        (band.first_year..)
            .zip(&band.years)
            .map(|(year, row)| (plot.x(year), plot.y(row[form.index()][quantile])))
            .collect()
    };
    svg.area(&edge(4), &edge(0), style, 0.14);
    svg.area(&edge(3), &edge(1), style, 0.22);
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
