//! Messages as they came over the wire: kept raw, before anything is made of them.

use std::collections::HashMap;

use alarm::What;
use base::{AlarmId, DeviceId, MessageId, Private, Timestamp};

use crate::{List, Row, StoreError, Transaction, Value};

/// The most messages that are read of one alarm.
pub const MESSAGES_OF_ALARM_MAX: usize = 200;

/// A message as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Which message.
    pub id: MessageId,
    /// When, by our clock.
    pub received_at: Timestamp,
    /// `udp`, `tcp`, `tls`, `mqtt`.
    pub transport: String,
    /// The address it came from.
    pub source: String,
    /// The sending device, when known.
    pub device: Option<DeviceId>,
    /// What the sender calls itself; empty when it could not be read.
    pub controller_id: String,
    /// The sender's reference.
    pub reference: String,
    /// What it was read as; see `device::Signal::name`.
    pub signal: String,
    /// Codes and texts in words.
    pub detail: Private<String>,
    /// What was wrong with it; empty when nothing was.
    pub trouble: String,
    /// Equal for copies of the same message.
    pub duplicate_key: String,
    /// The alarm it raised or belongs to.
    pub alarm: Option<AlarmId>,
    /// The bytes.
    pub raw: Private<Vec<u8>>,
}

/// What is remembered of an earlier copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Its key.
    pub duplicate_key: String,
    /// When it came.
    pub received_at: Timestamp,
    /// The alarm it belongs to.
    pub alarm: Option<AlarmId>,
    /// When that alarm was closed; `None` while it is open, and where there is none.
    pub closed_at: Option<Timestamp>,
}

/// Keeps messages, all together.
pub async fn insert(transaction: &mut Transaction, messages: Vec<Message>) -> Result<(), StoreError> {
    transaction.lists(vec![inserted(messages)]).await.map(drop)
}

pub(crate) fn inserted(messages: Vec<Message>) -> List {
    let head = "INSERT INTO message (id, received_at, transport, source, device_id, controller_id, reference, signal, \
        detail, trouble, duplicate_key, alarm_id, raw)";
    let values = messages
        .into_iter()
        .flat_map(|message| {
            [
                Value::id(message.id),
                message.received_at.into(),
                message.transport.into(),
                message.source.into(),
                Value::optional_id(message.device),
                message.controller_id.into(),
                message.reference.into(),
                message.signal.into(),
                message.detail.into_revealed().into(),
                message.trouble.into(),
                message.duplicate_key.into(),
                Value::optional_id(message.alarm),
                Value::Bytes(message.raw.into_revealed()),
            ]
        })
        .collect();
    List::insert(head, 13, values, "")
}

/// Earlier copies of messages, by what their senders call themselves and their keys; name each pair once.
pub async fn earlier(
    transaction: &mut Transaction,
    keys: impl IntoIterator<Item = (String, String)>,
) -> Result<Vec<Earlier>, StoreError> {
    let sql = "SELECT message.duplicate_key, message.received_at, message.alarm_id, alarm.closed_at \
        FROM ({values}) AS wanted JOIN message \
        ON message.controller_id = wanted.column1 AND message.duplicate_key = wanted.column2 \
        LEFT JOIN alarm ON alarm.id = message.alarm_id";
    let keys = keys.into_iter().flat_map(|(sender, key)| [Value::from(sender), Value::from(key)]).collect();
    let rows = transaction.rows_for_values(sql, 2, keys).await?;
    rows.iter()
        .map(|row| {
            Ok(Earlier {
                duplicate_key: row.text("duplicate_key")?,
                received_at: row.moment("received_at")?,
                alarm: row.optional_id("alarm_id")?,
                closed_at: row.optional_moment("closed_at")?,
            })
        })
        .collect()
}

/// Which of some messages are stored, each with its alarm.
pub async fn stored(
    transaction: &mut Transaction,
    ids: &[MessageId],
) -> Result<HashMap<MessageId, Option<AlarmId>>, StoreError> {
    let keys = ids.iter().map(Value::id).collect();
    let rows = transaction.rows_for_keys("SELECT id, alarm_id FROM message WHERE id IN {keys}", keys).await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.optional_id("alarm_id")?))).collect()
}

/// The messages of an alarm, oldest first, at most [`MESSAGES_OF_ALARM_MAX`]. They are found by the alarm's history,
/// which names each, so that no index on messages needs to be kept while alarms pour in.
pub async fn of_alarm(transaction: &mut Transaction, alarm: AlarmId) -> Result<Vec<Message>, StoreError> {
    let mut ids = named_by_history(transaction, alarm).await?;
    ids.truncate(MESSAGES_OF_ALARM_MAX);
    let sql = format!("SELECT {COLUMNS} FROM message WHERE id IN {{keys}}");
    let mut messages: Vec<Message> =
        transaction.rows_for_keys(&sql, ids).await?.iter().map(read).collect::<Result<_, _>>()?;
    messages.sort_by_key(|message| (message.received_at, message.id));
    Ok(messages)
}

/// Forgets the messages of an alarm; before its history, which names them.
pub async fn forget_of_alarm(transaction: &mut Transaction, alarm: AlarmId) -> Result<(), StoreError> {
    for id in named_by_history(transaction, alarm).await? {
        transaction.execute("DELETE FROM message WHERE id = $1", vec![id]).await?;
    }
    Ok(())
}

async fn named_by_history(transaction: &mut Transaction, alarm: AlarmId) -> Result<Vec<Value>, StoreError> {
    let history = crate::alarm::events(transaction, alarm).await?;
    let ids = history
        .iter()
        .filter_map(|numbered| match &numbered.event.what {
            What::Received { message, .. }
            | What::Repeated { message, .. }
            | What::Withdrawn { message }
            | What::Informed { message } => Some(Value::id(message)),
            _ => None,
        })
        .collect();
    Ok(ids)
}

/// The newest messages of all, newest first.
pub async fn newest(transaction: &mut Transaction, limit: i64) -> Result<Vec<Message>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM message ORDER BY received_at DESC, id DESC LIMIT $1");
    transaction.rows(&sql, vec![limit.into()]).await?.iter().map(read).collect()
}

/// The last messages of a device, newest first.
pub async fn of_device(
    transaction: &mut Transaction,
    device: DeviceId,
    limit: i64,
) -> Result<Vec<Message>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM message WHERE device_id = $1 \
         AND controller_id = (SELECT controller_id FROM device WHERE id = $1) ORDER BY received_at DESC LIMIT $2"
    );
    transaction.rows(&sql, vec![Value::id(device), limit.into()]).await?.iter().map(read).collect()
}

/// The last messages of senders that nobody has registered, newest first.
pub async fn of_unknown_senders(
    transaction: &mut Transaction,
    limit: i64,
) -> Result<Vec<Message>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM message WHERE device_id IS NULL ORDER BY received_at DESC LIMIT $1");
    transaction.rows(&sql, vec![limit.into()]).await?.iter().map(read).collect()
}

/// Forgets messages older than a moment that belong to no open alarm; returns how many.
pub async fn weed(transaction: &mut Transaction, before: Timestamp) -> Result<u64, StoreError> {
    let sql = "DELETE FROM message WHERE received_at < $1 AND NOT EXISTS \
        (SELECT 1 FROM alarm WHERE alarm.id = message.alarm_id AND alarm.closed_at IS NULL)";
    transaction.execute(sql, vec![before.into()]).await
}

const COLUMNS: &str = "id, received_at, transport, source, device_id, controller_id, reference, signal, detail, trouble, \
    duplicate_key, alarm_id, raw";

fn read(row: &Row) -> Result<Message, StoreError> {
    Ok(Message {
        id: row.id("id")?,
        received_at: row.moment("received_at")?,
        transport: row.text("transport")?,
        source: row.text("source")?,
        device: row.optional_id("device_id")?,
        controller_id: row.text("controller_id")?,
        reference: row.text("reference")?,
        signal: row.text("signal")?,
        detail: row.private("detail")?,
        trouble: row.text("trouble")?,
        duplicate_key: row.text("duplicate_key")?,
        alarm: row.optional_id("alarm_id")?,
        raw: Private::new(row.bytes("raw")?),
    })
}

/// How much is kept in all: for measurements and the health page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Messages.
    pub messages: i64,
    /// Different messages: sender, reference and bytes.
    pub distinct: i64,
    /// Alarms.
    pub alarms: i64,
    /// Events of alarms.
    pub events: i64,
}

/// Counts everything. Reads whole tables, so it is not for every page.
pub async fn counts(transaction: &mut Transaction) -> Result<Counts, StoreError> {
    let sql = "SELECT (SELECT COUNT(*) FROM message) AS messages, \
        (SELECT COUNT(DISTINCT duplicate_key) FROM message) AS distinct_messages, \
        (SELECT COUNT(*) FROM alarm) AS alarms, (SELECT COUNT(*) FROM alarm_event) AS events";
    let row =
        transaction.row(sql, vec![]).await?.ok_or_else(|| crate::row::inconsistent("messages", "a count"))?;
    Ok(Counts {
        messages: row.integer("messages")?,
        distinct: row.integer("distinct_messages")?,
        alarms: row.integer("alarms")?,
        events: row.integer("events")?,
    })
}
