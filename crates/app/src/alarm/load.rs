//! How heavy the work at the console is: alarms per operator and ten minutes, the peak, the share of nuisance, and
//! who sends most. The yardstick is that of EEMUA publication 191 for steady operation: about one alarm per
//! operator and ten minutes is fine, more than ten in ten minutes is a flood.

use std::collections::{BTreeMap, HashMap};

use ::alarm::{Lane, Outcome};
use access::{Action, Actor, Relation};
use base::{DeviceId, SignedDuration, Timestamp, time::Date};

use super::service_level::span;
use crate::{App, AppError, error::require};

/// The length of a slot, in seconds.
pub const SLOT_SECONDS: i64 = 600;
/// More alarms per operator and slot than this are a flood (EEMUA 191).
pub const FLOOD_ALARMS: f64 = 10.0;
/// How many senders are listed.
pub const SENDERS_SHOWN: usize = 10;

/// The load of a span.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    /// Alarms in the queue, technical ones included: each one asks for a look.
    pub alarms: u64,
    /// Operators who took an alarm within the span.
    pub operators: u64,
    /// Alarms per operator and ten minutes, over all slots; per console where nobody took any.
    pub per_operator_slot: f64,
    /// The fullest slot: when it began, and how many alarms came.
    pub peak: Option<(Timestamp, u64)>,
    /// Slots with a flood, counted for one operator.
    pub flood_slots: u64,
    /// Closed alarms.
    pub closed: u64,
    /// Of these, pressed by mistake, tests and device faults.
    pub nuisance: u64,
    /// The devices with most alarms, with serial number and count.
    pub senders: Vec<(DeviceId, String, u64)>,
}

/// Measures a span of days, both ends included.
pub async fn load(app: &App, actor: &Actor, from: Date, to: Date) -> Result<Load, AppError> {
    require(actor, Action::ServiceLevelRead, Relation::NoPerson)?;
    let (begin, end) = span(from, to)?;
    let mut transaction = app.store.read().await?;
    let mut slots: BTreeMap<i64, u64> = BTreeMap::new();
    let mut senders: HashMap<DeviceId, u64> = HashMap::new();
    let (mut alarms, mut closed, mut nuisance) = (0, 0, 0);
    let mut after = None;
    loop {
        let (measured, next) = store::service_level::measured(&mut transaction, begin, end, after).await?;
        for alarm in &measured {
            alarms += 1;
            *slots.entry(alarm.moments.received_at.as_second().div_euclid(SLOT_SECONDS)).or_default() += 1;
            if let Some(device) = alarm.device {
                *senders.entry(device).or_default() += 1;
            }
            closed += u64::from(alarm.outcome.is_some());
            nuisance +=
                u64::from(alarm.outcome.is_some_and(|outcome| is_nuisance(outcome, alarm.kind.lane())));
        }
        match next {
            Some(key) => after = Some(key),
            None => break,
        }
    }
    let operators =
        u64::try_from(store::service_level::operators_at_work(&mut transaction, begin, end).await?)
            .unwrap_or(0);
    let mut most: Vec<(DeviceId, u64)> = senders.into_iter().collect();
    most.sort_by_key(|(device, count)| (std::cmp::Reverse(*count), *device));
    most.truncate(SENDERS_SHOWN);
    let ids: Vec<DeviceId> = most.iter().map(|(device, _)| *device).collect();
    let devices = store::device::load_many(&mut transaction, &ids).await?;
    let serial =
        |id: DeviceId| devices.iter().find(|device| device.id == id).map(|device| device.serial.clone());
    let lasted = end.min(app.now()).duration_since(begin).max(SignedDuration::from_secs(SLOT_SECONDS));
    let slots_in_span = lasted.as_secs_f64() / SLOT_SECONDS as f64;
    // Counts stay far below 2^52, so the conversions are exact.
    Ok(Load {
        alarms,
        operators,
        per_operator_slot: alarms as f64 / slots_in_span / operators.max(1) as f64,
        peak: slots
            .iter()
            .max_by_key(|(slot, count)| (**count, std::cmp::Reverse(**slot)))
            .and_then(|(slot, count)| Some((Timestamp::from_second(slot * SLOT_SECONDS).ok()?, *count))),
        flood_slots: slots.values().filter(|count| **count as f64 > FLOOD_ALARMS).count() as u64,
        closed,
        nuisance,
        senders: most.into_iter().map(|(id, count)| (id, serial(id).unwrap_or_default(), count)).collect(),
    })
}

fn is_nuisance(outcome: Outcome, lane: Lane) -> bool {
    match outcome {
        Outcome::Mistake | Outcome::Test => true,
        // A fault that rang as a call for help cost an operator's attention for nothing.
        Outcome::DeviceFault => lane == Lane::Help,
        _ => false,
    }
}
