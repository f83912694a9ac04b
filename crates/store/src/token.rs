//! Tokens of other systems: only their hashes are kept.

use base::{Timestamp, TokenId};

use crate::{Row, StoreError, Transaction, Value};

/// A token of another system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Which token.
    pub id: TokenId,
    /// Which system holds it.
    pub name: String,
    /// What it opens, as words with spaces between.
    pub scopes: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, name, scopes, created_at, used_at, revoked_at";

/// Every token, by name.
pub async fn all(transaction: &mut Transaction) -> Result<Vec<Token>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM token ORDER BY name");
    transaction.rows(&sql, vec![]).await?.iter().map(read).collect()
}

/// One token, or `None`.
pub async fn load(transaction: &mut Transaction, id: TokenId) -> Result<Option<Token>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM token WHERE id = $1");
    transaction.row(&sql, vec![Value::id(id)]).await?.as_ref().map(read).transpose()
}

/// The token with a secret's hash, unless it was taken back.
pub async fn by_secret(
    transaction: &mut Transaction,
    secret_hash: &str,
) -> Result<Option<Token>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM token WHERE secret_hash = $1 AND revoked_at IS NULL");
    transaction.row(&sql, vec![secret_hash.into()]).await?.as_ref().map(read).transpose()
}

/// Keeps a new token.
pub async fn add(transaction: &mut Transaction, token: &Token, secret_hash: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO token (id, name, secret_hash, created_at, scopes) VALUES ($1, $2, $3, $4, $5)";
    let values = vec![
        Value::id(token.id),
        token.name.as_str().into(),
        secret_hash.into(),
        token.created_at.into(),
        token.scopes.as_str().into(),
    ];
    transaction.execute(sql, values).await?;
    Ok(())
}

/// Notes that a token was used.
pub async fn touch(transaction: &mut Transaction, id: TokenId, now: Timestamp) -> Result<(), StoreError> {
    transaction
        .execute("UPDATE token SET used_at = $2 WHERE id = $1", vec![Value::id(id), now.into()])
        .await?;
    Ok(())
}

/// Takes a token back for good.
pub async fn revoke(transaction: &mut Transaction, id: TokenId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    transaction.execute(sql, vec![Value::id(id), now.into()]).await?;
    Ok(())
}

fn read(row: &Row) -> Result<Token, StoreError> {
    Ok(Token {
        id: row.id("id")?,
        name: row.text("name")?,
        scopes: row.text("scopes")?,
        created_at: row.moment("created_at")?,
        used_at: row.optional_moment("used_at")?,
        revoked_at: row.optional_moment("revoked_at")?,
    })
}
