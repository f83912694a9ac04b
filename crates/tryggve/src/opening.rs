//! The database at start: brought up to date before anything else; or away, and then as soon as it answers.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use app::{
    App,
    device::secret::{REALM, Settled, settle_realm},
};
use base::{
    Clock as _,
    clock::{SteadyClock, SystemClock},
    id::RandomIds,
};
use intake::Desk;
use store::{Store, StoreError, migrate::migrate};
use tokio::sync::watch;

use crate::{config::Config, recalled};

/// How long a start waits for the database's first answer, in seconds, before the line opens without it.
const ANSWER_SECONDS_MAX: u64 = 3;
/// How often a database that was away at start is asked again, in milliseconds.
const AGAIN_MILLISECONDS: u64 = 500;

/// What a start found.
pub(crate) struct Opened {
    /// The parts, which know devices and visitors as well as can be.
    pub(crate) app: App,
    /// What devices are challenged with.
    pub(crate) realm: String,
    /// Whether the database was away.
    pub(crate) away: bool,
}

/// How the database is opened.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    database: String,
    realm: Option<String>,
    /// What is known of the last run. Without a journal nothing could be received, so there is no start without the
    /// database either; SQLite is a file, which is there or is not.
    recalled: Option<recalled::Files>,
}

impl Opening {
    /// As the configuration says.
    pub(crate) fn new(config: &Config) -> Self {
        let journal = config.journal.file.as_deref().filter(|_| config.sqlite_path().is_none());
        Opening {
            database: config.database.clone(),
            realm: config.realm.clone(),
            recalled: journal.map(recalled::Files::beside),
        }
    }

    /// Opens the database, or finds that it is away. A database that refuses this program is an error.
    pub(crate) async fn open(&self) -> anyhow::Result<Opened> {
        let (clock, ids) = (Arc::new(SteadyClock::default()), Arc::new(RandomIds));
        let store = Store::open_later(&self.database).await.context("cannot open the database")?;
        match bring_up_to_date(&store).await {
            Ok(()) => {}
            Err(error) if self.recalled.is_some() && may_pass(&error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "The database is away at start: alarms are kept in the journal");
                let app = App::open_away(store, clock, ids);
                let realm = self.recalled.as_ref().and_then(|files| files.recall(&app));
                let realm = realm.or_else(|| self.realm.clone()).unwrap_or_else(|| REALM.to_owned());
                return Ok(Opened { app, realm, away: true });
            }
            Err(error @ StoreError::Migration { .. }) => {
                return Err(error).context("cannot bring the database up to date");
            }
            Err(error) => return Err(error).context("cannot open the database"),
        }
        let app = App::open(store, clock, ids).await?;
        let realm = self.settle(&app).await?;
        Ok(Opened { app, realm, away: false })
    }

    /// Opens a database that was away as soon as it answers; then writes down what is known, until told to stop.
    pub(crate) async fn finish(
        self,
        app: App,
        desk: Arc<Desk>,
        mut realm: String,
        there: watch::Sender<bool>,
        beside: Option<recalled::Files>,
        mut stopped: watch::Receiver<bool>,
    ) {
        if !*there.borrow() {
            tokio::select! {
                settled = self.wait_and_settle(&app) => realm = settled,
                _ = stopped.wait_for(|stopped| *stopped) => return,
            }
            if let Err(error) = desk.settle_realm(&realm) {
                tracing::error!(%error, "Devices are challenged with the realm of the last run");
            }
            there.send_replace(true);
            tracing::warn!("The database answers for the first time since the start");
        }
        if let Some(files) = beside {
            files.keep(app, realm, stopped).await;
        }
    }

    /// Asks until the database answers and is up to date; gives the realm.
    async fn wait_and_settle(&self, app: &App) -> String {
        loop {
            match self.settle_if_there(app).await {
                Ok(realm) => return realm,
                // The line stays open: what is received is safe in the journal, and the page of health tells.
                Err(error) => {
                    tracing::warn!(error = %format!("{error:#}"), "The database cannot be used yet")
                }
            }
            tokio::time::sleep(Duration::from_millis(AGAIN_MILLISECONDS)).await;
        }
    }

    async fn settle_if_there(&self, app: &App) -> anyhow::Result<String> {
        if !app.store.is_ready() {
            bring_up_to_date(&app.store).await?;
        }
        self.settle(app).await
    }

    async fn settle(&self, app: &App) -> anyhow::Result<String> {
        let realm = settle_realm(app, self.realm.as_deref()).await?;
        if let Settled::Keeps { realm, configured } = &realm {
            tracing::error!(
                realm,
                configured,
                "The configured realm is not used: devices have passwords for another"
            );
        }
        Ok(realm.realm().to_owned())
    }
}

/// Asks the database whether it is there, and brings it up to date. A migration may take as long as it needs.
async fn bring_up_to_date(store: &Store) -> Result<(), StoreError> {
    let limit = Duration::from_secs(ANSWER_SECONDS_MAX);
    tokio::time::timeout(limit, store.answers()).await.map_err(|_| StoreError::NotReady)??;
    migrate(store, SystemClock.now()).await.map(drop)
}

/// Whether a database that gave this error may be well in a while.
fn may_pass(error: &StoreError) -> bool {
    let is_lasting = matches!(error, StoreError::Migration { .. } | StoreError::UnknownEngine(_));
    !is_lasting && !error.is_refused_entry()
}
