//! The two lanes into [`receive`]: alarms first; heartbeats and tests in a bounded lane that sheds.
//!
//! One task gathers what has arrived and commits it together, so that the disk is waited for once per batch and
//! not once per alarm. No delay is added: while one batch is being written the next one gathers.

use tokio::sync::{mpsc, oneshot};

use super::receive::{Arrival, Content, Receipt, receive};
use crate::{App, AppError};

/// How many alarms may wait to be written; a sender beyond that waits for room and is told 503 by its own timeout.
pub const ALARMS_WAITING_MAX: usize = 10_000;
/// How many tests may wait to be written; one more is shed, with a counter and an honest refusal.
pub const TESTS_WAITING_MAX: usize = 500;
/// How many alarms one commit takes.
pub const BATCH_ALARMS_MAX: usize = 256;
/// How many tests one commit takes, so that an alarm never waits for many of them.
pub const BATCH_TESTS_MAX: usize = 64;
/// How often a batch that met another node's write is tried again before its senders are refused.
pub const ATTEMPTS_MAX: usize = 4;

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

type Waiting = (Arrival, oneshot::Sender<Result<Receipt, NotReceived>>);

/// The way in for every socket.
#[derive(Debug, Clone)]
pub struct Reception {
    alarms: mpsc::Sender<Waiting>,
    tests: mpsc::Sender<Waiting>,
}

impl Reception {
    /// Starts the writing task. It ends when every clone of the returned value is dropped, after the last batch.
    pub fn start(app: App) -> (Self, tokio::task::JoinHandle<()>) {
        let (alarms, alarms_in) = mpsc::channel(ALARMS_WAITING_MAX);
        let (tests, tests_in) = mpsc::channel(TESTS_WAITING_MAX);
        let task = tokio::spawn(write(app, alarms_in, tests_in));
        (Reception { alarms, tests }, task)
    }

    /// Hands in a message and waits until it is on disk.
    pub async fn submit(&self, arrival: Arrival) -> Result<Receipt, NotReceived> {
        let shed_first = matches!(&arrival.content, Content::Read(report) if report.signal.is_shed_first());
        let (answer, wait) = oneshot::channel();
        if shed_first {
            self.tests.try_send((arrival, answer)).map_err(|_| {
                metrics::counter!("tryggve_tests_shed_total").increment(1);
                NotReceived::Shed
            })?;
        } else {
            self.alarms.try_send((arrival, answer)).map_err(|_| {
                metrics::counter!("tryggve_alarms_refused_total").increment(1);
                NotReceived::NoRoom
            })?;
        }
        wait.await.map_err(|_| NotReceived::NotStored)?
    }
}

async fn write(app: App, mut alarms: mpsc::Receiver<Waiting>, mut tests: mpsc::Receiver<Waiting>) {
    let mut from_alarms: Vec<Waiting> = Vec::with_capacity(BATCH_ALARMS_MAX);
    let mut from_tests: Vec<Waiting> = Vec::with_capacity(BATCH_TESTS_MAX);
    let (mut alarms_ended, mut tests_ended) = (false, false);
    // A lane that answers with nothing is closed and empty; both must be before reception ends.
    while !(alarms_ended && tests_ended) {
        let batch = tokio::select! {
            biased;
            taken = alarms.recv_many(&mut from_alarms, BATCH_ALARMS_MAX), if !alarms_ended => {
                alarms_ended = taken == 0;
                &mut from_alarms
            }
            taken = tests.recv_many(&mut from_tests, BATCH_TESTS_MAX), if !tests_ended => {
                tests_ended = taken == 0;
                &mut from_tests
            }
        };
        if batch.is_empty() {
            continue;
        }
        let (arrivals, answers): (Vec<Arrival>, Vec<_>) = batch.drain(..).unzip();
        for (answer, stored) in answers.into_iter().zip(store_batch(&app, &arrivals).await) {
            // A sender that has gone away is no error: the alarm is stored.
            let _ = answer.send(stored);
        }
    }
}

/// Stores a batch. One that fails whole is stored message by message, so that a bad one cannot take the others with
/// it. The answers stand in the order of the arrivals.
async fn store_batch(app: &App, arrivals: &[Arrival]) -> Vec<Result<Receipt, NotReceived>> {
    let error = match store_again(app, arrivals).await {
        Ok(receipts) => return receipts.into_iter().map(Ok).collect(),
        Err(error) => error,
    };
    let mut stored = Vec::with_capacity(arrivals.len());
    if let [_, _, ..] = arrivals {
        for arrival in arrivals {
            let alone = std::slice::from_ref(arrival);
            let receipt = receive(app, alone).await.ok().and_then(|mut receipts| receipts.pop());
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

/// Stores a batch; one that met another node's write is tried again.
async fn store_again(app: &App, arrivals: &[Arrival]) -> Result<Vec<Receipt>, AppError> {
    let mut attempt = 1;
    loop {
        match receive(app, arrivals).await {
            Ok(receipts) => return Ok(receipts),
            Err(error) if attempt >= ATTEMPTS_MAX => return Err(error),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, attempt, "A batch is stored again");
                attempt += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests;
