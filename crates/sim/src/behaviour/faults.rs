//! What breaks: SIM operators, whole areas, single devices, and one that comes and goes. Drawn ahead, under a seed.

use base::{AreaId, Timestamp};
use device::Stage;

use super::after;
use crate::{Town, random::Random};

/// Days between outages of a SIM operator, and of an area, in the whole town.
const OPERATOR_DAYS: f64 = 9.0;
const AREA_DAYS: f64 = 14.0;
/// Outages keep so far from each other, in seconds, so that each can be told from the next.
const OUTAGES_APART_SECONDS: f64 = 4.0 * 3_600.0;
/// Days between faults of one device.
const DEVICE_DAYS: f64 = 60.0;

/// What a fault hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hit {
    /// Every device with a SIM card of this operator.
    NetworkOperator(String),
    /// Every device of people in this area.
    Area(AreaId),
    /// One device, by its place in the town's list.
    Device(usize),
}

/// A time in which devices reach nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What it hits.
    pub hit: Hit,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// All faults of a run.
#[derive(Debug, Clone)]
pub struct Faults {
    /// Outages first, in order of time; then those of single devices.
    pub all: Vec<Fault>,
    /// Per device: the times in which it is offline, sorted and joined.
    offline: Vec<Vec<(Timestamp, Timestamp)>>,
}

impl Faults {
    /// Draws the faults of so many days.
    pub fn draw(town: &Town, seed: u64, start: Timestamp, days: u32) -> Self {
        let mut random = Random::new(seed, 21);
        let length = f64::from(days) * 86_400.0;
        let mut all = outages(town, &mut random, start, length);
        for (index, one) in town.devices.iter().enumerate() {
            if one.device.stage != Stage::Installed {
                continue;
            }
            let mut at = random.waiting(DEVICE_DAYS * 86_400.0);
            while at < length {
                let seconds = random.long_tailed(3_600.0, 1.2);
                all.push(Fault {
                    hit: Hit::Device(index),
                    from: after(start, at),
                    until: after(start, at + seconds),
                });
                at += seconds + random.waiting(DEVICE_DAYS * 86_400.0);
            }
        }
        all.extend(flapping(town, &mut random, start, length));
        let offline = (0..town.devices.len()).map(|index| offline(town, &all, index)).collect();
        Faults { all, offline }
    }

    /// Until when a device is offline at a moment; `None` when it is online.
    pub fn offline_until(&self, device: usize, at: Timestamp) -> Option<Timestamp> {
        let spans = self.offline.get(device)?;
        let after = spans.partition_point(|(from, _)| *from <= at);
        let (_, until) = spans.get(after.checked_sub(1)?)?;
        (at < *until).then_some(*until)
    }

    /// The outages: faults that hit many devices.
    pub fn outages(&self) -> impl Iterator<Item = &Fault> {
        self.all.iter().filter(|fault| !matches!(fault.hit, Hit::Device(_)))
    }
}

fn outages(town: &Town, random: &mut Random, start: Timestamp, length: f64) -> Vec<Fault> {
    let mut operators: Vec<&String> = town.devices.iter().map(|one| &one.device.network_operator).collect();
    operators.retain(|operator| !operator.is_empty());
    operators.sort_unstable();
    operators.dedup();
    let mut found = Vec::new();
    // The first outage comes on the first day, so that even a short run meets one.
    let mut at = random.between(3_600.0, 16.0 * 3_600.0);
    while at < length {
        let seconds = random.between(1_500.0, 6.0 * 3_600.0);
        let by_operator = random.chance(AREA_DAYS / (OPERATOR_DAYS + AREA_DAYS));
        let hit = match (random.pick(&operators), random.pick(&town.areas)) {
            (Some(operator), _) if by_operator => Some(Hit::NetworkOperator((*operator).clone())),
            (_, Some((area, _))) => Some(Hit::Area(*area)),
            _ => None,
        };
        let (from, until) = (after(start, at), after(start, at + seconds));
        found.extend(hit.map(|hit| Fault { hit, from, until }));
        let mean_days = 1.0 / (1.0 / OPERATOR_DAYS + 1.0 / AREA_DAYS);
        at += seconds + OUTAGES_APART_SECONDS + random.waiting(mean_days * 86_400.0);
    }
    found
}

/// One device per week and hundred devices comes and goes for some hours.
fn flapping(town: &Town, random: &mut Random, start: Timestamp, length: f64) -> Vec<Fault> {
    let installed: Vec<usize> = (0..town.devices.len())
        .filter(|index| town.devices[*index].device.stage == Stage::Installed)
        .collect();
    let count = (length / (7.0 * 86_400.0) * installed.len() as f64 / 100.0).ceil() as usize;
    let mut found = Vec::new();
    for _ in 0..count {
        let Some(index) = random.pick(&installed).copied() else { continue };
        let mut at = random.between(0.0, length);
        let end = at + random.between(3_600.0, 5.0 * 3_600.0);
        while at < end {
            let down = random.between(100.0, 500.0);
            found.push(Fault {
                hit: Hit::Device(index),
                from: after(start, at),
                until: after(start, at + down),
            });
            at += down + random.between(60.0, 600.0);
        }
    }
    found
}

fn offline(town: &Town, faults: &[Fault], index: usize) -> Vec<(Timestamp, Timestamp)> {
    let device = &town.devices[index].device;
    let area = device
        .person
        .and_then(|id| town.people.iter().find(|one| one.person.id == id))
        .and_then(|one| one.person.area);
    let mut spans: Vec<(Timestamp, Timestamp)> = faults
        .iter()
        .filter(|fault| match &fault.hit {
            Hit::NetworkOperator(operator) => device.network_operator == *operator,
            Hit::Area(hit) => area == Some(*hit),
            Hit::Device(hit) => *hit == index,
        })
        .map(|fault| (fault.from, fault.until))
        .collect();
    spans.sort_unstable();
    let mut joined: Vec<(Timestamp, Timestamp)> = Vec::with_capacity(spans.len());
    for (from, until) in spans {
        match joined.last_mut() {
            Some((_, last)) if from <= *last => *last = (*last).max(until),
            _ => joined.push((from, until)),
        }
    }
    joined
}
