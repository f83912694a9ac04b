//! Receivers of webhooks, and the queue of what each has still to be told.

use base::{Private, Timestamp, WebhookId};

use crate::{Row, StoreError, Transaction, Value};

/// A receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Which receiver.
    pub id: WebhookId,
    /// Its name in lists.
    pub name: String,
    /// Where to send.
    pub url: String,
    /// The key of the signature; both sides hold it.
    pub secret: Private<String>,
    /// Whether anything is sent.
    pub active: bool,
    /// The last event that was put in its queue.
    pub after_sequence: i64,
    /// Since when.
    pub created_at: Timestamp,
}

/// One event on its way to one receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// To whom.
    pub webhook: WebhookId,
    /// Which event, by its place in the order of all events.
    pub sequence: i64,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub next_attempt_at: Timestamp,
    /// When it arrived.
    pub delivered_at: Option<Timestamp>,
    /// What went wrong the last time.
    pub last_error: String,
}

const COLUMNS: &str = "id, name, url, secret, active, after_sequence, created_at";
const DELIVERY_COLUMNS: &str = "webhook_id, sequence, attempts, next_attempt_at, delivered_at, last_error";

/// Every receiver, by name.
pub async fn all(transaction: &mut Transaction) -> Result<Vec<Webhook>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM webhook ORDER BY name, id");
    transaction.rows(&sql, vec![]).await?.iter().map(read).collect()
}

/// One receiver, or `None`.
pub async fn load(transaction: &mut Transaction, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM webhook WHERE id = $1");
    transaction.row(&sql, vec![Value::id(id)]).await?.as_ref().map(read).transpose()
}

/// Writes a receiver, new or changed. The place in the order is written only when it is new.
pub async fn save(transaction: &mut Transaction, webhook: &Webhook) -> Result<(), StoreError> {
    let sql = "INSERT INTO webhook (id, name, url, secret, active, after_sequence, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET name = excluded.name, \
        url = excluded.url, secret = excluded.secret, active = excluded.active";
    let values = vec![
        Value::id(webhook.id),
        webhook.name.as_str().into(),
        webhook.url.as_str().into(),
        webhook.secret.reveal().as_str().into(),
        webhook.active.into(),
        webhook.after_sequence.into(),
        webhook.created_at.into(),
    ];
    transaction.execute(sql, values).await?;
    Ok(())
}

/// Removes a receiver and its queue.
pub async fn delete(transaction: &mut Transaction, id: WebhookId) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM webhook_delivery WHERE webhook_id = $1", vec![Value::id(id)]).await?;
    transaction.execute("DELETE FROM webhook WHERE id = $1", vec![Value::id(id)]).await?;
    Ok(())
}

/// Puts events in a receiver's queue and remembers how far it has come.
pub async fn enqueue(
    transaction: &mut Transaction,
    id: WebhookId,
    sequences: &[i64],
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(last) = sequences.iter().max() else { return Ok(()) };
    let head = "INSERT INTO webhook_delivery (webhook_id, sequence, next_attempt_at)";
    let values =
        sequences.iter().flat_map(|sequence| [Value::id(id), (*sequence).into(), now.into()]).collect();
    transaction.values(head, 3, values, "ON CONFLICT (webhook_id, sequence) DO NOTHING").await?;
    let sql = "UPDATE webhook SET after_sequence = $2 WHERE id = $1 AND after_sequence < $2";
    transaction.execute(sql, vec![Value::id(id), (*last).into()]).await?;
    Ok(())
}

/// The deliveries of active receivers that are due, oldest event first. A receiver whose oldest delivery waits for
/// its next attempt is left alone, so that order holds; one that was given up after `attempts_max` holds up nothing.
pub async fn due(
    transaction: &mut Transaction,
    now: Timestamp,
    attempts_max: u32,
    limit: i64,
) -> Result<Vec<Delivery>, StoreError> {
    let sql = format!(
        "SELECT {DELIVERY_COLUMNS} FROM webhook_delivery WHERE delivered_at IS NULL AND next_attempt_at <= $1 \
         AND webhook_id IN (SELECT id FROM webhook WHERE active) AND NOT EXISTS (SELECT 1 FROM webhook_delivery AS earlier \
         WHERE earlier.webhook_id = webhook_delivery.webhook_id AND earlier.delivered_at IS NULL \
         AND earlier.next_attempt_at > $1 AND earlier.sequence < webhook_delivery.sequence AND earlier.attempts < $2) \
         ORDER BY sequence, webhook_id LIMIT $3"
    );
    let values = vec![now.into(), Value::count(attempts_max), limit.into()];
    transaction.rows(&sql, values).await?.iter().map(read_delivery).collect()
}

/// Writes how a delivery stands after an attempt.
pub async fn save_delivery(transaction: &mut Transaction, delivery: &Delivery) -> Result<(), StoreError> {
    let sql = "UPDATE webhook_delivery SET attempts = $3, next_attempt_at = $4, delivered_at = $5, last_error = $6 \
        WHERE webhook_id = $1 AND sequence = $2";
    let values = vec![
        Value::id(delivery.webhook),
        delivery.sequence.into(),
        Value::count(delivery.attempts),
        delivery.next_attempt_at.into(),
        Value::optional_moment(delivery.delivered_at),
        delivery.last_error.as_str().into(),
    ];
    transaction.execute(sql, values).await?;
    Ok(())
}

/// The last deliveries of a receiver, newest event first.
pub async fn deliveries(
    transaction: &mut Transaction,
    id: WebhookId,
    limit: i64,
) -> Result<Vec<Delivery>, StoreError> {
    let sql = format!(
        "SELECT {DELIVERY_COLUMNS} FROM webhook_delivery WHERE webhook_id = $1 ORDER BY sequence DESC LIMIT $2"
    );
    transaction.rows(&sql, vec![Value::id(id), limit.into()]).await?.iter().map(read_delivery).collect()
}

/// What waits to be told to active receivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// How many deliveries.
    pub deliveries: i64,
    /// When the first of them happened.
    pub since: Option<Timestamp>,
}

/// What waits to be told to active receivers; those given up are not counted.
pub async fn waiting(transaction: &mut Transaction) -> Result<Waiting, StoreError> {
    let sql = "SELECT COUNT(*) AS deliveries, MIN(alarm_event.at) AS since FROM webhook_delivery \
        JOIN alarm_event ON alarm_event.sequence = webhook_delivery.sequence \
        WHERE delivered_at IS NULL AND next_attempt_at < $1 AND webhook_id IN (SELECT id FROM webhook WHERE active)";
    let row = transaction.row(sql, vec![Timestamp::MAX.into()]).await?;
    row.map_or(Ok(Waiting::default()), |row| {
        Ok(Waiting { deliveries: row.integer("deliveries")?, since: row.optional_moment("since")? })
    })
}

/// Forgets deliveries that arrived before a moment; returns how many.
pub async fn weed(transaction: &mut Transaction, before: Timestamp) -> Result<u64, StoreError> {
    transaction.execute("DELETE FROM webhook_delivery WHERE delivered_at < $1", vec![before.into()]).await
}

fn read(row: &Row) -> Result<Webhook, StoreError> {
    Ok(Webhook {
        id: row.id("id")?,
        name: row.text("name")?,
        url: row.text("url")?,
        secret: row.private("secret")?,
        active: row.boolean("active")?,
        after_sequence: row.integer("after_sequence")?,
        created_at: row.moment("created_at")?,
    })
}

fn read_delivery(row: &Row) -> Result<Delivery, StoreError> {
    Ok(Delivery {
        webhook: row.id("webhook_id")?,
        sequence: row.integer("sequence")?,
        attempts: row.count("attempts")?,
        next_attempt_at: row.moment("next_attempt_at")?,
        delivered_at: row.optional_moment("delivered_at")?,
        last_error: row.text("last_error")?,
    })
}
