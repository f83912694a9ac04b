//! The three lanes into [`receive`](super::receive): calls for help first, then what devices say of themselves, then
//! heartbeats and tests in a bounded lane that sheds.
//!
//! One task gathers what has arrived and commits it together, see [`writer`], so that the disk is waited for once per
//! batch and not once per alarm. No delay is added: while a batch is being written the next one gathers.

mod writer;

use std::time::Duration;

use ::device::Signal;
use journal::Opened;
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
};

use super::{
    keeper::Keeper,
    receive::{Arrival, Content, Receipt},
    taken::Taken,
};
use crate::App;
use writer::{Lane, Writer};

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
/// How many batches are on their way to a database server at the same time: while one waits for the disk, the other is
/// decided. A database inside this program has one writer, so it gets one.
pub const BATCHES_AT_ONCE: usize = 2;
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
        Self::start_with(app, None, None)
    }

    /// The same with a journal, which takes what the database cannot. What it held before is handed over first. Another
    /// node keeps a copy of it where [`Aside`](super::aside::Aside) was given a way to it before.
    /// A database inside this program works on the thread of `waiting`, which holds nothing else up; without one on a
    /// thread of the pool.
    pub fn start_with(
        app: App,
        journal: Option<Opened>,
        waiting: Option<Handle>,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let (urgent, urgent_in) = mpsc::channel(ALARMS_WAITING_MAX);
        let (technical, technical_in) = mpsc::channel(TECHNICAL_WAITING_MAX);
        let (tests, tests_in) = mpsc::channel(TESTS_WAITING_MAX);
        let keeper = journal.map(|opened| Keeper::new(&app, opened));
        let task = tokio::spawn(Writer::new(app.clone(), keeper, waiting).run([
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

#[cfg(test)]
mod copy_tests;
#[cfg(test)]
mod journal_tests;
#[cfg(test)]
mod lately_tests;
#[cfg(test)]
mod tests;
