//! How much one system may ask for: so many requests in each minute, and the headers that tell how many are left.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use base::{Timestamp, UserId};

/// How many requests one system may make in a minute.
pub(crate) const REQUESTS_PER_MINUTE: u32 = 600;
const MINUTE_SECONDS: i64 = 60;

/// What each system has asked for in the present minute.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<HashMap<UserId, Spent>>);

#[derive(Debug, Clone, Copy)]
struct Spent {
    minute: i64,
    requests: u32,
}

/// What is left after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left {
    /// How many more may come in this minute.
    pub(crate) requests: u32,
    /// When the next minute begins, in seconds from now.
    pub(crate) reset_seconds: i64,
    /// Whether this one may still pass.
    pub(crate) passes: bool,
}

impl Limits {
    /// Counts a request.
    pub(crate) fn count(&self, system: UserId, now: Timestamp) -> Left {
        let minute = now.as_second().div_euclid(MINUTE_SECONDS);
        let reset_seconds = MINUTE_SECONDS - now.as_second().rem_euclid(MINUTE_SECONDS);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Only systems with a valid token are counted, so there are never more entries than tokens.
        let spent = all.entry(system).or_insert(Spent { minute, requests: 0 });
        if spent.minute != minute {
            *spent = Spent { minute, requests: 0 };
        }
        let passes = spent.requests < REQUESTS_PER_MINUTE;
        spent.requests = spent.requests.saturating_add(1);
        Left { requests: REQUESTS_PER_MINUTE.saturating_sub(spent.requests), reset_seconds, passes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{SignedDuration, id::Uuid};

    #[test]
    fn a_system_that_asks_too_much_waits_for_the_next_minute_and_no_other_does() {
        let now: Timestamp = "2026-11-22T06:00:20Z".parse().unwrap();
        let (one, other) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let limits = Limits::default();
        for asked in 1..=REQUESTS_PER_MINUTE {
            let left = limits.count(one, now);
            assert_eq!((left.requests, left.passes), (REQUESTS_PER_MINUTE - asked, true));
        }
        let refused = Left { requests: 0, reset_seconds: 40, passes: false };
        assert_eq!(limits.count(one, now), refused);
        assert!(limits.count(other, now).passes);
        assert!(limits.count(one, now + SignedDuration::from_secs(40)).passes);
    }
}
