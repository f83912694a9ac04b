//! `tryggve serve --config FILE`: run until told to stop.

use std::path::PathBuf;

use app::login::first_administrator::{LINK_SECONDS_MAX, first_link};
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
        let greeted = async {
            running.wait_for_database().await;
            greet_first(&running).await?;
            std::future::pending::<anyhow::Result<()>>().await
        };
        tokio::select! {
            asked = asked_to_stop() => asked?,
            failed = greeted => failed?,
        }
        tracing::info!("Stopping: the sockets close and what is under way is written");
        running.stop().await;
        Ok(())
    })
}

/// Prints, while there is no administrator, the link that creates the first one. It stands in plain words between the
/// lines of the log, for whoever starts Tryggve; it is no use to a reader who comes later.
async fn greet_first(running: &Running) -> anyhow::Result<()> {
    let Some(secret) = first_link(&running.app).await? else { return Ok(()) };
    let minutes = LINK_SECONDS_MAX / 60;
    eprintln!(
        "There is no administrator yet. Open this link within {minutes} minutes to become the first one:"
    );
    for address in &running.pages {
        eprintln!("  http://{address}/first/{}", secret.reveal());
    }
    eprintln!("It works once. A restart prints a new one for as long as there is no administrator.");
    Ok(())
}
