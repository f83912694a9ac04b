//! Checks silences and outages against what the checker itself heard, and against the faults that were drawn.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use base::{DeviceId, OutageId, SignedDuration, Timestamp};
use device::{Stage, supervision::Cause};
use store::supervision::Outage;

use crate::{
    Town,
    behaviour::{Fault, Faults, Hit},
};

/// Intervals without a sign before a device is silent; the shipped figure of the rule.
const SILENT_AFTER_INTERVALS: i64 = 3;
/// Intervals without a sign before a device may be part of an outage; the shipped figure of the rule, in halves.
const OUTAGE_AFTER_HALF_INTERVALS: i64 = 3;
/// Devices that must fall silent together for one outage; the shipped figure of the rule.
const OUTAGE_DEVICES: usize = 5;
/// How far an outage's recorded beginning may lie from the fault's, in seconds.
const BEGINNING_SECONDS: i64 = 900;
/// How long after a fault ends every device with a SIM card or a line must be back, in seconds.
const RECOVERY_SECONDS: i64 = 300;

#[derive(Debug, Clone)]
struct Watch {
    contact_seconds: i64,
    heard: Timestamp,
    /// What was on disk when contacts were last written: all that is left after a crash.
    written: Timestamp,
    silent: bool,
}

/// What the checker believes.
#[derive(Debug)]
pub(super) struct Supervision {
    watched: BTreeMap<DeviceId, Watch>,
    listening_since: Timestamp,
    pub(super) silences: u64,
    pub(super) checks: u64,
}

impl Supervision {
    /// `heard` is what the database says of each device at the start.
    pub(super) fn new(town: &Town, heard: &[(DeviceId, Timestamp)], now: Timestamp) -> Self {
        let heard: BTreeMap<DeviceId, Timestamp> = heard.iter().copied().collect();
        let watched = town
            .devices
            .iter()
            .filter(|one| one.device.stage == Stage::Installed)
            .filter_map(|one| {
                let contact_seconds = i64::from(town.model(&one.device)?.contact_seconds);
                let heard = *heard.get(&one.device.id)?;
                let watch = Watch { contact_seconds, heard, written: heard, silent: false };
                (contact_seconds > 0).then_some((one.device.id, watch))
            })
            .collect();
        Supervision { watched, listening_since: now, silences: 0, checks: 0 }
    }

    pub(super) fn heard(&mut self, device: DeviceId, at: Timestamp) {
        if let Some(watch) = self.watched.get_mut(&device) {
            watch.heard = watch.heard.max(at);
        }
    }

    /// Contacts were written: whoever was heard is no longer silent.
    pub(super) fn written(&mut self) {
        for watch in self.watched.values_mut() {
            if watch.heard > watch.written {
                watch.silent = false;
                watch.written = watch.heard;
            }
        }
    }

    /// The system was killed and listens again: what was not written is forgotten.
    pub(super) fn restarted(&mut self, now: Timestamp) {
        self.watched.values_mut().for_each(|watch| watch.heard = watch.written);
        self.listening_since = now;
    }

    /// The system has looked for silent devices; the same is worked out here. Returns whether anything is new.
    pub(super) fn looked(&mut self, now: Timestamp) -> bool {
        let before = self.silences;
        for watch in self.watched.values_mut().filter(|watch| !watch.silent) {
            let limit = SignedDuration::from_secs(watch.contact_seconds * SILENT_AFTER_INTERVALS);
            if watch.heard.max(self.listening_since) + limit <= now {
                watch.silent = true;
                self.silences += 1;
            }
        }
        self.silences > before
    }

    /// Compares with the devices that the database calls silent.
    pub(super) fn compare(&mut self, silent: &[DeviceId], now: Timestamp) -> Result<()> {
        self.checks += 1;
        let found: BTreeSet<DeviceId> = silent.iter().copied().collect();
        self.declared_early(&found, now);
        let expected: BTreeSet<DeviceId> =
            self.watched.iter().filter(|(_, watch)| watch.silent).map(|(device, _)| *device).collect();
        let missed: Vec<&DeviceId> = expected.difference(&found).collect();
        let wrong: Vec<&DeviceId> = found.difference(&expected).collect();
        ensure!(missed.is_empty(), "devices that are silent and not declared so: {missed:?}");
        ensure!(wrong.is_empty(), "devices that are declared silent and are not: {wrong:?}");
        Ok(())
    }
}

impl Supervision {
    /// An outage may take in devices that are late though not yet silent each for itself; that there was an outage at
    /// all is judged at the end.
    fn declared_early(&mut self, found: &BTreeSet<DeviceId>, now: Timestamp) {
        for (_, watch) in
            self.watched.iter_mut().filter(|(device, watch)| !watch.silent && found.contains(device))
        {
            let limit =
                SignedDuration::from_millis(watch.contact_seconds * 500 * OUTAGE_AFTER_HALF_INTERVALS);
            if watch.heard.max(self.listening_since) + limit <= now {
                watch.silent = true;
                self.silences += 1;
            }
        }
    }
}

/// Compares the outages of the database with the faults that were drawn: one for each, and no other.
pub(super) fn compare_outages(
    town: &Town,
    faults: &Faults,
    outages: &[Outage],
    now: Timestamp,
) -> Result<u64> {
    let mut explained: BTreeSet<OutageId> = BTreeSet::new();
    let mut checks = 0;
    for fault in faults.outages().filter(|fault| fault.from < now) {
        checks += 1;
        // A fault soon after another of the same cause is the same outage, which has begun earlier.
        let about = |outage: &&Outage| {
            let away = outage.began_at.duration_since(fault.from).as_secs().abs();
            let goes_on =
                outage.began_at <= fault.from && outage.ended_at.is_none_or(|ended| ended >= fault.from);
            cause_of(fault).as_ref() == Some(&outage.cause) && (away <= BEGINNING_SECONDS || goes_on)
        };
        let found: Vec<&Outage> = outages.iter().filter(about).collect();
        explained.extend(found.iter().map(|outage| outage.id));
        let lost = surely_lost(town, faults, fault, now);
        ensure!(
            found.len() <= 1 && (found.len() == 1 || lost < OUTAGE_DEVICES),
            "the outage {:?} from {} to {} with {lost} devices is {} outages",
            fault.hit,
            fault.from,
            fault.until,
            found.len()
        );
        for outage in found {
            ensure!(
                usize::try_from(outage.devices_lost).unwrap_or(0) >= lost,
                "the outage {:?} from {} lost {lost} devices, the system says {}",
                fault.hit,
                fault.from,
                outage.devices_lost
            );
            let over = fault.until + SignedDuration::from_secs(RECOVERY_SECONDS) < now;
            ensure!(
                !over || outage.ended_at.is_some() || outage.devices_silent > 0,
                "the outage from {} ended at {} and was not closed",
                fault.from,
                fault.until
            );
        }
    }
    let left: Vec<&Outage> = outages.iter().filter(|outage| !explained.contains(&outage.id)).collect();
    let near = |fault: &&Fault| {
        left.iter()
            .any(|outage| fault.from <= outage.ended_at.unwrap_or(now) && outage.began_at <= fault.until)
    };
    let faults: Vec<&Fault> = faults.outages().filter(near).collect();
    ensure!(left.is_empty(), "outages that are none: {left:?}, with the faults {faults:?}");
    Ok(checks)
}

fn cause_of(fault: &Fault) -> Option<Cause> {
    match &fault.hit {
        Hit::NetworkOperator(name) => Some(Cause::NetworkOperator(name.clone())),
        Hit::Area(area) => Some(Cause::Area(*area)),
        Hit::Device(_) => None,
    }
}

/// Devices that the fault surely made silent: online before it, reporting every minute, and away long enough.
fn surely_lost(town: &Town, faults: &Faults, fault: &Fault, now: Timestamp) -> usize {
    let until = fault.until.min(now);
    let before = fault.from - SignedDuration::from_secs(120);
    town.devices
        .iter()
        .enumerate()
        .filter(|(index, one)| {
            let minutely = town.model(&one.device).is_some_and(|model| model.contact_seconds == 60);
            one.device.stage == Stage::Installed
                && minutely
                && faults.offline_until(*index, before).is_none()
                && faults.offline_until(*index, fault.from) == Some(fault.until)
                && until.duration_since(fault.from).as_secs() > 60 * SILENT_AFTER_INTERVALS + 180
        })
        .count()
}
