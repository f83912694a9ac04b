//! Contact supervision at work: writing contacts, declaring silences and outages, closing them.

use std::collections::HashSet;

use ::device::supervision::{
    Cause, OUTAGE_AFTER_INTERVALS, OUTAGE_DAMPED_SECONDS, OUTAGE_DEVICES, OUTAGE_WINDOW_SECONDS, Population,
    SILENT_AFTER_INTERVALS, Watched, began_at, causes, early_outages, lost_with, newly_silent, outages,
};
use base::{AlarmId, DeviceId, OutageId, SignedDuration, Timestamp};
use store::{Transaction, supervision::Outage};

use crate::{
    App, AppError,
    alarm::silence::{self, Over},
    lease::Lease,
    live::Change,
};

/// How many contacts one transaction writes: until it has committed, a message of one of these devices waits.
const CONTACTS_AT_ONCE_MAX: usize = 500;

/// Writes the contacts that have gathered, and ends silences and outages that are over.
pub async fn write_contacts(app: &App) -> Result<usize, AppError> {
    let contacts = app.contact.take();
    let mut written = 0;
    for some in contacts.chunks(CONTACTS_AT_ONCE_MAX) {
        if let Err(error) = write(app, some).await {
            // Not lost: they wait for the next turn.
            for (device, at) in contacts.iter().skip(written) {
                app.contact.heard(*device, *at);
            }
            return Err(error);
        }
        written += some.len();
    }
    Ok(written)
}

async fn write(app: &App, contacts: &[(DeviceId, Timestamp)]) -> Result<(), AppError> {
    let mut transaction = app.store.write().await?;
    let back = store::contact::heard(&mut transaction, contacts, app.now()).await?;
    let mut changes = silence::withdraw(app, &mut transaction, &back, Over::Heard).await?;
    let ended = if back.is_empty() { Vec::new() } else { end_outages(app, &mut transaction).await? };
    transaction.commit().await?;
    changes.extend(ended.into_iter().map(Change::Outage));
    for device in &back {
        app.live.publish(Change::Device(*device));
    }
    for change in changes {
        app.live.publish(change);
    }
    Ok(())
}

async fn end_outages(app: &App, transaction: &mut Transaction) -> Result<Vec<OutageId>, AppError> {
    let mut ended = Vec::new();
    for outage in store::supervision::outages(transaction, true, i64::MAX).await? {
        if outage.devices_silent == 0 {
            let closed = Outage { ended_at: Some(app.now()), ..outage };
            store::supervision::save_outage(transaction, &closed).await?;
            ended.push(closed.id);
        }
    }
    Ok(ended)
}

/// What a look at all devices found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Found {
    /// Devices that fell silent alone.
    pub alone: Vec<DeviceId>,
    /// The technical alarm of each of them: new, or one that stood open already.
    pub alarms: Vec<(DeviceId, AlarmId)>,
    /// Outages that began or grew.
    pub outages: Vec<OutageId>,
}

/// Looks for devices that have fallen silent. One alone is a technical alarm on that device. Many together are one
/// outage, and those that follow the same cause within the window join it.
pub async fn supervise(app: &App) -> Result<Found, AppError> {
    supervise_as(app, None).await
}

/// [`supervise`] where several nodes share the database: the lease keeps two of them from declaring the same twice.
pub async fn supervise_as(app: &App, lease: Option<&Lease>) -> Result<Found, AppError> {
    let settings = app.registry.memory().settings.clone();
    let now = app.now();
    // Looking through all devices takes a while at scale, and must not keep alarms from the writer.
    let mut look = app.store.read().await?;
    let (intervals, early) =
        (settings.figure(&SILENT_AFTER_INTERVALS), settings.figure(&OUTAGE_AFTER_INTERVALS));
    let overdue = store::supervision::overdue(&mut look, intervals.min(early), now).await?;
    let silent = newly_silent(&overdue, intervals, app.listening_since, now);
    let mut missed = newly_silent(&overdue, early, app.listening_since, now);
    if missed.is_empty() && silent.is_empty() {
        return Ok(Found::default());
    }
    let population = store::supervision::population(&mut look).await?;
    drop(look);
    let outage_devices = settings.whole(&OUTAGE_DEVICES) as usize;
    if silent.is_empty() && early_outages(&missed, &population, outage_devices).is_empty() {
        return Ok(Found::default());
    }
    let mut transaction = app.store.write().await?;
    if let Some(lease) = lease {
        crate::lease::fence(&mut transaction, lease).await?;
    }
    let window = SignedDuration::from_secs(i64::from(settings.whole(&OUTAGE_WINDOW_SECONDS)));
    let mut found = Found::default();
    let mut joined: HashSet<DeviceId> = silent.iter().map(|device| device.device).collect();
    let open = store::supervision::outages(&mut transaction, true, i64::MAX).await?;
    let left = join_open_outages(&mut transaction, &open, silent, now, window, &mut found).await?;
    for device in &left {
        joined.remove(&device.device);
    }
    // Devices that fell silent alone a moment ago may turn out to be the first of an outage; those that were lost
    // in one already belong there and start no second.
    let lately = overdue.iter().filter(|device| {
        device.outage.is_none()
            && device.silent_since.is_some_and(|since| now.duration_since(since) <= window)
    });
    let candidates: Vec<&Watched> = left.iter().copied().chain(lately).collect();
    // Those that will join an open outage once they are silent say nothing about another one.
    let will_join = |device: &&Watched| open.iter().any(|outage| belongs_to(outage, device, window));
    missed.retain(|device| !joined.contains(&device.device) && !will_join(device));
    let groups = lost_together(&candidates, &missed, &population, outage_devices);
    let damped = SignedDuration::from_secs(i64::from(settings.whole(&OUTAGE_DAMPED_SECONDS)));
    let mut grouped: HashSet<DeviceId> = HashSet::new();
    for (cause, members) in groups {
        let id = declare(app, &mut transaction, cause, &members, now - damped).await?;
        grouped.extend(members.iter().map(|device| device.device));
        found.outages.push(id);
    }
    found.alone =
        left.iter().map(|device| device.device).filter(|device| !grouped.contains(device)).collect();
    store::supervision::set_silent(&mut transaction, &found.alone, now, None).await?;
    let memory = app.registry.refresh(&mut transaction).await?;
    let no_longer_alone: Vec<DeviceId> = candidates_before(&overdue, &grouped);
    let mut changes = silence::withdraw(app, &mut transaction, &no_longer_alone, Over::PartOfOutage).await?;
    let raised = silence::raise(app, &mut transaction, &memory, &found.alone).await?;
    changes.extend(raised.changes);
    found.alarms = raised.alarms;
    transaction.commit().await?;
    for change in changes {
        app.live.publish(change);
    }
    for outage in &found.outages {
        app.live.publish(Change::Outage(*outage));
    }
    for device in &found.alone {
        app.live.publish(Change::Device(*device));
    }
    Ok(found)
}

/// Groups the silent by what they share, and then the silent that are left together with those that are merely late:
/// the first of an outage are the latest.
fn lost_together<'a>(
    silent: &[&'a Watched],
    missed: &[&'a Watched],
    population: &Population,
    outage_devices: usize,
) -> Vec<(Cause, Vec<&'a Watched>)> {
    let are_silent: HashSet<DeviceId> = silent.iter().map(|device| device.device).collect();
    let late: Vec<&Watched> =
        missed.iter().copied().filter(|device| !are_silent.contains(&device.device)).collect();
    let (mut groups, alone) = outages(silent, &late, population, outage_devices);
    let grouped: HashSet<DeviceId> =
        groups.iter().flat_map(|(_, members)| members).map(|device| device.device).collect();
    let silent_before = alone.into_iter().filter(|device| device.silent_since.is_some());
    let is_left = |device: &&Watched| !grouped.contains(&device.device);
    let late: Vec<&Watched> = missed.iter().copied().filter(is_left).chain(silent_before).collect();
    groups.extend(early_outages(&late, population, outage_devices));
    groups
}

/// The devices of new outages that were silent alone until now.
fn candidates_before(overdue: &[Watched], grouped: &HashSet<DeviceId>) -> Vec<DeviceId> {
    let was_alone = |device: &&Watched| device.silent_since.is_some() && grouped.contains(&device.device);
    overdue.iter().filter(was_alone).map(|device| device.device).collect()
}

/// Declares an outage, or says that one of the same cause goes on: a link that comes and goes is one outage and not many.
async fn declare(
    app: &App,
    transaction: &mut Transaction,
    cause: Cause,
    members: &[&Watched],
    ended_after: Timestamp,
) -> Result<OutageId, AppError> {
    let now = app.now();
    let lost = i64::try_from(members.len()).unwrap_or(i64::MAX);
    let outage = match store::supervision::latest_of_cause(transaction, &cause, ended_after).await? {
        Some(earlier) => Outage {
            ended_at: None,
            devices_lost: earlier.devices_lost.max(earlier.devices_silent + lost),
            devices_silent: earlier.devices_silent + lost,
            ..earlier
        },
        None => Outage {
            id: OutageId::fresh(app.ids.as_ref(), now),
            cause,
            began_at: began_at(members).unwrap_or(now),
            ended_at: None,
            devices_lost: lost,
            devices_silent: lost,
        },
    };
    store::supervision::save_outage(transaction, &outage).await?;
    let devices: Vec<DeviceId> = members.iter().map(|device| device.device).collect();
    store::supervision::set_silent(transaction, &devices, now, Some(outage.id)).await?;
    Ok(outage.id)
}

/// Whether a device shares an outage's cause and was lost when it began: one that falls silent hours later has a reason
/// of its own.
fn belongs_to(outage: &Outage, device: &Watched, window: SignedDuration) -> bool {
    causes(device).contains(&outage.cause) && lost_with(device, outage.began_at, window)
}

/// Devices that share the cause of an open outage join it; the rest is returned.
async fn join_open_outages<'a>(
    transaction: &mut Transaction,
    open: &[Outage],
    silent: Vec<&'a Watched>,
    now: Timestamp,
    window: SignedDuration,
    found: &mut Found,
) -> Result<Vec<&'a Watched>, AppError> {
    let mut left = silent;
    for outage in open {
        let (members, rest): (Vec<&Watched>, Vec<&Watched>) =
            left.into_iter().partition(|device| belongs_to(outage, device, window));
        left = rest;
        if members.is_empty() {
            continue;
        }
        let devices: Vec<DeviceId> = members.iter().map(|device| device.device).collect();
        store::supervision::set_silent(transaction, &devices, now, Some(outage.id)).await?;
        // In an outage that came back the same devices are lost a second time: they are counted once.
        let devices_silent = outage.devices_silent + i64::try_from(devices.len()).unwrap_or(0);
        let grown = Outage {
            devices_lost: outage.devices_lost.max(devices_silent),
            devices_silent,
            ..outage.clone()
        };
        found.outages.push(grown.id);
        store::supervision::save_outage(transaction, &grown).await?;
    }
    Ok(left)
}

/// The name of a cause, for the logs and the pages that have no better one.
pub fn cause_name(cause: &Cause) -> &'static str {
    match cause {
        Cause::NetworkOperator(_) => "network_operator",
        Cause::Area(_) => "area",
        Cause::Model(_) => "model",
    }
}
