//! What is heard of devices while they live: their last contact, and what messages said of the devices themselves.

use std::collections::{BTreeMap, HashMap};

use base::{DeviceId, Timestamp};

use crate::{List, StoreError, Transaction, Value};

/// Devices that were heard of: their last contact, and the end of their silence. Returns those that were silent.
///
/// A message may be stored long after it came. One from before the last contact moves nothing back and ends no silence;
/// but a contact later than `now` was written by a clock that ran ahead, and gives way to anything.
pub async fn heard(
    transaction: &mut Transaction,
    contacts: &[(DeviceId, Timestamp)],
    now: Timestamp,
) -> Result<Vec<DeviceId>, StoreError> {
    // The silent ones are few beside those that were heard, and have an index of their own.
    let sql = "SELECT id, last_contact_at FROM device WHERE silent_since IS NOT NULL";
    let silent: HashMap<DeviceId, Option<Timestamp>> = transaction
        .rows(sql, vec![])
        .await?
        .iter()
        .map(|row| Ok((row.id("id")?, row.optional_moment("last_contact_at")?)))
        .collect::<Result<_, StoreError>>()?;
    let is_back = |(device, at): &&(DeviceId, Timestamp)| {
        silent.get(device).is_some_and(|last| last.is_none_or(|last| *at > last || last > now))
    };
    let back: Vec<DeviceId> = contacts.iter().filter(is_back).map(|(device, _)| *device).collect();
    // Two statements: the contacts touch no index, and the few that were silent are looked up by theirs.
    let row = |(device, at): &(DeviceId, Timestamp)| [Value::id(device), Value::from(*at), Value::from(now)];
    let values = contacts.iter().flat_map(row).collect();
    let update = "UPDATE device SET last_contact_at = CASE WHEN last_contact_at > {2} AND last_contact_at <= {3} \
        THEN last_contact_at ELSE {2} END {from} WHERE device.id = {1}";
    transaction.lists(vec![List::update(update, 3, values)]).await?;
    let update = "UPDATE device SET silent_since = NULL, outage_id = NULL {from} WHERE device.id = {1}";
    let values = back.iter().map(Value::id).collect();
    transaction.lists(vec![List::update(update, 1, values)]).await?;
    Ok(back)
}

/// What messages said of a device itself; what they did not speak of stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Noted {
    /// When a test of it was stored.
    pub tested_at: Option<Timestamp>,
    /// When its battery was reported, and whether as low.
    pub battery_low: Option<(Timestamp, bool)>,
    /// When its mains was reported, and whether as lost.
    pub mains_lost: Option<(Timestamp, bool)>,
}

/// Keeps what was said of devices themselves.
pub async fn note(
    transaction: &mut Transaction,
    devices: &BTreeMap<DeviceId, Noted>,
) -> Result<(), StoreError> {
    transaction.lists(vec![noted(devices)]).await.map(drop)
}

/// The same as a list. Every device once and in a fixed order, so that two writers never wait for each other. What was
/// said before the last trouble was told changes nothing of it: it waited elsewhere.
pub(crate) fn noted(devices: &BTreeMap<DeviceId, Noted>) -> List {
    let sql = "UPDATE device SET last_test_at = COALESCE({2}, last_test_at), \
        battery_low_since = CASE WHEN {3} IS NULL OR battery_low_since > {3} THEN battery_low_since \
        WHEN {4} THEN {3} ELSE NULL END, \
        mains_lost_since = CASE WHEN {5} IS NULL OR mains_lost_since > {5} THEN mains_lost_since \
        WHEN {6} THEN {5} ELSE NULL END {from} WHERE device.id = {1}";
    let moment = |said: Option<(Timestamp, bool)>| Value::optional_moment(said.map(|(at, _)| at));
    let is_trouble = |said: Option<(Timestamp, bool)>| Value::from(said.is_some_and(|(_, trouble)| trouble));
    let values = devices
        .iter()
        .flat_map(|(device, noted)| {
            [
                Value::id(device),
                Value::optional_moment(noted.tested_at),
                moment(noted.battery_low),
                is_trouble(noted.battery_low),
                moment(noted.mains_lost),
                is_trouble(noted.mains_lost),
            ]
        })
        .collect();
    List::update(sql, 6, values)
}
