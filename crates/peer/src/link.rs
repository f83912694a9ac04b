//! The owner's side: what its journal takes is sent to the other node, and what the database has is forgotten there.
//!
//! Everything that the journal holds is sent in its order, and anew on every new connection: the other node may have
//! lost its disk, and knows by the keys what it has.

use std::{
    collections::VecDeque,
    convert::Infallible,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base::{Clock, Timestamp};
use tokio::{
    net::TcpStream,
    sync::{Notify, watch},
    task::JoinHandle,
};

use crate::{
    frame::{BODY_BYTES_MAX, COPY_BYTES_MAX, KEYS_MAX, Key, RECORDS_MAX, Record, Reply, Request},
    listening::within,
    proof::Secret,
    wire::{Wire, WireError},
};

/// How long an acknowledgement waits for the other node's disk: the sender waits for it.
pub const COPIED_MAX: Duration = Duration::from_millis(200);
/// How long the other node may take for one answer before the connection is given up.
const ANSWER_MAX: Duration = Duration::from_secs(3);
/// How often the other node is asked whether it is there.
const ALIVE: Duration = Duration::from_secs(1);
/// How long to wait after a connection that failed.
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// How long to wait after the other node could not keep what it was given.
const TRY_AGAIN_REFUSED: Duration = Duration::from_secs(15);
/// How many keys wait to be forgotten while the other node is away. It stores what is left over itself, once.
const FORGOTTEN_MAX: usize = 400_000;

/// The way to the other node. Clones are the same way.
#[derive(Debug, Clone)]
pub struct Link(Arc<Inner>);

struct Inner {
    held: Mutex<Held>,
    wake: Notify,
    progress: watch::Sender<Progress>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", *self.progress.borrow())
    }
}

/// What the journal holds, numbered; a number is never given twice.
#[derive(Debug, Default)]
struct Held {
    records: VecDeque<(u64, Arc<Record>)>,
    next: u64,
    forgotten: VecDeque<Key>,
}

/// How far the other node has come.
#[derive(Debug, Clone, Copy)]
struct Progress {
    /// Everything with a lower number is on its disk.
    copied: u64,
    /// Since when it has not everything; `None` when it has.
    behind_since: Option<Timestamp>,
}

/// What to do next.
enum Next {
    Keep(Vec<Arc<Record>>, u64),
    Forget(Vec<Key>),
    Nothing,
}

impl Link {
    /// Begins to reach the other node at an address such as `192.0.2.22:5070`, and never ends trying until the task is
    /// stopped.
    pub fn start(address: String, secret: Secret, clock: Arc<dyn Clock>) -> (Self, JoinHandle<()>) {
        let progress = Progress { copied: 0, behind_since: Some(clock.now()) };
        let inner = Inner {
            held: Mutex::default(),
            wake: Notify::new(),
            progress: watch::Sender::new(progress),
            clock,
        };
        let link = Link(Arc::new(inner));
        gauge_behind(true);
        let task = tokio::spawn(link.clone().reach(address, secret));
        (link, task)
    }

    /// Since when the other node does not have everything that this one's journal holds; `None` when it has.
    pub fn behind_since(&self) -> Option<Timestamp> {
        self.0.progress.borrow().behind_since
    }

    /// Hands on what the journal takes, in its order. What this returns tells whether it is on the other node's disk,
    /// and waits for that no longer than [`COPIED_MAX`]; not at all where the other node is behind already.
    pub fn keep(&self, records: Vec<Record>) -> impl Future<Output = bool> + Send + 'static {
        let (count, wanted) = {
            let mut held = self.held();
            let count = records.len();
            for record in records {
                let number = held.next;
                held.next += 1;
                if record.bytes.len() > COPY_BYTES_MAX {
                    tracing::error!(bytes = record.bytes.len(), "A message is too large to be copied");
                } else {
                    held.records.push_back((number, Arc::new(record)));
                }
            }
            (count as u64, held.next)
        };
        let mut progress = self.0.progress.subscribe();
        self.0.wake.notify_one();
        let link = self.clone();
        async move {
            let settled = progress.wait_for(|now| now.copied >= wanted || now.behind_since.is_some());
            let copied = match tokio::time::timeout(COPIED_MAX, settled).await {
                Ok(Ok(now)) => now.copied >= wanted,
                Ok(Err(_)) | Err(_) => false,
            };
            if copied {
                metrics::counter!("tryggve_journal_copied_total").increment(count);
            } else {
                metrics::counter!("tryggve_journal_not_copied_total").increment(count);
                link.note_behind(wanted);
            }
            copied
        }
    }

    /// Takes back the last so many records: the journal did not take them, and nobody was told that it did.
    pub fn take_back(&self, count: usize) {
        let mut held = self.held();
        let first = held.next.saturating_sub(count as u64);
        let begin = held.begin_of(first);
        let keys: Vec<Key> = held.records.drain(begin..).map(|(_, record)| record.key).collect();
        held.forget(keys);
        drop(held);
        self.0.wake.notify_one();
    }

    /// The journal was emptied: the other node forgets everything that was handed on so far.
    pub fn forget(&self) {
        let mut held = self.held();
        let keys: Vec<Key> = held.records.drain(..).map(|(_, record)| record.key).collect();
        held.forget(keys);
        drop(held);
        self.0.wake.notify_one();
    }

    /// Ends what waits for the other node, and what comes until it has everything does not wait.
    fn note_behind(&self, wanted: u64) {
        let now = self.0.clock.now();
        let newly = self.0.progress.send_if_modified(|progress| {
            let newly = progress.behind_since.is_none() && progress.copied < wanted;
            if newly {
                progress.behind_since = Some(now);
                gauge_behind(true);
            }
            newly
        });
        if newly {
            tracing::error!("The other node has no copy of what the journal takes from now on");
        }
    }

    async fn reach(self, address: String, secret: Secret) {
        let mut told = String::new();
        loop {
            let error = match self.serve(&address, &secret, &mut told).await {
                Ok(never) => match never {},
                Err(error) => error,
            };
            self.note_behind(u64::MAX);
            let why = error.to_string();
            if told != why {
                tracing::error!(%address, %why, "The other node cannot be reached for a copy of the journal");
                told = why;
            }
            let refused = matches!(error, WireError::Refused);
            tokio::time::sleep(if refused { TRY_AGAIN_REFUSED } else { TRY_AGAIN }).await;
        }
    }

    /// One connection to its end.
    async fn serve(
        &self,
        address: &str,
        secret: &Secret,
        told: &mut String,
    ) -> Result<Infallible, WireError> {
        let stream = within(ANSWER_MAX, TcpStream::connect(address)).await?;
        stream.set_nodelay(true)?;
        let mut wire = within(ANSWER_MAX, Wire::as_owner(stream, secret)).await?;
        let mut sent = 0;
        self.0.progress.send_modify(|progress| progress.copied = 0);
        loop {
            let next = self.held().next_after(sent);
            match next {
                Next::Keep(records, until) => {
                    let records = records.iter().map(|record| Record::clone(record)).collect();
                    ask(&mut wire, &Request::Keep(records)).await?;
                    sent = until;
                    self.0.progress.send_modify(|progress| progress.copied = until);
                }
                Next::Forget(keys) => {
                    let count = keys.len();
                    ask(&mut wire, &Request::Forget(keys)).await?;
                    let mut held = self.held();
                    let count = count.min(held.forgotten.len());
                    held.forgotten.drain(..count);
                }
                Next::Nothing => {
                    if self.note_everything() {
                        tracing::warn!(%address, "The other node has a copy of everything in the journal");
                        told.clear();
                    }
                    if tokio::time::timeout(ALIVE, self.0.wake.notified()).await.is_err() {
                        ask(&mut wire, &Request::Alive).await?;
                    }
                }
            }
        }
    }

    /// The other node has everything; whether that is news.
    fn note_everything(&self) -> bool {
        let held = self.held();
        let mut is_news = false;
        self.0.progress.send_modify(|progress| {
            // What was too large to be sent counts as copied: waiting for it would help nobody.
            let end = held.records.back().map_or(0, |(number, _)| number + 1);
            if progress.copied >= end {
                progress.copied = held.next;
                is_news = progress.behind_since.take().is_some();
                gauge_behind(false);
            }
        });
        is_news
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// What fits one frame: records first, since someone may wait for them.
    fn next_after(&self, sent: u64) -> Next {
        let begin = self.begin_of(sent);
        let (mut records, mut until, mut bytes) = (Vec::new(), sent, 1);
        for (number, record) in self.records.range(begin..).take(RECORDS_MAX) {
            bytes += record.body_bytes();
            if bytes > BODY_BYTES_MAX {
                break;
            }
            records.push(Arc::clone(record));
            until = number + 1;
        }
        if !records.is_empty() {
            return Next::Keep(records, until);
        }
        if self.forgotten.is_empty() {
            return Next::Nothing;
        }
        Next::Forget(self.forgotten.iter().take(KEYS_MAX).copied().collect())
    }

    /// Where the records with this number and higher ones stand.
    fn begin_of(&self, number: u64) -> usize {
        self.records.partition_point(|(one, _)| *one < number)
    }

    fn forget(&mut self, keys: Vec<Key>) {
        self.forgotten.extend(keys);
        let too_many = self.forgotten.len().saturating_sub(FORGOTTEN_MAX);
        self.forgotten.drain(..too_many);
    }
}

fn gauge_behind(behind: bool) {
    metrics::gauge!("tryggve_journal_copy_behind").set(f64::from(u8::from(behind)));
}

async fn ask(wire: &mut Wire<TcpStream>, request: &Request) -> Result<(), WireError> {
    within(ANSWER_MAX, wire.send(&request.to_body())).await?;
    let body = within(ANSWER_MAX, wire.receive()).await?;
    match Reply::read(&body)? {
        Reply::Done => Ok(()),
        Reply::Refused => Err(WireError::Refused),
    }
}
