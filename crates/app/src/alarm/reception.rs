//! The three lanes into [`receive`](super::receive): calls for help first, then what devices say of themselves, then
//! heartbeats and tests in a bounded lane that sheds.
//!
//! One task gathers what has arrived and commits it together, so that the disk is waited for once per batch and
//! not once per alarm. No delay is added: while one batch is being written the next one gathers.

use std::{future::Future, sync::Arc, time::Duration};

use ::device::Signal;
use journal::Opened;
use tokio::sync::{mpsc, oneshot};

use super::{
    keeper::{self, Keeper},
    receive::{Arrival, Content, Receipt, Trial, receive_taken},
    taken::Taken,
};
use crate::{App, AppError};

/// How many alarms may wait to be written; a sender beyond that waits for room and is told 503 by its own timeout.
pub const ALARMS_WAITING_MAX: usize = 10_000;
/// How many messages of devices about themselves may wait to be written: a flood of them leaves the room of alarms alone.
pub const TECHNICAL_WAITING_MAX: usize = 10_000;
/// How many tests may wait to be written; one more is shed, with a counter and an honest refusal.
pub const TESTS_WAITING_MAX: usize = 500;
/// How many alarms one commit takes.
pub const BATCH_ALARMS_MAX: usize = 256;
/// How many messages of devices about themselves one commit takes, so that an alarm never waits for many of them.
pub const BATCH_TECHNICAL_MAX: usize = 128;
/// How many tests one commit takes, so that an alarm never waits for many of them.
pub const BATCH_TESTS_MAX: usize = 64;
/// How often a batch that met another node's write is tried again before its senders are refused.
pub const ATTEMPTS_MAX: usize = 4;

/// How long the database may take for a batch before the journal takes it, where there is one: with the journal's own
/// writing the sender waits less than a second.
pub const STORE_MAX: Duration = Duration::from_millis(700);

/// Why a message was not received. The sender must not be acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotReceived {
    /// The lane of tests is full.
    #[error("too many tests at once: try again later")]
    Shed,
    /// The lane of alarms is full, or reception is closing.
    #[error("reception has no room right now")]
    NoRoom,
    /// The database refused.
    #[error("the message could not be stored")]
    NotStored,
}

type Waiting = (Taken, oneshot::Sender<Result<Receipt, NotReceived>>);

/// The way in for every socket.
#[derive(Clone)]
pub struct Reception {
    app: App,
    urgent: mpsc::Sender<Waiting>,
    technical: mpsc::Sender<Waiting>,
    tests: mpsc::Sender<Waiting>,
}

impl std::fmt::Debug for Reception {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reception")
    }
}

impl Reception {
    /// Starts the writing task. It ends when every clone of the returned value is dropped, after the last batch.
    pub fn start(app: App) -> (Self, tokio::task::JoinHandle<()>) {
        Self::start_with(app, None)
    }

    /// The same with a journal, which takes what the database cannot. What it held before is handed over first. Another
    /// node keeps a copy of it where [`Aside`](super::aside::Aside) was given a way to it before.
    pub fn start_with(app: App, journal: Option<Opened>) -> (Self, tokio::task::JoinHandle<()>) {
        let (urgent, urgent_in) = mpsc::channel(ALARMS_WAITING_MAX);
        let (technical, technical_in) = mpsc::channel(TECHNICAL_WAITING_MAX);
        let (tests, tests_in) = mpsc::channel(TESTS_WAITING_MAX);
        let keeper = journal.map(|opened| Keeper::new(&app, opened));
        let writer = Writer { app: app.clone(), keeper };
        let task = tokio::spawn(writer.run([
            Lane::new(urgent_in, BATCH_ALARMS_MAX),
            Lane::new(technical_in, BATCH_TECHNICAL_MAX),
            Lane::new(tests_in, BATCH_TESTS_MAX),
        ]));
        (Reception { app, urgent, technical, tests }, task)
    }

    /// Hands in a message and waits until it is on disk.
    pub async fn submit(&self, arrival: Arrival) -> Result<Receipt, NotReceived> {
        let (answer, wait) = oneshot::channel();
        let haste = Haste::of(&arrival);
        let waiting = (Taken::now(&self.app, arrival), answer);
        match haste {
            Haste::Urgent => self.urgent.try_send(waiting).map_err(|_| refused("urgent")),
            Haste::Technical => self.technical.try_send(waiting).map_err(|_| refused("technical")),
            Haste::Shed => self.tests.try_send(waiting).map_err(|_| {
                metrics::counter!("tryggve_tests_shed_total").increment(1);
                NotReceived::Shed
            }),
        }?;
        wait.await.map_err(|_| NotReceived::NotStored)?
    }
}

fn refused(lane: &'static str) -> NotReceived {
    metrics::counter!("tryggve_alarms_refused_total", "lane" => lane).increment(1);
    NotReceived::NoRoom
}

/// Which of the lanes a message travels in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Haste {
    /// Someone may need help, or what they said about that is taken back or added to.
    Urgent,
    /// A device needs help.
    Technical,
    /// Tests: shed first.
    Shed,
}

impl Haste {
    fn of(arrival: &Arrival) -> Self {
        match &arrival.content {
            Content::Read(report) if report.signal.is_shed_first() => Haste::Shed,
            Content::Read(report) => match report.signal {
                // What a device says of itself keeps its order within its own lane. A reset does not: it must never
                // be stored after the new alarm that followed it.
                Signal::Technical(_) | Signal::DoseTaken => Haste::Technical,
                _ => Haste::Urgent,
            },
            Content::Doubtful { .. } => Haste::Urgent,
        }
    }
}

/// One lane from the writer's side.
struct Lane {
    waiting: mpsc::Receiver<Waiting>,
    at_once: usize,
    ended: bool,
}

impl Lane {
    fn new(waiting: mpsc::Receiver<Waiting>, at_once: usize) -> Self {
        Lane { waiting, at_once, ended: false }
    }

    /// What has gathered; a lane that answers with nothing is closed and empty.
    async fn take(&mut self) -> Vec<Waiting> {
        let mut batch = Vec::new();
        self.ended = self.waiting.recv_many(&mut batch, self.at_once).await == 0;
        batch
    }
}

struct Writer {
    app: App,
    keeper: Option<Keeper>,
}

impl Writer {
    async fn run(mut self, lanes: [Lane; 3]) {
        let [mut urgent, mut technical, mut tests] = lanes;
        // Every lane must be closed and empty before reception ends.
        while !(urgent.ended && technical.ended && tests.ended) {
            let batch = tokio::select! {
                biased;
                batch = urgent.take(), if !urgent.ended => batch,
                batch = technical.take(), if !technical.ended => batch,
                batch = tests.take(), if !tests.ended => batch,
                ended = handed_over(&mut self.keeper, &self.app) => {
                    if let Some(keeper) = &mut self.keeper {
                        keeper.conclude(&self.app, ended).await;
                    }
                    continue;
                }
            };
            if batch.is_empty() {
                continue;
            }
            let (taken, answers): (Vec<Taken>, Vec<_>) = batch.into_iter().unzip();
            for (answer, stored) in answers.into_iter().zip(self.store(taken).await) {
                // A sender that has gone away is no error: the alarm is stored.
                let _ = answer.send(stored);
            }
        }
    }

    /// Stores a batch, in the journal if the database cannot take it. The answers stand in the order of the messages.
    async fn store(&mut self, taken: Vec<Taken>) -> Vec<Result<Receipt, NotReceived>> {
        let taken = Arc::new(taken);
        let Some(keeper) = &mut self.keeper else {
            let (app, batch) = (self.app.clone(), Arc::clone(&taken));
            let stored = aside(&self.app, async move { store_or_refuse(&app, &batch).await }).await;
            return stored.unwrap_or_else(|_| taken.iter().map(|_| Err(NotReceived::NotStored)).collect());
        };
        if !keeper.holds() {
            let (app, batch) = (self.app.clone(), Arc::clone(&taken));
            let work =
                aside(
                    &self.app,
                    async move { store_again(&app, &batch, Trial::First, Endure::Conflicts).await },
                );
            match tokio::time::timeout(STORE_MAX, work).await {
                Ok(Ok(Ok(receipts))) => return receipts.into_iter().map(Ok).collect(),
                Ok(Ok(Err(error))) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(error, messages = taken.len(), "A batch goes to the journal");
                }
                Ok(Err(_broken)) => {
                    tracing::error!(messages = taken.len(), "A batch broke and goes to the journal");
                }
                // It may still be stored; the journal's handing over then finds it there.
                Err(_) => {
                    tracing::error!(messages = taken.len(), "A batch took too long and goes to the journal");
                }
            }
        }
        keeper.keep(&self.app, Arc::unwrap_or_clone(taken)).await
    }
}

/// Does a batch's work where it holds up no socket: a database inside this program works on the thread that asks, and
/// waits there for the disk. One hand-over for the whole batch; its error is a panic.
async fn aside<T: Send + 'static>(
    app: &App,
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, tokio::task::JoinError> {
    if app.store.works_here() {
        let runtime = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || runtime.block_on(work)).await
    } else {
        Ok(work.await)
    }
}

/// Waits for the journal's next handing over; for ever without a journal.
async fn handed_over(keeper: &mut Option<Keeper>, app: &App) -> keeper::Ended {
    match keeper {
        Some(keeper) => keeper.handed_over(app).await,
        None => std::future::pending().await,
    }
}

/// Stores a batch without a journal. One that fails whole is stored message by message, so that a bad one cannot take
/// the others with it.
async fn store_or_refuse(app: &App, taken: &[Taken]) -> Vec<Result<Receipt, NotReceived>> {
    let error = match store_again(app, taken, Trial::First, Endure::Everything).await {
        Ok(receipts) => return receipts.into_iter().map(Ok).collect(),
        Err(error) => error,
    };
    let mut stored = Vec::with_capacity(taken.len());
    if let [_, _, ..] = taken {
        for one in taken {
            let alone = std::slice::from_ref(one);
            // Tried as often as a batch: the ladder may change an open alarm just as its sender presses again.
            let receipt = store_again(app, alone, Trial::Again, Endure::Everything).await;
            let receipt = receipt.ok().and_then(|mut receipts| receipts.pop());
            stored.push(receipt.ok_or(NotReceived::NotStored));
        }
    } else {
        stored.push(Err(NotReceived::NotStored));
    }
    let refused = stored.iter().filter(|receipt| receipt.is_err()).count();
    if refused > 0 {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            messages = refused,
            "Messages could not be stored; their senders are refused"
        );
        metrics::counter!("tryggve_messages_not_stored_total").increment(refused as u64);
    }
    stored
}

/// After which errors a batch is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Endure {
    /// Only when it met another node's write: the journal takes the rest.
    Conflicts,
    /// After any.
    Everything,
}

/// Stores a batch; one that met another node's write is tried again.
async fn store_again(
    app: &App,
    taken: &[Taken],
    first: Trial,
    endure: Endure,
) -> Result<Vec<Receipt>, AppError> {
    let mut attempt = 1;
    loop {
        let trial = if attempt == 1 { first } else { Trial::Again };
        match receive_taken(app, taken, trial).await {
            Ok(receipts) => return Ok(receipts),
            Err(error) if attempt >= ATTEMPTS_MAX => return Err(error),
            Err(error) if endure == Endure::Conflicts && !is_conflict(&error) => return Err(error),
            Err(AppError::Conflict) if attempt == 1 => {
                tracing::debug!("The register or an alarm was changed meanwhile; the batch is decided again");
                attempt += 1;
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, attempt, "A batch is stored again");
                attempt += 1;
            }
        }
    }
}

/// Whether another node was first; a unique key that two nodes wrote is the same.
fn is_conflict(error: &AppError) -> bool {
    matches!(error, AppError::Conflict)
        || matches!(error, AppError::Store(error) if error.is_unique_violation())
}

#[cfg(test)]
mod copy_tests;
#[cfg(test)]
mod journal_tests;
#[cfg(test)]
mod tests;
