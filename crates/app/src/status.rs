//! What is disturbed right now, for the whole municipality: no person, no device by name.

use base::{SignedDuration, Timestamp};
use store::supervision::Outage;

use crate::{
    App, AppError,
    device::outage::{Named, name_all},
};

/// How long an outage that is over is still told of, in days.
pub const ENDED_DAYS: i64 = 7;
/// How many outages are told of.
pub const OUTAGES_TOLD_MAX: i64 = 50;

/// What is disturbed right now.
#[derive(Debug, Clone)]
pub struct Status {
    /// When this was read.
    pub at: Timestamp,
    /// Whether every socket of devices answers; `None` before they were called for the first time.
    pub line_open: Option<bool>,
    /// Since when the database is away. Alarms are received all the same where there is a journal.
    pub database_away_since: Option<Timestamp>,
    /// Outages that go on, newest first.
    pub open: Vec<Named>,
    /// Outages that are over.
    pub over: Vec<Named>,
}

/// Reads what is disturbed. While the database is away, the outages are left out.
pub async fn status(app: &App) -> Result<Status, AppError> {
    let at = app.now();
    let sockets = app.line.sockets();
    let database_away_since = app.aside.standing().away_since;
    let found = match database_away_since {
        Some(_) => Vec::new(),
        None => {
            let mut transaction = app.store.read().await?;
            let found = store::supervision::outages(&mut transaction, false, OUTAGES_TOLD_MAX).await?;
            name_all(&mut transaction, found).await?
        }
    };
    let told = |outage: &Outage| {
        outage
            .ended_at
            .is_none_or(|ended| at.duration_since(ended) <= SignedDuration::from_hours(24 * ENDED_DAYS))
    };
    let (over, open) = found
        .into_iter()
        .filter(|named| told(&named.outage))
        .partition(|named: &Named| named.outage.ended_at.is_some());
    Ok(Status {
        at,
        line_open: (!sockets.is_empty()).then(|| sockets.iter().all(|socket| socket.open)),
        database_away_since,
        open,
        over,
    })
}
