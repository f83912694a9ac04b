//! `tryggve backup --config FILE --to FILE`: a complete copy while everything runs.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use store::Store;

use crate::config::Config;

/// Write a complete, checked copy of the database while it is in use (SQLite).
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The configuration file.
    #[arg(long, env = "TRYGGVE_CONFIG")]
    config: PathBuf,
    /// The file to write; it must not exist.
    #[arg(long)]
    to: PathBuf,
}

/// Writes the copy and opens it once, so that a copy that cannot be restored is noticed now.
pub(crate) fn run(backup: &Backup) -> anyhow::Result<()> {
    let config = Config::read(&backup.config)?;
    let to = backup.to.to_str().context("the file's name must be readable text")?;
    if !config.database.starts_with("sqlite:") {
        bail!(
            "on PostgreSQL use the server's own tools: pg_basebackup for the whole server, pg_dump for one database"
        );
    }
    if backup.to.exists() {
        bail!("{to} exists already: name a new file, nothing was written");
    }
    tokio::runtime::Runtime::new()?.block_on(async {
        let store = Store::open(&config.database).await.context("cannot open the database")?;
        store.backup_to(to).await.with_context(|| format!("cannot write {to}"))?;
        store.close().await;
        let copy = Store::open(&format!("sqlite:{to}"))
            .await
            .with_context(|| format!("cannot open the copy {to}"))?;
        let mut transaction = copy.read().await?;
        let counts = store::message::counts(&mut transaction).await?;
        drop(transaction);
        copy.close().await;
        println!("{to}: {} alarms, {} messages", counts.alarms, counts.messages);
        Ok(())
    })
}
