//! Which request is a repetition of which (RFC 3261, 17.2.3), and what was answered.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::time::Duration;

use crate::endpoint::Path;
use crate::limits::TRANSACTION_LIFETIME;
use crate::message::{HeaderName, Message, Start};

/// Secret numbers that keep outsiders from guessing keys, branches and tags. Take them from a random source at start.
pub type Seed = [u64; 2];

/// The identity of a server transaction: 128 bits over everything that a repetition has in common with its original.
///
/// Beyond RFC 3261 the key covers Call-ID, CSeq, Authorization and the body, which a true repetition has unchanged.
/// A device with a constant branch therefore never has a new alarm mistaken for an old one.
/// On a stream the connection belongs to the key: what comes again over a new connection wants its answer there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(u64, u64);

impl Key {
    pub(crate) fn of(message: &Message<'_>, path: Path, seed: Seed) -> Self {
        Self(half(message, path, seed[0]), half(message, path, seed[1].rotate_left(1) ^ !seed[0]))
    }

    /// Makes the To tag, the same for every response to the same request.
    pub(crate) fn to_tag(self) -> u64 {
        self.0.rotate_left(32) ^ self.1.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

// The key is evenly spread already; its first half is the hash.
impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0);
    }
}

fn half(message: &Message<'_>, path: Path, seed: u64) -> u64 {
    let bytes = &message.bytes;
    let mut hasher = DefaultHasher::new();
    hasher.write_u64(seed);
    hasher.write_u64(path.connection);
    let mut part = |piece: &[u8]| {
        hasher.write_usize(piece.len());
        hasher.write(piece);
    };
    if let Start::Request { token, uri, .. } = message.start {
        part(token.of(bytes));
        if !message.via.has_magic_cookie(bytes) {
            // A sender before RFC 3261: its Via as a whole and the addresses name the transaction.
            part(uri.of(bytes));
            part(message.via.element.of(bytes));
            part(message.header_bytes(HeaderName::From).unwrap_or_default());
            part(message.header_bytes(HeaderName::To).unwrap_or_default());
        }
    }
    part(message.via.branch.map(|span| span.of(bytes)).unwrap_or_default());
    part(message.via.host.of(bytes));
    part(&message.via.port.unwrap_or_default().to_le_bytes());
    part(message.header_bytes(HeaderName::CallId).unwrap_or_default());
    part(&message.cseq.to_le_bytes());
    part(message.header_bytes(HeaderName::Authorization).unwrap_or_default());
    part(message.body());
    hasher.finish()
}

/// Makes a number that outsiders cannot guess from a counter.
pub(crate) fn unguessable(seed: Seed, purpose: u64, counter: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    [seed[0], seed[1], purpose, counter].into_iter().for_each(|number| hasher.write_u64(number));
    hasher.finish()
}

/// Passes a key's first half through as its hash.
#[derive(Debug, Default)]
pub(crate) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[derive(Debug)]
enum Slot {
    /// The application has not answered; forgotten at the time given.
    Pending { until: Duration },
    /// Answered: status and what follows the echoed headers, `None` for the usual empty rest.
    Completed { status: u16, rest: Option<Box<[u8]>> },
}

/// What a request is to the table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Seen<'t> {
    /// Never seen; it is now waiting for its answer.
    New,
    /// Repeated while the application works on it.
    Pending,
    /// Repeated after it was answered.
    Completed(u16, Option<&'t [u8]>),
    /// Never seen, and too many wait.
    Full,
}

/// Server transactions. An answered one costs some hundred bytes: responses are rebuilt from the repetition, not kept.
#[derive(Debug)]
pub(crate) struct ServerTable {
    slots: HashMap<Key, Slot, BuildHasherDefault<KeyHasher>>,
    /// Answered ones in the order of their end; the lifetime is the same for all.
    completed: VecDeque<(Duration, Key)>,
    /// Those that were waiting, in order; entries that are answered meanwhile are skipped.
    pending: VecDeque<(Duration, Key)>,
    pending_count: usize,
    pending_max: usize,
    completed_max: usize,
}

impl ServerTable {
    pub(crate) fn new(pending_max: usize, completed_max: usize) -> Self {
        Self {
            slots: HashMap::default(),
            completed: VecDeque::new(),
            pending: VecDeque::new(),
            pending_count: 0,
            pending_max,
            completed_max,
        }
    }

    pub(crate) fn pending_count(&self) -> usize {
        self.pending_count
    }

    pub(crate) fn completed_count(&self) -> usize {
        self.completed.len()
    }

    /// Looks a request up and notes it when it is new.
    pub(crate) fn see(&mut self, key: Key, now: Duration) -> Seen<'_> {
        let full = self.pending_count >= self.pending_max;
        match self.slots.entry(key) {
            std::collections::hash_map::Entry::Occupied(slot) => match slot.into_mut() {
                Slot::Pending { .. } => Seen::Pending,
                Slot::Completed { status, rest } => Seen::Completed(*status, rest.as_deref()),
            },
            std::collections::hash_map::Entry::Vacant(_) if full => Seen::Full,
            std::collections::hash_map::Entry::Vacant(slot) => {
                let until = now.saturating_add(TRANSACTION_LIFETIME);
                slot.insert(Slot::Pending { until });
                self.pending.push_back((until, key));
                self.pending_count += 1;
                Seen::New
            }
        }
    }

    /// Notes the answer. `false` when the request does not wait (any more). Streams keep nothing: timer J is 0 there.
    ///
    /// Returns also how many old answers were forgotten early to stay within the limit.
    pub(crate) fn complete(
        &mut self,
        key: Key,
        status: u16,
        rest: Option<Box<[u8]>>,
        keep: bool,
        now: Duration,
    ) -> (bool, usize) {
        match self.slots.get_mut(&key) {
            Some(slot @ Slot::Pending { .. }) => *slot = Slot::Completed { status, rest },
            _ => return (false, 0),
        }
        self.pending_count -= 1;
        self.trim_pending();
        if !keep {
            self.slots.remove(&key);
            return (true, 0);
        }
        self.completed.push_back((now.saturating_add(TRANSACTION_LIFETIME), key));
        let mut forgotten = 0;
        while self.completed.len() > self.completed_max
            && let Some((_, oldest)) = self.completed.pop_front()
        {
            self.slots.remove(&oldest);
            forgotten += 1;
        }
        (true, forgotten)
    }

    /// Drops entries at the front that are answered, so that the queue is as short as the oldest waiting one allows.
    fn trim_pending(&mut self) {
        while let Some((until, key)) = self.pending.front() {
            if matches!(self.slots.get(key), Some(Slot::Pending { until: own }) if own == until) {
                break;
            }
            self.pending.pop_front();
        }
    }

    /// Forgets what is due; returns how many were never answered.
    pub(crate) fn expire(&mut self, now: Duration) -> usize {
        while let Some((until, key)) = self.completed.front()
            && *until <= now
        {
            self.slots.remove(key);
            self.completed.pop_front();
        }
        self.trim_pending();
        let mut unanswered = 0;
        while let Some((until, key)) = self.pending.front()
            && *until <= now
        {
            self.slots.remove(key);
            self.pending.pop_front();
            self.pending_count -= 1;
            unanswered += 1;
            self.trim_pending();
        }
        if self.slots.is_empty() && self.slots.capacity() > SLOTS_KEPT {
            self.slots.shrink_to(SLOTS_KEPT);
            self.completed.shrink_to(SLOTS_KEPT);
        }
        unanswered
    }

    pub(crate) fn next_timeout(&self) -> Option<(Duration, &'static str)> {
        let completed = self.completed.front().map(|(until, _)| (*until, "forget an answered request"));
        let pending = self.pending.front().map(|(until, _)| (*until, "give up an unanswered request"));
        completed.into_iter().chain(pending).min()
    }
}

/// Room that an idle table keeps.
const SLOTS_KEPT: usize = 1_024;

#[cfg(test)]
mod tests {
    use super::*;

    const fn key(number: u64) -> Key {
        Key(number, number)
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn an_answer_is_remembered_for_its_lifetime() {
        let mut table = ServerTable::new(9, 9);
        assert_eq!(table.see(key(1), seconds(0)), Seen::New);
        assert_eq!(table.see(key(1), seconds(1)), Seen::Pending);
        assert_eq!(table.complete(key(1), 200, None, true, seconds(2)), (true, 0));
        assert_eq!(table.complete(key(1), 500, None, true, seconds(2)), (false, 0), "answered once");
        assert_eq!(table.see(key(1), seconds(33)), Seen::Completed(200, None));
        assert_eq!(table.next_timeout().map(|(at, _)| at), Some(seconds(34)));
        assert_eq!(table.expire(seconds(34)), 0);
        assert_eq!((table.slots.len(), table.next_timeout()), (0, None));
        assert_eq!(table.see(key(1), seconds(35)), Seen::New);
    }

    #[test]
    fn limits_refuse_the_new_and_forget_the_oldest() {
        let mut table = ServerTable::new(2, 2);
        for number in 0..2 {
            assert_eq!(table.see(key(number), seconds(0)), Seen::New);
        }
        assert_eq!(table.see(key(2), seconds(0)), Seen::Full);
        let mut forgotten = 0;
        for number in 0..5 {
            table.see(key(number), seconds(1));
            forgotten += table.complete(key(number), 200, None, true, seconds(1)).1;
        }
        assert_eq!((forgotten, table.completed_count(), table.slots.len()), (3, 2, 2));
        assert_eq!(table.see(key(0), seconds(2)), Seen::New, "the oldest was forgotten");
    }

    #[test]
    fn nothing_stays_for_ever() {
        let mut table = ServerTable::new(9, 9);
        table.see(key(1), seconds(0));
        table.see(key(2), seconds(1));
        table.see(key(3), seconds(1));
        table.complete(key(2), 200, None, false, seconds(1));
        assert_eq!(table.pending_count(), 2);
        assert_eq!(table.expire(seconds(32)), 1);
        assert_eq!(table.expire(seconds(33)), 1);
        assert_eq!((table.slots.len(), table.pending.len(), table.pending_count()), (0, 0, 0));
    }
}
