//! The work that runs by itself: ladders, contacts, supervision, webhooks, weeding. Each kind has its own task, and
//! none ends another: an error or a panic is logged, counted and followed by the next turn.

use std::{future::Future, panic::AssertUnwindSafe, time::Duration};

use ::device::supervision::CHECK_SECONDS;
use futures_util::FutureExt as _;
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    App, AppError,
    alarm::{
        escalate,
        lately::{self, LATELY_MILLISECONDS},
    },
    device::supervise,
    follow::{FOLLOW_MILLISECONDS, Follower},
    lease::{self, Lease},
    live::Change,
    webhook::deliver::deliver_due,
    weed,
};

/// The longest wait between two looks at the ladders, in milliseconds.
pub const LADDER_MILLISECONDS_MAX: u64 = 1_000;
/// How often the database is asked whether it is there, in milliseconds.
pub const DATABASE_MILLISECONDS: u64 = 1_000;
/// How long it may take for that, in milliseconds.
pub const DATABASE_MILLISECONDS_MAX: u64 = 2_000;
/// How often SQLite's journal is moved into the database, in milliseconds.
pub const JOURNAL_MILLISECONDS: u64 = 300;
/// How often contacts are written, in milliseconds.
pub const CONTACT_MILLISECONDS: u64 = 1_000;
/// How often expired sessions are ended, in seconds.
pub const SESSION_SECONDS: u64 = 300;
/// How often weeding is thought of, in seconds; what is not due costs one look.
pub const WEED_SECONDS: u64 = 86_400;
/// How often webhooks are looked at, in milliseconds.
pub const WEBHOOK_MILLISECONDS: u64 = 1_000;

/// The running work. Dropped, it goes on; [`Background::stop`] ends it cleanly.
#[derive(Debug)]
pub struct Background {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Background {
    /// Starts everything. `holder` names this node among others on the same database.
    pub fn start(app: App, holder: String, client: outward::Client) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = Vec::new();
        let mut work = |name: &'static str, shared: bool, turn: Turn| {
            let client = client.clone();
            tasks.push(tokio::spawn(run(
                app.clone(),
                name,
                shared,
                holder.clone(),
                Work { turn, client, follower: tokio::sync::Mutex::default() },
                stopped.clone(),
            )));
        };
        work("database", false, Turn::Database);
        // Contacts gather in this node's own memory, so every node writes its own; the rest is done by one node.
        work("contacts", false, Turn::Contacts);
        // SQLite has one process at a time, so there is nobody to follow.
        if app.store.is_shared() {
            work("follow", false, Turn::Follow);
            // A server may lose what it has taken; a database inside this program cannot become another one.
            work("lately", false, Turn::Lately);
        } else {
            work("journal", false, Turn::Journal);
        }
        work("ladders", true, Turn::Ladders);
        work("supervision", true, Turn::Supervision);
        work("webhooks", true, Turn::Webhooks);
        work("sessions", true, Turn::Sessions);
        work("weeding", true, Turn::Weeding);
        Background { stop, tasks }
    }

    /// Ends everything after the turn it is in, and gives the leases back.
    pub async fn stop(self) {
        // No receiver is no error: the tasks have ended.
        let _ = self.stop.send(true);
        for task in self.tasks {
            // A task that panicked outside its guard is over too.
            let _ = task.await;
        }
    }
}

/// One kind of work.
#[derive(Debug, Clone, Copy)]
enum Turn {
    Database,
    Journal,
    Contacts,
    Follow,
    Lately,
    Ladders,
    Supervision,
    Webhooks,
    Sessions,
    Weeding,
}

/// One kind of work with what it needs.
#[derive(Debug)]
struct Work {
    turn: Turn,
    client: outward::Client,
    follower: tokio::sync::Mutex<Follower>,
}

impl Work {
    /// Does what is due now.
    async fn take(&self, app: &App, lease: Option<&Lease>) -> Result<(), AppError> {
        match self.turn {
            Turn::Database => look_at_database(app).await,
            Turn::Journal => Ok(app.store.move_journal().await?),
            Turn::Contacts => supervise::write_contacts(app).await.map(drop),
            Turn::Follow => self.follower.lock().await.look(app).await,
            Turn::Lately => lately::look_again(app).await,
            Turn::Ladders => escalate::escalate_due(app).await.map(drop),
            Turn::Supervision => supervise::supervise_as(app, lease).await.map(drop),
            Turn::Webhooks => deliver_due(app, &self.client).await.map(drop),
            Turn::Sessions => weed::end_expired(app).await.map(drop),
            Turn::Weeding => weed::weed(app).await.map(drop),
        }
    }

    /// How long to wait for the next turn.
    async fn pause(&self, app: &App) -> Duration {
        match self.turn {
            Turn::Database => Duration::from_millis(DATABASE_MILLISECONDS),
            Turn::Journal => Duration::from_millis(JOURNAL_MILLISECONDS),
            Turn::Contacts => Duration::from_millis(CONTACT_MILLISECONDS),
            Turn::Follow => Duration::from_millis(FOLLOW_MILLISECONDS),
            Turn::Lately => Duration::from_millis(LATELY_MILLISECONDS),
            Turn::Ladders => until_next_rung(app).await,
            Turn::Supervision => {
                Duration::from_secs(u64::from(app.registry.memory().settings.whole(&CHECK_SECONDS).max(1)))
            }
            Turn::Webhooks => Duration::from_millis(WEBHOOK_MILLISECONDS),
            Turn::Sessions => Duration::from_secs(SESSION_SECONDS),
            Turn::Weeding => Duration::from_secs(WEED_SECONDS),
        }
    }
}

/// Asks the database one question, so that the pages know whether it is there before someone waits for it.
async fn look_at_database(app: &App) -> Result<(), AppError> {
    let limit = Duration::from_millis(DATABASE_MILLISECONDS_MAX);
    let answered = matches!(tokio::time::timeout(limit, escalate::next_due(app)).await, Ok(Ok(_)));
    if app.aside.note_answer(answered, app.now()) {
        if answered {
            tracing::warn!("The database answers again");
        } else {
            tracing::error!("The database does not answer");
        }
        app.live.publish(Change::Everything);
    }
    Ok(())
}

/// Until the next rung or answer is due; at most a second, since another node may raise an alarm meanwhile.
async fn until_next_rung(app: &App) -> Duration {
    let most = Duration::from_millis(LADDER_MILLISECONDS_MAX);
    let Ok(Some(due)) = escalate::next_due(app).await else { return most };
    let wait = due.duration_since(app.now());
    Duration::try_from(wait).unwrap_or(Duration::from_millis(1)).clamp(Duration::from_millis(1), most)
}

async fn run(
    app: App,
    name: &'static str,
    shared: bool,
    holder: String,
    work: Work,
    mut stopped: watch::Receiver<bool>,
) {
    let mut held: Option<Lease> = None;
    while !*stopped.borrow() {
        let begun = guarded(name, async {
            if shared {
                held = lease::take(&app, name, &holder).await?;
                if held.is_none() {
                    return Ok(());
                }
            }
            work.take(&app, held.as_ref()).await
        })
        .await;
        let pause =
            if begun { work.pause(&app).await } else { Duration::from_millis(LADDER_MILLISECONDS_MAX) };
        // A lease ends sooner than a long pause, so another node may do the next turn: that is meant.
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            changed = stopped.changed() => if changed.is_err() { break },
        }
    }
    // What has gathered since the last turn is not lost by a clean stop.
    if matches!(work.turn, Turn::Contacts) {
        guarded(name, work.take(&app, None)).await;
    }
    if let Some(lease) = held {
        guarded(name, lease::release(&app, &lease)).await;
    }
}

/// Runs one turn; returns whether it succeeded. Nothing that goes wrong leaves this function.
async fn guarded(name: &'static str, turn: impl Future<Output = Result<(), AppError>>) -> bool {
    match AssertUnwindSafe(turn).catch_unwind().await {
        Ok(Ok(())) => true,
        // Another writer was first: what is still due is found on the next turn.
        Ok(Err(AppError::Conflict)) => true,
        Ok(Err(error)) => {
            tracing::error!(
                work = name,
                error = &error as &dyn std::error::Error,
                "Background work failed and is tried again"
            );
            metrics::counter!("tryggve_background_failures_total", "work" => name).increment(1);
            false
        }
        Err(_) => {
            tracing::error!(work = name, "Background work broke and is tried again");
            metrics::counter!("tryggve_background_panics_total", "work" => name).increment(1);
            false
        }
    }
}
