//! What can go wrong with a database.

pub use crate::cause::EngineError;
use crate::cause::Refusal;

/// What can go wrong with a database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The engine said no, or was not there. Its own words are no source of this error, since logs print sources and
    /// an engine's words may hold what it was given.
    #[error("the database did not do it: {0}")]
    Engine(EngineError),
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
    /// The database has not been there since the start, so nobody knows yet whether it fits this program.
    #[error("the database has not answered since the start")]
    NotReady,
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

impl<T: Into<EngineError>> From<T> for StoreError {
    fn from(error: T) -> Self {
        StoreError::Engine(error.into())
    }
}

impl StoreError {
    /// Whether a unique constraint was violated, so that the caller can say what already exists.
    pub fn is_unique_violation(&self) -> bool {
        self.refusal() == Some(Refusal::NotUnique)
    }

    /// Whether the database answered, and what it was given is what it refuses.
    pub fn is_about_the_data(&self) -> bool {
        matches!(self, StoreError::Inconsistent { .. }) || self.refusal().is_some()
    }

    /// Whether the server is there and lets this program in at no time: a wrong password, or a database that is not
    /// there (classes 28 and 3D of PostgreSQL's error codes).
    pub fn is_refused_entry(&self) -> bool {
        let StoreError::Engine(error) = self else { return false };
        match error.of_server() {
            Some(sqlx::Error::Database(error)) => {
                error.code().is_some_and(|code| code.starts_with("28") || code.starts_with("3D"))
            }
            Some(sqlx::Error::Configuration(_)) => true,
            _ => false,
        }
    }

    /// Whether something else still points at the row that was to go.
    pub fn is_still_used(&self) -> bool {
        self.refusal() == Some(Refusal::Pointed)
    }

    fn refusal(&self) -> Option<Refusal> {
        if let StoreError::Engine(error) = self { error.refusal() } else { None }
    }
}
