//! A made-up municipality under a seed: its people, devices and staff, what they do, and checkers beside the system.
//!
//! Invariant: the same seed gives the same town, the same events and the same faults. Nobody in it exists.

pub mod behaviour;
pub mod load;
pub mod random;
pub mod simulate;
pub mod town;

pub use load::load_town;
pub use town::{Town, TownSettings};
