//! Logs for those who run Tryggve: structured, and without personal data.

use anyhow::anyhow;
use tracing_subscriber::EnvFilter;

/// Starts logging to standard error: JSON when it is not a terminal, lines when it is.
pub(crate) fn start() -> anyhow::Result<()> {
    use std::io::IsTerminal as _;
    let filter = EnvFilter::try_from_env("TRYGGVE_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started =
        if std::io::stderr().is_terminal() { builder.try_init() } else { builder.json().try_init() };
    started.map_err(|error| anyhow!("cannot start logging: {error}"))
}
