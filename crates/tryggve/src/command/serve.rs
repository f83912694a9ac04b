//! `tryggve serve --config FILE`: run until told to stop.

use std::path::PathBuf;

use clap::Args;

use crate::{
    config::Config,
    logging,
    running::{Running, asked_to_stop},
};

/// Run on a database and sockets of your own.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The configuration file.
    #[arg(long, env = "TRYGGVE_CONFIG")]
    config: PathBuf,
}

/// Runs until told to stop.
pub(crate) fn run(serve: &Serve) -> anyhow::Result<()> {
    logging::start()?;
    let config = Config::read(&serve.config)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let running = Running::start(&config).await?;
        for (transport, address) in &running.intake.addresses {
            tracing::info!(transport, %address, "Devices are received");
        }
        asked_to_stop().await?;
        tracing::info!("Stopping: the sockets close and what is under way is written");
        running.stop().await;
        Ok(())
    })
}
