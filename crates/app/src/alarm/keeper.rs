//! The journal at work: keeps what the database cannot take, and hands it over when it can.

use std::{
    collections::{HashSet, VecDeque},
    future::pending,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ::device::Signal;
use journal::{Journal, JournalError, Opened};
use peer::{Link, Record};
use tokio::{task::JoinHandle, time::Instant};

use super::{
    aside::raises,
    receive::{Content, Receipt, Trial, duplicate_key, receive_taken, signal_of, unknown_profile},
    reception::NotReceived,
    taken::Taken,
};
use crate::{App, AppError, live::Change};

/// How many messages are handed over in one transaction.
const HANDED_OVER_MAX: usize = 256;
/// How long one handing over may take before it counts as failed.
const HAND_OVER: Duration = Duration::from_secs(15);
/// How long to wait after one that failed.
const TRY_AGAIN: Duration = Duration::from_millis(500);
/// After so many failures for a reason of its own a message lets the others pass.
const FAILURES_MAX: u32 = 5;

/// One handing over; its error tells whether it is about the messages and not about the database.
type HandingOver = JoinHandle<Result<(), bool>>;

/// How one handing over ended.
pub(super) struct Ended {
    messages: Vec<Taken>,
    /// That it failed, and whether for a reason of the messages and not of the database.
    failed: Option<bool>,
}

/// The journal, and what in it the database does not have yet.
#[derive(Debug)]
pub(super) struct Keeper {
    journal: Arc<Mutex<Journal>>,
    /// The way to the node that keeps a copy of the journal.
    link: Option<Link>,
    waiting: VecDeque<Taken>,
    /// What is held, by its duplicate key: a copy is answered and not written twice.
    keys: HashSet<String>,
    under_way: Option<(Vec<Taken>, HandingOver)>,
    next_trial: Instant,
    /// How many go in one trial: all that fit, or one alone after a failure.
    at_once: usize,
    failures: u32,
}

impl Keeper {
    /// Takes over what an opened journal holds.
    pub(super) fn new(app: &App, opened: Opened) -> Self {
        if opened.spoilt > 0 {
            tracing::error!(spoilt = opened.spoilt, "Parts of the journal could not be read");
        }
        let waiting: VecDeque<Taken> =
            opened.records.iter().filter_map(|record| Taken::from_record(record)).collect();
        if waiting.len() < opened.records.len() {
            let unread = opened.records.len() - waiting.len();
            tracing::error!(unread, "Records of the journal are of another version and were not read");
        }
        let room = opened.journal.room();
        app.aside.note_room(room);
        if !waiting.is_empty() {
            tracing::warn!(messages = waiting.len(), "The journal holds messages from before the start");
            let held: Vec<Taken> = waiting.iter().cloned().collect();
            app.aside.hold(&held, room, app.now());
        }
        let link = app.aside.link();
        if let Some(link) = &link {
            // Nobody waits for an answer to these.
            drop(link.keep(waiting.iter().map(copy_of).collect()));
        }
        Keeper {
            journal: Arc::new(Mutex::new(opened.journal)),
            link,
            keys: waiting.iter().map(|one| duplicate_key(&one.arrival)).collect(),
            waiting,
            under_way: None,
            next_trial: Instant::now(),
            at_once: HANDED_OVER_MAX,
            failures: 0,
        }
    }

    /// Whether anything waits for the database. As long as it does, everything new waits behind it: what a device
    /// said first is stored first.
    pub(super) fn holds(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Keeps messages; the answers stand in their order. What is kept is on disk when this returns.
    pub(super) async fn keep(&mut self, app: &App, taken: Vec<Taken>) -> Vec<Result<Receipt, NotReceived>> {
        let memory = app.registry.memory();
        let mut answers = Vec::with_capacity(taken.len());
        let mut fresh = Vec::new();
        for one in taken {
            let entry = match &one.arrival.content {
                Content::Read(report) => memory.device(&report.controller_id),
                Content::Doubtful { .. } => None,
            };
            let signal = signal_of(&one.arrival, entry.map(AsRef::as_ref));
            if signal.is_shed_first() {
                answers.push(Err(NotReceived::NotStored));
                continue;
            }
            let copy = !self.keys.insert(duplicate_key(&one.arrival));
            answers.push(Ok(Receipt {
                alarm: raises(signal).map(|_| one.alarm),
                signal,
                copy,
                known: entry.is_some(),
                profile: entry.map_or_else(unknown_profile, |entry| Arc::clone(&entry.profile)),
            }));
            if !copy {
                fresh.push((signal, one));
            }
        }
        if fresh.is_empty() {
            return answers;
        }
        if let Err(error) = self.append(app, fresh).await {
            tracing::error!(%error, "The journal took nothing; the senders are refused");
            answers.iter_mut().for_each(|answer| *answer = Err(NotReceived::NotStored));
        }
        answers
    }

    async fn append(&mut self, app: &App, fresh: Vec<(Signal, Taken)>) -> Result<(), JournalError> {
        let records: Vec<Vec<u8>> = fresh.iter().map(|(_, one)| one.to_record()).collect();
        let copying = self.link.as_ref().map(|link| {
            let copies = fresh.iter().zip(&records);
            link.keep(
                copies.map(|((_, one), record)| Record { key: key_of(one), bytes: record.clone() }).collect(),
            )
        });
        let journal = Arc::clone(&self.journal);
        let writing = tokio::task::spawn_blocking(move || {
            let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
            journal.append(records.iter().map(Vec::as_slice)).map(|()| journal.room())
        });
        // Both disks at the same time. The other node's is a promise more and not a condition: a person waits.
        let (written, _) = tokio::join!(writing, async {
            match copying {
                Some(copying) => copying.await,
                None => false,
            }
        });
        let room = match written.unwrap_or(Err(JournalError::Broken)) {
            Ok(room) => room,
            Err(error) => {
                if let Some(link) = &self.link {
                    link.take_back(fresh.len());
                }
                for (_, one) in &fresh {
                    self.keys.remove(&duplicate_key(&one.arrival));
                }
                if matches!(error, JournalError::File { .. } | JournalError::Broken) {
                    // It is not written again before the next start, and whoever looks must see that: it is full.
                    let (_, most) = self.journal.lock().unwrap_or_else(PoisonError::into_inner).room();
                    app.aside.note_room((most, most));
                }
                return Err(error);
            }
        };
        metrics::counter!("tryggve_messages_journalled_total").increment(fresh.len() as u64);
        if !self.holds() {
            tracing::error!("The database does not answer: alarms are kept in the journal");
        }
        let (signals, messages): (Vec<Signal>, Vec<Taken>) = fresh.into_iter().unzip();
        app.aside.hold(&messages, room, app.now());
        for (signal, one) in signals.iter().zip(&messages) {
            if raises(*signal).is_some() {
                app.live.publish(Change::AlarmNew(one.alarm));
            }
        }
        self.waiting.extend(messages);
        Ok(())
    }

    /// Waits for the next handing over to end; for ever while nothing waits. Nothing is lost when this is dropped.
    pub(super) async fn handed_over(&mut self, app: &App) -> Ended {
        if self.waiting.is_empty() {
            return pending().await;
        }
        if self.under_way.is_none() {
            tokio::time::sleep_until(self.next_trial).await;
            let messages: Vec<Taken> = self.waiting.iter().take(self.at_once).cloned().collect();
            let (app, batch) = (app.clone(), messages.clone());
            let task = tokio::spawn(async move {
                let stored = tokio::time::timeout(HAND_OVER, receive_taken(&app, &batch, Trial::Again)).await;
                match stored {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(AppError::Store(error))) => Err(error.is_about_the_data()),
                    Ok(Err(_)) | Err(_) => Err(false),
                }
            });
            self.under_way = Some((messages, task));
        }
        let Some((_, task)) = &mut self.under_way else { return pending().await };
        let ended = task.await.unwrap_or(Err(true));
        let messages = self.under_way.take().map(|(messages, _)| messages).unwrap_or_default();
        Ended { messages, failed: ended.err() }
    }

    /// Forgets what the database has; or waits a while and tries again.
    pub(super) async fn conclude(&mut self, app: &App, ended: Ended) {
        let Ended { messages, failed } = ended;
        if let Some(about_the_data) = failed {
            self.postpone(messages.len(), about_the_data);
            return;
        }
        (self.failures, self.at_once) = (0, HANDED_OVER_MAX);
        self.waiting.drain(..messages.len().min(self.waiting.len()));
        app.aside.release(&messages);
        if self.holds() {
            return;
        }
        self.keys.clear();
        let journal = Arc::clone(&self.journal);
        let cleared = tokio::task::spawn_blocking(move || {
            let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
            journal.clear().map(|()| journal.room())
        })
        .await
        .unwrap_or(Err(JournalError::Broken));
        if let Some(link) = &self.link {
            link.forget();
        }
        match cleared {
            Ok(room) => app.aside.note_room(room),
            // The database has everything; the next start finds it there and stores nothing twice.
            Err(error) => tracing::error!(%error, "The journal could not be emptied"),
        }
        tracing::warn!("The database has everything that the journal held");
        app.live.publish(Change::Everything);
    }

    fn postpone(&mut self, tried: usize, about_the_data: bool) {
        self.next_trial = Instant::now() + TRY_AGAIN;
        if !about_the_data {
            return;
        }
        self.at_once = 1;
        self.failures += u32::from(tried == 1);
        if self.failures >= FAILURES_MAX {
            tracing::error!("A message of the journal cannot be stored; the others pass it");
            metrics::counter!("tryggve_journal_stuck_total").increment(1);
            self.waiting.rotate_left(1);
            self.failures = 0;
        }
    }
}

/// What a message is known by on another node.
fn key_of(taken: &Taken) -> peer::Key {
    *taken.message.0.as_bytes()
}

fn copy_of(taken: &Taken) -> Record {
    Record { key: key_of(taken), bytes: taken.to_record() }
}
