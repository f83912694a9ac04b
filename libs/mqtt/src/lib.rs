//! MQTT 3.1.1 and 5 packets, read and written without any IO.
//!
//! Only what a receiver of messages and its client need: no sessions, no routing. Properties of version 5 are
//! skipped when read, since nothing here depends on them. Sections in the docs are those of the OASIS standards.
//!
//! Invariants:
//! - reading never panics, never allocates beyond the packet, and refuses a packet above the limit by its first bytes;
//! - what is written can be read back.
//!
//! ```
//! use mqtt::{Packet, Version, read, write};
//! let bytes = write(&Packet::PingRequest, Version::V311);
//! assert_eq!(read(&bytes, Version::V311, 1_024), Ok(Some((Packet::PingRequest, 2))));
//! ```

mod packet;
mod reader;
mod topic;
mod writer;

pub use packet::{
    Connect, ConnectAnswer, Packet, Publish, PublishAnswer, Quality, Subscribe, Version, Will, reason,
};
pub use reader::{Error, read};
pub use topic::{TOPIC_BYTES_MAX, is_filter, is_topic};
pub use writer::write;

#[cfg(test)]
mod tests;
