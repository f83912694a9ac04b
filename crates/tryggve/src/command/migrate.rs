//! `tryggve migrate --config FILE`: bring the database up to date and stop.

use std::path::PathBuf;

use anyhow::Context as _;
use base::{Clock as _, clock::SystemClock};
use clap::Args;
use store::Store;

use crate::config::Config;

/// Bring the database up to date and stop.
#[derive(Debug, Args)]
pub(crate) struct Migrate {
    /// The configuration file.
    #[arg(long, env = "TRYGGVE_CONFIG")]
    config: PathBuf,
}

/// Runs every migration that has not run.
pub(crate) fn run(migrate: &Migrate) -> anyhow::Result<()> {
    let config = Config::read(&migrate.config)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let store = Store::open(&config.database).await.context("cannot open the database")?;
        let ran = store::migrate::migrate(&store, SystemClock.now()).await?;
        match ran.len() {
            0 => println!("The database is up to date."),
            count => println!("{count} migrations ran: {}", ran.join(", ")),
        }
        store.close().await;
        Ok(())
    })
}
