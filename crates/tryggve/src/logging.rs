//! Logs for those who run Tryggve: structured, and without personal data.

use anyhow::anyhow;
use tracing_subscriber::EnvFilter;

/// Starts logging to standard error for a service.
pub(crate) fn start() -> anyhow::Result<()> {
    start_at("info,sqlx=warn")
}

/// Starts logging for the demo, which speaks for itself: only what has gone wrong.
pub(crate) fn start_quiet() -> anyhow::Result<()> {
    start_at("warn")
}

/// JSON when standard error is not a terminal, lines when it is; `TRYGGVE_LOG` overrides the level.
fn start_at(level: &str) -> anyhow::Result<()> {
    use std::io::IsTerminal as _;
    let filter = EnvFilter::try_from_env("TRYGGVE_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started =
        if std::io::stderr().is_terminal() { builder.try_init() } else { builder.json().try_init() };
    started.map_err(|error| anyhow!("cannot start logging: {error}"))
}
