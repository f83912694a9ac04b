//! What can go wrong with a database.

use rusqlite::{
    ErrorCode,
    ffi::{SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE},
};

/// What can go wrong with a database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// PostgreSQL said no, or was not there.
    #[error("the database did not answer")]
    Engine(#[from] sqlx::Error),
    /// SQLite said no.
    #[error("the database's file refused")]
    File(#[from] rusqlite::Error),
    /// Every connection was taken, or another program was writing, for as long as anyone should wait.
    #[error("the database was busy for too long")]
    NoConnection,
    /// The database was closed.
    #[error("the database is closed")]
    Closed,
    /// A row holds something that no code of ours wrote.
    #[error("column {column} holds something unexpected: expected {expected}")]
    Inconsistent {
        /// Which column.
        column: String,
        /// What should have stood there.
        expected: &'static str,
    },
    /// The database URL names no engine that we know.
    #[error("the database address must begin with sqlite: or postgres:, found {0:?}")]
    UnknownEngine(String),
    /// Someone else changed the same row in between.
    #[error("someone else changed this at the same time: read it again")]
    Conflict,
    /// A migration was edited after it ran, or the database is newer than the program.
    #[error("migration {version}: {problem}")]
    Migration {
        /// Which migration.
        version: i64,
        /// What is wrong.
        problem: &'static str,
    },
}

impl StoreError {
    /// Whether a unique constraint was violated, so that the caller can say what already exists.
    pub fn is_unique_violation(&self) -> bool {
        match self {
            StoreError::Engine(sqlx::Error::Database(error)) => error.is_unique_violation(),
            StoreError::File(rusqlite::Error::SqliteFailure(error, _)) => {
                [SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY].contains(&error.extended_code)
            }
            _ => false,
        }
    }

    /// Whether the database answered, and what it was given is what it refuses.
    pub fn is_about_the_data(&self) -> bool {
        match self {
            StoreError::Engine(sqlx::Error::Database(error)) => {
                !matches!(error.kind(), sqlx::error::ErrorKind::Other)
            }
            StoreError::File(error) => error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation),
            StoreError::Inconsistent { .. } => true,
            StoreError::Engine(_)
            | StoreError::NoConnection
            | StoreError::Closed
            | StoreError::UnknownEngine(_)
            | StoreError::Conflict
            | StoreError::Migration { .. } => false,
        }
    }

    /// Whether something else still points at the row that was to go.
    pub fn is_still_used(&self) -> bool {
        match self {
            StoreError::Engine(sqlx::Error::Database(error)) => error.is_foreign_key_violation(),
            StoreError::File(rusqlite::Error::SqliteFailure(error, _)) => {
                error.extended_code == SQLITE_CONSTRAINT_FOREIGNKEY
            }
            _ => false,
        }
    }
}
