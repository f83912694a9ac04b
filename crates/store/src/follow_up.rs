//! What is followed up after an answer: since when nothing was done, and who was told of as overdue.
//!
//! Kept beside [`crate::alarm::save`], so that the way of a message into the database carries none of it.

use alarm::{Alarm, Kind, follow_up::Limits};
use base::{AlarmId, Timestamp};

use crate::{StoreError, Transaction, Value};

/// The most alarms that one look finds; the next look finds the rest.
const FOUND_MAX: i64 = 500;

/// Writes what changed between two states of an alarm, after the alarm itself was saved in the same transaction.
pub async fn save(transaction: &mut Transaction, before: &Alarm, after: &Alarm) -> Result<(), StoreError> {
    if before.attended_at != after.attended_at {
        let values = vec![Value::id(after.id), Value::optional_moment(after.attended_at)];
        transaction.execute("UPDATE alarm SET attended_at = $2 WHERE id = $1", values).await?;
    }
    for dispatch in &after.dispatches {
        let was = before.dispatches.iter().find(|known| known.id == dispatch.id);
        if dispatch.overdue_at != was.and_then(|was| was.overdue_at) {
            let values = vec![Value::id(dispatch.id), Value::optional_moment(dispatch.overdue_at)];
            transaction.execute("UPDATE dispatch SET overdue_at = $2 WHERE id = $1", values).await?;
        }
    }
    Ok(())
}

/// Alarms that count as left, or whose responder counts as overdue, by now.
pub async fn due(
    transaction: &mut Transaction,
    limits: Limits,
    now: Timestamp,
) -> Result<Vec<AlarmId>, StoreError> {
    let sql = format!(
        "SELECT id FROM alarm WHERE attended_at IS NOT NULL AND attended_at <= \
            CASE WHEN kind = $1 THEN $2 ELSE $3 END \
         UNION SELECT alarm_id AS id FROM dispatch JOIN alarm ON alarm.id = dispatch.alarm_id \
         WHERE dispatch.state = 'accepted' AND overdue_at IS NULL AND accepted_at <= $4 \
         AND alarm.state = 'sent' LIMIT {FOUND_MAX}"
    );
    let before = |seconds: u32| Value::from(now.as_microsecond() - microseconds(seconds));
    let values = vec![
        Kind::Technical.name().into(),
        before(limits.technical_left_seconds),
        before(limits.left_seconds),
        before(limits.overdue_seconds),
    ];
    transaction.rows(&sql, values).await?.iter().map(|row| row.id("id")).collect()
}

/// When the next one falls due; `None` when nothing is followed up.
pub async fn next_due(
    transaction: &mut Transaction,
    limits: Limits,
) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT MIN(due) AS due FROM (\
        SELECT MIN(attended_at + CASE WHEN kind = $1 THEN $2 ELSE $3 END) AS due FROM alarm \
        WHERE attended_at IS NOT NULL \
        UNION ALL SELECT MIN(accepted_at + $4) AS due FROM dispatch JOIN alarm ON alarm.id = dispatch.alarm_id \
        WHERE dispatch.state = 'accepted' AND overdue_at IS NULL AND alarm.state = 'sent') AS every_due";
    let values = vec![
        Kind::Technical.name().into(),
        microseconds(limits.technical_left_seconds).into(),
        microseconds(limits.left_seconds).into(),
        microseconds(limits.overdue_seconds).into(),
    ];
    match transaction.row(sql, values).await? {
        Some(row) => row.optional_moment("due"),
        None => Ok(None),
    }
}

fn microseconds(seconds: u32) -> i64 {
    i64::from(seconds) * 1_000_000
}
