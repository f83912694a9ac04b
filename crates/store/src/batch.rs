//! What a batch of messages leads to, written in one journey to the database.

use std::collections::BTreeMap;

use alarm::{Alarm, Event};
use base::{AlarmId, DeviceId};

use crate::{StoreError, Transaction, contact::Noted, database::Sure, message::Message};

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
    /// What was said of devices themselves.
    pub noted: &'a BTreeMap<DeviceId, Noted>,
    /// The version of the register that all this was decided by.
    pub registry_version: i64,
}

/// The register where its version is still the one; its id as a text, since it is read together with those of alarms.
const REGISTRY: &str = "SELECT CAST(id AS TEXT) AS id FROM registry_version WHERE id = 1 AND version = {1}";

/// Writes a batch and makes it last, together with all that the transaction has changed before. If someone changed one
/// of its alarms or the register in between, it is a [`StoreError::Conflict`] and nothing lasts.
pub async fn commit(transaction: Transaction, batch: Batch<'_>) -> Result<(), StoreError> {
    let lists = vec![
        crate::message::inserted(batch.messages),
        crate::alarm::inserted(batch.raised),
        crate::alarm::touched(batch.touched),
        crate::alarm::happened(batch.events),
        crate::contact::noted(batch.noted),
    ];
    let (value, rows) = (batch.registry_version.into(), batch.touched.len() + 1);
    transaction.commit_if(lists, Sure { query: REGISTRY, value, rows }).await
}
