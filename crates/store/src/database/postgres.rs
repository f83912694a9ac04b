//! PostgreSQL, over a pool of connections.
//!
//! Every statement is a journey to the server and back, so many rows travel in one: a list per column.

use std::{
    str::FromStr as _,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgConnection, Postgres,
    pool::PoolConnection,
    postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions, PgRow},
    query::Query,
};

use super::{List, READERS_MAX, Sure, WAIT_SECONDS_MAX, with_names};
use crate::{StoreError, Value, row::inconsistent};

/// Connections that write at the same time.
const WRITERS_MAX: u32 = 8;
/// What makes the server plan by key; see `PostgreSql::with`.
const PLAN_BY_KEY: &str = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";

/// What the server calls a division by nought.
const DIVISION_BY_NOUGHT: &str = "22012";

/// The connections to one database.
#[derive(Debug, Clone)]
pub(super) struct PostgreSql {
    writers: PgPool,
    readers: PgPool,
    connections_opened: Arc<AtomicU64>,
}

impl PostgreSql {
    /// Reads `postgres://...`; nothing is asked of the server yet.
    pub(super) fn open(url: &str) -> Result<Self, StoreError> {
        let options =
            PgConnectOptions::from_str(url)?.statement_cache_capacity(256).disable_statement_logging();
        Ok(Self::with(options, Arc::default()))
    }

    /// Asks the server one question, on a connection of its own.
    pub(super) async fn answers(&self) -> Result<(), StoreError> {
        let mut connection = PgConnection::connect_with(&self.writers.connect_options()).await?;
        connection.ping().await?;
        Ok(connection.close().await?)
    }

    /// The same database over connections of its own.
    pub(super) fn apart(&self) -> Self {
        let options = PgConnectOptions::clone(&self.writers.connect_options());
        Self::with(options, Arc::clone(&self.connections_opened))
    }

    /// How many connections the pools have opened.
    pub(super) fn connections_opened(&self) -> u64 {
        self.connections_opened.load(Ordering::Acquire)
    }

    /// Pools that connect when they are first asked for a connection.
    fn with(options: PgConnectOptions, connections_opened: Arc<AtomicU64>) -> Self {
        let pool = |connections: u32, first: Option<&'static str>| {
            let opened = Arc::clone(&connections_opened);
            PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(Duration::from_secs(WAIT_SECONDS_MAX))
                .test_before_acquire(false)
                .after_connect(move |connection, _| {
                    opened.fetch_add(1, Ordering::AcqRel);
                    Box::pin(async move {
                        match first {
                            Some(sql) => connection.execute(sql).await.map(drop),
                            None => Ok(()),
                        }
                    })
                })
        };
        // Writers look rows up by key. The server plans their statements once, perhaps while a table is still small,
        // and keeps the plan: a plan that reads the whole table would grow slower with every alarm until the next
        // ANALYZE. Readers are left to the planner.
        let writers = pool(WRITERS_MAX, Some(PLAN_BY_KEY)).connect_lazy_with(options.clone());
        let readers = pool(READERS_MAX, None).connect_lazy_with(options);
        PostgreSql { writers, readers, connections_opened }
    }

    /// Begins to read.
    pub(super) async fn read(&self) -> Result<PostgreSqlTransaction, StoreError> {
        Ok(PostgreSqlTransaction::Begun(self.readers.begin().await?))
    }

    /// Begins to write.
    pub(super) async fn write(&self) -> Result<PostgreSqlTransaction, StoreError> {
        Ok(PostgreSqlTransaction::Begun(self.writers.begin().await?))
    }

    /// Looks first; begins with the first statement that is no `SELECT`.
    pub(super) async fn look(&self) -> Result<PostgreSqlTransaction, StoreError> {
        let connection = self.writers.acquire().await?;
        Ok(PostgreSqlTransaction::Looking { connection, writers: self.writers.clone() })
    }

    /// Closes every connection after its work is done.
    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}

/// One consistent picture, or one change.
pub(crate) enum PostgreSqlTransaction {
    /// Between `BEGIN` and `COMMIT`.
    Begun(sqlx::Transaction<'static, Postgres>),
    /// Nothing has been changed, so every statement so far stood for itself.
    Looking { connection: PoolConnection<Postgres>, writers: PgPool },
}

impl PostgreSqlTransaction {
    /// Makes the change last.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            PostgreSqlTransaction::Begun(transaction) => Ok(transaction.commit().await?),
            PostgreSqlTransaction::Looking { .. } => Ok(()),
        }
    }

    /// Runs lists and makes them last with all that came before, if they and the query give so many rows. A statement
    /// can only refuse itself by failing, so it divides by nought where the number is another one.
    pub(crate) async fn commit_if(mut self, lists: Vec<List>, sure: Sure) -> Result<(), StoreError> {
        let statement = Statement::of(lists)?;
        let query = with_names(sure.query, 1, |_| statement.place(0));
        let found: Vec<String> = statement.found.iter().cloned().chain([query]).collect();
        let sql = format!(
            "{}SELECT 1 / (CASE WHEN (SELECT count(*) FROM ({}) AS found) = {} THEN 1 ELSE 0 END)",
            statement.with(),
            found.join(" UNION ALL "),
            statement.place(1),
        );
        let query = statement.bound.into_iter().fold(sqlx::query(AssertSqlSafe(sql)), Column::bind);
        let rows = i64::try_from(sure.rows).unwrap_or(i64::MAX);
        let done = bind(query, sure.value).bind(rows).execute(self.connection()).await;
        match done {
            Err(sqlx::Error::Database(refusal)) if refusal.code().as_deref() == Some(DIVISION_BY_NOUGHT) => {
                Err(StoreError::Conflict)
            }
            Err(other) => Err(other.into()),
            Ok(_) => self.commit().await,
        }
    }

    /// Where a statement runs that changes nothing.
    fn connection(&mut self) -> &mut PgConnection {
        match self {
            PostgreSqlTransaction::Begun(transaction) => transaction,
            PostgreSqlTransaction::Looking { connection, .. } => connection,
        }
    }

    /// Where any statement runs.
    async fn begun(&mut self) -> Result<&mut PgConnection, StoreError> {
        if let PostgreSqlTransaction::Looking { writers, .. } = self {
            *self = PostgreSqlTransaction::Begun(writers.begin().await?);
        }
        Ok(self.connection())
    }

    async fn for_sql(&mut self, sql: &str) -> Result<&mut PgConnection, StoreError> {
        if sql.starts_with("SELECT") { Ok(self.connection()) } else { self.begun().await }
    }

    /// Runs a statement and returns how many rows it touched.
    pub(crate) async fn execute(&mut self, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
        let query = values.into_iter().fold(sqlx::query(AssertSqlSafe(sql.to_owned())), bind);
        Ok(query.execute(self.begun().await?).await?.rows_affected())
    }

    /// Runs a query and returns its rows.
    pub(crate) async fn rows(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<PgRow>, StoreError> {
        let query = values.into_iter().fold(sqlx::query(AssertSqlSafe(sql.to_owned())), bind);
        Ok(query.fetch_all(self.for_sql(sql).await?).await?)
    }

    /// Runs lists that have rows, all in one statement; gives back the rows of every `RETURNING id`.
    pub(crate) async fn lists(&mut self, lists: Vec<List>) -> Result<Vec<PgRow>, StoreError> {
        let statement = Statement::of(lists)?;
        if statement.parts.is_empty() {
            return Ok(Vec::new());
        }
        let found = match statement.found.as_slice() {
            [] => "SELECT 1 WHERE FALSE".to_owned(),
            found => found.join(" UNION ALL "),
        };
        self.fetch(format!("{}{found}", statement.with()), statement.bound).await
    }

    /// Runs a query with `{values}` in it, a list of rows of `width` keys each.
    pub(crate) async fn rows_for_values(
        &mut self,
        sql: &str,
        width: usize,
        keys: Vec<Value>,
    ) -> Result<Vec<PgRow>, StoreError> {
        let columns = Column::all(width, keys)?;
        if columns.is_empty() {
            return Ok(Vec::new());
        }
        self.fetch(sql.replace("{values}", &rows_of(&columns, 0)), columns).await
    }

    /// Runs a query with `IN {keys}` in it for many keys.
    pub(crate) async fn rows_for_keys(
        &mut self,
        sql: &str,
        keys: Vec<Value>,
    ) -> Result<Vec<PgRow>, StoreError> {
        self.rows_for_values(&sql.replace("{keys}", "({values})"), 1, keys).await
    }

    async fn fetch(&mut self, sql: String, columns: Vec<Column>) -> Result<Vec<PgRow>, StoreError> {
        let connection = self.for_sql(&sql).await?;
        let query = columns.into_iter().fold(sqlx::query(AssertSqlSafe(sql)), Column::bind);
        Ok(query.fetch_all(connection).await?)
    }

    /// Runs several statements without values.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        self.begun().await?.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await?;
        Ok(())
    }
}

/// Lists on their way into one statement.
struct Statement {
    /// One after the other, each with a name.
    parts: Vec<String>,
    /// What reads the rows that they give back.
    found: Vec<String>,
    /// The values of all of them.
    bound: Vec<Column>,
}

impl Statement {
    fn of(lists: Vec<List>) -> Result<Self, StoreError> {
        let mut statement = Statement { parts: Vec::new(), found: Vec::new(), bound: Vec::new() };
        for (List { sql, width, values }, number) in lists.into_iter().zip(1..) {
            let columns = Column::all(width, values)?;
            let rows = rows_of(&columns, statement.bound.len());
            let sql = sql.replace("{from}", &format!("FROM ({rows}) AS new")).replace("{rows}", &rows);
            let sql = with_names(&sql, width, |place| format!("new.column{place}"));
            statement.parts.push(format!("list{number} AS ({sql})"));
            if sql.contains("RETURNING id") {
                statement.found.push(format!("SELECT id FROM list{number}"));
            }
            statement.bound.extend(columns);
        }
        Ok(statement)
    }

    fn with(&self) -> String {
        if self.parts.is_empty() { String::new() } else { format!("WITH {} ", self.parts.join(", ")) }
    }

    /// The place of a value after those of the lists.
    fn place(&self, after: usize) -> String {
        format!("${}", self.bound.len() + 1 + after)
    }
}

/// `SELECT * FROM unnest($1::text[], $2::bigint[]) AS given (column1, column2)`: one statement for any number of rows.
/// So many values stand before them in the statement.
fn rows_of(columns: &[Column], before: usize) -> String {
    let joined = |part: &dyn Fn(usize, &Column) -> String| -> String {
        let parts: Vec<String> = columns.iter().zip(1..).map(|(column, place)| part(place, column)).collect();
        parts.join(", ")
    };
    let lists = joined(&|place, column| format!("${}::{}[]", before + place, column.type_name()));
    let names = joined(&|place, _| format!("column{place}"));
    format!("SELECT * FROM unnest({lists}) AS given ({names})")
}

/// The values of one column over many rows.
#[derive(Debug, PartialEq)]
enum Column {
    Integer(Vec<Option<i64>>),
    Text(Vec<Option<String>>),
    Boolean(Vec<bool>),
    Real(Vec<Option<f64>>),
    Bytes(Vec<Vec<u8>>),
}

impl Column {
    /// The columns of rows that stand one after the other; none where there is no row.
    fn all(width: usize, values: Vec<Value>) -> Result<Vec<Column>, StoreError> {
        let mut columns: Vec<Column> = Vec::with_capacity(width);
        for (index, value) in values.into_iter().enumerate() {
            match columns.get_mut(index % width) {
                Some(column) if index >= width => column.push(value)?,
                _ => columns.push(Column::of(value)),
            }
        }
        Ok(columns)
    }

    fn of(value: Value) -> Self {
        match value {
            Value::Integer(value) => Column::Integer(vec![value]),
            Value::Text(value) => Column::Text(vec![value.map(without_nul)]),
            Value::Boolean(value) => Column::Boolean(vec![value]),
            Value::Real(value) => Column::Real(vec![value]),
            Value::Bytes(value) => Column::Bytes(vec![value]),
        }
    }

    fn push(&mut self, value: Value) -> Result<(), StoreError> {
        match (self, value) {
            (Column::Integer(all), Value::Integer(value)) => all.push(value),
            (Column::Text(all), Value::Text(value)) => all.push(value.map(without_nul)),
            (Column::Boolean(all), Value::Boolean(value)) => all.push(value),
            (Column::Real(all), Value::Real(value)) => all.push(value),
            (Column::Bytes(all), Value::Bytes(value)) => all.push(value),
            (column, _) => return Err(inconsistent("a list of rows", column.type_name())),
        }
        Ok(())
    }

    fn type_name(&self) -> &'static str {
        match self {
            Column::Integer(_) => "bigint",
            Column::Text(_) => "text",
            Column::Boolean(_) => "boolean",
            Column::Real(_) => "double precision",
            Column::Bytes(_) => "bytea",
        }
    }

    fn bind(query: PostgresQuery<'_>, column: Column) -> PostgresQuery<'_> {
        match column {
            Column::Integer(all) => query.bind(all),
            Column::Text(all) => query.bind(all),
            Column::Boolean(all) => query.bind(all),
            Column::Real(all) => query.bind(all),
            Column::Bytes(all) => query.bind(all),
        }
    }
}

type PostgresQuery<'q> = Query<'q, Postgres, PgArguments>;

fn bind(query: PostgresQuery<'_>, value: Value) -> PostgresQuery<'_> {
    match value {
        Value::Integer(value) => query.bind(value),
        Value::Text(value) => query.bind(value.map(without_nul)),
        Value::Boolean(value) => query.bind(value),
        Value::Real(value) => query.bind(value),
        Value::Bytes(value) => query.bind(value),
    }
}

/// PostgreSQL knows no NUL inside a text; what a device sent must be kept all the same.
fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn writers_never_plan_to_read_a_whole_table() {
        let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
            eprintln!("SKIPPED: TEST_POSTGRES_URL is not set");
            return;
        };
        let store = PostgreSql::open(&url).unwrap();
        let mut transaction = store.write().await.unwrap();
        transaction.script("CREATE TEMPORARY TABLE spot (id TEXT PRIMARY KEY)").await.unwrap();
        let keys: Vec<Value> = (0..64).map(|key: i64| key.to_string().into()).collect();
        let sql = "EXPLAIN SELECT id FROM spot WHERE id IN {keys}";
        let plan = transaction.rows_for_keys(sql, keys).await.unwrap();
        let plan: Vec<String> = plan.iter().map(|row| sqlx::Row::get(row, "QUERY PLAN")).collect();
        assert!(plan.iter().all(|line| !line.contains("Seq Scan on spot")), "{plan:?}");
        assert!(plan.iter().any(|line| line.contains("Index")), "{plan:?}");
    }

    #[tokio::test]
    async fn a_change_that_writes_nothing_can_still_wait_for_the_standbys() {
        let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
            eprintln!("SKIPPED: TEST_POSTGRES_URL is not set");
            return;
        };
        let store = crate::Store::open(&url).await.unwrap();
        let mut transaction = store.write().await.unwrap();
        // A transaction without a number of its own writes no commit, and nothing is waited for.
        let number = "SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS has";
        let has = async |transaction: &mut crate::Transaction| {
            transaction.row(number, vec![]).await.unwrap().unwrap().boolean("has").unwrap()
        };
        assert!(!has(&mut transaction).await);
        transaction.vouch().await.unwrap();
        assert!(has(&mut transaction).await);
    }

    #[test]
    fn rows_become_a_list_for_each_column() {
        let rows = vec![Value::from("a\0"), 1.into(), Value::Text(None), 2.into()];
        let columns = Column::all(2, rows).unwrap();
        let texts = Column::Text(vec![Some("a\u{fffd}".to_owned()), None]);
        assert_eq!(columns, [texts, Column::Integer(vec![Some(1), Some(2)])]);
        let sql = "SELECT * FROM unnest($1::text[], $2::bigint[]) AS given (column1, column2)";
        assert_eq!(rows_of(&columns, 0), sql);
        assert_eq!(rows_of(&columns[..1], 7), "SELECT * FROM unnest($8::text[]) AS given (column1)");
        assert!(Column::all(3, Vec::new()).unwrap().is_empty());
        assert!(Column::all(1, vec![1.into(), "a".into()]).is_err());
    }
}
