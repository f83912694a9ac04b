//! Wrong passwords that come from one source, over all names.
//!
//! A source that guesses is slowed down and never shut out: a whole ward, or a whole municipality, may stand behind one
//! address. What is counted is in memory, each node for itself; decision 20 tells why.

use std::{
    collections::{BTreeMap, VecDeque},
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base::{Private, SignedDuration, Timestamp};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::origin::Origin;

/// So many wrong passwords of one source within the window, and it is held back.
pub const WRONG_MAX: u32 = 30;
/// The most that the settings may say.
pub const WRONG_MAX_HIGHEST: u32 = 300;
/// The window, in seconds.
pub const WINDOW_SECONDS: i64 = 15 * 60;
/// The longest window that the settings may say, in seconds.
pub const WINDOW_SECONDS_HIGHEST: i64 = 86_400;
/// How long an attempt of a source that is held back waits, in milliseconds.
const SLOWED_MILLISECONDS: u64 = 2_000;
/// How many attempts of such a source wait at once; with the wait, this is two a second.
const SLOWED_AT_ONCE_MAX: usize = 4;
/// How many sources are counted: some 3 MB, or 40 MB where the settings count as many wrong ones as they may.
const SOURCES_MAX: usize = 5_000;
/// An IPv6 source is the network that is given to one place.
const IPV6_SOURCE_BITS: u32 = 64;

/// When a source is held back, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// So many wrong passwords within the window.
    pub wrong_max: u32,
    /// The window, in seconds.
    pub window_seconds: i64,
    /// How long each attempt waits then.
    pub slowed_by: Duration,
}

impl Default for Rule {
    fn default() -> Self {
        Rule {
            wrong_max: WRONG_MAX,
            window_seconds: WINDOW_SECONDS,
            slowed_by: Duration::from_millis(SLOWED_MILLISECONDS),
        }
    }
}

/// Where guesses come from: an IPv4 address, or an IPv6 network of 64 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Source(IpAddr);

impl Source {
    /// The source of an attempt, as far as it can be told.
    pub(crate) fn of(origin: &Origin) -> Option<Self> {
        Source::at(*origin.address.as_ref()?.reveal())
    }

    /// As it is kept: an address, or the first one of a network. It is about someone at work.
    pub(crate) fn kept(self) -> Private<String> {
        Private::new(self.0.to_string())
    }

    /// The source that an address belongs to. The machine itself is none: nobody sits there, so it is a proxy that the
    /// settings do not name, and counting its guesses would count everyone's.
    pub(crate) fn at(address: IpAddr) -> Option<Self> {
        match address.to_canonical() {
            address if address.is_loopback() => None,
            IpAddr::V6(address) => {
                let rest = u128::BITS - IPV6_SOURCE_BITS;
                Some(Source(Ipv6Addr::from_bits(address.to_bits() >> rest << rest).into()))
            }
            address => Some(Source(address)),
        }
    }
}

struct Wrong {
    /// The latest ones, no more than make the source held back.
    at: VecDeque<Timestamp>,
    places: Arc<Semaphore>,
}

impl Default for Wrong {
    fn default() -> Self {
        Wrong { at: VecDeque::new(), places: Arc::new(Semaphore::new(SLOWED_AT_ONCE_MAX)) }
    }
}

/// What is known of guesses.
#[derive(Default)]
pub struct Guesses {
    rule: Rule,
    counted: Mutex<BTreeMap<Source, Wrong>>,
}

impl Guesses {
    /// Nothing counted yet.
    pub fn new(rule: Rule) -> Self {
        Guesses { rule, counted: Mutex::default() }
    }

    /// How long an attempt of a source that is held back waits.
    pub(crate) fn slowed_by(&self) -> Duration {
        self.rule.slowed_by
    }

    /// Whether attempts of a source are slowed down.
    pub(crate) fn holds_back(&self, source: Source, now: Timestamp) -> bool {
        self.counted().get(&source).is_some_and(|wrong| self.are_many(wrong, now))
    }

    /// A place to wait in; `None` when as many as may wait are waiting. It is held until the attempt is done.
    pub(crate) fn place(&self, source: Source) -> Option<OwnedSemaphorePermit> {
        let places = Arc::clone(&self.counted().get(&source)?.places);
        places.try_acquire_owned().ok()
    }

    /// Counts a wrong password; `true` when it is the one that makes the source held back.
    pub(crate) fn note_wrong(&self, source: Source, now: Timestamp) -> bool {
        let mut counted = self.counted();
        if counted.len() >= SOURCES_MAX && !counted.contains_key(&source) {
            self.make_room(&mut counted, now);
        }
        let wrong = counted.entry(source).or_default();
        let before = self.are_many(wrong, now);
        wrong.at.push_back(now);
        while wrong.at.len() > self.wrong_max() {
            wrong.at.pop_front();
        }
        !before && self.are_many(wrong, now)
    }

    /// How many sources are held back.
    pub fn held_back(&self, now: Timestamp) -> usize {
        self.counted().values().filter(|wrong| self.are_many(wrong, now)).count()
    }

    /// Forgets what is long past, or else the source that has been quiet for longest.
    fn make_room(&self, counted: &mut BTreeMap<Source, Wrong>, now: Timestamp) {
        counted.retain(|_, wrong| wrong.at.back().is_some_and(|at| self.is_recent(*at, now)));
        if counted.len() >= SOURCES_MAX
            && let Some(quiet) =
                counted.iter().min_by_key(|(_, wrong)| wrong.at.back()).map(|(source, _)| *source)
        {
            counted.remove(&quiet);
        }
    }

    fn are_many(&self, wrong: &Wrong, now: Timestamp) -> bool {
        wrong.at.len() >= self.wrong_max() && wrong.at.front().is_some_and(|at| self.is_recent(*at, now))
    }

    fn is_recent(&self, at: Timestamp, now: Timestamp) -> bool {
        now.duration_since(at) < SignedDuration::from_secs(self.rule.window_seconds)
    }

    fn wrong_max(&self) -> usize {
        usize::try_from(self.rule.wrong_max.clamp(1, WRONG_MAX_HIGHEST)).unwrap_or(1)
    }

    fn counted(&self) -> MutexGuard<'_, BTreeMap<Source, Wrong>> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(address: &str) -> Source {
        Source::at(address.parse().unwrap()).unwrap()
    }

    fn later(seconds: i64) -> Timestamp {
        let start: Timestamp = "2026-11-22T06:00:00Z".parse().unwrap();
        start + SignedDuration::from_secs(seconds)
    }

    #[test]
    fn a_source_is_held_back_after_so_many_wrong_ones_within_the_window() {
        let guesses = Guesses::default();
        let ward = source("198.51.100.7");
        for number in 1..=i64::from(WRONG_MAX) + 5 {
            assert_eq!(guesses.note_wrong(ward, later(number)), number == i64::from(WRONG_MAX), "{number}");
        }
        let last = later(i64::from(WRONG_MAX) + 5);
        assert!(guesses.holds_back(ward, last) && guesses.held_back(last) == 1);
        assert!(!guesses.holds_back(source("198.51.100.8"), last), "a neighbour");
        // The sixth of all was the first of the latest thirty.
        assert!(guesses.holds_back(ward, later(6 + WINDOW_SECONDS - 1)));
        let over = later(6 + WINDOW_SECONDS);
        assert!(!guesses.holds_back(ward, over) && guesses.held_back(over) == 0);
        assert!(guesses.note_wrong(ward, over), "and again, which is told again");
    }

    #[test]
    fn wrong_ones_that_are_few_at_any_time_hold_nobody_back() {
        let guesses = Guesses::default();
        let ward = source("198.51.100.7");
        let every = WINDOW_SECONDS / (i64::from(WRONG_MAX) - 1) + 1;
        for number in 0..200 {
            assert!(!guesses.note_wrong(ward, later(number * every)), "{number}");
        }
        assert_eq!(guesses.held_back(later(199 * every)), 0);
    }

    #[test]
    fn few_wait_at_once() {
        let guesses = Guesses::default();
        guesses.note_wrong(source("198.51.100.7"), later(0));
        guesses.note_wrong(source("198.51.100.8"), later(0));
        let places: Vec<_> = (0..SLOWED_AT_ONCE_MAX).map(|_| guesses.place(source("198.51.100.7"))).collect();
        assert!(places.iter().all(Option::is_some));
        assert!(guesses.place(source("198.51.100.7")).is_none());
        assert!(guesses.place(source("198.51.100.8")).is_some(), "a neighbour");
        drop(places);
        assert!(guesses.place(source("198.51.100.7")).is_some());
    }

    #[test]
    fn no_more_sources_are_counted_than_there_is_room_for() {
        let guesses = Guesses::default();
        let numbered = |number: usize| Source(Ipv6Addr::from_bits((number as u128 + 1) << 64).into());
        for number in 0..=SOURCES_MAX {
            guesses.note_wrong(numbered(number), later(number as i64 / 100));
        }
        assert_eq!(guesses.counted().len(), SOURCES_MAX);
        let known = |number| guesses.counted().contains_key(&numbered(number));
        assert!(!known(0) && known(1) && known(SOURCES_MAX), "the quietest gives way");
        guesses.note_wrong(numbered(SOURCES_MAX + 1), later(SOURCES_MAX as i64));
        assert_eq!(guesses.counted().len(), 1, "what is long past makes room");
    }

    #[test]
    fn a_source_is_an_address_or_a_small_network_and_never_the_machine_itself() {
        for (one, other, same) in [
            ("198.51.100.7", "198.51.100.7", true),
            ("198.51.100.7", "198.51.100.8", false),
            ("198.51.100.7", "::ffff:198.51.100.7", true),
            ("2001:db8:1:2:3::4", "2001:db8:1:2::99", true),
            ("2001:db8:1:2:3::4", "2001:db8:1:3:3::4", false),
        ] {
            assert_eq!(source(one) == source(other), same, "{one} and {other}");
        }
        for address in ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"] {
            assert!(Source::at(address.parse().unwrap()).is_none(), "{address}");
        }
        assert!(Source::of(&Origin::default()).is_none());
    }
}
