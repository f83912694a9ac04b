//! The JSON of the Mankowska, Kummer and Italian sets (`iolab-uniud/hhcrsp`).
//!
//! Objective: (travel + summed tardiness + worst tardiness) / 3. Shifts have no end and coming home late costs
//! nothing. Windows are cut to whole minutes: the published values count them so.

use serde::Deserialize;
use visit::Day;
use visit::model::{Pairing, Staff, TICKS_MAX, Task, Ticks, Visit, Window, WindowKeptAt};
use visit::price::{CostPart, Price, Prices};

use crate::error::FileError;
use crate::{DayFile, Format, Label, number};

#[derive(Debug, Deserialize)]
struct File {
    patients: Vec<Patient>,
    services: Vec<Service>,
    caregivers: Vec<Caregiver>,
    #[serde(alias = "departing_points", alias = "terminal_points")]
    central_offices: Vec<Office>,
    distances: Vec<Vec<f64>>,
}

#[derive(Debug, Deserialize)]
struct Patient {
    id: String,
    #[serde(default)]
    location: Option<(f64, f64)>,
    time_window: (f64, f64),
    #[serde(alias = "required_services")]
    required_caregivers: Vec<Required>,
    #[serde(default)]
    synchronization: Option<Synchronization>,
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
    distance: Option<(f64, f64)>,
}

#[derive(Debug, Deserialize)]
struct Service {
    id: String,
    #[serde(default)]
    default_duration: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct Caregiver {
    id: String,
    abilities: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Office {
    id: String,
    #[serde(default)]
    location: Option<(f64, f64)>,
}

pub(crate) fn read(bytes: &[u8]) -> Result<DayFile, FileError> {
    let file: File = serde_json::from_slice(bytes)?;
    let office = file.central_offices.first();
    let office = office.ok_or_else(|| FileError::new("central_offices", "empty; expected one office"))?;
    if file.distances.len() != file.patients.len() + 1 {
        let fault = format!("{} rows; expected {}", file.distances.len(), file.patients.len() + 1);
        return Err(FileError::new("distances", fault));
    }
    let scale = number::ticks_per_minute(numbers(&file));
    let mut visits = Vec::with_capacity(file.patients.len());
    for (index, patient) in file.patients.iter().enumerate() {
        visits.push(visit(&file, patient, index + 1, scale)?);
    }
    let staff = file.caregivers.iter().map(|caregiver| staff(&file, caregiver)).collect::<Result<_, _>>()?;
    let prices = [CostPart::Travel, CostPart::Tardiness, CostPart::WorstTardiness]
        .into_iter()
        .fold(Prices::default(), |prices, part| prices.with(part, Price::Each(1)))
        .with(CostPart::Unqualified, Price::Hard);
    let locations =
        std::iter::once(office.location).chain(file.patients.iter().map(|patient| patient.location));
    Ok(DayFile {
        format: Format::Hhcrsp,
        labels: file.patients.iter().map(labels).collect(),
        persons: file.patients.iter().map(|patient| patient.id.clone()).collect(),
        start_labels: vec![office.id.clone(); file.caregivers.len()],
        locations: locations.collect::<Option<Vec<_>>>().unwrap_or_default(),
        day: Day {
            ticks_per_minute: scale,
            cost_divisor: 3.0 * f64::from(scale),
            prices,
            skills: file.services.iter().map(|service| service.id.clone()).collect(),
            keys: Vec::new(),
            travel: vec![number::travel(&file.distances, scale)?],
            staff,
            visits,
            leave_at_shift_start: false,
            window_kept_at: WindowKeptAt::Start,
        },
    })
}

fn numbers(file: &File) -> impl Iterator<Item = f64> {
    let durations = file.patients.iter().flat_map(|patient| &patient.required_caregivers);
    let lags = file.patients.iter().filter_map(|patient| patient.synchronization.as_ref()?.distance);
    (file.distances.iter().flatten().copied())
        .chain(durations.filter_map(|required| required.duration))
        .chain(file.services.iter().filter_map(|service| service.default_duration))
        .chain(lags.flat_map(|(min, max)| [min, max]))
}

fn labels(patient: &Patient) -> Vec<Label> {
    let label =
        |required: &Required| Label { patient: patient.id.clone(), service: required.service.clone() };
    patient.required_caregivers.iter().map(label).collect()
}

fn skill(file: &File, place: &str, name: &str) -> Result<usize, FileError> {
    let found = file.services.iter().position(|service| service.id == name);
    found.ok_or_else(|| FileError::new(place, format!("{name} is not in services")))
}

fn staff(file: &File, caregiver: &Caregiver) -> Result<Staff, FileError> {
    let place = format!("caregiver {}", caregiver.id);
    let skills =
        caregiver.abilities.iter().map(|name| skill(file, &place, name)).collect::<Result<_, _>>()?;
    Ok(Staff {
        name: caregiver.id.clone(),
        skills,
        start_place: 0,
        end_place: 0,
        shift: Window { start: 0, end: TICKS_MAX },
        breaks: Vec::new(),
        keys: Vec::new(),
        work_max: None,
        is_pool: false,
        travel: 0,
    })
}

fn visit(file: &File, patient: &Patient, place: usize, scale: Ticks) -> Result<Visit, FileError> {
    let at = format!("patient {}", patient.id);
    let mut tasks = Vec::with_capacity(patient.required_caregivers.len());
    for required in &patient.required_caregivers {
        let skill = skill(file, &at, &required.service)?;
        let duration = required.duration.or(file.services[skill].default_duration);
        let duration = duration.ok_or_else(|| FileError::new(&at, "a service without duration"))?;
        tasks.push(Task { skill, duration: number::ticks(&at, duration, scale)? });
    }
    let start = number::ticks(&at, patient.time_window.0.floor(), scale)?;
    let end = number::ticks(&at, patient.time_window.1.floor(), scale)?;
    Ok(Visit {
        name: patient.id.clone(),
        place,
        pairing: pairing(&at, patient, scale)?,
        tasks,
        windows: vec![Window { start, end }],
        preferred: None,
        excluded: Vec::new(),
        known: None,
        optional: false,
        promised: None,
        pinned: Vec::new(),
        needs: Vec::new(),
        key: None,
        wished_start: None,
        after: Vec::new(),
    })
}

fn pairing(at: &str, patient: &Patient, scale: Ticks) -> Result<Pairing, FileError> {
    let Some(synchronization) = &patient.synchronization else {
        return match patient.required_caregivers.len() {
            0 | 1 => Ok(Pairing::Independent),
            _ => Err(FileError::new(at, "two services need a synchronization")),
        };
    };
    match (synchronization.kind.as_str(), synchronization.distance) {
        ("independent", _) => Ok(Pairing::Independent),
        ("simultaneous", _) => Ok(Pairing::Lag { min: 0, max: 0 }),
        ("sequential", Some((min, max))) => {
            Ok(Pairing::Lag { min: number::ticks(at, min, scale)?, max: number::ticks(at, max, scale)? })
        }
        ("sequential", None) => Err(FileError::new(at, "sequential services need a distance [min, max]")),
        (other, _) => {
            Err(FileError::new(at, format!("synchronization {other}; expected simultaneous or sequential")))
        }
    }
}
