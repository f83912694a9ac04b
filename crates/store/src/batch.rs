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
}

/// Writes a batch. An alarm that someone changed in between is a [`StoreError::Conflict`], and the transaction must
/// then be dropped.
pub async fn write(transaction: &mut Transaction, batch: Batch<'_>) -> Result<(), StoreError> {
    let lists = vec![
        crate::message::inserted(batch.messages),
        crate::alarm::inserted(batch.raised),
        crate::alarm::touched(batch.touched),
        crate::alarm::happened(batch.events),
    ];
    let written = transaction.lists(lists).await?;
    if written.len() == batch.touched.len() { Ok(()) } else { Err(StoreError::Conflict) }
}
