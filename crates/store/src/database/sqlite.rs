//! SQLite, called on the caller's own thread.
//!
//! A statement takes some microseconds, and handing it to another thread and back takes longer than that where a
//! processor sleeps in between. So nothing is handed over here; the runtime is told instead, see [`beside_others`].

use std::{path::Path, sync::Arc, time::Duration};

use rusqlite::{
    CachedStatement, Connection, ErrorCode, OpenFlags,
    types::{ToSql, ToSqlOutput, ValueRef},
};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore},
};

use super::{List, READERS_MAX, WAIT_SECONDS_MAX, in_time, with_names};
use crate::{StoreError, Value, row::SqliteRow};

/// How many pages of 4 KiB SQLite's journal gathers, 64 MiB, before a commit itself moves them into the database. That
/// holds up every alarm behind it, so `Store::move_journal` has moved nearly all of them by then, beside the commits.
const JOURNAL_PAGES_MAX: u32 = 16_384;
/// How much the one writer keeps in memory, in KiB: enough for the inner pages of every index.
const WRITER_CACHE_KIB: u32 = 8_192;
/// How many statements each connection keeps prepared.
const STATEMENTS_KEPT: usize = 256;
/// How long to wait before another program is asked again to let go of the right to write.
const LOCK_RETRY: Duration = Duration::from_millis(5);
/// How many keys one look-up carries; a list is filled up to the next size with its last key, so that few statements
/// need to be prepared.
const CHUNK_KEYS: [usize; 5] = [1, 8, 32, 64, 256];

/// The connections to one file, or to one database in memory.
#[derive(Debug, Clone)]
pub(super) struct Sqlite {
    writer: Pool,
    readers: Pool,
    /// Missing where the database is in memory.
    mover: Option<Pool>,
}

impl Sqlite {
    /// Opens a file, which is made if it is not there; `:memory:` is a database that nobody else sees.
    pub(super) async fn open(path: &str) -> Result<Self, StoreError> {
        let writer = Pool::new(Way::Write, path, 1);
        // Opened at once: it makes the file, which a reader cannot, and what is wrong with it is told now.
        drop(writer.take().await?);
        if path == IN_MEMORY {
            // Such a database lives in one connection only, so its readers are its writer.
            return Ok(Sqlite { readers: writer.clone(), writer, mover: None });
        }
        let readers = Pool::new(Way::Read, path, READERS_MAX as usize);
        let mover = Some(Pool::new(Way::Write, path, 1));
        Ok(Sqlite { writer, readers, mover })
    }

    /// Begins to read.
    pub(super) async fn read(&self) -> Result<SqliteTransaction, StoreError> {
        let transaction = SqliteTransaction(self.readers.take().await?);
        transaction.script("BEGIN")?;
        Ok(transaction)
    }

    /// Begins to write, as soon as nobody else does.
    pub(super) async fn write(&self) -> Result<SqliteTransaction, StoreError> {
        let mut transaction = SqliteTransaction(self.writer.take().await?);
        let begins = &mut transaction;
        in_time(async move {
            // Another program may be writing. Waiting inside SQLite would hold up everything else on this thread.
            loop {
                let begun = begins.0.connection.execute_batch("BEGIN IMMEDIATE");
                match begun {
                    Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                        tokio::time::sleep(LOCK_RETRY).await;
                    }
                    begun => break Ok(begun?),
                }
            }
        })
        .await?;
        Ok(transaction)
    }

    /// Writes a complete, consistent copy to a file.
    pub(super) async fn backup_to(&self, path: &str) -> Result<(), StoreError> {
        // Not the writer: alarms go on being stored meanwhile.
        let pool = self.mover.as_ref().unwrap_or(&self.writer);
        let held = pool.take().await?;
        beside_others(|| held.connection.execute("VACUUM INTO ?1", [path]))?;
        Ok(())
    }

    /// Moves what the journal has gathered into the database, beside whoever reads or writes.
    pub(super) async fn move_journal(&self) -> Result<(), StoreError> {
        let Some(mover) = &self.mover else { return Ok(()) };
        let held = mover.take().await?;
        beside_others(|| held.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())))?;
        Ok(())
    }

    /// Closes every connection after its work is done; the last one leaves no journal behind.
    pub(super) async fn close(&self) {
        for pool in self.mover.iter().chain([&self.readers, &self.writer]) {
            pool.close().await;
        }
    }
}

/// The name of a database that lives in one connection.
const IN_MEMORY: &str = ":memory:";

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Read,
    Write,
}

impl Way {
    fn open(self, path: &Path) -> Result<Connection, StoreError> {
        let access = match self {
            Way::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
            Way::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        };
        // Each connection has one user at a time, so SQLite's own locks around it are left out.
        let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(Duration::from_secs(WAIT_SECONDS_MAX))?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        if self == Way::Write {
            // The way of vacuuming must stand before the first page is written, and `FULL` makes a commit wait for
            // the disk.
            connection.execute_batch(&format!(
                "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA wal_autocheckpoint = {JOURNAL_PAGES_MAX}; PRAGMA cache_size = -{WRITER_CACHE_KIB}; \
                 PRAGMA foreign_keys = ON"
            ))?;
            connection.busy_timeout(Duration::ZERO)?;
        }
        Ok(connection)
    }
}

/// Some connections of one kind, opened as they are needed.
#[derive(Debug, Clone)]
struct Pool {
    way: Way,
    path: Arc<Path>,
    room: Arc<Semaphore>,
    places: Arc<[Place]>,
}

/// Where one connection stands while nobody uses it.
type Place = Arc<Mutex<Option<Connection>>>;

impl Pool {
    fn new(way: Way, path: &str, connections_max: usize) -> Self {
        Pool {
            way,
            path: Arc::from(Path::new(path)),
            room: Arc::new(Semaphore::new(connections_max)),
            places: (0..connections_max).map(|_| Place::default()).collect(),
        }
    }

    /// A connection, as soon as one is free; whoever has waited longest is first.
    async fn take(&self) -> Result<Held, StoreError> {
        let room = Arc::clone(&self.room);
        let permit =
            in_time(async move { room.acquire_owned().await.map_err(|_| StoreError::Closed) }).await?;
        for place in &*self.places {
            let Ok(mut place) = Arc::clone(place).try_lock_owned() else { continue };
            if place.is_none() {
                *place = Some(beside_others(|| self.way.open(&self.path))?);
            }
            if let Ok(connection) = OwnedMutexGuard::try_map(place, Option::as_mut) {
                return Ok(Held { connection, _permit: permit });
            }
        }
        // There are as many places as permits, so one was free.
        Err(StoreError::NoConnection)
    }

    async fn close(&self) {
        // An error says that it was closed before.
        let _all = self.room.acquire_many(u32::try_from(self.places.len()).unwrap_or(u32::MAX)).await;
        self.room.close();
        for place in &*self.places {
            *place.lock().await = None;
        }
    }
}

/// A connection in use. Dropped, it takes back what was begun and not committed.
struct Held {
    connection: OwnedMappedMutexGuard<Option<Connection>, Connection>,
    /// Declared after the connection, so that whoever gets the permit next finds it free.
    _permit: OwnedSemaphorePermit,
}

impl Drop for Held {
    fn drop(&mut self) {
        // SQLite itself may have taken a change back, as it does when the disk is full.
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(error = &error as &dyn std::error::Error, "A change could not be taken back");
        }
    }
}

/// One consistent picture, or one change.
pub(crate) struct SqliteTransaction(Held);

impl SqliteTransaction {
    /// Makes the change last.
    pub(crate) fn commit(self) -> Result<(), StoreError> {
        self.script("COMMIT")
    }

    /// Runs a statement and returns how many rows it touched.
    pub(crate) fn execute(&self, sql: &str, values: &[Value]) -> Result<u64, StoreError> {
        beside_others(|| {
            let mut statement = self.prepare(sql)?;
            bind(&mut statement, values)?;
            let mut rows = statement.raw_query();
            while rows.next()?.is_some() {}
            Ok(self.0.connection.changes())
        })
    }

    /// Runs a query and returns its rows.
    pub(crate) fn rows(&self, sql: &str, values: &[Value]) -> Result<Vec<SqliteRow>, StoreError> {
        let mut found = Vec::new();
        beside_others(|| read_into(&mut found, &mut self.prepare(sql)?, values))?;
        Ok(found)
    }

    /// Runs a list for each of its rows.
    pub(crate) fn list(&self, list: &List) -> Result<Vec<SqliteRow>, StoreError> {
        let sql = list.sql.replace("{rows}", &format!("VALUES {}", placeholders(list.width)));
        let sql = with_names(&sql.replace("{from}", ""), list.width, |place| format!("${place}"));
        self.for_each_row(&sql, list.width, &list.values)
    }

    /// Runs a query with `{values}` in it for each row of `width` keys.
    pub(crate) fn rows_for_values(
        &self,
        sql: &str,
        width: usize,
        keys: &[Value],
    ) -> Result<Vec<SqliteRow>, StoreError> {
        let sql = sql.replace("{values}", &format!("VALUES {}", placeholders(width)));
        self.for_each_row(&sql, width, keys)
    }

    fn for_each_row(&self, sql: &str, width: usize, values: &[Value]) -> Result<Vec<SqliteRow>, StoreError> {
        let mut found = Vec::new();
        beside_others(|| {
            let mut statement = self.prepare(sql)?;
            values.chunks_exact(width).try_for_each(|row| read_into(&mut found, &mut statement, row))
        })?;
        Ok(found)
    }

    /// Runs a query with `IN {keys}` in it for many keys, a chunk at a time.
    pub(crate) fn rows_for_keys(&self, sql: &str, keys: &[Value]) -> Result<Vec<SqliteRow>, StoreError> {
        let mut found = Vec::new();
        let largest = CHUNK_KEYS.into_iter().max().unwrap_or(1);
        for chunk in keys.chunks(largest) {
            let size = CHUNK_KEYS.into_iter().find(|size| *size >= chunk.len()).unwrap_or(largest);
            let sql = sql.replace("{keys}", &placeholders(size));
            let mut chunk = chunk.to_vec();
            if let Some(last) = chunk.last().cloned() {
                chunk.resize(size, last);
            }
            beside_others(|| read_into(&mut found, &mut self.prepare(&sql)?, &chunk))?;
        }
        Ok(found)
    }

    /// Runs several statements without values.
    pub(crate) fn script(&self, sql: &str) -> Result<(), StoreError> {
        Ok(beside_others(|| self.0.connection.execute_batch(sql))?)
    }

    fn prepare(&self, sql: &str) -> Result<CachedStatement<'_>, rusqlite::Error> {
        self.0.connection.prepare_cached(&for_sqlite(sql))
    }
}

fn read_into(
    found: &mut Vec<SqliteRow>,
    statement: &mut CachedStatement<'_>,
    values: &[Value],
) -> Result<(), rusqlite::Error> {
    bind(statement, values)?;
    let columns: Arc<[String]> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let values = (0..columns.len()).map(|column| row.get(column)).collect::<Result<_, _>>()?;
        found.push(SqliteRow { columns: Arc::clone(&columns), values });
    }
    Ok(())
}

fn bind(statement: &mut CachedStatement<'_>, values: &[Value]) -> Result<(), rusqlite::Error> {
    values.iter().zip(1..).try_for_each(|(value, place)| statement.raw_bind_parameter(place, value))
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match self {
            Value::Integer(Some(number)) => ValueRef::Integer(*number),
            Value::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Value::Real(Some(number)) => ValueRef::Real(*number),
            Value::Boolean(truth) => ValueRef::Integer(i64::from(*truth)),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
            Value::Integer(None) | Value::Text(None) | Value::Real(None) => ValueRef::Null,
        };
        Ok(ToSqlOutput::Borrowed(value))
    }
}

/// `($1,$2)` for two.
fn placeholders(count: usize) -> String {
    let all: Vec<String> = (1..=count).map(|place| format!("${place}")).collect();
    format!("({})", all.join(","))
}

/// A statement as SQLite is quickest with it. It looks `$1` and `?1` up in a list of names, which grows with the
/// square of the values; a plain `?` is the next value. So where the numbers only count up they are left out.
/// No statement of ours has a dollar sign in a text.
fn for_sqlite(sql: &str) -> String {
    let mut parts = sql.split('$');
    let mut plain = String::with_capacity(sql.len());
    plain.push_str(parts.next().unwrap_or_default());
    for (index, part) in parts.enumerate() {
        let rest = part.trim_start_matches(|character: char| character.is_ascii_digit());
        if part[..part.len() - rest.len()].parse() != Ok(index + 1) {
            return sql.replace('$', "?");
        }
        plain.push('?');
        plain.push_str(rest);
    }
    plain
}

/// Does work that may wait for the disk. A runtime with several threads lets another of them go on with its tasks
/// meanwhile; on a thread of one's own nothing needs to be said.
fn beside_others<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_count_up_need_no_number() {
        let check = |sql, wanted: &str| assert_eq!(for_sqlite(sql), wanted);
        check("SELECT 1", "SELECT 1");
        check("VALUES ($1, $2), ($3, $4)", "VALUES (?, ?), (?, ?)");
        check("a = $2 AND b = $1", "a = ?2 AND b = ?1");
        check("a = $1 OR b = $1", "a = ?1 OR b = ?1");
        check("$1, $2, $2", "?1, ?2, ?2");
        check("$2", "?2");
    }
}
