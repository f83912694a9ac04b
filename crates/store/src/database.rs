//! The two engines behind one facade.

use std::{
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgConnection, Postgres, Sqlite,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
    sqlite::{
        SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
        SqliteSynchronous,
    },
};

use crate::{Row, StoreError, Value};

/// Connections that read at the same time, on either engine.
pub const READERS_MAX: u32 = 8;
/// Connections that write at the same time on PostgreSQL. SQLite has one writer, always.
pub const WRITERS_MAX: u32 = 8;
/// How long to wait for a connection or a lock before an honest error, in seconds.
pub const WAIT_SECONDS_MAX: u64 = 10;
/// How many pages of 4 KiB SQLite's journal gathers, 64 MiB, before a commit itself moves them into the database. That
/// holds up every alarm behind it, so [`Store::move_journal`] has moved nearly all of them by then, beside the commits.
const JOURNAL_PAGES_MAX: &str = "16384";
/// How much the one writer of SQLite keeps in memory: 8 MiB, enough for the inner pages of every index.
const WRITER_CACHE: &str = "-8192";
/// What makes PostgreSQL plan by key; see `open_postgres`.
const PLAN_BY_KEY: &str = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";
/// How many rows one bulk statement carries. Each size is a prepared statement of its own that must stay cached, and
/// each statement is a round trip: these few sizes write any number of rows up to 256 in two or three.
const CHUNK_ROWS: [usize; 22] =
    [256, 192, 128, 96, 64, 48, 40, 32, 28, 24, 20, 16, 14, 12, 10, 8, 7, 6, 5, 4, 2, 1];
/// How many keys one look-up carries; a list is filled up to the next size with its last key.
const CHUNK_KEYS: [usize; 5] = [1, 8, 32, 64, 256];

/// A database.
#[derive(Debug, Clone)]
pub struct Store {
    engine: Engine,
    /// Whether it may be read and written. One that was opened to be used later may not before it has been migrated.
    ready: Arc<AtomicBool>,
}

#[derive(Debug, Clone)]
enum Engine {
    /// The mover is missing where the database is in memory.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
        mover: Option<SqlitePool>,
    },
    Postgres {
        writers: PgPool,
        readers: PgPool,
    },
}

/// One consistent picture, or one change that happens wholly or not at all. Dropped without
/// [`Transaction::commit`], it changes nothing.
pub struct Transaction(Inner);

enum Inner {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Store {
    /// Opens `sqlite:PATH`, `sqlite::memory:` or `postgres://...`.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let store = Self::open_later(url).await?;
        if let Engine::Postgres { writers, readers } = &store.engine {
            writers.acquire().await?;
            readers.acquire().await?;
        }
        store.admit();
        Ok(store)
    }

    /// The same where the server of a PostgreSQL may be away: it is not asked for anything yet, and until
    /// [`migrate`](crate::migrate::migrate) has found the database right or made it so, every read and write is
    /// [`StoreError::NotReady`].
    pub async fn open_later(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::open_postgres(url)
        } else if url.starts_with("sqlite:") {
            Self::open_sqlite(url).await
        } else {
            let shown: String = url.chars().take_while(|c| *c != '/').take(16).collect();
            Err(StoreError::UnknownEngine(shown))
        }
    }

    async fn open_sqlite(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .auto_vacuum(SqliteAutoVacuum::Incremental)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(WAIT_SECONDS_MAX))
            .pragma("wal_autocheckpoint", JOURNAL_PAGES_MAX)
            .pragma("cache_size", WRITER_CACHE)
            .statement_cache_capacity(256)
            .disable_statement_logging();
        let pool = |connections: u32| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .min_connections(1)
                .acquire_timeout(Duration::from_secs(WAIT_SECONDS_MAX))
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
        };
        // A full disk makes SQLite take a change back by itself. The connection does not notice and would refuse every
        // change after, so it is replaced. A database in memory lives in its connection and has no disk.
        let in_memory = url.contains(":memory:");
        let writer = pool(1)
            .before_acquire(move |connection, _| {
                Box::pin(async move { Ok(in_memory || !connection.is_in_transaction()) })
            })
            .connect_with(options.clone())
            .await?;
        // A database in memory lives in one connection only, so its readers are its writer.
        let readers = if in_memory {
            writer.clone()
        } else {
            // Only what a reader may set: the journal and the rest belong to the file, and the writer has set them.
            let options = SqliteConnectOptions::from_str(url)?
                .read_only(true)
                .busy_timeout(Duration::from_secs(WAIT_SECONDS_MAX))
                .statement_cache_capacity(256)
                .disable_statement_logging();
            pool(READERS_MAX).connect_with(options).await?
        };
        let mover = if in_memory { None } else { Some(pool(1).connect_with(options).await?) };
        Ok(Store::closed(Engine::Sqlite { writer, readers, mover }))
    }

    fn open_postgres(url: &str) -> Result<Self, StoreError> {
        let options =
            PgConnectOptions::from_str(url)?.statement_cache_capacity(256).disable_statement_logging();
        let pool = |connections: u32| {
            PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(Duration::from_secs(WAIT_SECONDS_MAX))
                .test_before_acquire(false)
        };
        // Writers look rows up by key. The server plans their statements once, perhaps while a table is still small,
        // and keeps the plan: a plan that reads the whole table would grow slower with every alarm until the next
        // ANALYZE. Readers are left to the planner.
        let writers = pool(WRITERS_MAX)
            .after_connect(|connection, _| {
                Box::pin(async move { connection.execute(PLAN_BY_KEY).await.map(drop) })
            })
            .connect_lazy_with(options.clone());
        let readers = pool(READERS_MAX).connect_lazy_with(options);
        Ok(Store::closed(Engine::Postgres { writers, readers }))
    }

    fn closed(engine: Engine) -> Self {
        Store { engine, ready: Arc::default() }
    }

    /// Asks the server of a PostgreSQL one question, on a connection of its own; SQLite answers by having opened.
    pub async fn answers(&self) -> Result<(), StoreError> {
        if let Engine::Postgres { writers, .. } = &self.engine {
            let mut connection = PgConnection::connect_with(&writers.connect_options()).await?;
            connection.ping().await?;
            connection.close().await?;
        }
        Ok(())
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
            Engine::Sqlite { .. } => "SQLite",
            Engine::Postgres { .. } => "PostgreSQL",
        }
    }

    /// Whether several programs may work on it at the same time.
    pub fn is_shared(&self) -> bool {
        matches!(self.engine, Engine::Postgres { .. })
    }

    /// Begins to read.
    pub async fn read(&self) -> Result<Transaction, StoreError> {
        self.require_ready()?;
        Ok(Transaction(match &self.engine {
            Engine::Sqlite { readers, .. } => Inner::Sqlite(readers.begin().await?),
            Engine::Postgres { readers, .. } => Inner::Postgres(readers.begin().await?),
        }))
    }

    /// Begins to write; on SQLite this waits for the one writer.
    pub async fn write(&self) -> Result<Transaction, StoreError> {
        self.require_ready()?;
        self.write_unready().await
    }

    /// Begins to write, ready or not: for migrations.
    pub(crate) async fn write_unready(&self) -> Result<Transaction, StoreError> {
        Ok(Transaction(match &self.engine {
            Engine::Sqlite { writer, .. } => Inner::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Engine::Postgres { writers, .. } => Inner::Postgres(writers.begin().await?),
        }))
    }

    /// Writes a complete, consistent copy of a SQLite database to a file while it is in use.
    /// On PostgreSQL the server's own tools (`pg_basebackup`, `pg_dump`) do this better.
    pub async fn backup_to(&self, path: &str) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite { writer, .. } => {
                let mut connection = writer.acquire().await?;
                sqlx::query("VACUUM INTO ?1").bind(path).execute(&mut *connection).await?;
                Ok(())
            }
            Engine::Postgres { .. } => Err(StoreError::UnknownEngine("postgres".to_owned())),
        }
    }

    /// Moves what SQLite's journal has gathered into the database, beside whoever reads or writes; PostgreSQL does the
    /// like by itself. Neither waits for it, so that no alarm does.
    pub async fn move_journal(&self) -> Result<(), StoreError> {
        if let Engine::Sqlite { mover: Some(mover), .. } = &self.engine {
            mover.execute("PRAGMA wal_checkpoint(PASSIVE)").await?;
        }
        Ok(())
    }

    /// Closes every connection after its work is done.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { writer, readers, mover } => {
                if let Some(mover) = mover {
                    mover.close().await;
                }
                readers.close().await;
                writer.close().await;
            }
            Engine::Postgres { writers, readers } => {
                readers.close().await;
                writers.close().await;
            }
        }
    }
}

impl Transaction {
    /// Makes the change last. On disk when it returns.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.0 {
            Inner::Sqlite(transaction) => transaction.commit().await?,
            Inner::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }

    /// Waits until no other node holds the right of this name, and holds it to the end of the transaction.
    /// SQLite has one writer anyway, so there is nothing to wait for.
    pub async fn alone(&mut self, name: i64) -> Result<(), StoreError> {
        match &self.0 {
            Inner::Sqlite(_) => Ok(()),
            Inner::Postgres(_) => {
                self.execute("SELECT pg_advisory_xact_lock($1)", vec![name.into()]).await.map(drop)
            }
        }
    }

    /// Runs a statement and returns how many rows it touched.
    pub async fn execute(&mut self, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
        match &mut self.0 {
            Inner::Sqlite(transaction) => {
                let query = bind_sqlite(sqlx::query(AssertSqlSafe(for_sqlite(sql))), values);
                Ok(query.execute(&mut **transaction).await?.rows_affected())
            }
            Inner::Postgres(transaction) => {
                let query = bind_postgres(sqlx::query(AssertSqlSafe(sql.to_owned())), values);
                Ok(query.execute(&mut **transaction).await?.rows_affected())
            }
        }
    }

    /// Runs a query and returns its rows.
    pub async fn rows(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        match &mut self.0 {
            Inner::Sqlite(transaction) => {
                let query = bind_sqlite(sqlx::query(AssertSqlSafe(for_sqlite(sql))), values);
                Ok(query.fetch_all(&mut **transaction).await?.into_iter().map(Row::Sqlite).collect())
            }
            Inner::Postgres(transaction) => {
                let query = bind_postgres(sqlx::query(AssertSqlSafe(sql.to_owned())), values);
                Ok(query.fetch_all(&mut **transaction).await?.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    /// Runs a query that gives one row or none.
    pub async fn row(&mut self, sql: &str, values: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// Runs several statements without values: for migrations.
    pub async fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        match &mut self.0 {
            Inner::Sqlite(transaction) => {
                let sql = sql
                    .replace("SEQUENCE_KEY", "INTEGER PRIMARY KEY AUTOINCREMENT")
                    .replace(" BYTES ", " BLOB ");
                transaction.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
            }
            Inner::Postgres(transaction) => {
                let sql = sql
                    .replace("SEQUENCE_KEY", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY")
                    .replace(" BYTES ", " BYTEA ");
                transaction.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
            }
        }
        Ok(())
    }

    /// Runs `head VALUES (..),(..) tail` over many rows of `width` values each, a chunk at a time.
    /// Returns the rows of a `RETURNING` in `tail`.
    pub async fn values(
        &mut self,
        head: &str,
        width: usize,
        values: Vec<Value>,
        tail: &str,
    ) -> Result<Vec<Row>, StoreError> {
        let mut found = Vec::new();
        let mut left = values.into_iter();
        while left.len() >= width && width > 0 {
            let rows = left.len() / width;
            let chunk = CHUNK_ROWS.into_iter().find(|size| *size <= rows).unwrap_or(1);
            let sql = format!("{head} VALUES {} {tail}", placeholders(chunk, width));
            let taken: Vec<Value> = left.by_ref().take(chunk * width).collect();
            if tail.contains("RETURNING") {
                found.extend(self.rows(&sql, taken).await?);
            } else {
                self.execute(&sql, taken).await?;
            }
        }
        Ok(found)
    }

    /// As [`Transaction::values`], for a statement that may meet the same row twice: the last row is said again up to
    /// the next size, so that few rows are one statement.
    pub async fn values_again(
        &mut self,
        head: &str,
        width: usize,
        mut values: Vec<Value>,
        tail: &str,
    ) -> Result<Vec<Row>, StoreError> {
        fill_up(&mut values, width);
        self.values(head, width, values, tail).await
    }

    /// Runs a query with `{values}` in it, a list of rows of `width` keys each, a chunk at a time. What belongs to the
    /// last key may be found more than once.
    pub async fn rows_for_values(
        &mut self,
        sql: &str,
        width: usize,
        mut keys: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let mut found = Vec::new();
        fill_up(&mut keys, width);
        let mut left = keys.into_iter();
        while left.len() >= width && width > 0 {
            let rows = left.len() / width;
            let chunk = CHUNK_ROWS.into_iter().find(|size| *size <= rows).unwrap_or(1);
            let sql = sql.replace("{values}", &format!("VALUES {}", placeholders(chunk, width)));
            found.extend(self.rows(&sql, left.by_ref().take(chunk * width).collect()).await?);
        }
        Ok(found)
    }

    /// Runs a query with `IN {keys}` in it for many keys, a chunk at a time.
    pub async fn rows_for_keys(&mut self, sql: &str, keys: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let mut found = Vec::new();
        let largest = CHUNK_KEYS.into_iter().max().unwrap_or(1);
        let mut left = keys.into_iter();
        while left.len() > 0 {
            let mut chunk: Vec<Value> = left.by_ref().take(largest).collect();
            let size = CHUNK_KEYS.into_iter().find(|size| *size >= chunk.len()).unwrap_or(largest);
            if let Some(last) = chunk.last().cloned() {
                chunk.resize(size, last);
            }
            let sql = sql.replace("{keys}", &placeholders(1, size));
            found.extend(self.rows(&sql, chunk).await?);
        }
        Ok(found)
    }
}

/// Repeats the last row of what does not fill the largest chunk, up to the next size.
fn fill_up(values: &mut Vec<Value>, width: usize) {
    let rest = values.len().checked_div(width).unwrap_or(0) % CHUNK_ROWS[0];
    if rest == 0 {
        return;
    }
    let wanted = CHUNK_ROWS.into_iter().rev().find(|size| *size >= rest).unwrap_or(rest);
    let last = values.len() - width;
    for _ in rest..wanted {
        values.extend_from_within(last..last + width);
    }
}

/// `($1,$2),($3,$4)` for two rows of two.
fn placeholders(rows: usize, width: usize) -> String {
    let mut text = String::with_capacity(rows * width * 5);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..width {
            if column > 0 {
                text.push(',');
            }
            text.push('$');
            text.push_str(&(row * width + column + 1).to_string());
        }
        text.push(')');
    }
    text
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

type SqliteQuery<'q> = sqlx::query::Query<'q, Sqlite, sqlx::sqlite::SqliteArguments>;
type PostgresQuery<'q> = sqlx::query::Query<'q, Postgres, sqlx::postgres::PgArguments>;

fn bind_sqlite(mut query: SqliteQuery<'_>, values: Vec<Value>) -> SqliteQuery<'_> {
    for value in values {
        query = match value {
            Value::Integer(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
            Value::Boolean(value) => query.bind(value),
            Value::Real(value) => query.bind(value),
            Value::Bytes(value) => query.bind(value),
        };
    }
    query
}

fn bind_postgres(mut query: PostgresQuery<'_>, values: Vec<Value>) -> PostgresQuery<'_> {
    for value in values {
        query = match value {
            Value::Integer(value) => query.bind(value),
            // PostgreSQL knows no NUL inside a text; what a device sent must be kept all the same.
            Value::Text(value) => query.bind(value.map(|text| text.replace('\0', "\u{fffd}"))),
            Value::Boolean(value) => query.bind(value),
            Value::Real(value) => query.bind(value),
            Value::Bytes(value) => query.bind(value),
        };
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn writers_on_postgresql_never_plan_to_read_a_whole_table() {
        let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
            eprintln!("SKIPPED: TEST_POSTGRES_URL is not set");
            return;
        };
        let store = Store::open(&url).await.unwrap();
        let mut transaction = store.write().await.unwrap();
        transaction.execute("CREATE TEMPORARY TABLE spot (id TEXT PRIMARY KEY)", vec![]).await.unwrap();
        let keys: Vec<Value> = (0..64).map(|key: i64| key.to_string().into()).collect();
        let sql = format!("EXPLAIN SELECT id FROM spot WHERE id IN {}", placeholders(1, 64));
        let plan = transaction.rows(&sql, keys).await.unwrap();
        let plan: Vec<String> = plan.iter().map(|row| row.text("QUERY PLAN").unwrap()).collect();
        assert!(plan.iter().all(|line| !line.contains("Seq Scan")), "{plan:?}");
        assert!(plan.iter().any(|line| line.contains("Index")), "{plan:?}");
    }

    #[test]
    fn values_that_count_up_need_no_number_in_sqlite() {
        let check = |sql, wanted: &str| assert_eq!(for_sqlite(sql), wanted);
        check("SELECT 1", "SELECT 1");
        check("VALUES ($1, $2), ($3, $4)", "VALUES (?, ?), (?, ?)");
        check("a = $2 AND b = $1", "a = ?2 AND b = ?1");
        check("a = $1 OR b = $1", "a = ?1 OR b = ?1");
        check("$1, $2, $2", "?1, ?2, ?2");
        check("$2", "?2");
    }

    #[test]
    fn the_last_row_is_said_again_up_to_the_next_size() {
        let check = |rows: i64, wanted: usize| {
            let mut values: Vec<Value> = (0..rows).flat_map(|row| [row.into(), 0.into()]).collect();
            fill_up(&mut values, 2);
            assert_eq!(values.len(), wanted * 2, "{rows} rows");
            let last: Option<Value> = (rows > 0).then(|| Value::from(rows - 1));
            assert_eq!(values.iter().rev().nth(1), last.as_ref(), "{rows} rows");
        };
        for (rows, wanted) in
            [(0, 0), (1, 1), (3, 4), (50, 64), (200, 256), (256, 256), (257, 257), (300, 304)]
        {
            check(rows, wanted);
        }
    }

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
            let tail = ") UPDATE spot SET half = new.half FROM new WHERE spot.id = new.id";
            transaction.values_again("WITH new (id, half) AS (", 2, pairs, tail).await.unwrap();
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
