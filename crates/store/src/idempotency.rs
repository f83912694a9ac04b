//! What other systems have asked once for each key of theirs, with the answer.

use base::{Timestamp, TokenId};

use crate::{Row, StoreError, Transaction, Value};

/// Which request: whose, by which key, and what was asked. Key and request are hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The system's token.
    pub token: TokenId,
    /// The hash of its key.
    pub key_hash: String,
    /// The hash of method, address and body.
    pub request_hash: String,
}

/// An answer that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its `Location`; empty without one.
    pub location: String,
    /// Its body.
    pub body: String,
}

/// What is kept under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What was asked.
    pub request_hash: String,
    /// When.
    pub asked_at: Timestamp,
    /// The answer; `None` while it is being done.
    pub answer: Option<Answer>,
}

/// Takes a key for a request, if nobody has it; what is older than `kept_since` no longer counts.
pub async fn claim(
    transaction: &mut Transaction,
    asked: &Asked,
    kept_since: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO kept_answer (token_id, key_hash, request_hash, asked_at) VALUES ($1, $2, $3, $5) \
        ON CONFLICT (token_id, key_hash) DO UPDATE SET request_hash = excluded.request_hash, \
        asked_at = excluded.asked_at, status = NULL, location = '', body = '' WHERE kept_answer.asked_at < $4";
    let values = vec![
        Value::id(asked.token),
        asked.key_hash.as_str().into(),
        asked.request_hash.as_str().into(),
        kept_since.into(),
        now.into(),
    ];
    Ok(transaction.execute(sql, values).await? == 1)
}

/// Takes over a request that was begun before a moment and never answered.
pub async fn take_over(
    transaction: &mut Transaction,
    asked: &Asked,
    begun_before: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "UPDATE kept_answer SET asked_at = $5 WHERE token_id = $1 AND key_hash = $2 AND request_hash = $3 \
        AND status IS NULL AND asked_at < $4";
    let values = vec![
        Value::id(asked.token),
        asked.key_hash.as_str().into(),
        asked.request_hash.as_str().into(),
        begun_before.into(),
        now.into(),
    ];
    Ok(transaction.execute(sql, values).await? == 1)
}

/// What is kept under a key.
pub async fn load(transaction: &mut Transaction, asked: &Asked) -> Result<Option<Kept>, StoreError> {
    let sql = "SELECT request_hash, asked_at, status, location, body FROM kept_answer \
        WHERE token_id = $1 AND key_hash = $2";
    let values = vec![Value::id(asked.token), asked.key_hash.as_str().into()];
    transaction.row(sql, values).await?.as_ref().map(read).transpose()
}

/// Keeps the answer under a key.
pub async fn keep(transaction: &mut Transaction, asked: &Asked, answer: &Answer) -> Result<(), StoreError> {
    let sql =
        "UPDATE kept_answer SET status = $3, location = $4, body = $5 WHERE token_id = $1 AND key_hash = $2";
    let values = vec![
        Value::id(asked.token),
        asked.key_hash.as_str().into(),
        i64::from(answer.status).into(),
        answer.location.as_str().into(),
        answer.body.as_str().into(),
    ];
    transaction.execute(sql, values).await?;
    Ok(())
}

/// Gives a key back under which nothing was done.
pub async fn give_back(transaction: &mut Transaction, asked: &Asked) -> Result<(), StoreError> {
    let sql = "DELETE FROM kept_answer WHERE token_id = $1 AND key_hash = $2 AND status IS NULL";
    transaction.execute(sql, vec![Value::id(asked.token), asked.key_hash.as_str().into()]).await?;
    Ok(())
}

/// Forgets what was asked before a moment; returns how many.
pub async fn weed(transaction: &mut Transaction, before: Timestamp) -> Result<u64, StoreError> {
    transaction.execute("DELETE FROM kept_answer WHERE asked_at < $1", vec![before.into()]).await
}

fn read(row: &Row) -> Result<Kept, StoreError> {
    let status = row.optional_integer("status")?;
    let answer = match status.and_then(|status| u16::try_from(status).ok()) {
        None => None,
        Some(status) => Some(Answer { status, location: row.text("location")?, body: row.text("body")? }),
    };
    Ok(Kept { request_hash: row.text("request_hash")?, asked_at: row.moment("asked_at")?, answer })
}
