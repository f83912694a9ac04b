//! Contact supervision: silence is an event, and many silences together are one outage.

use std::{cmp::Reverse, collections::BTreeMap};

use base::{AreaId, DeviceId, ModelId, OutageId, SignedDuration, Timestamp, language::Text, rule::Rule};

/// A device is silent after so many expected intervals without a sign.
pub const SILENT_AFTER_INTERVALS: Rule = Rule {
    name: "supervision.silent_after_intervals",
    figure: 3.0,
    source: "Tryggve's own choice; supervision at minute level is asked for by mfd.se 13326 (2013)",
    valid_from: "2026-01-01",
    sentence: Text::new(
        "En enhet räknas som tyst efter så många uteblivna livstecken.",
        "A device counts as silent after this many missed signs of life.",
    ),
};
/// So many devices that fall silent together are one outage.
pub const OUTAGE_DEVICES: Rule = Rule {
    name: "supervision.outage_devices",
    figure: 5.0,
    source: "Tryggve's own choice; the municipality sets it",
    valid_from: "2026-01-01",
    sentence: Text::new(
        "Så många enheter som tystnar tillsammans är ett gemensamt avbrott.",
        "This many devices that fall silent together are one outage.",
    ),
};
/// Devices that fall silent within so many seconds of each other fall silent together.
pub const OUTAGE_WINDOW_SECONDS: Rule = Rule {
    name: "supervision.outage_window_seconds",
    figure: 300.0,
    source: "Tryggve's own choice; the municipality sets it",
    valid_from: "2026-01-01",
    sentence: Text::new(
        "Enheter som tystnar inom denna tid tystnar tillsammans.",
        "Devices that fall silent within this time fall silent together.",
    ),
};
/// Devices of one cause that miss so many signs of life together are an outage, before each of them is silent.
pub const OUTAGE_AFTER_INTERVALS: Rule = Rule {
    name: "supervision.outage_after_intervals",
    figure: 1.5,
    source: "Tryggve's own choice: with signs of life every minute an outage is known within two minutes",
    valid_from: "2026-01-01",
    sentence: Text::new(
        "När minst hälften av enheterna med samma orsak uteblir så här många livstecken är det ett avbrott.",
        "When at least half of the devices of one cause miss this many signs of life, it is an outage.",
    ),
};
/// An outage that comes back within so many seconds is the same one.
pub const OUTAGE_DAMPED_SECONDS: Rule = Rule {
    name: "supervision.outage_damped_seconds",
    figure: 1_800.0,
    source: "Tryggve's own choice; the municipality sets it",
    valid_from: "2026-01-01",
    sentence: Text::new(
        "Ett avbrott som kommer tillbaka inom denna tid är samma avbrott.",
        "An outage that comes back within this time is the same one.",
    ),
};
/// The share of a cause's devices that must be missed for an outage before each of them is silent.
pub const EARLY_SHARE: f64 = 0.5;

/// A cause that so large a share of those misses that the most common cause does is as likely by its size: one device
/// that is silent by chance must not turn an operator's outage into that of a model.
const NEARLY: f64 = 0.8;

/// How often all devices are looked at, in seconds.
pub const CHECK_SECONDS: Rule = Rule {
    name: "supervision.check_seconds",
    figure: 15.0,
    source: "Tryggve's own choice: a quarter of the minute that supervision is asked for",
    valid_from: "2026-01-01",
    sentence: Text::new(
        "Så ofta kontrolleras vilka enheter som har tystnat.",
        "This is how often Tryggve looks for devices that have fallen silent.",
    ),
};

/// What supervision needs to know of one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// Which device.
    pub device: DeviceId,
    /// Its model.
    pub model: ModelId,
    /// The area it stands in.
    pub area: Option<AreaId>,
    /// The mobile operator of its SIM card; empty when unknown.
    pub network_operator: String,
    /// When it was last heard of; when it was installed, if it never was.
    pub last_contact_at: Timestamp,
    /// When it was declared silent.
    pub silent_since: Option<Timestamp>,
    /// The outage it was lost in, while it is silent.
    pub outage: Option<OutageId>,
    /// How often it should be heard of, in seconds; 0 is never supervised.
    pub contact_seconds: u32,
}

/// What devices that are lost together have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The same mobile operator.
    NetworkOperator(String),
    /// The same area.
    Area(AreaId),
    /// The same model.
    Model(ModelId),
}

/// How many supervised devices share each cause, by how often they are heard of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Population(BTreeMap<Cause, BTreeMap<u32, usize>>);

impl Population {
    /// Counts devices that should be heard of every so many seconds.
    pub fn add(&mut self, cause: Cause, contact_seconds: u32, devices: usize) {
        *self.0.entry(cause).or_default().entry(contact_seconds).or_default() += devices;
    }

    /// How many share a cause and are heard of at least every so many seconds; many where nobody knows.
    pub fn heard_as_often(&self, cause: &Cause, contact_seconds: u32) -> usize {
        let up_to =
            |every: &BTreeMap<u32, usize>| every.range(..=contact_seconds).map(|(_, devices)| devices).sum();
        self.0.get(cause).map_or(usize::MAX, up_to)
    }

    /// Whether the missed are a large share of a cause: of all its devices, or of those that are heard of so often that
    /// they could be missed by now. One that reports once an hour is not heard of meanwhile, whatever has happened.
    fn has_lost(&self, cause: &Cause, missed: &[&Watched], outage_devices: usize) -> bool {
        let mut intervals: Vec<u32> = missed.iter().map(|device| device.contact_seconds).collect();
        intervals.sort_unstable();
        intervals.iter().zip(1..).any(|(slowest, lost)| {
            let all = self.heard_as_often(cause, *slowest);
            lost >= outage_devices.max(2) && lost as f64 >= all as f64 * EARLY_SHARE
        })
    }
}

/// The moment a device becomes silent if nothing more is heard; `None` where it is not supervised.
///
/// A device that has not been heard of since before `listening_since` gets its intervals from then on: while we
/// did not listen, nobody was silent.
pub fn silent_at(
    device: &Watched,
    silent_after_intervals: f64,
    listening_since: Timestamp,
) -> Option<Timestamp> {
    let seconds = f64::from(device.contact_seconds) * silent_after_intervals;
    let from = device.last_contact_at.max(listening_since);
    let wait = SignedDuration::try_from_secs_f64(seconds).ok().filter(SignedDuration::is_positive)?;
    Some(from.checked_add(wait).unwrap_or(from))
}

/// The devices that have become silent and were not declared so before.
pub fn newly_silent(
    devices: &[Watched],
    silent_after_intervals: f64,
    listening_since: Timestamp,
    now: Timestamp,
) -> Vec<&Watched> {
    devices
        .iter()
        .filter(|device| device.silent_since.is_none())
        .filter(|device| {
            silent_at(device, silent_after_intervals, listening_since).is_some_and(|at| at <= now)
        })
        .collect()
}

/// When an outage began, as far as its devices tell: the earliest last sign of those that are heard of most often.
///
/// One that reports four times an hour may have been late for a reason of its own long before, and as the beginning
/// would keep from the outage what was lost in it.
pub fn began_at(members: &[&Watched]) -> Option<Timestamp> {
    let first = members.iter().min_by_key(|device| (device.contact_seconds, device.last_contact_at));
    first.map(|device| device.last_contact_at)
}

/// Whether a device's last sign fits an outage that began then: heard until about the beginning, and not after.
///
/// The device's own interval counts, so that one that reports once an hour joins the outage that a minutely one
/// revealed long before.
pub fn lost_with(device: &Watched, began_at: Timestamp, window: SignedDuration) -> bool {
    let slack = window + SignedDuration::from_secs(i64::from(device.contact_seconds));
    device.last_contact_at.duration_since(began_at).abs() <= slack
}

/// Groups silent devices into outages: for each cause shared by enough of them, the likeliest first; a device belongs to
/// one outage only. What is left over is silent alone.
///
/// The likeliest cause is that which most share of all that are missed: of the `silent`, and of those that are only
/// `late` so far, for an operator's devices fall silent one after the other and the first five may be of one model by
/// chance. Of causes that nearly as many share it is the one that has lost the larger share of its `population`: five of
/// an area's sixty say more about the area than about an operator with hundreds. Only those count there that are heard
/// of as often as the missed ones: of the others nobody knows yet.
pub fn outages<'a>(
    silent: &[&'a Watched],
    late: &[&Watched],
    population: &Population,
    outage_devices: usize,
) -> (Vec<(Cause, Vec<&'a Watched>)>, Vec<&'a Watched>) {
    let (mut left, mut late) = (silent.to_vec(), late.to_vec());
    let mut found = Vec::new();
    while let Some(cause) = likeliest(&left, &late, population, outage_devices.max(2)) {
        late.retain(|device| !causes(device).contains(&cause));
        let (members, rest) = left.into_iter().partition(|device| causes(device).contains(&cause));
        found.push((cause, members));
        left = rest;
    }
    (found, left)
}

/// How many share a cause.
#[derive(Debug, Default)]
struct Sharing {
    silent: usize,
    missed: usize,
    /// The longest time, in seconds, between two signs of any of them.
    slowest: u32,
}

fn likeliest(
    silent: &[&Watched],
    late: &[&Watched],
    population: &Population,
    outage_devices: usize,
) -> Option<Cause> {
    let mut groups: BTreeMap<Cause, Sharing> = BTreeMap::new();
    let is_silent = silent.iter().map(|device| (device, 1)).chain(late.iter().map(|device| (device, 0)));
    for (device, silent) in is_silent {
        for cause in causes(device) {
            let group = groups.entry(cause).or_default();
            (group.silent, group.missed) = (group.silent + silent, group.missed + 1);
            group.slowest = group.slowest.max(device.contact_seconds);
        }
    }
    groups.retain(|_, group| group.silent >= outage_devices);
    let most = groups.values().map(|group| group.missed).max()?;
    groups.retain(|_, group| group.missed as f64 >= most as f64 * NEARLY);
    let share = |(cause, group): &(Cause, Sharing)| {
        group.missed as f64 / population.heard_as_often(cause, group.slowest) as f64
    };
    // The first in the fixed order of causes where nothing else decides, so that a run repeats exactly.
    let best = groups.into_iter().max_by(|one, other| {
        let by_share = share(one).total_cmp(&share(other));
        by_share.then(one.1.missed.cmp(&other.1.missed)).then_with(|| other.0.cmp(&one.0))
    });
    best.map(|(cause, _)| cause)
}

/// Groups devices that are missed, though not long enough to be silent each for itself: a cause that has lost so many,
/// and at least [`EARLY_SHARE`] of all that share it and are heard of as often. The rest is only late.
///
/// While an operator's devices fall away one after the other, half of a model may be missed a moment before half of the
/// operator's. A cause whose devices all share another one that misses still more therefore waits for the next look.
pub fn early_outages<'a>(
    missed: &[&'a Watched],
    population: &Population,
    outage_devices: usize,
) -> Vec<(Cause, Vec<&'a Watched>)> {
    let mut left: Vec<&Watched> = missed.to_vec();
    let mut found = Vec::new();
    loop {
        let mut groups: BTreeMap<Cause, Vec<&Watched>> = BTreeMap::new();
        for device in &left {
            causes(device).into_iter().for_each(|cause| groups.entry(cause).or_default().push(device));
        }
        let largest = groups
            .iter()
            .filter(|(cause, members)| population.has_lost(cause, members, outage_devices))
            .map(|(cause, members)| (members.len(), Reverse(cause)))
            .max();
        let Some((size, Reverse(cause))) = largest else { return found };
        let cause = cause.clone();
        let (members, rest): (Vec<&Watched>, Vec<&Watched>) =
            left.into_iter().partition(|device| causes(device).contains(&cause));
        left = rest;
        let grows = |other: &Cause| groups.get(other).is_some_and(|missed| missed.len() > size);
        if !shared_by_all(&members).iter().any(grows) {
            found.push((cause, members));
        }
    }
}

fn shared_by_all(devices: &[&Watched]) -> Vec<Cause> {
    let mut shared = devices.first().map_or_else(Vec::new, |first| causes(first));
    shared.retain(|cause| devices.iter().all(|device| causes(device).contains(cause)));
    shared
}

/// What a device may share with others, the likeliest cause first.
pub fn causes(device: &Watched) -> Vec<Cause> {
    let operator = (!device.network_operator.is_empty())
        .then(|| Cause::NetworkOperator(device.network_operator.clone()));
    operator.into_iter().chain(device.area.map(Cause::Area)).chain([Cause::Model(device.model)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::id::Uuid;

    /// How many watched devices share each cause: what the share of a group is measured against.
    fn population(devices: &[Watched]) -> Population {
        let mut found = Population::default();
        for device in devices {
            causes(device).into_iter().for_each(|cause| found.add(cause, device.contact_seconds, 1));
        }
        found
    }

    fn watched(number: u128, operator: &str, area: u128, minutes_silent: i64) -> Watched {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        Watched {
            device: DeviceId(Uuid::from_u128(number)),
            model: ModelId(Uuid::from_u128(number % 3)),
            area: Some(AreaId(Uuid::from_u128(area))),
            network_operator: operator.to_owned(),
            last_contact_at: now - SignedDuration::from_mins(minutes_silent),
            silent_since: None,
            outage: None,
            contact_seconds: 60,
        }
    }

    #[test]
    fn a_device_is_silent_after_three_missed_signs() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let devices = [
            watched(1, "A", 1, 2),
            watched(2, "A", 1, 3),
            Watched { contact_seconds: 0, ..watched(3, "A", 1, 99) },
        ];
        let silent: Vec<u128> =
            newly_silent(&devices, 3.0, Timestamp::MIN, now).iter().map(|d| d.device.0.as_u128()).collect();
        assert_eq!(silent, [2]);
    }

    #[test]
    fn many_of_one_operator_are_one_outage_and_the_odd_one_is_alone() {
        let devices: Vec<Watched> = (0..20)
            .map(|n| watched(n, if n < 18 { "Operatör Ett" } else { "Operatör Två" }, n, 10))
            .collect();
        let silent: Vec<&Watched> = devices.iter().collect();
        let (found, alone) = outages(&silent, &[], &population(&devices), 5);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, Cause::NetworkOperator("Operatör Ett".to_owned()));
        assert_eq!((found[0].1.len(), alone.len()), (18, 2));
    }

    #[test]
    fn nobody_is_silent_because_we_did_not_listen() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let devices = [watched(1, "A", 1, 600)];
        let since = |minutes| now - SignedDuration::from_mins(minutes);
        assert!(newly_silent(&devices, 3.0, since(2), now).is_empty());
        assert_eq!(newly_silent(&devices, 3.0, since(3), now).len(), 1);
    }

    #[test]
    fn half_of_an_operators_devices_are_an_outage_early_and_a_few_late_ones_are_not() {
        let devices: Vec<Watched> =
            (0..40).map(|n| watched(n, if n < 20 { "Operatör Ett" } else { "Operatör Två" }, n, 1)).collect();
        let population = population(&devices);
        let early = |count: usize| {
            let missed: Vec<&Watched> = devices.iter().take(count).collect();
            early_outages(&missed, &population, 5)
                .into_iter()
                .map(|(cause, lost)| (cause, lost.len()))
                .collect()
        };
        let expected: Vec<(Cause, usize)> = vec![(Cause::NetworkOperator("Operatör Ett".to_owned()), 12)];
        let (nine, twelve) = (early(9), early(12));
        assert_eq!((nine, twelve), (Vec::new(), expected));
    }

    #[test]
    fn slow_devices_of_an_operator_do_not_make_a_model_the_cause() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        // Every quick device is of one model, and the operator has twice as many that report once an hour.
        let quick = |n| Watched { model: ModelId(Uuid::from_u128(9)), ..watched(n, "Operatör Ett", n, 2) };
        let slow =
            |n| Watched { contact_seconds: 3_600, last_contact_at: now, ..watched(n, "Operatör Ett", n, 2) };
        let mut devices: Vec<Watched> = (0..10).map(quick).collect();
        devices.extend((10..30).map(slow));
        devices.push(Watched { last_contact_at: now - SignedDuration::from_mins(100), ..slow(30) });
        let missed: Vec<&Watched> = devices.iter().take(10).chain(devices.last()).collect();
        let found = early_outages(&missed, &population(&devices), 5);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, Cause::NetworkOperator("Operatör Ett".to_owned()));
        assert_eq!(found[0].1.len(), 11);
        // Nor when each of them is silent.
        let (found, _) = outages(&missed[..10], &[], &population(&devices), 5);
        assert_eq!(found[0].0, Cause::NetworkOperator("Operatör Ett".to_owned()));
    }

    #[test]
    fn half_of_a_model_is_no_outage_while_its_operator_misses_more() {
        // 26 devices of one model among 86 of one operator.
        let model = |n: u128| ModelId(Uuid::from_u128(if n < 26 { 1 } else { 2 }));
        let devices: Vec<Watched> =
            (0..86).map(|n| Watched { model: model(n), ..watched(n, "Operatör Ett", n, 2) }).collect();
        let early = |of_one: usize, of_the_other: usize| -> Vec<(Cause, usize)> {
            let missed: Vec<&Watched> =
                devices[..of_one].iter().chain(&devices[26..26 + of_the_other]).collect();
            let found = early_outages(&missed, &population(&devices), 5);
            found.into_iter().map(|(cause, members)| (cause, members.len())).collect()
        };
        assert_eq!(early(14, 20), []);
        assert_eq!(early(20, 30), [(Cause::NetworkOperator("Operatör Ett".to_owned()), 50)]);
        // Alone it is one.
        assert_eq!(early(14, 0), [(Cause::Model(model(0)), 14)]);
    }

    #[test]
    fn a_slow_device_is_lost_with_the_quick_ones_and_a_later_one_is_not() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let began_at = now - SignedDuration::from_mins(200);
        let window = SignedDuration::from_mins(5);
        let lost = |minutes, contact_seconds| {
            lost_with(&Watched { contact_seconds, ..watched(1, "A", 1, minutes) }, began_at, window)
        };
        assert!(lost(201, 60) && lost(199, 60) && lost(250, 3_600));
        assert!(!lost(150, 60) && !lost(300, 3_600) && !lost(210, 60));
    }

    #[test]
    fn of_equal_groups_the_one_with_the_larger_share_is_the_cause() {
        let mut devices: Vec<Watched> = (0..30).map(|n| watched(n, "Operatör Ett", 1 + n / 6, 1)).collect();
        devices.truncate(30);
        let silent: Vec<&Watched> = devices.iter().take(6).collect();
        let (found, alone) = outages(&silent, &[], &population(&devices), 5);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, Cause::Area(AreaId(Uuid::from_u128(1))));
        assert!(alone.is_empty());
    }
    #[test]
    fn one_that_is_silent_by_chance_does_not_turn_an_operators_outage_into_a_models() {
        let of_model = |device: Watched| Watched { model: ModelId(Uuid::from_u128(9)), ..device };
        let mut devices: Vec<Watched> = (0..60)
            .map(|n| of_model(watched(n, if n < 20 { "Operatör Ett" } else { "Operatör Två" }, n, 1)))
            .collect();
        devices.extend((60..80).map(|n| watched(n, "Operatör Ett", n, 1)));
        let silent: Vec<&Watched> = devices.iter().take(21).collect();
        let (found, alone) = outages(&silent, &[], &population(&devices), 5);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, Cause::NetworkOperator("Operatör Ett".to_owned()));
        assert_eq!((found[0].1.len(), alone.len()), (20, 1));
    }

    #[test]
    fn those_that_are_late_tell_what_the_first_silent_ones_share() {
        let of_model = |device: Watched| Watched { model: ModelId(Uuid::from_u128(9)), ..device };
        let mut devices: Vec<Watched> = (0..10).map(|n| of_model(watched(n, "Operatör Ett", n, 1))).collect();
        devices.extend((10..40).map(|n| watched(n, "Operatör Ett", n, 1)));
        let (silent, late): (Vec<&Watched>, Vec<&Watched>) =
            (devices.iter().take(5).collect(), devices.iter().skip(10).take(10).collect());
        let (found, _) = outages(&silent, &late, &population(&devices), 5);
        assert_eq!((found.len(), found[0].1.len()), (1, 5));
        assert_eq!(found[0].0, Cause::NetworkOperator("Operatör Ett".to_owned()));
        // Where nobody else of the operator is late, it is the model.
        let (found, _) = outages(&silent, &[], &population(&devices), 5);
        assert_eq!(found[0].0, Cause::Model(ModelId(Uuid::from_u128(9))));
    }

    #[test]
    fn an_outage_begins_with_those_that_are_heard_of_most_often() {
        let slow = Watched { contact_seconds: 900, ..watched(1, "A", 1, 30) };
        let (first, last) = (watched(2, "A", 1, 3), watched(3, "A", 1, 2));
        assert_eq!(began_at(&[&slow, &last, &first]), Some(first.last_contact_at));
        assert_eq!(began_at(&[&slow]), Some(slow.last_contact_at));
        assert_eq!(began_at(&[]), None);
    }
}
