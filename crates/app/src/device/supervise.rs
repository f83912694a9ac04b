//! Contact supervision at work: writing contacts, declaring silences and outages, closing them.

use std::collections::HashMap;

use ::device::supervision::{
    Cause, OUTAGE_DEVICES, OUTAGE_WINDOW_SECONDS, SILENT_AFTER_INTERVALS, Watched, causes, lost_with,
    newly_silent, outages, population,
};
use base::{AlarmId, DeviceId, OutageId, SignedDuration, Timestamp};
use store::{Transaction, supervision::Outage};

use crate::{
    App, AppError,
    alarm::silence::{self, Over},
    lease::Lease,
    live::Change,
};

/// Writes the contacts that have gathered, and ends silences and outages that are over.
pub async fn write_contacts(app: &App) -> Result<usize, AppError> {
    let contacts = app.contact.take();
    if contacts.is_empty() {
        return Ok(0);
    }
    let written = write(app, &contacts).await;
    if written.is_err() {
        // Not lost: they wait for the next turn.
        for (device, at) in &contacts {
            app.contact.heard(*device, *at);
        }
    }
    written
}

async fn write(app: &App, contacts: &[(DeviceId, Timestamp)]) -> Result<usize, AppError> {
    let mut transaction = app.store.write().await?;
    let back = store::device::heard(&mut transaction, contacts).await?;
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
    Ok(contacts.len())
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
    let mut transaction = app.store.write().await?;
    if let Some(lease) = lease {
        crate::lease::fence(&mut transaction, lease).await?;
    }
    let intervals = settings.whole(&SILENT_AFTER_INTERVALS);
    let overdue = store::supervision::overdue(&mut transaction, intervals, now).await?;
    let silent = newly_silent(&overdue, intervals, app.listening_since, now);
    if silent.is_empty() {
        return Ok(Found::default());
    }
    let window = SignedDuration::from_secs(i64::from(settings.whole(&OUTAGE_WINDOW_SECONDS)));
    let mut found = Found::default();
    let left = join_open_outages(&mut transaction, silent, now, window, &mut found).await?;
    // Devices that fell silent alone a moment ago may turn out to be the first of an outage; those that were lost
    // in one already belong there and start no second.
    let lately = overdue.iter().filter(|device| {
        device.outage.is_none()
            && device.silent_since.is_some_and(|since| now.duration_since(since) <= window)
    });
    let candidates: Vec<&Watched> = left.iter().copied().chain(lately).collect();
    let population = population(&store::supervision::watched(&mut transaction).await?);
    let (groups, _) = outages(&candidates, &population, settings.whole(&OUTAGE_DEVICES) as usize);
    let mut grouped: HashMap<DeviceId, OutageId> = HashMap::new();
    for (cause, members) in groups {
        let began_at = members.iter().map(|device| device.last_contact_at).min().unwrap_or(now);
        let id = OutageId::fresh(app.ids.as_ref(), now);
        let lost = i64::try_from(members.len()).unwrap_or(i64::MAX);
        let outage = Outage { id, cause, began_at, ended_at: None, devices_lost: lost, devices_silent: lost };
        store::supervision::save_outage(&mut transaction, &outage).await?;
        let devices: Vec<DeviceId> = members.iter().map(|device| device.device).collect();
        store::supervision::set_silent(&mut transaction, &devices, now, Some(id)).await?;
        grouped.extend(devices.into_iter().map(|device| (device, id)));
        found.outages.push(id);
    }
    found.alone =
        left.iter().map(|device| device.device).filter(|device| !grouped.contains_key(device)).collect();
    store::supervision::set_silent(&mut transaction, &found.alone, now, None).await?;
    let memory = app.registry.refresh(&mut transaction).await?;
    let lost_together: Vec<DeviceId> = candidates_before(&overdue, &grouped);
    let mut changes = silence::withdraw(app, &mut transaction, &lost_together, Over::PartOfOutage).await?;
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

/// The devices of new outages that were silent alone until now.
fn candidates_before(overdue: &[Watched], grouped: &HashMap<DeviceId, OutageId>) -> Vec<DeviceId> {
    let was_alone = |device: &&Watched| device.silent_since.is_some() && grouped.contains_key(&device.device);
    overdue.iter().filter(was_alone).map(|device| device.device).collect()
}

/// Devices that share the cause of an open outage join it; the rest is returned.
async fn join_open_outages<'a>(
    transaction: &mut Transaction,
    silent: Vec<&'a Watched>,
    now: Timestamp,
    window: SignedDuration,
    found: &mut Found,
) -> Result<Vec<&'a Watched>, AppError> {
    let mut left = silent;
    for outage in store::supervision::outages(transaction, true, i64::MAX).await? {
        // Only those that were lost when it began: one that falls silent hours later has a reason of its own.
        let shares = |device: &&Watched| {
            causes(device).contains(&outage.cause) && lost_with(device, outage.began_at, window)
        };
        let (members, rest): (Vec<&Watched>, Vec<&Watched>) = left.into_iter().partition(shares);
        left = rest;
        if members.is_empty() {
            continue;
        }
        let devices: Vec<DeviceId> = members.iter().map(|device| device.device).collect();
        store::supervision::set_silent(transaction, &devices, now, Some(outage.id)).await?;
        let grown = Outage {
            devices_lost: outage.devices_lost + i64::try_from(devices.len()).unwrap_or(0),
            ..outage
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
