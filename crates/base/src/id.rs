//! Typed ids: a lock is never mistaken for a visit.

use jiff::Timestamp;
pub use uuid::Uuid;

/// Where new ids come from. Production draws version 7 (sortable by time); tests and the simulator count.
pub trait IdSource: Send + Sync {
    /// A fresh id. `now` gives the sortable part.
    fn next(&self, now: Timestamp) -> Uuid;
}

/// Ids of version 7: the first 48 bits are the time in milliseconds, the rest is random.
#[derive(Debug, Default, Clone, Copy)]
pub struct RandomIds;

impl IdSource for RandomIds {
    fn next(&self, now: Timestamp) -> Uuid {
        let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let time = uuid::Timestamp::from_unix(uuid::NoContext, milliseconds / 1000, {
            // Below 1000, so times a million it fits in 32 bits.
            (milliseconds % 1000) as u32 * 1_000_000
        });
        Uuid::new_v7(time)
    }
}

/// Ids for tests and the simulator: time first, then a counter, so that a run repeats exactly.
#[derive(Debug, Default)]
pub struct CountingIds(std::sync::atomic::AtomicU64);

impl IdSource for CountingIds {
    fn next(&self, now: Timestamp) -> Uuid {
        let count = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let mut bytes = [0_u8; 10];
        bytes[2..].copy_from_slice(&count.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(milliseconds, &bytes).into_uuid()
    }
}

/// Declares typed ids. Each parses from and prints as the usual hyphenated text.
#[macro_export]
macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $crate::id::Uuid);

        impl $name {
            /// A fresh id from the given source.
            pub fn fresh(ids: &dyn $crate::IdSource, now: $crate::time::Timestamp) -> Self {
                $name(ids.next(now))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::id::IdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::id::Uuid::parse_str(text)
                    .map($name)
                    .map_err(|_| $crate::id::IdError { kind: stringify!($name) })
            }
        }
    )+};
}

/// A text that should have been an id and was not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a {kind}: expected 36 characters like 0192f0c1-0000-7000-8000-000000000000")]
pub struct IdError {
    /// The kind of id that was expected.
    pub kind: &'static str,
}
