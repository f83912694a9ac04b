//! A value on its way into a statement. `NULL` keeps its type, which PostgreSQL asks for.

use base::Timestamp;

/// A value on its way into a statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `BIGINT`.
    Integer(Option<i64>),
    /// `TEXT`.
    Text(Option<String>),
    /// `BOOLEAN`.
    Boolean(bool),
    /// `DOUBLE PRECISION`.
    Real(Option<f64>),
    /// `BYTES`: BLOB or BYTEA.
    Bytes(Vec<u8>),
}

impl Value {
    /// A typed id, or anything else that prints as its stored text.
    pub fn id(id: impl std::fmt::Display) -> Self {
        Value::Text(Some(id.to_string()))
    }

    /// A typed id that may be missing.
    pub fn optional_id(id: Option<impl std::fmt::Display>) -> Self {
        Value::Text(id.map(|id| id.to_string()))
    }

    /// A moment that may be missing, as UTC microseconds.
    pub fn optional_moment(at: Option<Timestamp>) -> Self {
        Value::Integer(at.map(Timestamp::as_microsecond))
    }

    /// A moment as UTC microseconds.
    pub fn moment(at: Timestamp) -> Self {
        Value::Integer(Some(at.as_microsecond()))
    }

    /// A count.
    pub fn count(count: impl TryInto<i64>) -> Self {
        Value::Integer(Some(count.try_into().unwrap_or(i64::MAX)))
    }
}

/// An expression in lower case on both engines: SQLite's `LOWER` knows only A to Z, and so does PostgreSQL's in the
/// locale `C`, but people are called Åsa and Östen.
pub(crate) fn lower(expression: &str) -> String {
    [("Å", "å"), ("Ä", "ä"), ("Ö", "ö"), ("É", "é"), ("Ü", "ü"), ("Ø", "ø"), ("Æ", "æ"), ("Š", "š")]
        .iter()
        .fold(format!("LOWER({expression})"), |sql, (upper, lower)| {
            format!("REPLACE({sql}, '{upper}', '{lower}')")
        })
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(Some(text.to_owned()))
    }
}
impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(Some(text))
    }
}
impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Value::Text(text)
    }
}
impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Integer(Some(number))
    }
}
impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Value::Boolean(truth)
    }
}
impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Real(Some(number))
    }
}
impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Value::moment(at)
    }
}
