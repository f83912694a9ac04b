//! What is heard of devices while they live: their last contact, and what messages said of the devices themselves.

use std::collections::{BTreeMap, HashSet};

use base::{DeviceId, Timestamp};

use crate::{List, StoreError, Transaction, Value};

/// Devices that were heard of: their last contact, and the end of their silence. Returns those that were silent.
pub async fn heard(
    transaction: &mut Transaction,
    contacts: &[(DeviceId, Timestamp)],
) -> Result<Vec<DeviceId>, StoreError> {
    // The silent ones are few beside those that were heard, and have an index of their own.
    let silent = transaction.rows("SELECT id FROM device WHERE silent_since IS NOT NULL", vec![]).await?;
    let silent: HashSet<DeviceId> = silent.iter().map(|row| row.id("id")).collect::<Result<_, _>>()?;
    let back: Vec<DeviceId> =
        contacts.iter().map(|(device, _)| *device).filter(|device| silent.contains(device)).collect();
    // Two statements: the contacts touch no index, and the few that were silent are looked up by theirs.
    let values = contacts.iter().flat_map(|(device, at)| [Value::id(device), Value::from(*at)]).collect();
    let update = "UPDATE device SET last_contact_at = {2} {from} WHERE device.id = {1}";
    transaction.lists(vec![List::update(update, 2, values)]).await?;
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
    /// That its battery was reported low at a moment, or good.
    pub battery: Option<Option<Timestamp>>,
    /// That its mains was reported lost at a moment, or back.
    pub mains: Option<Option<Timestamp>>,
}

/// Keeps what was said of devices themselves.
pub async fn note(
    transaction: &mut Transaction,
    devices: &BTreeMap<DeviceId, Noted>,
) -> Result<(), StoreError> {
    transaction.lists(vec![noted(devices)]).await.map(drop)
}

/// The same as a list. Every device once and in a fixed order, so that two writers never wait for each other.
pub(crate) fn noted(devices: &BTreeMap<DeviceId, Noted>) -> List {
    let sql = "UPDATE device SET last_test_at = COALESCE({2}, last_test_at), \
        battery_low_since = CASE WHEN {3} THEN {4} ELSE battery_low_since END, \
        mains_lost_since = CASE WHEN {5} THEN {6} ELSE mains_lost_since END {from} WHERE device.id = {1}";
    let values = devices
        .iter()
        .flat_map(|(device, noted)| {
            [
                Value::id(device),
                Value::optional_moment(noted.tested_at),
                noted.battery.is_some().into(),
                Value::optional_moment(noted.battery.flatten()),
                noted.mains.is_some().into(),
                Value::optional_moment(noted.mains.flatten()),
            ]
        })
        .collect();
    List::update(sql, 6, values)
}
