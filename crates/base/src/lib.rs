//! The shared vocabulary of every crate: ids, private data, time, rules and limits.
//!
//! Invariant: no IO, no clock (but for the one [`clock::SystemClock`]), no randomness, no serde.

pub mod clock;
pub mod id;
pub mod ids;
pub mod language;
pub mod position;
pub mod private;
pub mod rule;
pub mod time;

pub use clock::Clock;
pub use id::IdSource;
pub use ids::*;
pub use language::Language;
pub use position::Position;
pub use private::Private;
pub use time::{SignedDuration, Timestamp};
