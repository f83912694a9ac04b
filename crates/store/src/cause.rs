//! Why the engine failed, in words that may stand in a log.
//!
//! An engine's own message can hold what it was given: PostgreSQL's detail of a broken constraint and its
//! `invalid input syntax` do, and so may the text of a value that could not be decoded. Only codes, kinds and the
//! names of our own tables and constraints are told.

use std::fmt::{self, Write as _};

use rusqlite::ffi;
use sqlx::error::{DatabaseError, Error, ErrorKind};

/// What the engine said, which shows its cause and nothing of what it was given, however it is printed.
pub struct EngineError(Said);

enum Said {
    PostgreSql(Error),
    Sqlite(rusqlite::Error),
}

/// What an engine refuses in what it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It must be unique and is there already.
    NotUnique,
    /// What it points at, or what points at it, forbids it.
    Pointed,
    /// A value is missing.
    Missing,
    /// A check of the table forbids it.
    Other,
}

impl EngineError {
    /// What it refuses; `None` where the fault is not in what it was given.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        match &self.0 {
            Said::PostgreSql(Error::Database(refusal)) => Refusal::of_server(&refusal.kind()),
            Said::Sqlite(rusqlite::Error::SqliteFailure(error, _))
                if error.code == ffi::ErrorCode::ConstraintViolation =>
            {
                Some(match error.extended_code {
                    ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => Refusal::NotUnique,
                    ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Refusal::Pointed,
                    ffi::SQLITE_CONSTRAINT_NOTNULL => Refusal::Missing,
                    _ => Refusal::Other,
                })
            }
            Said::PostgreSql(_) | Said::Sqlite(_) => None,
        }
    }

    /// PostgreSQL's own error, for what only a server can say.
    pub(crate) fn of_server(&self) -> Option<&Error> {
        if let Said::PostgreSql(error) = &self.0 { Some(error) } else { None }
    }
}

impl From<Error> for EngineError {
    fn from(error: Error) -> Self {
        EngineError(Said::PostgreSql(error))
    }
}

impl From<rusqlite::Error> for EngineError {
    fn from(error: rusqlite::Error) -> Self {
        EngineError(Said::Sqlite(error))
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match &self.0 {
            Said::PostgreSql(error) => cause(error),
            Said::Sqlite(error) => self.of_sqlite(error),
        })
    }
}

impl EngineError {
    fn of_sqlite(&self, error: &rusqlite::Error) -> String {
        let told = match self.refusal() {
            Some(refusal) => refusal.words(),
            None => match error {
                rusqlite::Error::SqliteFailure(error, _) => meaning_of_result(error.extended_code),
                rusqlite::Error::SqlInputError { .. } => "a statement of ours cannot be read",
                _ => "a statement and its values do not fit",
            },
        };
        match error {
            rusqlite::Error::SqliteFailure(error, _) => format!("{told}, code {}", error.extended_code),
            _ => told.to_owned(),
        }
    }
}

impl Refusal {
    fn words(self) -> &'static str {
        match self {
            Refusal::NotUnique => "it must be unique and is there already",
            Refusal::Pointed => "what it points at, or what points at it, forbids it",
            Refusal::Missing => "a value is missing",
            Refusal::Other => "a check of the table forbids it",
        }
    }

    fn of_server(kind: &ErrorKind) -> Option<Self> {
        match kind {
            ErrorKind::UniqueViolation => Some(Refusal::NotUnique),
            ErrorKind::ForeignKeyViolation => Some(Refusal::Pointed),
            ErrorKind::NotNullViolation => Some(Refusal::Missing),
            ErrorKind::Other => None,
            _ => Some(Refusal::Other),
        }
    }
}

impl fmt::Debug for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EngineError({self})")
    }
}

/// The cause, without anything that was bound or stored.
fn cause(error: &Error) -> String {
    match error {
        Error::Database(refusal) => of_database(refusal.as_ref()),
        Error::Io(io) => match io.raw_os_error() {
            Some(number) => format!("input or output failed: {} (system error {number})", io.kind()),
            None => format!("input or output failed: {}", io.kind()),
        },
        Error::Tls(_) => "the encrypted connection could not be made".to_owned(),
        Error::Protocol(_) => "the server broke its own protocol".to_owned(),
        Error::PoolTimedOut => "no connection became free in time".to_owned(),
        Error::PoolClosed => "the connections are closed".to_owned(),
        Error::RowNotFound => "a row that must be there is not".to_owned(),
        Error::ColumnNotFound(column) => format!("there is no column {column}"),
        Error::ColumnDecode { index, .. } => format!("column {index} could not be decoded"),
        Error::ColumnIndexOutOfBounds { index, len } => format!("there are {len} columns, not {index}"),
        Error::TypeNotFound { type_name } => format!("there is no type {type_name}"),
        Error::Configuration(_) => "the database's address could not be used".to_owned(),
        Error::Encode(_) => "a value could not be encoded".to_owned(),
        Error::Decode(_) => "a value could not be decoded".to_owned(),
        Error::BeginFailed => "a transaction could not begin".to_owned(),
        _ => "an error of another kind".to_owned(),
    }
}

fn of_database(refusal: &dyn DatabaseError) -> String {
    let code = refusal.code().unwrap_or_default();
    let mut told =
        Refusal::of_server(&refusal.kind()).map_or_else(|| meaning(&code), Refusal::words).to_owned();
    if !code.is_empty() {
        // Writing to a string cannot fail.
        let _ = write!(told, ", code {code}");
    }
    for (what, name) in [("table", refusal.table()), ("constraint", refusal.constraint())] {
        if let Some(name) = name {
            let _ = write!(told, ", {what} {name}");
        }
    }
    told
}

/// What an SQLSTATE means (PostgreSQL's manual, appendix A).
fn meaning(code: &str) -> &'static str {
    match (code, code.get(..2).unwrap_or_default()) {
        ("53100", _) => "the server's disk is full",
        ("53300", _) => "the server takes no more connections",
        ("25006", _) => "the server only reads",
        ("57014", _) => "it took too long and was stopped",
        (_, "08") => "the connection to the server was lost",
        (_, "22") => "a value does not fit",
        (_, "28") => "the server does not let us in",
        (_, "3D") => "there is no such database",
        (_, "40") => "it collided with another transaction",
        (_, "42") => "a table, a column or a right is missing",
        (_, "53") => "the server has too little of something",
        (_, "57") => "the server is stopping or starting",
        (_, "58") => "the server's own disk failed",
        _ => "the server refused it",
    }
}

/// What a result code of SQLite means; its last eight bits say the main thing (sqlite.org, Result and Error Codes).
fn meaning_of_result(code: i32) -> &'static str {
    match code & 0xFF {
        5 | 6 => "another program holds the file",
        8 => "the file may only be read",
        9 => "it was stopped",
        10 => "the disk failed",
        11 => "the file is damaged",
        13 => "the disk is full",
        14 => "the file could not be opened",
        26 => "the file is no database",
        _ => "the engine refused it",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_engines_have_words() {
        for (code, words) in [
            ("53100", "the server's disk is full"),
            ("57P01", "the server is stopping or starting"),
            ("42P01", "a table, a column or a right is missing"),
            ("XX000", "the server refused it"),
            ("", "the server refused it"),
        ] {
            assert_eq!(meaning(code), words, "{code}");
        }
        // SQLITE_IOERR_FSYNC is 10 with 4 above it.
        for (code, words) in
            [(13, "the disk is full"), (1_034, "the disk failed"), (1, "the engine refused it")]
        {
            assert_eq!(meaning_of_result(code), words, "{code}");
        }
    }

    #[test]
    fn what_the_system_says_is_told_with_its_number() {
        let refused = std::io::Error::from_raw_os_error(111);
        assert_eq!(
            cause(&Error::Io(refused)),
            "input or output failed: connection refused (system error 111)"
        );
        let secret = std::io::Error::other("påhittat personnummer");
        assert_eq!(cause(&Error::Io(secret)), "input or output failed: other error");
    }
}
