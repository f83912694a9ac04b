//! What was measured of alarms: the moments that service levels count, and how many alarms came when.

use alarm::{Kind, Outcome, service_level::Moments};
use base::{AlarmId, DeviceId, ProviderId, Timestamp};

use crate::{StoreError, Transaction, Value};

/// One alarm as far as it is measured. It names nobody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The moments that count.
    pub moments: Moments,
    /// What it was about.
    pub kind: Kind,
    /// What it turned out to be, when closed.
    pub outcome: Option<Outcome>,
    /// The provider of the first team that was sent.
    pub provider: Option<ProviderId>,
    /// The sending device.
    pub device: Option<DeviceId>,
}

/// How many alarms are read at a time, so that a year never fills the memory.
pub const MEASURED_PAGE: i64 = 5_000;

/// Alarms received in a span, oldest first, after the last one that was read: at most [`MEASURED_PAGE`].
/// Returns the key to go on from; `None` when all are read.
pub async fn measured(
    transaction: &mut Transaction,
    from: Timestamp,
    to: Timestamp,
    after: Option<(Timestamp, String)>,
) -> Result<(Vec<Measured>, Option<(Timestamp, String)>), StoreError> {
    let (after_at, after_id) = after.unwrap_or((from, String::new()));
    let sql = "SELECT alarm.id, alarm.received_at, alarm.answered_at, alarm.sent_at, alarm.arrived_at, alarm.kind, \
        alarm.outcome, alarm.device_id, (SELECT team.provider_id FROM dispatch JOIN team ON team.id = dispatch.team_id \
        WHERE dispatch.alarm_id = alarm.id ORDER BY dispatch.sent_at, dispatch.id LIMIT 1) AS provider_id FROM alarm \
        WHERE alarm.received_at >= $1 AND alarm.received_at < $2 AND (alarm.received_at > $1 OR alarm.id > $3) \
        ORDER BY alarm.received_at, alarm.id LIMIT $4";
    let values = vec![after_at.into(), to.into(), after_id.into(), MEASURED_PAGE.into()];
    let rows = transaction.rows(sql, values).await?;
    let next = match rows.last() {
        Some(row) if rows.len() as i64 == MEASURED_PAGE => {
            Some((row.moment("received_at")?, row.text("id")?))
        }
        _ => None,
    };
    let found = rows
        .iter()
        .map(|row| {
            Ok(Measured {
                moments: Moments {
                    received_at: row.moment("received_at")?,
                    answered_at: row.optional_moment("answered_at")?,
                    sent_at: row.optional_moment("sent_at")?,
                    arrived_at: row.optional_moment("arrived_at")?,
                },
                kind: row.named("kind", "a kind of alarm", Kind::from_name)?,
                outcome: row.optional_text("outcome")?.and_then(|name| Outcome::from_name(&name)),
                provider: row.optional_id("provider_id")?,
                device: row.optional_id("device_id")?,
            })
        })
        .collect::<Result<_, StoreError>>()?;
    Ok((found, next))
}

/// How many operators took an alarm within a span.
pub async fn operators_at_work(
    transaction: &mut Transaction,
    from: Timestamp,
    to: Timestamp,
) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(DISTINCT user_id) AS total FROM alarm_event WHERE what = 'answered' AND at >= $1 AND at < $2";
    transaction.row(sql, vec![from.into(), to.into()]).await?.map_or(Ok(0), |row| row.integer("total"))
}

/// Forgets closed alarms with their history that were closed before a moment: at most `limit` at a time.
/// Returns how many.
pub async fn weed_alarms(
    transaction: &mut Transaction,
    before: Timestamp,
    limit: i64,
) -> Result<u64, StoreError> {
    let sql = "SELECT id FROM alarm WHERE closed_at < $1 ORDER BY closed_at LIMIT $2";
    let rows = transaction.rows(sql, vec![before.into(), limit.into()]).await?;
    for row in &rows {
        forget_alarm(transaction, row.id("id")?).await?;
    }
    Ok(rows.len() as u64)
}

/// Forgets an alarm with its messages and its history.
pub async fn forget_alarm(transaction: &mut Transaction, alarm: AlarmId) -> Result<(), StoreError> {
    crate::message::forget_of_alarm(transaction, alarm).await?;
    for sql in [
        "DELETE FROM alarm_event WHERE alarm_id = $1",
        "DELETE FROM dispatch WHERE alarm_id = $1",
        "DELETE FROM alarm WHERE id = $1",
    ] {
        transaction.execute(sql, vec![Value::id(alarm)]).await?;
    }
    Ok(())
}
