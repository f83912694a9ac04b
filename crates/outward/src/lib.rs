//! Messages to other systems: signed webhooks over HTTPS, and plain mail through a server of the municipality.
//!
//! Invariant: a [`Notice`] has no field for personal data, so none can leave this way; the receiver asks the API
//! for what it may see.

pub mod client;
pub mod mail;
pub mod notice;
pub mod target;

pub use client::{Client, PostError};
pub use mail::{Mail, MailError};
pub use notice::{Notice, body, signature};
pub use target::{Target, TargetError};
