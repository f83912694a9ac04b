//! Is a copy of the database whole, and putting one back.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use base::Timestamp;

use crate::{Store, StoreError};

/// What a look at a database found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// People in the register.
    pub people: i64,
    /// Devices in the register.
    pub devices: i64,
    /// Alarms.
    pub alarms: i64,
    /// Messages as they came.
    pub messages: i64,
    /// The last message or audit entry: how fresh the copy is.
    pub newest_at: Option<Timestamp>,
}

/// Why a copy was not taken or put back. Nothing was overwritten.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file could not be read, written or moved.
    #[error("{path}: {problem}")]
    File {
        /// Which file.
        path: String,
        /// What the operating system says.
        problem: io::Error,
    },
    /// The database is damaged.
    #[error("the copy is damaged: {0}")]
    Damaged(String),
    /// The database that stands is newer than the copy.
    #[error(
        "the database has newer data ({live}) than the copy ({copy}): nothing was overwritten; say so on purpose to lose it"
    )]
    Newer {
        /// The newest moment in the database that stands.
        live: Timestamp,
        /// The newest moment in the copy.
        copy: Timestamp,
    },
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Checks that a database is whole, and counts what is in it. Only SQLite can check itself; on PostgreSQL the
/// server does that.
pub async fn verify(store: &Store) -> Result<Verified, BackupError> {
    let mut transaction = store.read().await?;
    if store.engine_name() == "SQLite" {
        let found = transaction.row("PRAGMA integrity_check(1)", vec![]).await?;
        let said = found.map_or(Ok(String::new()), |row| row.text("integrity_check"))?;
        if said != "ok" {
            return Err(BackupError::Damaged(said));
        }
    }
    let sql = "SELECT (SELECT COUNT(*) FROM person) AS people, (SELECT COUNT(*) FROM device) AS devices, \
        (SELECT COUNT(*) FROM alarm) AS alarms, (SELECT COUNT(*) FROM message) AS messages, \
        (SELECT MAX(received_at) FROM message) AS newest_message, (SELECT MAX(at) FROM audit) AS newest_audit";
    let Some(row) = transaction.row(sql, vec![]).await? else {
        return Err(BackupError::Damaged("it answers nothing".to_owned()));
    };
    let newest_at = row.optional_moment("newest_message")?.max(row.optional_moment("newest_audit")?);
    Ok(Verified {
        people: row.integer("people")?,
        devices: row.integer("devices")?,
        alarms: row.integer("alarms")?,
        messages: row.integer("messages")?,
        newest_at,
    })
}

/// Puts a SQLite copy in the place of a database file; the program must not be running on it.
///
/// The copy is checked first. The database that stands is kept beside as `NAME.before-restore`. A database with
/// newer data is not replaced unless `lose_newer` says so.
pub async fn restore(copy: &Path, database: &Path, lose_newer: bool) -> Result<Verified, BackupError> {
    let checked = verify_file(copy).await?;
    if database.exists() {
        // A database that cannot be read is what a restore is for; it is kept beside all the same.
        let live = verify_file(database).await.ok().and_then(|found| found.newest_at);
        if let (Some(live), Some(copy), false) = (live, checked.newest_at, lose_newer)
            && live > copy
        {
            return Err(BackupError::Newer { live, copy });
        }
    }
    let fresh = beside(database, "restoring");
    fs::copy(copy, &fresh).map_err(|problem| file_error(&fresh, problem))?;
    fs::File::open(&fresh).and_then(|file| file.sync_all()).map_err(|problem| file_error(&fresh, problem))?;
    if database.exists() {
        let kept = beside(database, "before-restore");
        fs::rename(database, &kept).map_err(|problem| file_error(database, problem))?;
        // The log beside belongs to the database that was moved away; with another file it would be replayed wrongly.
        for ending in ["-wal", "-shm"] {
            let log = PathBuf::from(format!("{}{ending}", database.display()));
            if log.exists() {
                let beside_kept = PathBuf::from(format!("{}{ending}", kept.display()));
                fs::rename(&log, beside_kept).map_err(|problem| file_error(&log, problem))?;
            }
        }
    }
    fs::rename(&fresh, database).map_err(|problem| file_error(database, problem))?;
    Ok(checked)
}

async fn verify_file(path: &Path) -> Result<Verified, BackupError> {
    fs::metadata(path).map_err(|problem| file_error(path, problem))?;
    let store = Store::open(&format!("sqlite:{}", path.display())).await?;
    let found = verify(&store).await;
    store.close().await;
    found
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}.{ending}", path.display()))
}

fn file_error(path: &Path, problem: io::Error) -> BackupError {
    BackupError::File { path: path.display().to_string(), problem }
}
