//! Tryggve while it runs: the parts in the order they start, and their end in the opposite order.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context as _;
use app::{
    App,
    alarm::{
        copies::{Patience, look_after},
        reception::Reception,
    },
    background::Background,
    login::guesses::Guesses,
};
use base::{Clock as _, IdSource as _, clock::SystemClock, id::RandomIds};
use intake::{Desk, Intake};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use peer::{Copies, Link, Listening};
use tokio::{net::TcpListener, sync::watch as signal, task::JoinHandle};

use crate::{
    config::{Config, Peers},
    fallback,
    opening::{Opened, Opening},
    recalled,
    reception_thread::Threads,
    watch,
};

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
    /// Whether the database has been there since the start.
    database: signal::Receiver<bool>,
}

impl Running {
    /// Opens the database, brings it up to date and opens the sockets. Where there is a journal, the sockets open even
    /// if the database is away.
    pub(crate) async fn start(config: &Config) -> anyhow::Result<Self> {
        let config = &config.clone().with_secrets()?;
        let metrics = PrometheusBuilder::new().install_recorder().context("cannot count")?;
        let peers = config.journal.peers(config.sqlite_path().is_none())?;
        let opening = Opening::new(config);
        let guesses = Guesses::new(config.web.guesses()?);
        let Opened { app, realm, away } = opening.open().await?;
        let app = App { guesses: Arc::new(guesses), ..app };
        let threads = Threads::start(&app.store).context("cannot start reception")?;
        let for_reception = App { store: app.store.apart(), ..app.clone() };
        let journal = open_journal(config)?;
        let copied_to = peers.as_ref().and_then(|peers| Some((peers.to.clone()?, peers.secret.clone())));
        let waiting = threads.waiting();
        let started = threads.gathering().run(async move {
            if let Some((address, secret)) = copied_to {
                let (link, _) = Link::start(address, secret, Arc::clone(&for_reception.clock));
                for_reception.aside.copy_to(link);
            }
            Reception::start_with(for_reception, journal, waiting)
        });
        let (reception, writer) = started.await?;
        let desk = Arc::new(Desk::new(app.clone(), reception, &realm, config.networks()?)?);
        let listen = config.listen();
        let at_desk = Arc::clone(&desk);
        let intake = threads.sockets.run(async move { Intake::start(&listen, at_desk).await }).await??;
        let (client, _) = outward::Client::new(Vec::new());
        let background = Background::start(app.clone(), node_name(), client.clone());
        let (stop, stopped) = signal::channel(false);
        let (there, database) = signal::channel(!away);
        let mut serving = Vec::new();
        if let Some(peers) = &peers {
            serving.extend(take_copies(app.clone(), config, peers, &threads, stopped.clone()).await?);
        }
        let pages = Vec::new();
        let mut running =
            Running { app, intake, threads, background, pages, writer, serving, stop, database };
        let beside = config.journal.file.as_deref().map(recalled::Files::beside);
        let opened = opening.finish(running.app.clone(), desk, realm, there, beside, stopped);
        running.serving.push(tokio::spawn(opened));
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
        let pages = config.pages(metrics)?;
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot show pages on {address}: is the port free?"))?;
        self.pages.push(listener.local_addr()?);
        let mut stopped = self.stop.subscribe();
        let ended = async move {
            // An error means that the teller is gone, which is as good a reason to stop.
            let _ = stopped.wait_for(|stopped| *stopped).await;
        };
        let serving = web::serve(self.app.clone(), pages, listener, ended);
        self.serving.push(tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "The pages have ended");
            }
        }));
        Ok(())
    }

    /// Waits until the database has been there; for ever if it never is.
    pub(crate) async fn wait_for_database(&self) {
        let mut database = self.database.clone();
        if database.wait_for(|there| *there).await.is_err() {
            std::future::pending::<()>().await;
        }
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
    let Some(file) = &config.journal.file else { return Ok(None) };
    journal::Journal::open(file, config.journal.room()).map(Some).context("cannot open the journal")
}

/// Takes copies of another node's journal, where the configuration says so; gives the task that looks after them.
async fn take_copies(
    app: App,
    config: &Config,
    peers: &Peers,
    threads: &Threads,
    stopped: signal::Receiver<bool>,
) -> anyhow::Result<Option<JoinHandle<()>>> {
    let Some((address, file)) = &peers.here else { return Ok(None) };
    let copies = Copies::open(file, config.journal.room())
        .context("cannot open the copy of the other node's journal")?;
    let (secret, address, taken) = (peers.secret.clone(), *address, copies.clone());
    let take = async move {
        let listening = Listening::bind(address).await?;
        tokio::spawn(listening.take(secret, taken));
        std::io::Result::Ok(())
    };
    let bound = threads.gathering().run(take).await?;
    bound.with_context(|| format!("cannot take copies on {address}: is the port free?"))?;
    Ok(Some(tokio::spawn(look_after(app, copies, Patience::default(), stopped))))
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
