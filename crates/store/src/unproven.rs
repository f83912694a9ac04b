//! Registered devices whose messages could not be trusted: a wrong password, another network, an unanswered challenge.

use base::{DeviceId, Timestamp};

use crate::{StoreError, Transaction};

/// The most lines that one look returns.
pub const LINES_MAX: i64 = 200;

/// One device and one trouble, counted over the messages that are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unproven {
    /// Which device the sender says that it is.
    pub device: DeviceId,
    /// What the sender calls itself.
    pub controller_id: String,
    /// What was wrong, in words for the operator.
    pub trouble: String,
    /// An address that it came from.
    pub source: String,
    /// The first such message that is kept.
    pub first_at: Timestamp,
    /// The last one.
    pub last_at: Timestamp,
    /// How many are kept.
    pub messages: i64,
    /// When the device was last heard with proof.
    pub proven_at: Option<Timestamp>,
}

/// Every device and trouble, the latest first, at most [`LINES_MAX`].
pub async fn of_devices(transaction: &mut Transaction) -> Result<Vec<Unproven>, StoreError> {
    let sql = format!(
        "SELECT device.id AS id, message.controller_id AS controller_id, message.trouble AS trouble, \
         MAX(message.source) AS source, MIN(message.received_at) AS first_at, MAX(message.received_at) AS last_at, \
         COUNT(*) AS messages, MAX(device.last_contact_at) AS proven_at \
         FROM message JOIN device ON device.controller_id = message.controller_id \
         WHERE message.device_id IS NULL AND message.trouble <> '' \
         GROUP BY device.id, message.controller_id, message.trouble \
         ORDER BY MAX(message.received_at) DESC LIMIT {LINES_MAX}"
    );
    let rows = transaction.rows(&sql, vec![]).await?;
    rows.iter()
        .map(|row| {
            Ok(Unproven {
                device: row.id("id")?,
                controller_id: row.text("controller_id")?,
                trouble: row.text("trouble")?,
                source: row.text("source")?,
                first_at: row.moment("first_at")?,
                last_at: row.moment("last_at")?,
                messages: row.integer("messages")?,
                proven_at: row.optional_moment("proven_at")?,
            })
        })
        .collect()
}
