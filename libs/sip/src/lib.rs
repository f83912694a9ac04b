//! SIP for alarm messages: MESSAGE, OPTIONS and REGISTER without sockets, clock or randomness.
//!
//! The crate reads and writes messages ([`Message`], [`Answer`], [`Outgoing`]), cuts streams into frames
//! ([`StreamFramer`]), keeps the non-INVITE transactions of RFC 3261 ([`Endpoint`]) and checks digest authentication
//! ([`digest`]). It never opens a socket, reads a clock or draws a random number: bytes, time and secrets are arguments,
//! so that a simulator drives the same code as a server. Time is a [`std::time::Duration`] since any fixed moment.
//!
//! What it promises a receiver of alarms:
//! - a request reaches the application once, however often it is repeated; repetitions get the same answer, byte for byte;
//! - no response leaves before the application has answered, so that a 200 can mean "stored";
//! - a new request is never taken for an old one because a device uses a constant branch or tag;
//! - a message that cannot be read is refused and handed on with its bytes, never dropped in silence;
//! - every table has a named limit ([`limits`]) and every entry an end.
//!
//! INVITE and dialogs are out of scope.
//!
//! ```
//! use sip::{Answer, Config, Endpoint, Input, Output, Path};
//! use std::time::Duration;
//!
//! let mut endpoint = Endpoint::new(Config::new([1, 2], "192.0.2.1:5060"));
//! let path = Path::udp("192.0.2.7:5060".parse().unwrap());
//! let bytes = b"MESSAGE sip:larm@example.org SIP/2.0\r\n\
//!     Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1;rport\r\n\
//!     From: <sip:100200@example.org>;tag=1\r\nTo: <sip:larm@example.org>\r\n\
//!     Call-ID: 1\r\nCSeq: 1 MESSAGE\r\nContent-Length: 0\r\n\r\n";
//! let now = Duration::ZERO;
//!
//! endpoint.handle(Input::Received { path, bytes }, now);
//! let Some(Output::Request(request)) = endpoint.poll_output() else { panic!("a new request") };
//! assert_eq!(request.message().from().user(), "100200");
//! // ... store it, and only then:
//! endpoint.handle(Input::Answer { request: &request, answer: Answer::new(200) }, now);
//! let Some(Output::Transmit { bytes: response, .. }) = endpoint.poll_output() else { panic!("a response") };
//!
//! // The device did not get it and repeats: the same answer, no second request.
//! endpoint.handle(Input::Received { path, bytes }, now + Duration::from_millis(500));
//! let Some(Output::Transmit { bytes: again, .. }) = endpoint.poll_output() else { panic!("a response") };
//! assert_eq!(again, response);
//! ```

mod address;
mod client;
pub mod digest;
mod endpoint;
mod error;
mod framing;
pub mod limits;
mod message;
mod outgoing;
mod parse;
mod response;
mod text;
mod transaction;
mod via;

pub use address::Address;
pub use endpoint::{
    Config, Counters, Endpoint, Incoming, Input, Outcome, Output, Path, ResponseTarget, Transport,
};
pub use error::{Fault, ParseError};
pub use framing::{Frame, PING, PONG, StreamFramer};
pub use limits::Limits;
pub use message::{HeaderName, Message, Method};
pub use outgoing::Outgoing;
pub use response::{Answer, reason};
pub use transaction::Seed;
