//! What was changed in the register, field by field. Only ever added to, and weeded with what it is about.

use base::{Private, Timestamp, UserId, id::Uuid};

use crate::{StoreError, Transaction, Value};

/// One field that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Which change.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who; `None` for Tryggve itself.
    pub user: Option<UserId>,
    /// What, as `kind:id`.
    pub subject: String,
    /// Which field.
    pub field: String,
    /// What stood there.
    pub from: Private<String>,
    /// What stands there since.
    pub to: Private<String>,
}

/// Adds changes, all together.
pub async fn add(transaction: &mut Transaction, changes: &[FieldChange]) -> Result<(), StoreError> {
    let head = "INSERT INTO field_change (id, at, user_id, subject, field, from_value, to_value)";
    let values = changes
        .iter()
        .flat_map(|change| {
            [
                Value::id(change.id),
                change.at.into(),
                Value::optional_id(change.user),
                change.subject.as_str().into(),
                change.field.as_str().into(),
                change.from.reveal().as_str().into(),
                change.to.reveal().as_str().into(),
            ]
        })
        .collect();
    transaction.values(head, 7, values, "").await?;
    Ok(())
}

/// What was changed about something, newest first.
pub async fn of_subject(
    transaction: &mut Transaction,
    subject: &str,
    limit: i64,
) -> Result<Vec<FieldChange>, StoreError> {
    let sql = "SELECT id, at, user_id, subject, field, from_value, to_value FROM field_change \
        WHERE subject = $1 ORDER BY at DESC, id DESC LIMIT $2";
    let rows = transaction.rows(sql, vec![subject.into(), limit.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(FieldChange {
                id: row.id("id")?,
                at: row.moment("at")?,
                user: row.optional_id("user_id")?,
                subject: row.text("subject")?,
                field: row.text("field")?,
                from: row.private("from_value")?,
                to: row.private("to_value")?,
            })
        })
        .collect()
}
