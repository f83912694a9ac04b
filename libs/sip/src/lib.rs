//! SIP for alarm messages: MESSAGE, OPTIONS and REGISTER without sockets, clock or randomness.
//!
//! The crate reads and writes messages, cuts streams into frames, keeps the non-INVITE transactions of RFC 3261
//! and checks digest authentication. It never opens a socket and never reads a clock: bytes, time and secrets are arguments.
mod address;
mod error;
mod framing;
pub mod limits;
mod message;
mod outgoing;
mod parse;
mod response;
mod text;
mod via;
pub use address::Address;
pub use error::{Fault, ParseError};
pub use framing::{Frame, PING, PONG, StreamFramer};
pub use limits::Limits;
pub use message::{HeaderName, Message, Method};
pub use outgoing::Outgoing;
pub use response::{Answer, reason};
