//! The two engines behind one facade.

mod postgres;
mod sqlite;

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use postgres::{PostgreSql, PostgreSqlTransaction};
use sqlite::{Sqlite, SqliteTransaction};

use crate::{Row, StoreError, Value};

/// Connections that read at the same time, on either engine.
pub const READERS_MAX: u32 = 8;
/// How long to wait for a connection or a lock before an honest error, in seconds.
pub const WAIT_SECONDS_MAX: u64 = 10;

/// A database.
#[derive(Debug, Clone)]
pub struct Store {
    engine: Engine,
    /// Whether it may be read and written. One that was opened to be used later may not before it has been migrated.
    ready: Arc<AtomicBool>,
}

#[derive(Debug, Clone)]
enum Engine {
    Sqlite(Sqlite),
    PostgreSql(PostgreSql),
}

/// One consistent picture, or one change that happens wholly or not at all. Dropped without
/// [`Transaction::commit`], it changes nothing.
pub struct Transaction(Inner);

enum Inner {
    Sqlite(SqliteTransaction),
    PostgreSql(PostgreSqlTransaction),
}

/// One statement over many rows.
#[derive(Debug)]
pub struct List {
    sql: String,
    width: usize,
    values: Vec<Value>,
}

impl List {
    /// Adds rows of `width` values each: what stands before them and after them. No rows are no statement at all.
    pub fn insert(head: &str, width: usize, values: Vec<Value>, tail: &str) -> Self {
        List { sql: format!("{head} {{rows}} {tail}"), width, values }
    }

    /// Changes a row for each row of `width` values. In the text `{1}` and so on are the values, and `{from}` stands
    /// where `FROM` does; the only thing that it may give back is `RETURNING id`.
    pub fn update(sql: &str, width: usize, values: Vec<Value>) -> Self {
        List { sql: sql.to_owned(), width, values }
    }
}

/// Puts the names of the values of one row in their places, `{1}` and so on.
fn with_names(sql: &str, width: usize, name: impl Fn(usize) -> String) -> String {
    (1..=width).fold(sql.to_owned(), |sql, place| sql.replace(&format!("{{{place}}}"), &name(place)))
}

/// What a change must have found for it to last: so many rows, the query's and those of every `RETURNING id` together.
#[derive(Debug)]
pub struct Sure {
    /// Gives one row with an `id`, or none; `{1}` is the value.
    pub query: &'static str,
    /// The value in the query.
    pub value: Value,
    /// How many rows there must be.
    pub rows: usize,
}

impl Store {
    /// Opens `sqlite:PATH`, `sqlite::memory:` or `postgres://...`.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let store = Self::open_later(url).await?;
        store.answers().await?;
        store.admit();
        Ok(store)
    }

    /// The same where the server of a PostgreSQL may be away: it is not asked for anything yet, and until
    /// [`migrate`](crate::migrate::migrate) has found the database right or made it so, every read and write is
    /// [`StoreError::NotReady`].
    pub async fn open_later(url: &str) -> Result<Self, StoreError> {
        let engine = if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Engine::PostgreSql(PostgreSql::open(url)?)
        } else if let Some(path) = url.strip_prefix("sqlite:") {
            Engine::Sqlite(Sqlite::open(path.strip_prefix("//").unwrap_or(path)).await?)
        } else {
            let shown: String = url.chars().take_while(|c| *c != '/').take(16).collect();
            return Err(StoreError::UnknownEngine(shown));
        };
        Ok(Store { engine, ready: Arc::default() })
    }

    /// The same database for another thread: PostgreSQL over connections of its own, so that an answer wakes the thread
    /// that waits for it and no other on its way. SQLite is the same one.
    pub fn apart(&self) -> Self {
        let engine = match &self.engine {
            Engine::Sqlite(database) => Engine::Sqlite(database.clone()),
            Engine::PostgreSql(database) => Engine::PostgreSql(database.apart()),
        };
        Store { engine, ready: Arc::clone(&self.ready) }
    }

    /// Asks the server of a PostgreSQL one question, on a connection of its own; SQLite answers by having opened.
    pub async fn answers(&self) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::PostgreSql(database) => database.answers().await,
        }
    }

    /// Lets everyone read and write from now on.
    pub(crate) fn admit(&self) {
        self.ready.store(true, Ordering::Release);
    }

    /// Whether it may be read and written.
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    fn require_ready(&self) -> Result<(), StoreError> {
        if self.is_ready() { Ok(()) } else { Err(StoreError::NotReady) }
    }

    /// The name of the engine, for the health page.
    pub fn engine_name(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite(_) => "SQLite",
            Engine::PostgreSql(_) => "PostgreSQL",
        }
    }

    /// Whether several programs may work on it at the same time.
    pub fn is_shared(&self) -> bool {
        matches!(self.engine, Engine::PostgreSql(_))
    }

    /// Whether it works inside this program, on the thread that asks, and not on a server.
    pub fn works_here(&self) -> bool {
        matches!(self.engine, Engine::Sqlite(_))
    }

    /// How many connections to a server were opened so far, here and [`apart`](Store::apart): behind a new one may be
    /// another server. `None` where the database works inside this program.
    pub fn connections_opened(&self) -> Option<u64> {
        match &self.engine {
            Engine::Sqlite(_) => None,
            Engine::PostgreSql(database) => Some(database.connections_opened()),
        }
    }

    /// Begins to read.
    pub async fn read(&self) -> Result<Transaction, StoreError> {
        self.require_ready()?;
        Ok(Transaction(match &self.engine {
            Engine::Sqlite(database) => Inner::Sqlite(database.read().await?),
            Engine::PostgreSql(database) => Inner::PostgreSql(database.read().await?),
        }))
    }

    /// Begins to write; on SQLite this waits for the one writer.
    pub async fn write(&self) -> Result<Transaction, StoreError> {
        self.require_ready()?;
        self.write_unready().await
    }

    /// Begins to look, and perhaps to write: each look stands for itself until something is changed, so that it costs no
    /// journey more than the question. For changes that only hold if what was seen still stands, see
    /// [`Transaction::commit_if`]. On SQLite this waits for the one writer.
    pub async fn look(&self) -> Result<Transaction, StoreError> {
        self.require_ready()?;
        Ok(Transaction(match &self.engine {
            Engine::Sqlite(database) => Inner::Sqlite(database.write().await?),
            Engine::PostgreSql(database) => Inner::PostgreSql(database.look().await?),
        }))
    }

    /// Begins to write, ready or not: for migrations.
    pub(crate) async fn write_unready(&self) -> Result<Transaction, StoreError> {
        Ok(Transaction(match &self.engine {
            Engine::Sqlite(database) => Inner::Sqlite(database.write().await?),
            Engine::PostgreSql(database) => Inner::PostgreSql(database.write().await?),
        }))
    }

    /// Writes a complete, consistent copy of a SQLite database to a file while it is in use.
    /// On PostgreSQL the server's own tools (`pg_basebackup`, `pg_dump`) do this better.
    pub async fn backup_to(&self, path: &str) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(database) => database.backup_to(path).await,
            Engine::PostgreSql(_) => Err(StoreError::UnknownEngine("postgres".to_owned())),
        }
    }

    /// Moves what SQLite's journal has gathered into the database, beside whoever reads or writes; PostgreSQL does the
    /// like by itself. Neither waits for it, so that no alarm does.
    pub async fn move_journal(&self) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(database) => database.move_journal().await,
            Engine::PostgreSql(_) => Ok(()),
        }
    }

    /// Closes every connection after its work is done.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite(database) => database.close().await,
            Engine::PostgreSql(database) => database.close().await,
        }
    }
}

impl Transaction {
    /// Makes the change last. On disk when it returns.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.0 {
            Inner::Sqlite(transaction) => transaction.commit(),
            Inner::PostgreSql(transaction) => transaction.commit().await,
        }
    }

    /// Waits until no other node holds the right of this name, and holds it to the end of the transaction.
    /// SQLite has one writer anyway, so there is nothing to wait for.
    pub async fn alone(&mut self, name: i64) -> Result<(), StoreError> {
        match &mut self.0 {
            Inner::Sqlite(_) => Ok(()),
            Inner::PostgreSql(transaction) => {
                transaction.execute("SELECT pg_advisory_xact_lock($1)", vec![name.into()]).await.map(drop)
            }
        }
    }

    /// Lets the commit wait for what was there before it, too. A change that only finds something done already writes
    /// nothing, so PostgreSQL would wait for no standby, although whoever did it may have been cut off while it waited:
    /// it then stands on one server alone. SQLite has no second one.
    pub async fn vouch(&mut self) -> Result<(), StoreError> {
        match &mut self.0 {
            Inner::Sqlite(_) => Ok(()),
            Inner::PostgreSql(transaction) => {
                let sql = "SELECT pg_logical_emit_message(TRUE, 'tryggve', '')";
                transaction.execute(sql, Vec::new()).await.map(drop)
            }
        }
    }

    /// Runs a statement and returns how many rows it touched.
    pub async fn execute(&mut self, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
        self.let_others_go_first().await;
        match &mut self.0 {
            Inner::Sqlite(transaction) => transaction.execute(sql, &values),
            Inner::PostgreSql(transaction) => transaction.execute(sql, values).await,
        }
    }

    /// Runs a query and returns its rows.
    pub async fn rows(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.let_others_go_first().await;
        Ok(match &mut self.0 {
            Inner::Sqlite(transaction) => Row::all_of_sqlite(transaction.rows(sql, &values)?),
            Inner::PostgreSql(transaction) => Row::all_of_postgres(transaction.rows(sql, values).await?),
        })
    }

    /// Runs a query that gives one row or none.
    pub async fn row(&mut self, sql: &str, values: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// Runs several statements without values: for migrations.
    pub async fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        match &mut self.0 {
            Inner::Sqlite(transaction) => transaction.script(
                &sql.replace("SEQUENCE_KEY", "INTEGER PRIMARY KEY AUTOINCREMENT")
                    .replace(" BYTES ", " BLOB ")
                    .replace("ON_POSTGRESQL ", "-- "),
            ),
            Inner::PostgreSql(transaction) => {
                let sql = sql
                    .replace("SEQUENCE_KEY", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY")
                    .replace(" BYTES ", " BYTEA ")
                    .replace("ON_POSTGRESQL ", "");
                transaction.script(&sql).await
            }
        }
    }

    /// Adds rows, see [`List::insert`].
    pub async fn values(
        &mut self,
        head: &str,
        width: usize,
        values: Vec<Value>,
        tail: &str,
    ) -> Result<(), StoreError> {
        self.lists(vec![List::insert(head, width, values, tail)]).await.map(drop)
    }

    /// Runs several [`List`]s: on SQLite once for each row, on PostgreSQL in one journey, where none of them sees what
    /// another one writes. Returns the rows of every `RETURNING id`.
    pub async fn lists(&mut self, mut lists: Vec<List>) -> Result<Vec<Row>, StoreError> {
        lists.retain(|list| !list.values.is_empty());
        self.let_others_go_first().await;
        Ok(match &mut self.0 {
            Inner::Sqlite(transaction) => {
                let mut found = Vec::new();
                for list in &lists {
                    found.extend(transaction.list(list)?);
                }
                Row::all_of_sqlite(found)
            }
            Inner::PostgreSql(transaction) => Row::all_of_postgres(transaction.lists(lists).await?),
        })
    }

    /// Runs several [`List`]s as [`Transaction::lists`] does and makes the whole change last, unless something was
    /// changed in between: then this is [`StoreError::Conflict`] and nothing lasts. On PostgreSQL one journey does it
    /// all where nothing else was changed.
    pub async fn commit_if(mut self, mut lists: Vec<List>, sure: Sure) -> Result<(), StoreError> {
        lists.retain(|list| !list.values.is_empty());
        self.let_others_go_first().await;
        match self.0 {
            Inner::Sqlite(transaction) => {
                let mut rows = 0;
                for list in &lists {
                    rows += transaction.list(list)?.len();
                }
                let query = with_names(sure.query, 1, |place| format!("${place}"));
                rows += transaction.rows(&query, &[sure.value])?.len();
                if rows == sure.rows { transaction.commit() } else { Err(StoreError::Conflict) }
            }
            Inner::PostgreSql(transaction) => transaction.commit_if(lists, sure).await,
        }
    }

    /// Runs a query with `{values}` in it, a list of rows of `width` keys each, on SQLite once for each row. Both engines
    /// call the columns of such a list column1, column2 and so on.
    pub async fn rows_for_values(
        &mut self,
        sql: &str,
        width: usize,
        keys: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        self.let_others_go_first().await;
        Ok(match &mut self.0 {
            Inner::Sqlite(transaction) => Row::all_of_sqlite(transaction.rows_for_values(sql, width, &keys)?),
            Inner::PostgreSql(transaction) => {
                Row::all_of_postgres(transaction.rows_for_values(sql, width, keys).await?)
            }
        })
    }

    /// Runs a query with `IN {keys}` in it for many keys, on SQLite a chunk at a time.
    pub async fn rows_for_keys(&mut self, sql: &str, keys: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.let_others_go_first().await;
        Ok(match &mut self.0 {
            Inner::Sqlite(transaction) => Row::all_of_sqlite(transaction.rows_for_keys(sql, &keys)?),
            Inner::PostgreSql(transaction) => {
                Row::all_of_postgres(transaction.rows_for_keys(sql, keys).await?)
            }
        })
    }

    /// SQLite answers at once, so a task with many statements would keep its thread to itself. It is also where a task
    /// can be dropped between two statements, as a kill would end it.
    async fn let_others_go_first(&mut self) {
        if matches!(self.0, Inner::Sqlite(_)) {
            tokio::task::yield_now().await;
        }
    }
}

/// The same, or an honest error when it takes longer than anyone should wait for a connection.
async fn in_time<T>(work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let limit = Duration::from_secs(WAIT_SECONDS_MAX);
    tokio::time::timeout(limit, work).await.unwrap_or(Err(StoreError::NoConnection))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_writer_goes_on_after_sqlite_took_a_change_back_by_itself() {
        let file = std::env::temp_dir().join(format!("tryggve-store-{}.db", std::process::id()));
        let store = Store::open(&format!("sqlite:{}", file.display())).await.unwrap();
        let mut broken = store.write().await.unwrap();
        broken.script("CREATE TABLE spot (id BIGINT PRIMARY KEY); ROLLBACK").await.unwrap();
        drop(broken);
        let mut next = store.write().await.unwrap();
        next.script("CREATE TABLE spot (id BIGINT PRIMARY KEY)").await.unwrap();
        next.commit().await.unwrap();
        store.close().await;
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", file.display()));
        }
    }

    #[tokio::test]
    async fn every_number_of_keys_and_rows_goes_through() {
        let store = Store::open("sqlite::memory:").await.unwrap();
        let mut transaction = store.write().await.unwrap();
        transaction.execute("CREATE TABLE spot (id BIGINT PRIMARY KEY, half BIGINT)", vec![]).await.unwrap();
        let mut written = 0_i64;
        for rows in [1, 2, 7, 63, 64, 65, 300, 1_000] {
            let values =
                (written..written + rows).flat_map(|id| [Value::from(id), Value::from(id / 2)]).collect();
            transaction.values("INSERT INTO spot (id, half)", 2, values, "").await.unwrap();
            let pairs = (written..written + rows).flat_map(|id| [id.into(), (-id).into()]).collect();
            let update = List::update("UPDATE spot SET half = {2} {from} WHERE spot.id = {1}", 2, pairs);
            transaction.lists(vec![update]).await.unwrap();
            written += rows;
            let keys: Vec<Value> = (0..rows).map(Value::from).collect();
            let found =
                transaction.rows_for_keys("SELECT id FROM spot WHERE id IN {keys}", keys).await.unwrap();
            assert_eq!(found.len() as i64, rows);
        }
        let sql = "SELECT COUNT(*) AS rows FROM spot WHERE half = -id";
        let row = transaction.row(sql, vec![]).await.unwrap().unwrap();
        assert_eq!(row.integer("rows").unwrap(), written);
    }
}
