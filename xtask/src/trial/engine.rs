//! The two databases, where a trial can be told which one to use.

use clap::ValueEnum;

/// Where reception keeps what arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// Its name in a report.
    pub(super) fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
        }
    }
}
