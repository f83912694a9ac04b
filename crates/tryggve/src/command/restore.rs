//! `tryggve restore --config FILE --from FILE`: put a copy back, or only look whether it could be.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use base::{Clock as _, clock::SystemClock};
use clap::Args;
use store::backup::{Verified, restore, verify_copy};

use crate::config::Config;

/// Put a copy in the place of the database; the one that stands is kept beside (SQLite).
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The configuration file.
    #[arg(long, env = "TRYGGVE_CONFIG")]
    config: PathBuf,
    /// The copy, written by `tryggve backup`.
    #[arg(long)]
    from: PathBuf,
    /// Only look whether the copy is whole and what it holds.
    #[arg(long)]
    check: bool,
    /// Replace a database that has newer data than the copy.
    #[arg(long)]
    lose_newer: bool,
}

/// Checks the copy, puts it back unless only a look was asked for, and says what came of it.
pub(crate) fn run(arguments: &Restore) -> anyhow::Result<()> {
    let config = Config::read(&arguments.config)?;
    let Some(database) = config.sqlite_path() else {
        bail!("on PostgreSQL use the server's own tools: pg_restore, or a copy by pg_basebackup");
    };
    let from = &arguments.from;
    tokio::runtime::Runtime::new()?.block_on(async {
        if arguments.check {
            let found = verify_copy(from).await.with_context(|| format!("cannot use {}", from.display()))?;
            println!("{} is whole: {}. Nothing was changed.", from.display(), told(&found));
            return Ok(());
        }
        let done = restore(from, database, arguments.lose_newer, SystemClock.now())
            .await
            .with_context(|| format!("{} was not put back", from.display()))?;
        println!("{} holds {} again: {}.", database.display(), from.display(), told(&done.copy));
        if let Some(kept) = &done.kept {
            println!("The database that stood there is kept as {}.", kept.display());
        }
        println!("`tryggve serve` brings it up to date at its next start.");
        Ok(())
    })
}

fn told(found: &Verified) -> String {
    let newest = found.newest_at.map_or("no moment".to_owned(), |at| at.to_string());
    format!(
        "{} people, {} devices, {} alarms, {} messages, the newest of {newest}",
        found.people, found.devices, found.alarms, found.messages
    )
}
