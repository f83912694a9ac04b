//! The use cases: one file each, one shape: access, load, decide, save with its audit entry, publish.
//!
//! A reader who has seen [`alarm::answer`] has seen them all. [`alarm::receive`] is the same shape over a batch.

pub mod alarm;
pub mod audit;
pub mod background;
pub mod contact;
pub mod device;
pub mod error;
mod fields;
pub mod follow;
pub mod health;
pub mod history;
pub mod housing;
pub mod idempotency;
pub mod import;
pub mod lease;
pub mod line;
pub mod live;
pub mod login;
pub mod network;
pub mod person;
pub mod problem;
pub mod recall;
pub mod registry;
pub mod search;
pub mod setting;
pub mod sheet;
pub mod status;
pub mod team;
pub mod webhook;
pub mod weed;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use base::{Clock, IdSource, Timestamp};
use store::Store;

pub use access::Actor;
pub use error::AppError;

/// Everything a use case needs from the world.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// Where `now` comes from.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn IdSource>,
    /// Who is told that something changed.
    pub live: live::Live,
    /// What reception remembers of devices, teams and ladders.
    pub registry: Arc<registry::Registry>,
    /// The last contacts that are not yet written.
    pub contact: Arc<contact::Contacts>,
    /// Files that wait for a yes.
    pub shelf: Arc<import::shelf::Shelf>,
    /// Fitted forecasts, kept between requests.
    pub forecasts: Arc<housing::forecast::Desk>,
    /// What reception holds while the database is away.
    pub aside: Arc<alarm::aside::Aside>,
    /// What a database on a server has taken lately.
    pub lately: Arc<alarm::lately::Lately>,
    /// Whether the line is open.
    pub line: Arc<line::Line>,
    /// Who was logged in when the database last said.
    pub visitors: Arc<login::session::Remembered>,
    /// Where passwords are compared and hashed, a few at a time.
    pub passwords: Arc<login::room::Room>,
    /// Wrong passwords by the source they come from.
    pub guesses: Arc<login::guesses::Guesses>,
    /// Since when this process hears devices: nobody is silent because we did not listen.
    pub listening_since: Timestamp,
}

impl App {
    /// Puts the parts together and fills the memory of reception. The database must be migrated.
    pub async fn open(store: Store, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Result<Self, AppError> {
        let app = App::assemble(store, clock, ids);
        let mut transaction = app.store.read().await?;
        app.registry.refresh(&mut transaction).await?;
        Ok(app)
    }

    /// The same while the database is away. Reception knows no device until it answers, or until what was known at the
    /// last run is [recalled](recall).
    pub fn open_away(store: Store, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        let app = App::assemble(store, clock, ids);
        app.aside.note_answer(false, app.now());
        app
    }

    fn assemble(store: Store, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        let listening_since = clock.now();
        App {
            store,
            clock,
            ids,
            live: live::Live::default(),
            registry: Arc::default(),
            contact: Arc::new(contact::Contacts::default()),
            shelf: Arc::new(import::shelf::Shelf::default()),
            forecasts: Arc::new(housing::forecast::Desk::default()),
            aside: Arc::default(),
            lately: Arc::default(),
            line: Arc::default(),
            visitors: Arc::default(),
            passwords: Arc::default(),
            guesses: Arc::default(),
            listening_since,
        }
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
