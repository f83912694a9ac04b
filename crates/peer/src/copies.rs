//! The copy of another node's journal: a journal file of its own, and what stands in it.
//!
//! A record of the file is a byte for its kind, and then a key and what its owner's journal holds, or the keys that
//! were forgotten. When nothing is left, the file is emptied.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use journal::{Journal, JournalError};
use tokio::sync::watch;

use crate::frame::{self, KEY_BYTES, KEYS_MAX, Key, Record};

const KEPT: u8 = b'k';
const FORGOTTEN: u8 = b'f';

/// The copy. Clones are the same copy.
#[derive(Debug, Clone)]
pub struct Copies(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Locked while the disk is waited for; who only asks does not wait for it.
    file: Mutex<Journal>,
    held: Mutex<Held>,
    owners: AtomicUsize,
    changed: watch::Sender<u64>,
}

/// What is held, in the order in which it came.
#[derive(Debug, Default)]
struct Held {
    records: BTreeMap<u64, Arc<Record>>,
    numbers: HashMap<Key, u64>,
    next: u64,
}

impl Held {
    fn add(&mut self, record: Record) {
        if !self.numbers.contains_key(&record.key) {
            self.numbers.insert(record.key, self.next);
            self.records.insert(self.next, Arc::new(record));
            self.next += 1;
        }
    }

    fn remove(&mut self, key: &Key) {
        if let Some(number) = self.numbers.remove(key) {
            self.records.remove(&number);
        }
    }
}

impl Copies {
    /// Opens the file of copies, or makes one with its whole room taken.
    pub fn open(path: &Path, bytes_max: u64) -> Result<Self, JournalError> {
        let opened = Journal::open(path, bytes_max)?;
        if opened.spoilt > 0 {
            tracing::error!(spoilt = opened.spoilt, "Parts of the other node's copy could not be read");
        }
        let mut held = Held::default();
        let mut unread = 0_usize;
        for record in &opened.records {
            match read(record) {
                Some(Entry::Kept(record)) => held.add(record),
                Some(Entry::Forgotten(keys)) => keys.iter().for_each(|key| held.remove(key)),
                None => unread += 1,
            }
        }
        if unread > 0 {
            tracing::error!(
                unread,
                "Records of the other node's copy are of another version and were not read"
            );
        }
        let mut file = opened.journal;
        if held.records.is_empty() && unread == 0 && !opened.records.is_empty() {
            file.clear()?;
        }
        if !held.records.is_empty() {
            tracing::warn!(
                messages = held.records.len(),
                "Messages of the other node are held from before the start"
            );
        }
        let inner = Inner {
            file: Mutex::new(file),
            held: Mutex::new(held),
            owners: AtomicUsize::new(0),
            changed: watch::Sender::new(0),
        };
        let copies = Copies(Arc::new(inner));
        copies.tell();
        Ok(copies)
    }

    /// Keeps records. They are on disk when this returns `Ok`; one that is held already is not written twice. Waits for
    /// the disk.
    pub fn keep(&self, records: Vec<Record>) -> Result<(), JournalError> {
        let mut file = self.0.file.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh: Vec<Record> = {
            let held = self.held();
            records.into_iter().filter(|record| !held.numbers.contains_key(&record.key)).collect()
        };
        if fresh.is_empty() {
            return Ok(());
        }
        let entries: Vec<Vec<u8>> = fresh.iter().map(kept).collect();
        file.append(entries.iter().map(Vec::as_slice))?;
        let mut held = self.held();
        fresh.into_iter().for_each(|record| held.add(record));
        drop(held);
        self.tell();
        Ok(())
    }

    /// Forgets the records of these keys. Waits for the disk. Where that cannot be written they are forgotten until the
    /// next start, which finds them stored: nothing is lost or doubled by it.
    pub fn forget(&self, keys: &[Key]) {
        let mut file = self.0.file.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, is_empty) = {
            let mut held = self.held();
            let known: Vec<Key> = keys.iter().copied().filter(|key| held.numbers.contains_key(key)).collect();
            known.iter().for_each(|key| held.remove(key));
            (known, held.records.is_empty())
        };
        if known.is_empty() {
            return;
        }
        let written = if is_empty {
            file.clear()
        } else {
            let entries: Vec<Vec<u8>> = known.chunks(KEYS_MAX).map(forgotten).collect();
            file.append(entries.iter().map(Vec::as_slice))
        };
        if let Err(error) = written {
            tracing::error!(%error, "What the other node has stored is forgotten until the next start only");
        }
        self.tell();
    }

    /// The first so many records, in the order in which they came.
    pub fn first(&self, count: usize) -> Vec<Arc<Record>> {
        self.held().records.values().take(count).cloned().collect()
    }

    /// How many records are held.
    pub fn count(&self) -> usize {
        self.held().records.len()
    }

    /// Whether the node whose journal this is a copy of is connected.
    pub fn has_owner(&self) -> bool {
        self.0.owners.load(Ordering::Relaxed) > 0
    }

    /// Told anew whenever something was kept or forgotten.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }

    /// Counts an owner as connected until what this returns is dropped.
    pub(crate) fn note_owner(&self) -> Present {
        self.0.owners.fetch_add(1, Ordering::Relaxed);
        Present(self.clone())
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self) {
        metrics::gauge!("tryggve_copies_held").set(self.count() as f64);
        self.0.changed.send_modify(|times| *times += 1);
    }
}

/// An owner that is connected.
#[derive(Debug)]
pub(crate) struct Present(Copies);

impl Drop for Present {
    fn drop(&mut self) {
        self.0.0.owners.fetch_sub(1, Ordering::Relaxed);
    }
}

enum Entry {
    Kept(Record),
    Forgotten(Vec<Key>),
}

fn kept(record: &Record) -> Vec<u8> {
    let mut entry = Vec::with_capacity(1 + KEY_BYTES + record.bytes.len());
    entry.push(KEPT);
    entry.extend(record.key);
    entry.extend(&record.bytes);
    entry
}

fn forgotten(keys: &[Key]) -> Vec<u8> {
    [FORGOTTEN].into_iter().chain(keys.iter().copied().flatten()).collect()
}

fn read(entry: &[u8]) -> Option<Entry> {
    match entry.split_first()? {
        (&KEPT, rest) => {
            let (key, bytes) = rest.split_first_chunk::<KEY_BYTES>()?;
            Some(Entry::Kept(Record { key: *key, bytes: bytes.to_vec() }))
        }
        (&FORGOTTEN, rest) => frame::keys(rest).ok().map(Entry::Forgotten),
        _ => None,
    }
}
