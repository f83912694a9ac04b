//! Tryggve while it runs: the parts in the order they start, and their end in the opposite order.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context as _;
use app::{
    App,
    alarm::reception::Reception,
    background::Background,
    device::secret::{Settled, settle_realm},
};
use base::{
    Clock as _, IdSource as _,
    clock::{SteadyClock, SystemClock},
    id::RandomIds,
};
use intake::{Desk, Intake};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use store::Store;
use tokio::{net::TcpListener, sync::watch as signal, task::JoinHandle};

use crate::{config::Config, fallback, reception_thread::Threads, watch};

/// The running parts.
pub(crate) struct Running {
    pub(crate) app: App,
    pub(crate) intake: Intake,
    /// Where reception runs, until everything else has ended.
    threads: Threads,
    /// Where the pages are.
    pub(crate) pages: Vec<SocketAddr>,
    background: Background,
    writer: JoinHandle<()>,
    serving: Vec<JoinHandle<()>>,
    stop: signal::Sender<bool>,
}

impl Running {
    /// Opens the database, brings it up to date and opens the sockets.
    pub(crate) async fn start(config: &Config) -> anyhow::Result<Self> {
        let metrics = PrometheusBuilder::new().install_recorder().context("cannot count")?;
        let store = Store::open(&config.database).await.context("cannot open the database")?;
        store::migrate::migrate(&store, SystemClock.now())
            .await
            .context("cannot bring the database up to date")?;
        let app = App::open(store, Arc::new(SteadyClock::default()), Arc::new(RandomIds)).await?;
        let threads = Threads::start(&app.store).context("cannot start reception")?;
        let for_reception = App { store: app.store.apart(), ..app.clone() };
        let journal = open_journal(config)?;
        let (reception, writer) =
            threads.storing().run(async move { Reception::start_with(for_reception, journal) }).await?;
        let realm = settle_realm(&app, config.realm.as_deref()).await?;
        if let Settled::Keeps { realm, configured } = &realm {
            tracing::error!(
                realm,
                configured,
                "The configured realm is not used: devices have passwords for another"
            );
        }
        let desk = Desk::new(app.clone(), reception, realm.realm(), config.networks()?)?;
        let listen = config.listen();
        let intake =
            threads.sockets.run(async move { Intake::start(&listen, Arc::new(desk)).await }).await??;
        let (client, _) = outward::Client::new(Vec::new());
        let background = Background::start(app.clone(), node_name(), client.clone());
        let (stop, _) = signal::channel(false);
        let mut running = Running {
            app,
            intake,
            threads,
            background,
            pages: Vec::new(),
            writer,
            serving: Vec::new(),
            stop,
        };
        let (app, stopped) = (running.app.clone(), running.stop.subscribe());
        let addresses = running.intake.addresses.clone();
        let watching = watch::watch_over(app, addresses, config.watch.clone(), client, stopped);
        running.serving.push(tokio::spawn(watching));
        if let Some(file) = &config.fallback.file {
            let (app, file, stopped) = (running.app.clone(), file.clone(), running.stop.subscribe());
            running.serving.push(tokio::spawn(fallback::keep(app, file, stopped)));
        }
        for address in &config.web.listen {
            running.serve_pages(*address, config, metrics.clone()).await?;
        }
        Ok(running)
    }

    async fn serve_pages(
        &mut self,
        address: SocketAddr,
        config: &Config,
        metrics: PrometheusHandle,
    ) -> anyhow::Result<()> {
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot show pages on {address}: is the port free?"))?;
        self.pages.push(listener.local_addr()?);
        let mut stopped = self.stop.subscribe();
        let ended = async move {
            // An error means that the teller is gone, which is as good a reason to stop.
            let _ = stopped.wait_for(|stopped| *stopped).await;
        };
        let serving = web::serve(self.app.clone(), config.pages(metrics), listener, ended);
        self.serving.push(tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "The pages have ended");
            }
        }));
        Ok(())
    }

    /// Closes the sockets, writes what is under way, closes the database. Nothing that was acknowledged is lost.
    pub(crate) async fn stop(self) {
        let _ = self.stop.send(true);
        self.intake.stop().await;
        self.background.stop().await;
        // The last socket has dropped its way into reception, so the writer ends after its last batch.
        let _ = self.writer.await;
        for serving in self.serving {
            let _ = serving.await;
        }
        self.app.store.close().await;
        drop(self.threads);
    }
}

/// The journal, if the configuration names one.
fn open_journal(config: &Config) -> anyhow::Result<Option<journal::Opened>> {
    const MIB: u64 = 1_024 * 1_024;
    let Some(file) = &config.journal.file else { return Ok(None) };
    let room = config.journal.room_mib.map_or(journal::JOURNAL_BYTES, |room| room.saturating_mul(MIB));
    journal::Journal::open(file, room).map(Some).context("cannot open the journal")
}

/// What this process is called among others on the same database.
fn node_name() -> String {
    RandomIds.next(SystemClock.now()).to_string()
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
