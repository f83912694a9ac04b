//! Unified home health care (`iolab-uniud/uhhc`, CC BY 4.0): every instance carries its own weights.

use std::collections::BTreeMap;

use serde::Deserialize;
use visit::Day;
use visit::model::{Break, BreakKind, Pairing, Staff, TICKS_MAX, Task, Ticks, Visit, Window, WindowKeptAt};
use visit::price::{CostPart, Price, Prices};

use crate::error::FileError;
use crate::{DayFile, Format, Label, number};

#[derive(Debug, Deserialize)]
struct File {
    metadata: Metadata,
    distances: Vec<Vec<f64>>,
    #[serde(alias = "departing_points", alias = "central_offices")]
    terminal_points: Vec<Terminal>,
    caregivers: Vec<Caregiver>,
    patients: Vec<Patient>,
    services: Vec<Service>,
    #[serde(default)]
    lunch_breaks: Option<LunchBreak>,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    #[serde(default)]
    time_window_met: Option<String>,
    #[serde(default)]
    cost_components: BTreeMap<String, Option<Weight>>,
    #[serde(default)]
    origin: Option<String>,
    #[serde(default)]
    horizon: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Weight {
    Number(f64),
    Word(String),
}

#[derive(Debug, Deserialize)]
struct Terminal {
    id: String,
    #[serde(default)]
    distance_matrix_index: Option<usize>,
    #[serde(default)]
    location: Option<(f64, f64)>,
}

#[derive(Debug, Deserialize)]
struct Span {
    start: f64,
    end: f64,
}

#[derive(Debug, Deserialize)]
struct Caregiver {
    id: String,
    abilities: Vec<String>,
    #[serde(alias = "starting_point_id")]
    departing_point: String,
    #[serde(default)]
    arrival_point: Option<String>,
    #[serde(default)]
    working_shift: Option<Span>,
    #[serde(default)]
    lunch_break: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct Patient {
    id: String,
    #[serde(alias = "required_caregivers")]
    required_services: Vec<Required>,
    #[serde(default)]
    distance_matrix_index: Option<usize>,
    #[serde(default)]
    time_windows: Option<Vec<Span>>,
    #[serde(default)]
    location: Option<(f64, f64)>,
    #[serde(default)]
    synchronization: Option<Synchronization>,
    #[serde(default)]
    incompatible_caregivers: Option<Vec<String>>,
    #[serde(default)]
    preferred_caregivers: Option<Vec<String>>,
    #[serde(default)]
    optional: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct Required {
    service: String,
    #[serde(default)]
    duration: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct Synchronization {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    distance: Option<Distance>,
}

#[derive(Debug, Deserialize)]
struct Distance {
    min: f64,
    max: f64,
}

#[derive(Debug, Deserialize)]
struct Service {
    id: String,
    #[serde(default)]
    default_duration: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct LunchBreak {
    start: f64,
    end: f64,
    min_duration: f64,
}

/// The file's word for each part of the cost, and whether its absence means that the part is forbidden.
const COMPONENTS: [(&str, CostPart, bool); 14] = [
    ("travel_time", CostPart::Travel, false),
    ("total_tardiness", CostPart::Tardiness, false),
    ("highest_tardiness", CostPart::WorstTardiness, false),
    ("total_waiting_time", CostPart::Waiting, false),
    ("total_extra_time", CostPart::Overtime, false),
    ("max_idle_time", CostPart::WorstIdle, false),
    ("workload_balance", CostPart::LoadBalance, false),
    ("working_time", CostPart::WorkTime, false),
    ("caregiver_preferences", CostPart::Preference, true),
    ("missed_lunch_break", CostPart::MissedLunch, true),
    ("qualification", CostPart::Unqualified, true),
    ("incompabilities", CostPart::Excluded, true),
    ("incompatibilities", CostPart::Excluded, false),
    ("optional_patients", CostPart::Unserved, false),
];

/// The parts that count events; one event costs its weight whatever a tick is.
const COUNTED: [CostPart; 5] = [
    CostPart::Preference,
    CostPart::MissedLunch,
    CostPart::Unqualified,
    CostPart::Excluded,
    CostPart::Unserved,
];

pub(crate) fn read(bytes: &[u8]) -> Result<DayFile, FileError> {
    let file: File = serde_json::from_slice(bytes)?;
    let scale = number::ticks_per_minute(numbers(&file));
    let (prices, factor) = prices(&file, scale)?;
    let reader = Reader { file: &file, scale, lunch: lunch(&file, scale)? };
    let staff = file.caregivers.iter().map(|caregiver| reader.staff(caregiver)).collect::<Result<_, _>>()?;
    let mut visits = Vec::with_capacity(file.patients.len());
    for (index, patient) in file.patients.iter().enumerate() {
        visits.push(reader.visit(patient, file.terminal_points.len() + index)?);
    }
    Ok(DayFile {
        format: Format::Uhhc,
        labels: file.patients.iter().map(labels).collect(),
        persons: file.patients.iter().map(|patient| patient.id.clone()).collect(),
        start_labels: file.caregivers.iter().map(|caregiver| caregiver.departing_point.clone()).collect(),
        locations: locations(&file),
        day: Day {
            ticks_per_minute: scale,
            cost_divisor: factor * f64::from(scale),
            prices,
            skills: file.services.iter().map(|service| service.id.clone()).collect(),
            keys: Vec::new(),
            travel: vec![number::travel(&file.distances, scale)?],
            staff,
            visits,
            leave_at_shift_start: matches!(file.metadata.origin.as_deref(), Some("bazirha" | "bazirha-caie")),
            window_kept_at: kept_at(&file)?,
        },
    })
}

fn kept_at(file: &File) -> Result<WindowKeptAt, FileError> {
    match file.metadata.time_window_met.as_deref() {
        None | Some("at_service_start") => Ok(WindowKeptAt::Start),
        Some("at_service_end") => Ok(WindowKeptAt::End),
        Some(other) => {
            let fault = format!("{other}; expected at_service_start or at_service_end");
            Err(FileError::new("metadata.time_window_met", fault))
        }
    }
}

fn numbers(file: &File) -> impl Iterator<Item = f64> {
    let shifts = file.caregivers.iter().filter_map(|caregiver| caregiver.working_shift.as_ref());
    let windows = file.patients.iter().filter_map(|patient| patient.time_windows.as_ref()).flatten();
    let required = file.patients.iter().flat_map(|patient| &patient.required_services);
    let lags = file.patients.iter().filter_map(|patient| patient.synchronization.as_ref()?.distance.as_ref());
    (file.distances.iter().flatten().copied())
        .chain(shifts.chain(windows).flat_map(|span| [span.start, span.end]))
        .chain(required.filter_map(|required| required.duration))
        .chain(file.services.iter().filter_map(|service| service.default_duration))
        .chain(lags.flat_map(|lag| [lag.min, lag.max]))
        .chain(file.lunch_breaks.iter().flat_map(|lunch| [lunch.start, lunch.end, lunch.min_duration]))
}

fn prices(file: &File, scale: Ticks) -> Result<(Prices, f64), FileError> {
    let weights = &file.metadata.cost_components;
    let numbers = weights.values().flatten().filter_map(|weight| match weight {
        Weight::Number(number) => Some(*number),
        Weight::Word(_) => None,
    });
    let factor = number::weight_factor(numbers);
    if let Some(unknown) = weights.iter().find(|(name, weight)| {
        let is_set = matches!(weight, Some(Weight::Word(_)))
            || matches!(weight, Some(Weight::Number(number)) if *number != 0.0);
        is_set && COMPONENTS.iter().all(|(known, ..)| known != name)
    }) {
        return Err(FileError::new(
            format!("metadata.cost_components.{}", unknown.0),
            "not a part that is known",
        ));
    }
    let mut prices = Prices::default();
    for (name, part, hard_if_absent) in COMPONENTS {
        let place = format!("metadata.cost_components.{name}");
        let counted = if COUNTED.contains(&part) { f64::from(scale) } else { 1.0 };
        let price = match weights.get(name).and_then(Option::as_ref) {
            Some(Weight::Number(weight)) => number::price(&place, *weight, factor * counted)?,
            Some(Weight::Word(word)) if word == "HARD" => Price::Hard,
            Some(Weight::Word(word)) => {
                return Err(FileError::new(place, format!("{word}; expected a number or HARD")));
            }
            None if hard_if_absent => Price::Hard,
            None => continue,
        };
        // A hard working time means that shifts end on time; its sum is never a breach in itself.
        let part = if part == CostPart::WorkTime && price == Price::Hard { CostPart::Overtime } else { part };
        prices = prices.with(part, price);
    }
    Ok((prices, factor))
}

fn lunch(file: &File, scale: Ticks) -> Result<Option<Break>, FileError> {
    let Some(lunch) = &file.lunch_breaks else { return Ok(None) };
    let ticks = |minutes| number::ticks("lunch_breaks", minutes, scale);
    let window = Window { start: ticks(lunch.start)?, end: ticks(lunch.end)? };
    Ok(Some(Break { kind: BreakKind::Lunch, window, length: ticks(lunch.min_duration)? }))
}

fn labels(patient: &Patient) -> Vec<Label> {
    let label =
        |required: &Required| Label { patient: patient.id.clone(), service: required.service.clone() };
    patient.required_services.iter().map(label).collect()
}

fn locations(file: &File) -> Vec<(f64, f64)> {
    let mut locations = vec![None; file.distances.len()];
    let terminals = file.terminal_points.iter().enumerate();
    for (index, terminal) in terminals {
        let place = terminal.distance_matrix_index.unwrap_or(index);
        locations.get_mut(place).into_iter().for_each(|slot| *slot = terminal.location);
    }
    for (index, patient) in file.patients.iter().enumerate() {
        let place = patient.distance_matrix_index.unwrap_or(file.terminal_points.len() + index);
        locations.get_mut(place).into_iter().for_each(|slot| *slot = patient.location);
    }
    locations.into_iter().collect::<Option<Vec<_>>>().unwrap_or_default()
}

struct Reader<'a> {
    file: &'a File,
    scale: Ticks,
    lunch: Option<Break>,
}

impl Reader<'_> {
    fn span(&self, at: &str, span: &Span) -> Result<Window, FileError> {
        let start = number::ticks(at, span.start, self.scale)?;
        Ok(Window { start, end: number::ticks(at, span.end, self.scale)? })
    }

    fn skill(&self, at: &str, name: &str) -> Result<usize, FileError> {
        let found = self.file.services.iter().position(|service| service.id == name);
        found.ok_or_else(|| FileError::new(at, format!("{name} is not in services")))
    }

    fn terminal(&self, at: &str, id: &str) -> Result<usize, FileError> {
        let found = self.file.terminal_points.iter().position(|terminal| terminal.id == id);
        let index = found.ok_or_else(|| FileError::new(at, format!("{id} is not in terminal_points")))?;
        Ok(self.file.terminal_points[index].distance_matrix_index.unwrap_or(index))
    }

    fn caregivers(&self, at: &str, names: &[String]) -> Result<Vec<usize>, FileError> {
        let find = |name: &String| {
            let found = self.file.caregivers.iter().position(|caregiver| caregiver.id == *name);
            found.ok_or_else(|| FileError::new(at, format!("{name} is not in caregivers")))
        };
        names.iter().map(find).collect()
    }

    fn staff(&self, caregiver: &Caregiver) -> Result<Staff, FileError> {
        let at = format!("caregiver {}", caregiver.id);
        let skills =
            caregiver.abilities.iter().map(|name| self.skill(&at, name)).collect::<Result<_, _>>()?;
        let arrival = caregiver.arrival_point.as_ref().unwrap_or(&caregiver.departing_point);
        let no_shift = Window { start: 0, end: TICKS_MAX };
        Ok(Staff {
            name: caregiver.id.clone(),
            skills,
            start_place: self.terminal(&at, &caregiver.departing_point)?,
            end_place: self.terminal(&at, arrival)?,
            shift: caregiver.working_shift.as_ref().map_or(Ok(no_shift), |shift| self.span(&at, shift))?,
            breaks: self.lunch.filter(|_| caregiver.lunch_break == Some(true)).into_iter().collect(),
            keys: Vec::new(),
            work_max: None,
            is_pool: false,
            travel: 0,
        })
    }

    fn visit(&self, patient: &Patient, default_place: usize) -> Result<Visit, FileError> {
        let at = format!("patient {}", patient.id);
        let mut tasks = Vec::with_capacity(patient.required_services.len());
        for required in &patient.required_services {
            let skill = self.skill(&at, &required.service)?;
            let duration = required.duration.or(self.file.services[skill].default_duration);
            let duration = duration.ok_or_else(|| FileError::new(&at, "a service without duration"))?;
            tasks.push(Task { skill, duration: number::ticks(&at, duration, self.scale)? });
        }
        let spans = patient.time_windows.as_deref().unwrap_or_default();
        let mut windows = spans.iter().map(|span| self.span(&at, span)).collect::<Result<Vec<_>, _>>()?;
        if windows.is_empty() {
            let end = self
                .file
                .metadata
                .horizon
                .map_or(Ok(TICKS_MAX), |end| number::ticks(&at, end, self.scale))?;
            windows.push(Window { start: 0, end });
        }
        windows.sort_by_key(|window| window.start);
        let preferred = patient.preferred_caregivers.as_ref();
        Ok(Visit {
            name: patient.id.clone(),
            place: patient.distance_matrix_index.unwrap_or(default_place),
            pairing: self.pairing(&at, patient)?,
            tasks,
            windows,
            preferred: preferred.map(|names| self.caregivers(&at, names)).transpose()?,
            excluded: self.caregivers(&at, patient.incompatible_caregivers.as_deref().unwrap_or_default())?,
            known: None,
            optional: patient.optional == Some(true),
            promised: None,
            pinned: Vec::new(),
            needs: Vec::new(),
            key: None,
            wished_start: None,
            after: Vec::new(),
        })
    }

    fn pairing(&self, at: &str, patient: &Patient) -> Result<Pairing, FileError> {
        let Some(synchronization) = &patient.synchronization else {
            return match patient.required_services.len() {
                0 | 1 => Ok(Pairing::Independent),
                _ => Err(FileError::new(at, "two services need a synchronization")),
            };
        };
        match (synchronization.kind.as_str(), &synchronization.distance) {
            ("independent", _) => Ok(Pairing::Independent),
            ("simultaneous", _) => Ok(Pairing::Lag { min: 0, max: 0 }),
            ("sequential", Some(lag)) => Ok(Pairing::Lag {
                min: number::ticks(at, lag.min, self.scale)?,
                max: number::ticks(at, lag.max, self.scale)?,
            }),
            ("sequential", None) => Err(FileError::new(at, "sequential services need a distance {min, max}")),
            (other, _) => {
                let fault =
                    format!("synchronization {other}; expected independent, simultaneous or sequential");
                Err(FileError::new(at, fault))
            }
        }
    }
}
