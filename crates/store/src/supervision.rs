//! Supervision as stored: who is watched, who is silent, and the outages.

use base::{DeviceId, OutageId, Timestamp};
use device::{
    Device,
    supervision::{Cause, Population, Watched},
};

use crate::{
    List, Row, StoreError, Transaction, Value,
    device::{COLUMNS, read},
    row::inconsistent,
};

/// When a device was last heard. One that has never been heard counts from the day it was installed: a unit that
/// never works must not look better than one that stops.
const HEARD_AT: &str = "COALESCE(device.last_contact_at, (SELECT MAX(device_step.at) FROM device_step \
    WHERE device_step.device_id = device.id AND device_step.to_stage = 'installed'), device.created_at)";

/// The supervised devices that have not been heard of for so many of their intervals: few, on any ordinary day.
pub async fn overdue(
    transaction: &mut Transaction,
    intervals: f64,
    now: Timestamp,
) -> Result<Vec<Watched>, StoreError> {
    let condition = format!("AND {HEARD_AT} + model.contact_seconds * $1 <= $2");
    // A figure of a rule: small, so that its microseconds are a whole number far from any limit.
    let microseconds = (intervals * 1_000_000.0) as i64;
    read_watched(transaction, &condition, vec![microseconds.into(), now.into()]).await
}

async fn read_watched(
    transaction: &mut Transaction,
    condition: &str,
    values: Vec<Value>,
) -> Result<Vec<Watched>, StoreError> {
    let sql = format!(
        "SELECT device.id, device.model_id, COALESCE(person.area_id, device.area_id) AS area_id, \
        device.network_operator, {HEARD_AT} AS heard_at, device.silent_since, device.outage_id, model.contact_seconds \
        FROM device JOIN model ON model.id = device.model_id LEFT JOIN person ON person.id = device.person_id \
        WHERE device.stage = 'installed' AND model.contact_seconds > 0 {condition}"
    );
    let rows = transaction.rows(&sql, values).await?;
    rows.iter()
        .map(|row| {
            Ok(Watched {
                device: row.id("id")?,
                model: row.id("model_id")?,
                area: row.optional_id("area_id")?,
                network_operator: row.text("network_operator")?,
                last_contact_at: row.moment("heard_at")?,
                silent_since: row.optional_moment("silent_since")?,
                outage: row.optional_id("outage_id")?,
                contact_seconds: row.count("contact_seconds")?,
            })
        })
        .collect()
}

/// How many supervised devices share each cause: what the share of a group is measured against.
pub async fn population(transaction: &mut Transaction) -> Result<Population, StoreError> {
    let rows = transaction
        .rows(
            "SELECT device.model_id, COALESCE(person.area_id, device.area_id) AS area, device.network_operator, \
            model.contact_seconds, COUNT(*) AS devices FROM device JOIN model ON model.id = device.model_id \
            LEFT JOIN person ON person.id = device.person_id WHERE device.stage = 'installed' \
            AND model.contact_seconds > 0 \
            GROUP BY device.model_id, COALESCE(person.area_id, device.area_id), device.network_operator, \
        model.contact_seconds",
            vec![],
        )
        .await?;
    let mut found = Population::default();
    for row in &rows {
        let operator = Some(row.text("network_operator")?).filter(|name| !name.is_empty());
        let shared = [
            operator.map(Cause::NetworkOperator),
            row.optional_id("area")?.map(Cause::Area),
            Some(Cause::Model(row.id("model_id")?)),
        ];
        let contact_seconds = row.count("contact_seconds")?;
        let devices = usize::try_from(row.integer("devices")?).unwrap_or(0);
        for cause in shared.into_iter().flatten() {
            found.add(cause, contact_seconds, devices);
        }
    }
    Ok(found)
}

/// Declares devices silent, as part of an outage or alone.
pub async fn set_silent(
    transaction: &mut Transaction,
    devices: &[DeviceId],
    since: Timestamp,
    outage: Option<OutageId>,
) -> Result<(), StoreError> {
    // One that was declared silent alone keeps its own moment when it turns out to belong to an outage.
    let sql = "UPDATE device SET silent_since = COALESCE(silent_since, {2}), outage_id = {3} {from} WHERE device.id = {1}";
    let values = devices
        .iter()
        .flat_map(|device| [Value::id(device), since.into(), Value::optional_id(outage)])
        .collect();
    transaction.lists(vec![List::update(sql, 3, values)]).await.map(drop)
}

/// An outage: many devices lost together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// Which outage.
    pub id: OutageId,
    /// What its devices have in common.
    pub cause: Cause,
    /// When it began.
    pub began_at: Timestamp,
    /// When the last device was back.
    pub ended_at: Option<Timestamp>,
    /// How many devices were lost in all.
    pub devices_lost: i64,
    /// How many are still silent.
    pub devices_silent: i64,
}

/// Writes an outage, new or changed.
pub async fn save_outage(transaction: &mut Transaction, outage: &Outage) -> Result<(), StoreError> {
    let (kind, cause) = stored_cause(&outage.cause);
    let sql = "INSERT INTO outage (id, cause_kind, cause, began_at, ended_at, devices_lost) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, devices_lost = excluded.devices_lost";
    let values = vec![
        Value::id(outage.id),
        kind.into(),
        cause.into(),
        outage.began_at.into(),
        Value::optional_moment(outage.ended_at),
        outage.devices_lost.into(),
    ];
    transaction.execute(sql, values).await?;
    Ok(())
}

pub(crate) const OUTAGE_COLUMNS: &str = "id, cause_kind, cause, began_at, ended_at, devices_lost, \
    (SELECT COUNT(*) FROM device WHERE device.outage_id = outage.id) AS devices_silent";

/// Outages, open ones first, newest first.
pub async fn outages(
    transaction: &mut Transaction,
    open_only: bool,
    limit: i64,
) -> Result<Vec<Outage>, StoreError> {
    let sql = format!(
        "SELECT {OUTAGE_COLUMNS} FROM outage WHERE ($1 = 0 OR ended_at IS NULL) \
         ORDER BY CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, began_at DESC LIMIT $2"
    );
    transaction
        .rows(&sql, vec![i64::from(open_only).into(), limit.into()])
        .await?
        .iter()
        .map(read_outage)
        .collect()
}

/// The latest outage of a cause that is open, or ended after a moment.
pub async fn latest_of_cause(
    transaction: &mut Transaction,
    cause: &Cause,
    ended_after: Timestamp,
) -> Result<Option<Outage>, StoreError> {
    let (kind, name) = stored_cause(cause);
    let sql = format!(
        "SELECT {OUTAGE_COLUMNS} FROM outage WHERE cause_kind = $1 AND cause = $2 \
         AND (ended_at IS NULL OR ended_at > $3) ORDER BY began_at DESC LIMIT 1"
    );
    let values = vec![kind.into(), name.into(), ended_after.into()];
    transaction.row(&sql, values).await?.as_ref().map(read_outage).transpose()
}

fn stored_cause(cause: &Cause) -> (&'static str, String) {
    match cause {
        Cause::NetworkOperator(name) => ("network_operator", name.clone()),
        Cause::Area(id) => ("area", id.to_string()),
        Cause::Model(id) => ("model", id.to_string()),
    }
}

pub(crate) fn read_outage(row: &Row) -> Result<Outage, StoreError> {
    let cause = row.text("cause")?;
    let wrong = || inconsistent("cause", "an id");
    Ok(Outage {
        id: row.id("id")?,
        cause: match row.text("cause_kind")?.as_str() {
            "network_operator" => Cause::NetworkOperator(cause),
            "area" => Cause::Area(cause.parse().map_err(|_| wrong())?),
            "model" => Cause::Model(cause.parse().map_err(|_| wrong())?),
            _ => return Err(inconsistent("cause_kind", "network_operator, area or model")),
        },
        began_at: row.moment("began_at")?,
        ended_at: row.optional_moment("ended_at")?,
        devices_lost: row.integer("devices_lost")?,
        devices_silent: row.integer("devices_silent")?,
    })
}

/// One outage, or `None`.
pub async fn outage(transaction: &mut Transaction, id: OutageId) -> Result<Option<Outage>, StoreError> {
    let sql = format!("SELECT {OUTAGE_COLUMNS} FROM outage WHERE id = $1");
    transaction.row(&sql, vec![Value::id(id)]).await?.as_ref().map(read_outage).transpose()
}

/// The devices of an outage that are still silent.
pub async fn of_outage(transaction: &mut Transaction, outage: OutageId) -> Result<Vec<Device>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM device WHERE outage_id = $1 ORDER BY serial LIMIT 1000");
    transaction.rows(&sql, vec![Value::id(outage)]).await?.iter().map(read).collect()
}

/// How silence and outages stand, in figures that change when they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Liveness {
    /// Silent devices.
    pub silent: i64,
    /// The last of them, in microseconds.
    pub silent_newest: i64,
    /// Open outages.
    pub outages: i64,
    /// Devices that they took.
    pub lost: i64,
}

/// How silence and outages stand. Both are read by indexes that hold only what is wrong now.
pub async fn liveness(transaction: &mut Transaction) -> Result<Liveness, StoreError> {
    let sql = "SELECT (SELECT COUNT(*) FROM device WHERE silent_since IS NOT NULL) AS silent, \
        (SELECT COALESCE(MAX(silent_since), 0) FROM device WHERE silent_since IS NOT NULL) AS silent_newest, \
        (SELECT COUNT(*) FROM outage WHERE ended_at IS NULL) AS outages, \
        (SELECT CAST(COALESCE(SUM(devices_lost), 0) AS BIGINT) FROM outage WHERE ended_at IS NULL) AS lost";
    let row = transaction.row(sql, vec![]).await?;
    row.map_or(Ok(Liveness::default()), |row| {
        Ok(Liveness {
            silent: row.integer("silent")?,
            silent_newest: row.integer("silent_newest")?,
            outages: row.integer("outages")?,
            lost: row.integer("lost")?,
        })
    })
}
