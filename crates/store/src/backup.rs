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
    /// A program works on the database that would be replaced, or was killed a moment ago.
    #[error(
        "a program works on the database, or did until a moment ago ({holders} leases run until {until}): stop it, nothing was overwritten"
    )]
    InUse {
        /// How many leases run.
        holders: i64,
        /// When the last of them ends by itself.
        until: Timestamp,
    },
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the copy holds.
    pub copy: Verified,
    /// Where the database that stood is kept; `None` when none stood.
    pub kept: Option<PathBuf>,
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

/// Checks a copy in a file, without changing anything else. A copy of a newer program is refused.
pub async fn verify_copy(copy: &Path) -> Result<Verified, BackupError> {
    let store = open_file(copy).await?;
    let found = async {
        crate::migrate::pending(&store).await?;
        verify(&store).await
    }
    .await;
    store.close().await;
    found
}

/// Puts a SQLite copy in the place of a database file; the program must not be running on it.
///
/// The copy is checked first. The database that stands is kept beside as `NAME.before-restore`, with a number when
/// that is taken. A database with newer data is not replaced unless `lose_newer` says so, and one that a program
/// works on at `now` never.
pub async fn restore(
    copy: &Path,
    database: &Path,
    lose_newer: bool,
    now: Timestamp,
) -> Result<Restored, BackupError> {
    let checked = verify_copy(copy).await?;
    if database.exists() {
        // A database that cannot be read is what a restore is for; it is kept beside all the same.
        let live = look_at_live(database, now).await?.and_then(|found| found.newest_at);
        if let (Some(live), Some(copy), false) = (live, checked.newest_at, lose_newer)
            && live > copy
        {
            return Err(BackupError::Newer { live, copy });
        }
    }
    let fresh = named(database, ".restoring");
    fs::copy(copy, &fresh).map_err(|problem| file_error(&fresh, problem))?;
    fs::File::open(&fresh).and_then(|file| file.sync_all()).map_err(|problem| file_error(&fresh, problem))?;
    let kept = if database.exists() { Some(keep(database)?) } else { None };
    fs::rename(&fresh, database).map_err(|problem| file_error(database, problem))?;
    sync_folder(database)?;
    Ok(Restored { copy: checked, kept })
}

/// Looks at the database that would be replaced; `None` when it cannot be read.
async fn look_at_live(database: &Path, now: Timestamp) -> Result<Option<Verified>, BackupError> {
    let Ok(store) = open_file(database).await else { return Ok(None) };
    let found = async {
        let mut transaction = store.read().await?;
        let sql = "SELECT COUNT(*) AS holders, MAX(until) AS until FROM lease WHERE until > $1";
        let row = transaction.row(sql, vec![now.into()]).await?;
        drop(transaction);
        let in_use = match row {
            Some(row) => row.optional_moment("until")?.map(|until| (row.integer("holders"), until)),
            None => None,
        };
        Ok::<_, StoreError>((in_use, verify(&store).await.ok()))
    }
    .await;
    store.close().await;
    match found {
        Ok((Some((holders, until)), _)) => Err(BackupError::InUse { holders: holders?, until }),
        Ok((None, verified)) => Ok(verified),
        Err(_) => Ok(None),
    }
}

/// Gives the database that stands a second name, under which it stays. The first name always leads to a database, so
/// that a program started in the middle of a restore never begins an empty one.
fn keep(database: &Path) -> Result<PathBuf, BackupError> {
    let kept = (1_u32..)
        .map(|number| match number {
            1 => named(database, ".before-restore"),
            number => named(database, &format!(".before-restore-{number}")),
        })
        .find(|path| !path.exists())
        .unwrap_or_else(|| named(database, ".before-restore"));
    fs::hard_link(database, &kept).map_err(|problem| file_error(&kept, problem))?;
    // The log beside belongs to the database that stood; with another file it would be replayed wrongly.
    for ending in ["-wal", "-shm"] {
        let log = named(database, ending);
        if log.exists() {
            fs::rename(&log, named(&kept, ending)).map_err(|problem| file_error(&log, problem))?;
        }
    }
    Ok(kept)
}

/// Makes the new name last.
fn sync_folder(path: &Path) -> Result<(), BackupError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(|problem| file_error(folder, problem))
}

async fn open_file(path: &Path) -> Result<Store, BackupError> {
    fs::metadata(path).map_err(|problem| file_error(path, problem))?;
    Ok(Store::open(&format!("sqlite:{}", path.display())).await?)
}

fn named(path: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}{ending}", path.display()))
}

fn file_error(path: &Path, problem: io::Error) -> BackupError {
    BackupError::File { path: path.display().to_string(), problem }
}
