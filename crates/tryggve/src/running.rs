//! Tryggve while it runs: the parts in the order they start, and their end in the opposite order.

use std::sync::Arc;

use anyhow::Context as _;
use app::{App, alarm::reception::Reception};
use base::{Clock as _, clock::SystemClock, id::RandomIds};
use intake::{Desk, Intake};
use store::Store;
use tokio::task::JoinHandle;

use crate::config::Config;

/// The running parts.
pub(crate) struct Running {
    pub(crate) app: App,
    pub(crate) intake: Intake,
    writer: JoinHandle<()>,
}

impl Running {
    /// Opens the database, brings it up to date and opens the sockets.
    pub(crate) async fn start(config: &Config) -> anyhow::Result<Self> {
        let store = Store::open(&config.database).await.context("cannot open the database")?;
        store::migrate::migrate(&store, SystemClock.now())
            .await
            .context("cannot bring the database up to date")?;
        let app = App::open(store, Arc::new(SystemClock), Arc::new(RandomIds)).await?;
        let (reception, writer) = Reception::start(app.clone());
        let desk = Desk::new(app.clone(), reception, &config.realm, config.networks()?)?;
        let intake = Intake::start(&config.listen(), Arc::new(desk)).await?;
        Ok(Running { app, intake, writer })
    }

    /// Closes the sockets, writes what is under way, closes the database. Nothing that was acknowledged is lost.
    pub(crate) async fn stop(self) {
        self.intake.stop().await;
        // The last socket has dropped its way into reception, so the writer ends after its last batch.
        let _ = self.writer.await;
        self.app.store.close().await;
    }
}

/// Waits for the operating system to ask for an end.
pub(crate) async fn asked_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted,
    }
}
