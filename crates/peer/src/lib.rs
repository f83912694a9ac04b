//! A second node's copy of the journal. It knows records of bytes and their keys, not what they mean.
//!
//! A node has a [`Link`] to the other one: what it appends to its own journal it hands to the link at the same time,
//! and waits for it no longer than [`COPIED_MAX`]. The other node [`Listening`] keeps what it is given in a journal
//! file of its own, [`Copies`], until it is told to forget it.
//!
//! Invariants:
//! - what a link tells as copied is on the other node's disk, together with everything that was handed to it before:
//!   a copy has no gaps, so whoever stores it stores in the order in which devices spoke;
//! - a record is kept once for its key, however often it is sent;
//! - nothing is forgotten but what its owner named.

mod copies;
pub mod frame;
mod link;
mod listening;
pub mod proof;
mod wire;

pub use copies::Copies;
pub use frame::{Key, Record};
pub use link::{COPIED_MAX, Link};
pub use listening::Listening;
pub use proof::{SECRET_BYTES_MIN, Secret, SecretTooShort};

#[cfg(test)]
mod tests;
