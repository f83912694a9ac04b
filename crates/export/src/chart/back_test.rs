//! The back-test as a chart: what each method said against what was counted.

use base::language::Text;
use housing::demand::back_test::{BackTest, FormComparison};
use housing::demand::care_use::{CareForm, CareUse};
use housing::group::show_count;

use super::plot::Plot;
use super::{Chart, Style};
use crate::drawing::Ink;
use crate::forecast;

/// One method's forecast, read from a comparison.
type Reading = fn(&FormComparison) -> f64;

/// One form's back-test from one start; `None` where the form has no later count.
pub fn back_test(
    id: &str,
    form: CareForm,
    test: &BackTest,
    counted: &CareUse,
    style: Style,
) -> Option<Chart> {
    let Style { layout, language } = style;
    let rows: Vec<&FormComparison> = test.comparisons.iter().filter(|row| row.form == form).collect();
    let last = rows.last()?;
    let lines: [(Text, Reading); 3] = [
        (Text::new("huvudalternativ", "main alternative"), |row| row.main),
        (Text::new("enkel nuläge", "plain status quo"), |row| row.plain_status_quo),
        (Text::new("enkel trend", "plain trend"), |row| row.plain_trend),
    ];
    let counts: Vec<(i32, f64)> =
        counted.years().into_iter().map(|year| (year, counted.total(form, year) as f64)).collect();
    let largest =
        counts.iter().map(|(_, persons)| *persons).chain(rows.iter().map(|row| row.plain_status_quo));
    let plot = Plot::new(layout, lines.len(), (counts.first()?.0, last.year), largest.fold(1.0, f64::max));
    let heading = Text::new(
        "{form}: prognos gjord {start} mot utfall",
        "{form}: forecast made {start} against outcome",
    );
    let title = heading
        .get(language)
        .replace("{form}", &forecast::capital(form.text().get(language)))
        .replace("{start}", &test.start.to_string());
    let described: Vec<String> = lines
        .iter()
        .map(|(name, value)| format!("{} {:+.1} %", name.get(language), last.percent(value(last))))
        .collect();
    let described = format!("{}: {}.", last.year, described.join("; "));
    let mut drawing = layout.begin(id, &title, &described);
    plot.frame(&mut drawing, Text::new("personer", "persons").get(language), language);
    let edge = |pick: fn(&FormComparison) -> f64| {
        let mut points = vec![plot.at(test.start, counted.total(form, test.start) as f64)];
        points.extend(rows.iter().map(|row| plot.at(row.year, pick(row))));
        points
    };
    drawing.area(&edge(|row| row.band.1), &edge(|row| row.band.0), Ink::Series(0), 0.18);
    let start_count = counted.total(form, test.start) as f64;
    let mut ends = Vec::new();
    for (series, (name, value)) in lines.iter().enumerate() {
        let mut points = vec![plot.at(test.start, start_count)];
        points.extend(rows.iter().map(|row| plot.at(row.year, value(row))));
        drawing.line(points, Ink::Series(series), 2.5);
        ends.push((series, value(last), name.get(language).to_owned()));
    }
    for (year, persons) in counts {
        let tip = format!("{year}: {}", show_count(persons, language));
        drawing.dot(plot.at(year, persons), 3.5, Ink::Text, tip);
    }
    plot.names(&mut drawing, &ends);
    let note = Text::new("punkter: räknat", "dots: counted").get(language);
    plot.remark(&mut drawing, note);
    let mut table = forecast::back_test_table(test, counted, language);
    table.name = format!("back-test-{}", form.name().replace('_', "-"));
    table.rows.retain(|row| row.first() == Some(&crate::table::Cell::text(form.text().get(language))));
    Some(Chart { drawing, table })
}
