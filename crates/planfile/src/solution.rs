//! Plans in the public sets' own JSON, so that their own validators read them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use visit::model::{BREAKS_MAX, BreakKind, Ticks};
use visit::plan::{Plan, Route, Stop, What};
use visit::price::CostPart;
use visit::{Verdict, rules};

use crate::error::FileError;
use crate::{DayFile, FILE_BYTES_MAX, Format};

/// The service that stands for lunch in a route of the public sets.
const LUNCH: &str = "lunch_break";
/// With its number among the breaks of its staff, from 1, the service that stands for any other break.
const BREAK: &str = "break ";

/// The words of the Udine validators for parts of the cost, as their own solution files use them.
const COST_WORDS: [(&str, CostPart); 9] = [
    ("travel_time", CostPart::Travel),
    ("total_tardiness", CostPart::Tardiness),
    ("highest_tardiness", CostPart::WorstTardiness),
    ("total_waiting_time", CostPart::Waiting),
    ("total_extra_time", CostPart::Overtime),
    ("max_idle_time", CostPart::WorstIdle),
    ("preferences", CostPart::Preference),
    ("missed_lunch_break", CostPart::MissedLunch),
    ("unscheduled", CostPart::Unserved),
];

#[derive(Debug, Deserialize)]
struct SolutionFile {
    routes: Vec<RouteFile>,
}

#[derive(Debug, Deserialize)]
struct RouteFile {
    caregiver_id: String,
    #[serde(default)]
    locations: Option<Vec<LocationFile>>,
}

#[derive(Debug, Deserialize)]
struct LocationFile {
    #[serde(default, alias = "start_time", alias = "start_service_time")]
    arrival_time: Option<f64>,
    #[serde(default, alias = "end_time", alias = "end_service_time")]
    departure_time: Option<f64>,
    #[serde(default)]
    patient: Option<String>,
    #[serde(default)]
    service: Option<String>,
}

#[derive(Debug, Serialize)]
struct Location<'a> {
    arrival_time: Value,
    departure_time: Value,
    patient: &'a str,
    service: &'a str,
}

/// Reads a plan for the day of `file`. Stops are put in order of their start; nothing else is mended.
pub fn read(file: &DayFile, bytes: &[u8]) -> Result<Plan, FileError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(FileError::new("file", format!("more than {FILE_BYTES_MAX} bytes")));
    }
    let solution: SolutionFile = serde_json::from_slice(bytes)?;
    let mut plan = Plan { routes: vec![Route::default(); file.day.staff.len()] };
    let mut seen = vec![false; file.day.staff.len()];
    for route in &solution.routes {
        let at = format!("route of {}", route.caregiver_id);
        let staff = file.day.staff.iter().position(|staff| staff.name == route.caregiver_id);
        let staff = staff.ok_or_else(|| FileError::new(&at, "nobody of that name is on the day"))?;
        if std::mem::replace(&mut seen[staff], true) {
            return Err(FileError::new(at, "stands twice"));
        }
        // A full route names its depots in stops without a patient; they are implied.
        let stops = route.locations.iter().flatten().filter(|location| location.patient.is_some());
        let mut stops =
            stops.map(|location| stop(file, staff, &at, location)).collect::<Result<Vec<_>, _>>()?;
        stops.sort_by_key(|stop| (stop.start, stop.end));
        plan.routes[staff] = Route { stops };
    }
    Ok(plan)
}

/// The break that stands in a route as this service, if it is one.
fn break_number(file: &DayFile, staff: usize, service: &str) -> Option<usize> {
    if service == LUNCH {
        // Where nobody owes a lunch, the checker says so of any number.
        Some(first_lunch(file, staff).unwrap_or(BREAKS_MAX))
    } else {
        service.strip_prefix(BREAK)?.parse::<usize>().ok()?.checked_sub(1)
    }
}

fn first_lunch(file: &DayFile, staff: usize) -> Option<usize> {
    file.day.staff[staff].breaks.iter().position(|owed| owed.kind == BreakKind::Lunch)
}

fn stop(file: &DayFile, staff: usize, at: &str, location: &LocationFile) -> Result<Stop, FileError> {
    let time = |minutes: Option<f64>, field: &str| {
        let minutes = minutes.ok_or_else(|| FileError::new(at, format!("a stop without {field}")))?;
        crate::number::ticks(at, minutes, file.day.ticks_per_minute)
    };
    let (start, end) =
        (time(location.arrival_time, "arrival_time")?, time(location.departure_time, "departure_time")?);
    let patient = location.patient.as_deref().unwrap_or_default();
    let service = location.service.as_deref().unwrap_or_default();
    let what = if let Some(number) = break_number(file, staff, service) {
        What::Break { number, at: find(file, |label| label.patient == patient).map(|(visit, _)| visit) }
    } else {
        let found = find(file, |label| label.patient == patient && label.service == service);
        let (visit, task) =
            found.ok_or_else(|| FileError::new(at, format!("{patient} with {service} is not on the day")))?;
        What::Task { visit, task }
    };
    Ok(Stop { what, start, end })
}

fn find(file: &DayFile, matches: impl Fn(&crate::Label) -> bool) -> Option<(usize, usize)> {
    let labels = file.labels.iter().enumerate();
    labels
        .flat_map(|(visit, tasks)| tasks.iter().enumerate().map(move |(task, label)| (visit, task, label)))
        .find(|(_, _, label)| matches(label))
        .map(|(visit, task, _)| (visit, task))
}

/// Writes a plan as JSON, with the cost that the checker found.
pub fn write(file: &DayFile, plan: &Plan, verdict: &Verdict) -> String {
    let mut solution = Map::new();
    solution.insert("cost".into(), cost(file, verdict));
    solution.insert("cost_components".into(), Value::Object(components(file, verdict)));
    solution.insert("global_ordering".into(), json!(ordering(file, plan)));
    let routes: Vec<Value> =
        plan.routes.iter().enumerate().filter_map(|(staff, route)| write_route(file, staff, route)).collect();
    solution.insert("routes".into(), Value::Array(routes));
    format!("{:#}\n", Value::Object(solution))
}

fn cost(file: &DayFile, verdict: &Verdict) -> Value {
    json!({ "objective": whole_or_fraction(file.day.shown_cost(verdict.price())), "violations": verdict.breaches.len() })
}

fn components(file: &DayFile, verdict: &Verdict) -> Map<String, Value> {
    // The validators take whole numbers only, and Udine's hhcrsp files carry no parts at all.
    let words = COST_WORDS.iter().filter(|_| file.format == Format::Uhhc);
    let shown = words.map(|&(word, part)| (word, file.day.shown_cost(verdict.part(part).price)));
    shown
        .filter(|(_, value)| value.fract() == 0.0)
        .map(|(word, value)| (word.to_owned(), whole_or_fraction(value)))
        .collect()
}

fn ordering<'a>(file: &'a DayFile, plan: &Plan) -> Vec<&'a str> {
    let mut starts = Vec::new();
    for stop in plan.routes.iter().flat_map(|route| &route.stops) {
        if let What::Task { visit, task } = stop.what {
            starts.push((stop.start, visit, task));
        }
    }
    starts.sort_unstable();
    let mut seen = vec![false; file.labels.len()];
    let mut first_only = Vec::new();
    for (_, visit, task) in starts {
        if !std::mem::replace(&mut seen[visit], true) {
            first_only.push(file.labels[visit][task].patient.as_str());
        }
    }
    first_only
}

fn write_route(file: &DayFile, staff: usize, route: &Route) -> Option<Value> {
    let id = &file.day.staff[staff].name;
    if route.stops.is_empty() {
        // The UHHC validator knows an idle caregiver by a route without locations; the older one by no route.
        return (file.format != Format::Hhcrsp).then(|| json!({ "caregiver_id": id }));
    }
    let time = |ticks: Ticks| whole_or_fraction(file.day.minutes(i64::from(ticks)));
    let locations: Vec<Value> = route.stops.iter().map(|stop| match stop.what {
        What::Task { visit, task } => {
            let label = &file.labels[visit][task];
            json!(Location {
                arrival_time: time(stop.start),
                departure_time: time(stop.end),
                patient: &label.patient,
                service: &label.service,
            })
        }
        What::Break { number, at } => {
            let is_lunch = first_lunch(file, staff) == Some(number);
            let service = if is_lunch { LUNCH.to_owned() } else { format!("{BREAK}{}", number + 1) };
            let place = at.map_or(&file.start_labels[staff], |visit| &file.labels[visit][0].patient);
            json!({ "start_time": time(stop.start), "end_time": time(stop.end), "patient": place, "service": service })
        }
    }).collect();
    Some(json!({ "caregiver_id": id, "locations": locations }))
}

fn whole_or_fraction(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9e15 { json!(value as i64) } else { json!(value) }
}

/// The parts of a plan's cost as lines of `name amount price`, priced parts only.
pub fn cost_lines(file: &DayFile, verdict: &Verdict) -> Vec<String> {
    let day = &file.day;
    let mut lines = Vec::new();
    for rule in rules::ALL {
        let part = verdict.part(rule.part);
        let price = day.prices.of(rule.part);
        if price == visit::price::Price::Free {
            continue;
        }
        let amount = match rule.unit {
            rules::Unit::Time => format!("{} min", day.minutes(part.amount)),
            rules::Unit::Count => part.amount.to_string(),
        };
        let cost = match price {
            visit::price::Price::Hard => "hard".to_owned(),
            visit::price::Price::Each(_) | visit::price::Price::Free => {
                format!("{}", day.shown_cost(part.price))
            }
        };
        lines.push(format!("{:<16} {:>14} {:>12}", rule.name, amount, cost));
    }
    lines
}

/// The cost in the set's own objective, with no more decimals than it has.
pub fn shown_cost(file: &DayFile, verdict: &Verdict) -> String {
    let cost = file.day.shown_cost(verdict.price());
    if cost.fract() == 0.0 { format!("{cost:.0}") } else { format!("{cost:.3}") }
}
