//! How Tryggve itself is: what its operator looks at when something feels wrong.

use access::{Action, Actor, Relation};
use base::{SignedDuration, Timestamp};
use store::webhook::Waiting;

use crate::{App, AppError, error::require};

/// How Tryggve itself is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// When this was read.
    pub at: Timestamp,
    /// Since when this process listens to devices.
    pub listening_since: Timestamp,
    /// The last time any device was heard, as far as it is written.
    pub heard_at: Option<Timestamp>,
    /// How many devices reception knows.
    pub devices: usize,
    /// How many devices that should be heard are silent.
    pub silent: i64,
    /// Open alarms.
    pub open_alarms: usize,
    /// Since when the longest waiting alarm waits for an answer.
    pub waits_since: Option<Timestamp>,
    /// The oldest rung that was due and has not been climbed.
    pub ladder_due: Option<Timestamp>,
    /// What waits to be told to receivers of events.
    pub webhooks: Waiting,
    /// Which database answers.
    pub engine: &'static str,
    /// How long it took to ask the database one question.
    pub database_took: SignedDuration,
}

/// Looks at everything once.
pub async fn health(app: &App, actor: &Actor) -> Result<Health, AppError> {
    require(actor, Action::HealthRead, Relation::NoPerson)?;
    let begun = app.now();
    let mut transaction = app.store.read().await?;
    let ladder_due = store::alarm::next_due(&mut transaction).await?;
    let database_took = app.now().duration_since(begun);
    let open = store::alarm::open(&mut transaction).await?;
    let filter = store::device::Filter { silent: true, ..store::device::Filter::default() };
    let (_, silent) = store::device::list(&mut transaction, &filter, 0, 1).await?;
    let at = app.now();
    Ok(Health {
        at,
        listening_since: app.listening_since,
        heard_at: store::device::last_heard(&mut transaction).await?,
        devices: app.registry.memory().device_count(),
        silent,
        open_alarms: open.len(),
        waits_since: open
            .iter()
            .filter(|alarm| alarm.answered_at.is_none())
            .map(|alarm| alarm.received_at)
            .min(),
        ladder_due: ladder_due.filter(|due| *due < at),
        webhooks: store::webhook::waiting(&mut transaction).await?,
        engine: app.store.engine_name(),
        database_took,
    })
}
