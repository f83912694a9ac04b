//! Draws a plan as SVG: a timeline with a row per member of staff, and a map where the file says where places lie.

use std::fmt::Write;

use visit::model::{BreakKind, Ticks};
use visit::plan::{Plan, Stop, What};

use crate::DayFile;

/// Pixels of one row of the timeline.
const ROW_HEIGHT: f64 = 26.0;
/// Pixels left of the timeline, for names.
const NAME_WIDTH: f64 = 110.0;
/// Pixels of the timeline from first to last minute.
const TIME_WIDTH: f64 = 1000.0;
/// Pixels above the first row, for the hours.
const HEAD_HEIGHT: f64 = 34.0;
/// Pixels of the map's longer side.
const MAP_SIZE: f64 = 700.0;
/// The most lines for hours; a longer plan has one every second hour or fewer.
const HOURS_MAX: Ticks = 48;
/// Pixels around everything.
const MARGIN: f64 = 20.0;

/// A plan as an SVG document.
pub fn svg(file: &DayFile, plan: &Plan) -> String {
    let timeline = Timeline::new(file, plan);
    let map_top = HEAD_HEIGHT + ROW_HEIGHT * plan.routes.len() as f64 + 2.0 * MARGIN;
    let map = Map::new(file);
    let width = NAME_WIDTH + TIME_WIDTH + 2.0 * MARGIN;
    let height = map_top + map.as_ref().map_or(0.0, |map| map.height + 2.0 * MARGIN);
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"sans-serif\" font-size=\"11\" role=\"img\" aria-label=\"Plan of the day\">"
    );
    let _ = writeln!(out, "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
    timeline.draw(file, plan, &mut out);
    if let Some(map) = map {
        let _ = writeln!(out, "<g transform=\"translate({MARGIN},{map_top:.0})\">");
        map.draw(file, plan, &mut out);
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    out
}

struct Timeline {
    begin: Ticks,
    pixels_per_tick: f64,
    ticks_per_hour: Ticks,
    end: Ticks,
}

impl Timeline {
    fn new(file: &DayFile, plan: &Plan) -> Self {
        let stops = || plan.routes.iter().flat_map(|route| &route.stops);
        let ticks_per_hour = file.day.ticks_per_minute.saturating_mul(60);
        let first = stops().map(|stop| stop.start).min().unwrap_or(0);
        let last = stops().map(|stop| stop.end).max().unwrap_or(ticks_per_hour);
        let begin = first / ticks_per_hour * ticks_per_hour;
        let end = last.max(begin + ticks_per_hour);
        Timeline { begin, end, ticks_per_hour, pixels_per_tick: TIME_WIDTH / f64::from(end - begin) }
    }

    fn x(&self, moment: Ticks) -> f64 {
        MARGIN + NAME_WIDTH + f64::from(moment - self.begin) * self.pixels_per_tick
    }

    fn draw(&self, file: &DayFile, plan: &Plan, out: &mut String) {
        let bottom = HEAD_HEIGHT + ROW_HEIGHT * plan.routes.len() as f64;
        let hours = (self.end - self.begin) / self.ticks_per_hour;
        let step = self.ticks_per_hour.saturating_mul(1 + hours / HOURS_MAX);
        let mut hour = self.begin;
        while hour <= self.end {
            let (x, label) = (self.x(hour), hour / self.ticks_per_hour);
            let _ = writeln!(
                out,
                "<line x1=\"{x:.1}\" y1=\"{HEAD_HEIGHT}\" x2=\"{x:.1}\" y2=\"{bottom:.1}\" stroke=\"#ddd\"/>\
                 <text x=\"{x:.1}\" y=\"22\" text-anchor=\"middle\" fill=\"#555\">{label:02}:00</text>"
            );
            hour = hour.saturating_add(step);
        }
        for (staff, route) in plan.routes.iter().enumerate() {
            let top = HEAD_HEIGHT + ROW_HEIGHT * staff as f64;
            let name = file.day.staff.get(staff).map_or("", |staff| &staff.name);
            let _ = writeln!(out, "<text x=\"{MARGIN}\" y=\"{:.1}\">{}</text>", top + 17.0, escape(name));
            route.stops.iter().for_each(|stop| self.draw_stop(file, staff, stop, top, out));
        }
    }

    fn draw_stop(&self, file: &DayFile, staff: usize, stop: &Stop, top: f64, out: &mut String) {
        let (x, width) = (self.x(stop.start), f64::from(stop.end - stop.start) * self.pixels_per_tick);
        let minutes = |ticks: Ticks| file.day.minutes(i64::from(ticks));
        let (label, fill) = match stop.what {
            What::Task { visit, task } => {
                let label = file.labels.get(visit).and_then(|tasks| tasks.get(task));
                let pair = file.labels.get(visit).is_some_and(|tasks| tasks.len() > 1);
                (
                    label.map_or("", |label| &label.patient).to_owned(),
                    if pair { "#f2b134" } else { colour(staff) },
                )
            }
            What::Break { number, .. } => {
                let owed = file.day.staff.get(staff).and_then(|staff| staff.breaks.get(number));
                let is_lunch = owed.is_some_and(|owed| owed.kind == BreakKind::Lunch);
                (if is_lunch { "lunch" } else { "pause" }.to_owned(), "#e4e4e4")
            }
        };
        let label = escape(&label);
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"3\" fill=\"{fill}\">\
             <title>{label} {:.0}–{:.0} min</title></rect>\
             <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"9\">{label}</text>",
            top + 4.0,
            width.max(1.0),
            ROW_HEIGHT - 8.0,
            minutes(stop.start),
            minutes(stop.end),
            x + 2.0,
            top + 16.0,
        );
    }
}

/// Places on paper: longitude across, latitude up.
struct Map {
    low: (f64, f64),
    pixels: (f64, f64),
    height: f64,
}

impl Map {
    fn new(file: &DayFile) -> Option<Self> {
        let finite = |location: &&(f64, f64)| location.0.is_finite() && location.1.is_finite();
        let mut locations = file.locations.iter().filter(finite);
        let first = *locations.next()?;
        let (low, high) = locations.fold((first, first), |(low, high), at| {
            ((low.0.min(at.0), low.1.min(at.1)), (high.0.max(at.0), high.1.max(at.1)))
        });
        // A degree of longitude is shorter than one of latitude; plane coordinates need no such care.
        let is_globe = high.0.abs() <= 180.0 && high.1.abs() <= 90.0 && low.1 > 30.0;
        let squeeze = if is_globe { ((low.1 + high.1) / 2.0).to_radians().cos() } else { 1.0 };
        let span = (((high.0 - low.0) * squeeze).max(1e-9), (high.1 - low.1).max(1e-9));
        let scale = MAP_SIZE / span.0.max(span.1);
        Some(Map { low, pixels: (scale * squeeze, scale), height: span.1 * scale })
    }

    fn point(&self, file: &DayFile, place: usize) -> Option<(f64, f64)> {
        let &(across, up) = file.locations.get(place)?;
        Some(((across - self.low.0) * self.pixels.0, self.height - (up - self.low.1) * self.pixels.1))
    }

    fn draw(&self, file: &DayFile, plan: &Plan, out: &mut String) {
        for (index, route) in plan.routes.iter().enumerate() {
            let Some(person) = file.day.staff.get(index) else { continue };
            let visits = route.stops.iter().filter_map(|stop| match stop.what {
                What::Task { visit, .. } => file.day.visits.get(visit).map(|visit| visit.place),
                What::Break { .. } => None,
            });
            let places: Vec<usize> =
                std::iter::once(person.start_place).chain(visits).chain([person.end_place]).collect();
            if places.len() < 3 {
                continue;
            }
            let points: Vec<String> = places
                .iter()
                .filter_map(|&place| self.point(file, place))
                .map(|(x, y)| format!("{x:.1},{y:.1}"))
                .collect();
            let _ = writeln!(
                out,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\"><title>{}</title></polyline>",
                points.join(" "),
                colour(index),
                escape(&person.name)
            );
        }
        for visit in &file.day.visits {
            if let Some((x, y)) = self.point(file, visit.place) {
                let name = escape(&visit.name);
                let _ = writeln!(
                    out,
                    "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"#333\"><title>{name}</title></circle>"
                );
            }
        }
        for person in &file.day.staff {
            if let Some((x, y)) = self.point(file, person.start_place) {
                let _ = writeln!(
                    out,
                    "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"9\" height=\"9\" fill=\"#000\"/>",
                    x - 4.5,
                    y - 4.5
                );
            }
        }
    }
}

/// Colours that stay apart for the common kinds of colour blindness, light enough for black text.
fn colour(staff: usize) -> &'static str {
    const COLOURS: [&str; 8] =
        ["#8ec7e8", "#a3d9b1", "#d6b3e6", "#f4c7a1", "#b8c4f0", "#9fd8d2", "#e7b9c6", "#cdd68f"];
    COLOURS[staff % COLOURS.len()]
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use localsearch::budget::{Budget, Stop};
    use visit::search::{Settings, solve};

    #[test]
    fn draws_every_visit_and_escapes_names() {
        let mut file = crate::read_day(None, include_bytes!("own_sample.json")).unwrap();
        file.day.staff[0].name = "A<B>".to_owned();
        let settings = Settings {
            budget: Budget::iterations(2000),
            seed: 1,
            threads: 1,
            stop: Stop::default(),
            enough: None,
        };
        let plan = solve(&file.day, &settings, &mut |_| ()).unwrap().plan;
        let drawn = svg(&file, &plan);
        assert!(drawn.contains("A&lt;B&gt;") && !drawn.contains("A<B>"));
        assert_eq!(
            drawn.matches("rx=\"3\"").count(),
            plan.routes.iter().map(|route| route.stops.len()).sum::<usize>()
        );
        assert!(drawn.contains("<polyline"));
        let is_pause = |stop: &&visit::plan::Stop| matches!(stop.what, What::Break { number: 0 | 2, .. });
        let pauses = plan.routes[0].stops.iter().filter(is_pause).count();
        assert!(pauses > 0 && drawn.matches(">pause<").count() == pauses, "{pauses}");
    }
}
