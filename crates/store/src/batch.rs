//! What a batch of messages leads to, written in one journey to the database.

use alarm::{Alarm, Event};
use base::AlarmId;

use crate::{StoreError, Transaction, message::Message};

/// What a batch of messages leads to.
#[derive(Debug)]
pub struct Batch<'a> {
    /// The messages themselves.
    pub messages: Vec<Message>,
    /// New alarms with their keys, as [`alarm::insert`](crate::alarm::insert) takes them.
    pub raised: &'a [(String, &'a Alarm)],
    /// Changed alarms with the versions they were read at, as [`alarm::touch`](crate::alarm::touch) takes them.
    pub touched: &'a [(&'a Alarm, u64)],
    /// What is added to the history of alarms.
    pub events: &'a [(AlarmId, &'a Event)],
    /// The version of the register that all this was decided by.
    pub registry_version: i64,
}

/// The register's version as a text, since it is read together with ids.
const REGISTRY_VERSION: &str = "SELECT CAST(version AS TEXT) AS id FROM registry_version WHERE id = 1";

/// Writes a batch. An alarm or a register that someone changed in between is a [`StoreError::Conflict`], and the
/// transaction must then be dropped.
pub async fn write(transaction: &mut Transaction, batch: Batch<'_>) -> Result<(), StoreError> {
    let lists = vec![
        crate::message::inserted(batch.messages),
        crate::alarm::inserted(batch.raised),
        crate::alarm::touched(batch.touched),
        crate::alarm::happened(batch.events),
    ];
    let rows = transaction.lists(lists, REGISTRY_VERSION).await?;
    let ids: Vec<String> = rows.iter().map(|row| row.text("id")).collect::<Result<_, _>>()?;
    let fits = ids.contains(&batch.registry_version.to_string()) && ids.len() == batch.touched.len() + 1;
    if fits { Ok(()) } else { Err(StoreError::Conflict) }
}
