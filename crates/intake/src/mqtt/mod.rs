//! MQTT both ways: our own ingress, whose PUBACK means stored, and a client of other people's brokers.
//!
//! Invariants:
//! - a PUBACK (or PUBREC) leaves only after the commit, and acknowledgements leave in the order of the messages;
//! - what cannot be stored is not acknowledged, and the connection closes so that the sender sends it again;
//! - a device speaks for itself only, unless a topic rule names it as a gateway.

pub(crate) mod client;
mod config;
mod gate;
mod payload;
pub(crate) mod server;
mod state;
mod wire;

pub use config::{Broker, Driver, Pattern, PatternError, TopicRule};
pub(crate) use gate::Gate;

use std::time::Duration;

/// The largest packet, in bytes. A SCAIP message is below 4 kB, a sensor's state far below.
pub const PACKET_BYTES_MAX: usize = 64 * 1_024;
/// The largest packet of a client that has not said who it is, in bytes.
pub const CONNECT_BYTES_MAX: usize = 4 * 1_024;
/// How many messages of one connection may wait to be stored; it is read no further until one is.
pub const IN_FLIGHT_MAX: usize = 64;
/// How many connections one socket holds; one more is closed at once and counted.
pub const CONNECTIONS_MAX: usize = 50_000;
/// How long a client without keep-alive may be silent, in seconds.
pub const SILENT_SECONDS_MAX: u64 = 900;
/// How long a handshake, a CONNECT, a started packet or a write may take, in seconds.
pub const STARTED_SECONDS_MAX: u64 = 15;
/// How long after a message the same one, marked as sent again, is taken for a copy, in seconds.
pub const SENT_AGAIN_SECONDS_MAX: u64 = 60;
/// How many recent messages are remembered to know them again.
pub const RECENT_MAX: usize = 10_000;
/// How often a device that cannot log in is shown to an operator at most, in seconds.
pub const LOGIN_TROUBLE_SECONDS: u64 = 3_600;
/// The shortest wait before a lost broker is tried again, in seconds; it doubles with each failure.
pub const RECONNECT_SECONDS_MIN: u64 = 1;
/// The longest wait before a lost broker is tried again, in seconds.
pub const RECONNECT_SECONDS_MAX: u64 = 60;
/// What we promise a broker to be heard at least, in seconds.
pub const BROKER_KEEP_ALIVE_SECONDS: u16 = 30;

pub(crate) const STARTED: Duration = Duration::from_secs(STARTED_SECONDS_MAX);
