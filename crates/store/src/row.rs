//! A row on its way out, read by column name; anything unexpected is an error with the column's name.

use std::{str::FromStr, sync::Arc};

use base::{Private, Timestamp};
use rusqlite::types::{FromSql, Value as SqliteValue, ValueRef};
use sqlx::{Row as _, postgres::PgRow};

use crate::StoreError;

/// One row of an answer.
pub struct Row(Inner);

enum Inner {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// A row that has been read out of SQLite.
pub(crate) struct SqliteRow {
    /// The names of the columns, the same for every row of an answer.
    pub(crate) columns: Arc<[String]>,
    /// The values in their order.
    pub(crate) values: Vec<SqliteValue>,
}

impl SqliteRow {
    fn get<T: FromSql>(&self, column: &str) -> Result<T, StoreError> {
        let place = self.columns.iter().position(|name| name == column);
        let value = place.and_then(|place| self.values.get(place));
        let value = value.ok_or_else(|| inconsistent(column, "such a column"))?;
        T::column_result(ValueRef::from(value)).map_err(|_| inconsistent(column, "a value of another type"))
    }
}

macro_rules! get {
    ($row:expr, $column:expr, $type:ty) => {
        match &$row.0 {
            Inner::Sqlite(row) => row.get::<$type>($column)?,
            Inner::Postgres(row) => row.try_get::<$type, _>($column)?,
        }
    };
}

impl Row {
    pub(crate) fn all_of_sqlite(rows: Vec<SqliteRow>) -> Vec<Row> {
        rows.into_iter().map(|row| Row(Inner::Sqlite(row))).collect()
    }

    pub(crate) fn all_of_postgres(rows: Vec<PgRow>) -> Vec<Row> {
        rows.into_iter().map(|row| Row(Inner::Postgres(row))).collect()
    }

    /// A `TEXT` column.
    pub fn text(&self, column: &str) -> Result<String, StoreError> {
        Ok(get!(self, column, String))
    }

    /// A `TEXT` column that may be `NULL`.
    pub fn optional_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        Ok(get!(self, column, Option<String>))
    }

    /// A `TEXT` column with something about a person.
    pub fn private(&self, column: &str) -> Result<Private<String>, StoreError> {
        self.text(column).map(Private::new)
    }

    /// A `BIGINT` column.
    pub fn integer(&self, column: &str) -> Result<i64, StoreError> {
        Ok(get!(self, column, i64))
    }

    /// A `BIGINT` column that may be `NULL`.
    pub fn optional_integer(&self, column: &str) -> Result<Option<i64>, StoreError> {
        Ok(get!(self, column, Option<i64>))
    }

    /// A `BIGINT` column that holds a count of a smaller type.
    pub fn count<T: TryFrom<i64>>(&self, column: &str) -> Result<T, StoreError> {
        T::try_from(self.integer(column)?).map_err(|_| inconsistent(column, "a smaller number"))
    }

    /// A `BOOLEAN` column.
    pub fn boolean(&self, column: &str) -> Result<bool, StoreError> {
        Ok(get!(self, column, bool))
    }

    /// A `DOUBLE PRECISION` column that may be `NULL`.
    pub fn optional_real(&self, column: &str) -> Result<Option<f64>, StoreError> {
        Ok(get!(self, column, Option<f64>))
    }

    /// A `DOUBLE PRECISION` column.
    pub fn real(&self, column: &str) -> Result<f64, StoreError> {
        Ok(get!(self, column, f64))
    }

    /// A `BYTES` column.
    pub fn bytes(&self, column: &str) -> Result<Vec<u8>, StoreError> {
        Ok(get!(self, column, Vec<u8>))
    }

    /// A moment, stored as UTC microseconds.
    pub fn moment(&self, column: &str) -> Result<Timestamp, StoreError> {
        moment(column, self.integer(column)?)
    }

    /// A moment that may be `NULL`.
    pub fn optional_moment(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        self.optional_integer(column)?.map(|at| moment(column, at)).transpose()
    }

    /// A typed id.
    pub fn id<T: FromStr>(&self, column: &str) -> Result<T, StoreError> {
        self.text(column)?.parse().map_err(|_| inconsistent(column, "an id"))
    }

    /// A typed id that may be `NULL`.
    pub fn optional_id<T: FromStr>(&self, column: &str) -> Result<Option<T>, StoreError> {
        self.optional_text(column)?
            .map(|text| text.parse().map_err(|_| inconsistent(column, "an id")))
            .transpose()
    }

    /// A name from a fixed list, read by its `from_name`.
    pub fn named<T>(
        &self,
        column: &str,
        expected: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        read(&self.text(column)?).ok_or_else(|| inconsistent(column, expected))
    }

    /// A list of names or ids separated by spaces.
    pub fn list<T>(
        &self,
        column: &str,
        expected: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, StoreError> {
        self.text(column)?
            .split_whitespace()
            .map(|word| read(word).ok_or_else(|| inconsistent(column, expected)))
            .collect()
    }
}

fn moment(column: &str, microseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(microseconds).map_err(|_| inconsistent(column, "a moment in microseconds"))
}

/// A row that no code of ours wrote.
pub(crate) fn inconsistent(column: &str, expected: &'static str) -> StoreError {
    StoreError::Inconsistent { column: column.to_owned(), expected }
}
