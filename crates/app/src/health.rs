//! How Tryggve itself is: what its operator looks at when something feels wrong, and what makes it call for help itself.

use std::time::Duration;

use access::{Action, Actor, Relation};
use base::{SignedDuration, Timestamp};
use store::webhook::Waiting;

use crate::{
    App, AppError,
    alarm::{
        aside::{Copied, Standing},
        lately::Lost,
    },
    error::require,
    line::{Socket, Way},
};

/// How long the database may take for the whole look before it counts as not answering.
const LOOK_MAX: Duration = Duration::from_secs(5);
/// A ladder's rung that is so many seconds late means that nobody climbs: the program wakes every second.
pub const LADDER_LATE_SECONDS: i64 = 10;
/// After so many seconds without a sign of any device, none can be reaching us: one is heard every few seconds.
pub const NOTHING_HEARD_SECONDS: i64 = 300;
/// Events that have waited longer for a receiver are worth a look, in seconds.
pub const WEBHOOK_LATE_SECONDS: i64 = 300;
/// A journal that is fuller than this share needs someone before it is full.
pub const JOURNAL_FULL_SHARE: f64 = 0.5;
/// A database that has lost messages is told of for so long, in seconds: whoever keeps it must find out why.
pub const LOST_TOLD_SECONDS: i64 = 3_600;

/// How Tryggve itself is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// When this was read.
    pub at: Timestamp,
    /// Since when this process listens to devices.
    pub listening_since: Timestamp,
    /// How many devices reception knows.
    pub devices: usize,
    /// The sockets, as found by calling them.
    pub sockets: Vec<Socket>,
    /// The ways to call for help about Tryggve itself.
    pub ways: Vec<Way>,
    /// How many sources of wrong passwords are held back.
    pub held_back: usize,
    /// How the journal stands.
    pub journal: Standing,
    /// Messages that the database had lost; `None` when there were none.
    pub lost: Option<Lost>,
    /// Which database it is.
    pub engine: &'static str,
    /// What the database told; `None` when it did not answer.
    pub database: Option<Database>,
}

/// What the database told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// The last time any device was heard, as far as it is written.
    pub heard_at: Option<Timestamp>,
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
    /// How long it took to answer one question.
    pub took: SignedDuration,
}

/// What is wrong with Tryggve itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// A socket of devices does not answer.
    LineClosed(String),
    /// The database does not answer, or cannot be written.
    DatabaseAway,
    /// The database had lost messages that it had confirmed; they are stored again, or wait to be.
    DatabaseLost,
    /// The journal fills up.
    JournalFilling,
    /// Another node is asked to keep a copy of the journal, and has none.
    JournalNotCopied,
    /// Nobody climbs the ladders.
    LadderLate,
    /// Devices are registered, and none has been heard for long.
    NothingHeard,
    /// A receiver of events does not take them.
    WebhooksLate,
    /// A call for help about Tryggve itself did not arrive.
    WayClosed(String),
    /// Someone guesses passwords at many names.
    PasswordsGuessed,
}

impl Trouble {
    /// The name in messages to others; the page has words of its own.
    pub const fn name(&self) -> &'static str {
        match self {
            Trouble::LineClosed(_) => "line_closed",
            Trouble::DatabaseAway => "database_away",
            Trouble::DatabaseLost => "database_lost",
            Trouble::JournalFilling => "journal_filling",
            Trouble::JournalNotCopied => "journal_not_copied",
            Trouble::LadderLate => "ladder_late",
            Trouble::NothingHeard => "nothing_heard",
            Trouble::WebhooksLate => "webhooks_late",
            Trouble::WayClosed(_) => "way_closed",
            Trouble::PasswordsGuessed => "passwords_guessed",
        }
    }

    /// Which socket or way, where it is about one.
    pub fn what(&self) -> &str {
        match self {
            Trouble::LineClosed(what) | Trouble::WayClosed(what) => what,
            Trouble::DatabaseAway
            | Trouble::DatabaseLost
            | Trouble::JournalFilling
            | Trouble::JournalNotCopied
            | Trouble::LadderLate
            | Trouble::NothingHeard
            | Trouble::WebhooksLate
            | Trouble::PasswordsGuessed => "",
        }
    }
}

/// Looks at everything once, for someone who may.
pub async fn health(app: &App, actor: &Actor) -> Result<Health, AppError> {
    require(actor, Action::HealthRead, Relation::NoPerson)?;
    Ok(look(app).await)
}

/// Looks at everything once. A database that does not answer is part of the picture and no error.
pub async fn look(app: &App) -> Health {
    let database = match tokio::time::timeout(LOOK_MAX, look_at_database(app)).await {
        Ok(Ok(found)) => Some(found),
        Ok(Err(_)) | Err(_) => None,
    };
    Health {
        at: app.now(),
        listening_since: app.listening_since,
        devices: app.registry.memory().device_count(),
        sockets: app.line.sockets(),
        ways: app.line.ways(),
        held_back: app.guesses.held_back(app.now()),
        journal: app.aside.standing(),
        lost: app.lately.lost(),
        engine: app.store.engine_name(),
        database,
    }
}

async fn look_at_database(app: &App) -> Result<Database, AppError> {
    let begun = app.now();
    let mut transaction = app.store.read().await?;
    let ladder_due = store::alarm::next_due(&mut transaction).await?;
    let took = app.now().duration_since(begun);
    let open = store::alarm::open(&mut transaction).await?;
    let filter = store::device::Filter { silent: true, ..store::device::Filter::default() };
    let (_, silent) = store::device::list(&mut transaction, &filter, 0, 1).await?;
    let at = app.now();
    Ok(Database {
        heard_at: store::device::last_heard(&mut transaction).await?,
        silent,
        open_alarms: open.len(),
        waits_since: open
            .iter()
            .filter(|alarm| alarm.answered_at.is_none())
            .map(|alarm| alarm.received_at)
            .min(),
        ladder_due: ladder_due.filter(|due| *due < at),
        webhooks: store::webhook::waiting(&mut transaction).await?,
        took,
    })
}

/// What is wrong, in a fixed order.
pub fn troubles(health: &Health) -> Vec<Trouble> {
    let older = |since: Timestamp, seconds: i64| health.at.duration_since(since).as_secs() > seconds;
    let mut found: Vec<Trouble> = health
        .sockets
        .iter()
        .filter(|socket| !socket.open)
        .map(|socket| Trouble::LineClosed(socket.name.clone()))
        .collect();
    if health.database.is_none() || health.journal.away_since.is_some() {
        found.push(Trouble::DatabaseAway);
    }
    if health.lost.is_some_and(|lost| lost.missing > 0 || !older(lost.at, LOST_TOLD_SECONDS)) {
        found.push(Trouble::DatabaseLost);
    }
    if health.journal.room.is_some_and(|(held, room)| held as f64 > room as f64 * JOURNAL_FULL_SHARE) {
        found.push(Trouble::JournalFilling);
    }
    if let Some(Copied::NotSince(_)) = health.journal.copied {
        found.push(Trouble::JournalNotCopied);
    }
    if let Some(database) = &health.database {
        if database.ladder_due.is_some_and(|due| older(due, LADDER_LATE_SECONDS)) {
            found.push(Trouble::LadderLate);
        }
        let heard = database.heard_at.map_or(health.listening_since, |at| at.max(health.listening_since));
        // A device in stock is never heard, so only those that have been heard before can be missed.
        if database.heard_at.is_some() && older(heard, NOTHING_HEARD_SECONDS) {
            found.push(Trouble::NothingHeard);
        }
        if database.webhooks.since.is_some_and(|since| older(since, WEBHOOK_LATE_SECONDS)) {
            found.push(Trouble::WebhooksLate);
        }
    }
    let closed = health.ways.iter().filter(|way| !way.trouble.is_empty());
    found.extend(closed.map(|way| Trouble::WayClosed(way.name.clone())));
    if health.held_back > 0 {
        found.push(Trouble::PasswordsGuessed);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn well() -> Health {
        let at: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let ago = |seconds| at - SignedDuration::from_secs(seconds);
        Health {
            at,
            listening_since: ago(86_400),
            devices: 100,
            sockets: vec![Socket { name: "udp 192.0.2.1:5060".to_owned(), open: true, at }],
            ways: Vec::new(),
            held_back: 0,
            journal: Standing { room: Some((8_192, 1_000_000)), ..Standing::default() },
            lost: None,
            engine: "sqlite",
            database: Some(Database {
                heard_at: Some(ago(2)),
                silent: 0,
                open_alarms: 1,
                waits_since: Some(ago(20)),
                ladder_due: None,
                webhooks: Waiting { deliveries: 0, since: None },
                took: SignedDuration::from_millis(1),
            }),
        }
    }

    fn check(change: impl FnOnce(&mut Health, &mut Database), expected: &[&str]) {
        let mut health = well();
        let mut database = health.database.take().unwrap();
        change(&mut health, &mut database);
        if health.engine != "gone" {
            health.database = Some(database);
        }
        let found: Vec<&str> = troubles(&health).iter().map(Trouble::name).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn each_trouble_is_told_by_its_name() {
        let long_ago: Timestamp = "2026-11-22T11:00:00Z".parse().unwrap();
        check(|_, _| {}, &[]);
        check(|health, _| health.sockets[0].open = false, &["line_closed"]);
        check(|health, _| health.engine = "gone", &["database_away"]);
        check(|health, _| health.held_back = 1, &["passwords_guessed"]);
        check(|health, _| health.journal.away_since = Some(long_ago), &["database_away"]);
        let lost = |at| Some(Lost { at, stored_again: 2, missing: 0 });
        check(|health, _| health.lost = lost(health.at), &["database_lost"]);
        let before = long_ago - SignedDuration::from_secs(1);
        check(|health, _| health.lost = lost(before), &[]);
        let missing = Some(Lost { at: before, stored_again: 2, missing: 1 });
        check(|health, _| health.lost = missing, &["database_lost"]);
        check(|health, _| health.journal.room = Some((600_000, 1_000_000)), &["journal_filling"]);
        check(|health, _| health.journal.copied = Some(Copied::Everything), &[]);
        check(|health, _| health.journal.copied = Some(Copied::NotSince(long_ago)), &["journal_not_copied"]);
        check(|_, database| database.ladder_due = Some(long_ago), &["ladder_late"]);
        check(|_, database| database.heard_at = Some(long_ago), &["nothing_heard"]);
        check(|_, database| database.heard_at = None, &[]);
        check(|_, database| database.webhooks.since = Some(long_ago), &["webhooks_late"]);
    }
}
