//! Migrations: each runs once, in order, in its own transaction, and is never edited after.
//!
//! One SQL text serves both engines; `SEQUENCE_KEY` and `BYTES` stand for the two types whose names differ, and what
//! follows `ON_POSTGRESQL` on its line is for that engine alone.

use base::Timestamp;

use crate::{Store, StoreError, Transaction, Value};

/// One migration.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its number, from 1 without gaps.
    pub version: i64,
    /// Its file's name without number and ending.
    pub name: &'static str,
    /// Its text.
    pub sql: &'static str,
}

macro_rules! migrations {
    ($($version:literal $name:literal;)+) => {
        &[$(Migration {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../migrations/", $name, ".sql")),
        }),+]
    };
}

/// Every migration, in order.
pub const ALL: &[Migration] = migrations! {
    1 "0001_people";
    2 "0002_devices";
    3 "0003_alarms";
    4 "0004_teams_and_ladders";
    5 "0005_logins_and_audit";
    6 "0006_other_systems";
    7 "0007_changes";
    8 "0008_messages_by_sender";
    9 "0009_housing";
    10 "0010_token_scopes";
    11 "0011_follow_up";
    12 "0012_idempotency";
    13 "0013_room_for_changes";
    14 "0014_origins_of_logins";
    15 "0015_addresses_of_logins";
    16 "0016_wrong_passwords_by_source";
};

/// The name, among PostgreSQL's advisory locks, of the right to migrate: "tryggve" in ASCII.
const MIGRATION_LOCK: i64 = 0x0074_7279_6767_7665;

/// Brings a database up to date; returns the names of those that ran. Safe to call from several nodes at once. Only
/// then may a database of [`Store::open_later`] be used.
pub async fn migrate(store: &Store, now: Timestamp) -> Result<Vec<&'static str>, StoreError> {
    let mut ran = Vec::new();
    let mut transaction = store.write_unready().await?;
    transaction.alone(MIGRATION_LOCK).await?;
    transaction
        .execute(
            "CREATE TABLE IF NOT EXISTS migration (version BIGINT PRIMARY KEY, name TEXT NOT NULL, fingerprint BIGINT NOT NULL, at BIGINT NOT NULL)",
            vec![],
        )
        .await?;
    let done = done(&mut transaction).await?;
    check(&done)?;
    for migration in
        ALL.iter().filter(|migration| !done.iter().any(|(version, _)| *version == migration.version))
    {
        transaction.script(migration.sql).await?;
        let values = vec![
            Value::from(migration.version),
            migration.name.into(),
            fingerprint_of(migration.sql).into(),
            now.into(),
        ];
        transaction
            .execute("INSERT INTO migration (version, name, fingerprint, at) VALUES ($1, $2, $3, $4)", values)
            .await?;
        ran.push(migration.name);
    }
    transaction.commit().await?;
    store.admit();
    Ok(ran)
}

/// Refuses a database of a newer program, or one whose migrations were other ones.
fn check(done: &[(i64, i64)]) -> Result<(), StoreError> {
    for (version, fingerprint) in done {
        let Some(known) = ALL.iter().find(|migration| migration.version == *version) else {
            return Err(StoreError::Migration {
                version: *version,
                problem: "the database is newer than this program: start the newer program",
            });
        };
        if fingerprint_of(known.sql) != *fingerprint {
            return Err(StoreError::Migration {
                version: *version,
                problem: "its text was changed after it ran: put it back and write a new one",
            });
        }
    }
    Ok(())
}

/// How many migrations have not run on a database. A database of a newer program is refused.
pub async fn pending(store: &Store) -> Result<usize, StoreError> {
    let mut transaction = store.read().await?;
    let ran = done(&mut transaction).await?;
    check(&ran)?;
    Ok(ALL.iter().filter(|migration| !ran.iter().any(|(version, _)| *version == migration.version)).count())
}

async fn done(transaction: &mut Transaction) -> Result<Vec<(i64, i64)>, StoreError> {
    let rows =
        transaction.rows("SELECT version, fingerprint FROM migration ORDER BY version", vec![]).await?;
    rows.iter().map(|row| Ok((row.integer("version")?, row.integer("fingerprint")?))).collect()
}

/// FNV-1a over the text without white space, so that only a real change counts.
fn fingerprint_of(sql: &str) -> i64 {
    let hash = sql
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    i64::from_ne_bytes(hash.to_ne_bytes())
}
