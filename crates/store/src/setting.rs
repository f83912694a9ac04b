//! Figures of rules that the municipality has set itself.

use std::collections::BTreeMap;

use base::{Timestamp, UserId};

use crate::{StoreError, Transaction, Value};

/// Every setting.
pub async fn all(transaction: &mut Transaction) -> Result<BTreeMap<String, String>, StoreError> {
    let rows = transaction.rows("SELECT name, value FROM setting", vec![]).await?;
    rows.iter().map(|row| Ok((row.text("name")?, row.text("value")?))).collect()
}

/// Sets one.
pub async fn set(
    transaction: &mut Transaction,
    name: &str,
    value: &str,
    by: Option<UserId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO setting (name, value, changed_at, changed_by) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at, changed_by = excluded.changed_by";
    transaction.execute(sql, vec![name.into(), value.into(), now.into(), Value::optional_id(by)]).await?;
    Ok(())
}
