//! Lists that are read page after page, each beginning where the one before ended: nothing is shown twice or left out
//! while rows come and go.

use ::alarm::{Alarm, Kind, Lane, State};
use ::device::{Device, Stage};
use base::{AlarmId, DeviceId, ModelId, OutageId, PersonId, Timestamp};

use crate::{
    StoreError, Transaction, Value, alarm, device,
    supervision::{self, Outage},
};

/// What to look for among devices. Every field narrows the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Devices {
    /// Only this serial number.
    pub serial: Option<String>,
    /// Only the one that calls itself so.
    pub controller_id: Option<String>,
    /// Only this stage.
    pub stage: Option<Stage>,
    /// Only this model.
    pub model: Option<ModelId>,
    /// Only this person's.
    pub person: Option<PersonId>,
    /// Only silent ones, or only those that are not.
    pub silent: Option<bool>,
}

/// Devices in the order they were registered, after one of them.
pub async fn devices(
    transaction: &mut Transaction,
    filter: &Devices,
    after: Option<DeviceId>,
    limit: i64,
) -> Result<Vec<Device>, StoreError> {
    let silence = match filter.silent {
        None => "",
        Some(true) => "AND silent_since IS NOT NULL",
        Some(false) => "AND silent_since IS NULL",
    };
    let sql = format!(
        "SELECT {} FROM device WHERE id > $1 AND ($2 = '' OR serial = $2) AND ($3 = '' OR controller_id = $3) \
         AND ($4 = '' OR stage = $4) AND ($5 = '' OR model_id = $5) AND ($6 = '' OR person_id = $6) {silence} \
         ORDER BY id LIMIT $7",
        device::COLUMNS
    );
    let values = vec![
        text(after),
        filter.serial.clone().unwrap_or_default().into(),
        filter.controller_id.clone().unwrap_or_default().into(),
        filter.stage.map_or("", Stage::name).into(),
        text(filter.model),
        text(filter.person),
        limit.into(),
    ];
    transaction.rows(&sql, values).await?.iter().map(device::read).collect()
}

/// Outages, newest first, before one of them.
pub async fn outages(
    transaction: &mut Transaction,
    open: Option<bool>,
    before: Option<OutageId>,
    limit: i64,
) -> Result<Vec<Outage>, StoreError> {
    let state = match open {
        None => "",
        Some(true) => "AND ended_at IS NULL",
        Some(false) => "AND ended_at IS NOT NULL",
    };
    let sql = format!(
        "SELECT {} FROM outage WHERE ($1 = '' OR id < $1) {state} ORDER BY id DESC LIMIT $2",
        supervision::OUTAGE_COLUMNS
    );
    transaction
        .rows(&sql, vec![text(before), limit.into()])
        .await?
        .iter()
        .map(supervision::read_outage)
        .collect()
}

/// What to look for among alarms. Every field narrows the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alarms {
    /// Only open ones, or only closed ones.
    pub open: Option<bool>,
    /// Only this state.
    pub state: Option<State>,
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only this lane.
    pub lane: Option<Lane>,
    /// Only this device's.
    pub device: Option<DeviceId>,
    /// Only this person's.
    pub person: Option<PersonId>,
    /// Received at this moment or later.
    pub from: Option<Timestamp>,
    /// Received before this moment.
    pub until: Option<Timestamp>,
}

/// Alarms, newest first, before one of them. Ids rise with the time of arrival.
pub async fn alarms(
    transaction: &mut Transaction,
    filter: &Alarms,
    before: Option<AlarmId>,
    limit: i64,
) -> Result<Vec<Alarm>, StoreError> {
    let openness = match filter.open {
        None => "",
        Some(true) => "AND closed_at IS NULL",
        Some(false) => "AND closed_at IS NOT NULL",
    };
    let lane = match filter.lane {
        None => "",
        Some(Lane::Technical) => "AND kind = 'technical'",
        Some(Lane::Help) => "AND kind <> 'technical'",
    };
    let sql = format!(
        "SELECT {} FROM alarm WHERE ($1 = '' OR id < $1) AND ($2 = '' OR state = $2) AND ($3 = '' OR kind = $3) \
         AND ($4 = '' OR device_id = $4) AND ($5 = '' OR person_id = $5) AND received_at >= $6 AND received_at < $7 \
         {openness} {lane} ORDER BY id DESC LIMIT $8",
        alarm::COLUMNS
    );
    let values = vec![
        text(before),
        filter.state.map_or("", State::name).into(),
        filter.kind.map_or("", Kind::name).into(),
        text(filter.device),
        text(filter.person),
        filter.from.unwrap_or(Timestamp::MIN).into(),
        filter.until.unwrap_or(Timestamp::MAX).into(),
        limit.into(),
    ];
    let rows = transaction.rows(&sql, values).await?;
    alarm::with_dispatches(transaction, rows).await
}

fn text(id: Option<impl ToString>) -> Value {
    id.map(|id| id.to_string()).unwrap_or_default().into()
}
