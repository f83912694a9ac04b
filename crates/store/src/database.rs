//! The two engines behind one facade.

use std::{str::FromStr, time::Duration};

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Executor as _, Postgres, Sqlite,
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
/// How many rows one bulk statement carries; few fixed sizes keep the prepared statements cached.
/// Powers of two write any number of rows in as few statements as it has ones in binary.
const CHUNK_ROWS: [usize; 9] = [256, 128, 64, 32, 16, 8, 4, 2, 1];
/// How many keys one look-up carries; a list is filled up to the next size with its last key.
const CHUNK_KEYS: [usize; 5] = [1, 8, 32, 64, 256];

/// A database.
#[derive(Debug, Clone)]
pub struct Store {
    engine: Engine,
}

#[derive(Debug, Clone)]
enum Engine {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres { pool: PgPool },
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
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::open_postgres(url).await
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
        let writer = pool(1).connect_with(options).await?;
        // A database in memory lives in one connection only, so its readers are its writer.
        let in_memory = url.contains(":memory:");
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
        Ok(Store { engine: Engine::Sqlite { writer, readers } })
    }

    async fn open_postgres(url: &str) -> Result<Self, StoreError> {
        let options =
            PgConnectOptions::from_str(url)?.statement_cache_capacity(256).disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(READERS_MAX + WRITERS_MAX)
            .acquire_timeout(Duration::from_secs(WAIT_SECONDS_MAX))
            .test_before_acquire(false)
            .connect_with(options)
            .await?;
        Ok(Store { engine: Engine::Postgres { pool } })
    }

    /// The name of the engine, for the health page.
    pub fn engine_name(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite { .. } => "SQLite",
            Engine::Postgres { .. } => "PostgreSQL",
        }
    }

    /// Begins to read.
    pub async fn read(&self) -> Result<Transaction, StoreError> {
        Ok(Transaction(match &self.engine {
            Engine::Sqlite { readers, .. } => Inner::Sqlite(readers.begin().await?),
            Engine::Postgres { pool } => Inner::Postgres(pool.begin().await?),
        }))
    }

    /// Begins to write; on SQLite this waits for the one writer.
    pub async fn write(&self) -> Result<Transaction, StoreError> {
        Ok(Transaction(match &self.engine {
            Engine::Sqlite { writer, .. } => Inner::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Engine::Postgres { pool } => Inner::Postgres(pool.begin().await?),
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

    /// Closes every connection after its work is done.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Engine::Postgres { pool } => pool.close().await,
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

/// SQLite looks `$1` up by name, slowly, and `?1` by number. No statement of ours has a dollar sign in a text.
fn for_sqlite(sql: &str) -> String {
    sql.replace('$', "?")
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
