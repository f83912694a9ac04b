//! Brings what the lanes hold to the database, a batch at a time, or two where a server takes two.
//!
//! Invariants:
//! - what a device said first is stored first: while a batch with one of its messages is on its way, its next ones wait;
//! - an alarm never waits behind more than one batch of anything else, where two can be on their way;
//! - nothing is answered before it is on disk.

use std::{
    collections::{HashMap, HashSet},
    future::Future,
    sync::Arc,
};

use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
    task::{Id, JoinError, JoinSet},
};

use super::{
    super::{
        keeper::{self, Keeper},
        receive::{Receipt, Trial, controller_id, receive_taken},
        taken::Taken,
    },
    ATTEMPTS_MAX, BATCHES_AT_ONCE, Haste, NotReceived, STORE_MAX, Waiting,
};
use crate::{App, AppError};

/// One lane from the writer's side.
pub(super) struct Lane {
    waiting: mpsc::Receiver<Waiting>,
    at_once: usize,
    ended: bool,
}

impl Lane {
    pub(super) fn new(waiting: mpsc::Receiver<Waiting>, at_once: usize) -> Self {
        Lane { waiting, at_once, ended: false }
    }

    /// What has gathered; a lane that answers with nothing is closed and empty.
    async fn take(&mut self) -> Vec<Waiting> {
        let mut batch = Vec::new();
        self.ended = self.waiting.recv_many(&mut batch, self.at_once).await == 0;
        batch
    }
}

/// The answer that a sender waits for.
type Answer = oneshot::Sender<Result<Receipt, NotReceived>>;

/// A batch on its way to the database.
struct Batch {
    taken: Arc<Vec<Taken>>,
    answers: Vec<Answer>,
    haste: Haste,
}

/// How a batch's way to the database ended: with the answers, or the journal must take it.
type Stored = Option<Vec<Result<Receipt, NotReceived>>>;

pub(super) struct Writer {
    app: App,
    keeper: Option<Keeper>,
    /// Where a database inside this program works.
    waiting: Option<Handle>,
    batches_max: usize,
    under_way: HashMap<Id, Batch>,
    tasks: JoinSet<Stored>,
    /// What came from senders of whom a batch under way holds something.
    behind: Vec<Waiting>,
    /// The lane that those came by.
    behind_haste: Haste,
}

impl Writer {
    pub(super) fn new(app: App, keeper: Option<Keeper>, waiting: Option<Handle>) -> Self {
        let batches_max = if app.store.works_here() { 1 } else { BATCHES_AT_ONCE };
        Writer {
            app,
            keeper,
            waiting,
            batches_max,
            under_way: HashMap::new(),
            tasks: JoinSet::new(),
            behind: Vec::new(),
            behind_haste: Haste::Urgent,
        }
    }

    pub(super) async fn run(mut self, lanes: [Lane; 3]) {
        let [mut urgent, mut technical, mut tests] = lanes;
        // Every lane must be closed and empty, and everything stored, before reception ends.
        while !(urgent.ended && technical.ended && tests.ended && self.under_way.is_empty()) {
            let has_room = self.under_way.len() < self.batches_max && self.behind.is_empty();
            // One place stays free for calls for help.
            let has_more_room = has_room && self.under_way.values().all(|batch| batch.haste == Haste::Urgent);
            let (haste, batch) = tokio::select! {
                biased;
                Some(ended) = self.tasks.join_next_with_id() => {
                    self.conclude(ended).await;
                    (self.behind_haste, std::mem::take(&mut self.behind))
                }
                batch = urgent.take(), if has_room && !urgent.ended => (Haste::Urgent, batch),
                batch = technical.take(), if has_more_room && !technical.ended => (Haste::Technical, batch),
                batch = tests.take(), if has_more_room && !tests.ended => (Haste::Shed, batch),
                ended = handed_over(&mut self.keeper, &self.app) => {
                    if let Some(keeper) = &mut self.keeper {
                        keeper.conclude(&self.app, ended).await;
                    }
                    continue;
                }
            };
            self.begin(haste, batch).await;
        }
    }

    /// Sends a batch on its way, without those who must wait for another one.
    async fn begin(&mut self, haste: Haste, batch: Vec<Waiting>) {
        let under_way: HashSet<&str> = self
            .under_way
            .values()
            .flat_map(|batch| batch.taken.iter().map(|one| controller_id(&one.arrival)))
            .collect();
        let (behind, free): (Vec<Waiting>, Vec<Waiting>) =
            batch.into_iter().partition(|(one, _)| under_way.contains(controller_id(&one.arrival)));
        (self.behind, self.behind_haste) = (behind, haste);
        if free.is_empty() {
            return;
        }
        let (taken, answers): (Vec<Taken>, Vec<Answer>) = free.into_iter().unzip();
        if let Some(keeper) = self.keeper.as_mut().filter(|keeper| keeper.holds()) {
            answer(answers, keeper.keep(&self.app, taken).await);
            return;
        }
        let taken = Arc::new(taken);
        let work = stored(self.app.clone(), Arc::clone(&taken), self.keeper.is_some(), self.waiting.clone());
        let task = self.tasks.spawn(work);
        self.under_way.insert(task.id(), Batch { taken, answers, haste });
    }

    /// Answers the senders of a batch; the journal takes what the database could not.
    async fn conclude(&mut self, ended: Result<(Id, Stored), JoinError>) {
        let (id, stored) = match ended {
            Ok((id, stored)) => (id, stored),
            Err(broken) => {
                tracing::error!("The storing of a batch broke");
                (broken.id(), None)
            }
        };
        let Some(Batch { taken, answers, .. }) = self.under_way.remove(&id) else { return };
        let stored = match (stored, &mut self.keeper) {
            (Some(stored), _) => stored,
            (None, Some(keeper)) => keeper.keep(&self.app, Arc::unwrap_or_clone(taken)).await,
            (None, None) => taken.iter().map(|_| Err(NotReceived::NotStored)).collect(),
        };
        answer(answers, stored);
    }
}

fn answer(answers: Vec<Answer>, stored: Vec<Result<Receipt, NotReceived>>) {
    for (answer, stored) in answers.into_iter().zip(stored) {
        // A sender that has gone away is no error: the alarm is stored.
        let _ = answer.send(stored);
    }
}

/// Stores a batch in the database. Where there is a journal the database has [`STORE_MAX`], and the journal takes the
/// rest; where there is none, a batch is tried until nothing more can be done.
async fn stored(app: App, taken: Arc<Vec<Taken>>, has_journal: bool, waiting: Option<Handle>) -> Stored {
    let (here, batch) = (app.clone(), Arc::clone(&taken));
    if !has_journal {
        return aside(&app, waiting, async move { store_or_refuse(&here, &batch).await }).await.ok();
    }
    let work =
        aside(
            &app,
            waiting,
            async move { store_again(&here, &batch, Trial::First, Endure::Conflicts).await },
        );
    match tokio::time::timeout(STORE_MAX, work).await {
        Ok(Ok(Ok(receipts))) => return Some(receipts.into_iter().map(Ok).collect()),
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
    None
}

/// Does a batch's work where it holds up no socket: a database inside this program works on the thread that asks, and
/// waits there for the disk. One hand-over for the whole batch; its error is a panic.
async fn aside<T: Send + 'static>(
    app: &App,
    waiting: Option<Handle>,
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, JoinError> {
    match waiting {
        Some(thread) => thread.spawn(work).await,
        None if app.store.works_here() => {
            let runtime = Handle::current();
            tokio::task::spawn_blocking(move || runtime.block_on(work)).await
        }
        None => Ok(work.await),
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
