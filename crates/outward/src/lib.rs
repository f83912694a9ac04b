//! Messages to other systems: signed webhooks over HTTPS.
//!
//! Invariant: a [`Notice`] has no field for personal data, so none can leave this way; the receiver asks the API
//! for what it may see.

pub mod client;
pub mod notice;
pub mod target;

pub use client::{Client, PostError};
pub use notice::{Notice, body, signature};
pub use target::{Target, TargetError};
