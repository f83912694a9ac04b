//! SCAIP social-alarm messages as observed on the wire: liberal reading, strict writing, no IO.
//!
//! A device sends a [`Request`] (`<mrq>`) in a SIP MESSAGE; the receiver answers with a [`Reply`] (`<mrs>`).
//! Implementations disagree about much, so reading accepts any element order, any code width, spaces, missing optional
//! elements, both root elements and bytes that are no UTF-8; what is unusual is kept and flagged.
//! Everything has a named limit ([`limits`]); document types and entities are refused.
//!
//! The facts come from open implementations and published samples, not from the text of SS 91100.
//! This crate claims no conformity with any standard.
//!
//! ```
//! use scaip::{Class, Limits, Reply, ReplyStatus, Request, TechnicalStatuses, classify};
//!
//! let bytes = b"<mrq><ref>803137200003</ref><mty>ME</mty><cid> 8031372</cid><dty>0004</dty></mrq>";
//! match Request::parse(bytes, &Limits::default()) {
//!     Ok(request) => {
//!         assert_eq!(request.controller_id, "8031372");
//!         assert_eq!(classify(&request, TechnicalStatuses::OBSERVED), Class::Alarm);
//!         // ... store it, and only then:
//!         let reply = Reply::new(&request.reference, ReplyStatus::OK).to_xml();
//!         assert_eq!(reply, "<mrs><ref>803137200003</ref><snu>0</snu></mrs>");
//!     }
//!     Err(error) => {
//!         // It may still be an alarm: keep the bytes, show who may have sent it.
//!         let who = scaip::salvage(bytes);
//!         let _ = (who.controller_id, error.reply_status());
//!     }
//! }
//! ```

mod classification;
pub mod codes;
mod error;
pub mod limits;
mod reply;
mod request;
mod salvage;
mod xml;

pub use classification::{Class, Kind, TechnicalStatuses, classify, kind};
pub use codes::{
    CallReply, ComponentCode, DeviceType, LocationCode, MediaReply, ReplyStatus, StatusCode, Text,
};
pub use error::{Fault, ParseError};
pub use limits::Limits;
pub use reply::{NUMBER_CHARS_MAX, NUMBERS_MAX, Reply, STATUS_TEXT_CHARS_MAX};
pub use request::{Deviation, Flag, MessageType, Position, Request, RootStyle, UnknownElement};
pub use salvage::{Salvaged, salvage, seems_idle};

/// Media type of SCAIP messages, registered at IANA in 2014; UTF-8, no parameters.
pub const MEDIA_TYPE: &str = "application/scaip+xml";
/// Media types that are accepted; one observed implementation uses the second.
pub const MEDIA_TYPES_ACCEPTED: [&str; 2] = [MEDIA_TYPE, "application/xml"];
