//! The request `<mrq>`: what a device says.

mod read;
mod write;

use crate::codes::{ComponentCode, DeviceType, LocationCode, StatusCode};
use crate::error::ParseError;
use crate::limits::Limits;

pub(crate) use read::number;

/// Which root element a message has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RootStyle {
    /// `<mrq>` for requests and `<mrs>` for replies: what most implementations use.
    #[default]
    Mrq,
    /// `<scaip>` for both, as one observed receiver demands.
    Scaip,
}

/// Message type (`mty`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageType {
    /// `ME`: alarm or message.
    Message,
    /// `RE`: reset or withdrawal of an earlier message.
    Reset,
    /// `IN`: information update.
    Information,
    /// `PI`: heartbeat.
    Heartbeat,
    /// Something else; such a message is treated as an alarm.
    Other,
}

impl MessageType {
    /// The two letters on the wire; [`MessageType::Other`] is written as an alarm.
    #[must_use]
    pub fn letters(self) -> &'static str {
        match self {
            Self::Message | Self::Other => "ME",
            Self::Reset => "RE",
            Self::Information => "IN",
            Self::Heartbeat => "PI",
        }
    }
}

/// Geographic position (`lge`). Personal data: never log it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Position {
    /// `geo`: digits, point and comma.
    pub geo: Option<String>,
    /// `tim`: time stamp of the position.
    pub time: Option<String>,
    /// `gga`: the satellite receiver's own sentence (NMEA GGA).
    pub gga: Option<String>,
}

impl std::fmt::Debug for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Position(***)")
    }
}

/// An element that the protocol does not name, kept as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct UnknownElement {
    /// Its name, after a slash when it stood inside another element.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl std::fmt::Debug for UnknownElement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "UnknownElement({}, ***)", self.name)
    }
}

/// In what way an accepted message departs from the observed pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deviation {
    /// Longer than the pattern; the whole text is kept.
    OverLength,
    /// Characters outside the pattern; the text is kept.
    OutsidePattern,
    /// A code that is no number; the element counts as absent.
    Unreadable,
    /// The element came again with another value; the first one counts.
    Contradicted,
    /// Bytes that are no UTF-8, read as ISO 8859-1.
    NotUtf8,
    /// Something stood before or after the root element.
    OutsideRoot,
}

/// One departure from the pattern: which element, in what way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag {
    /// The element's name on the wire, or `message`.
    pub element: &'static str,
    /// What is unusual.
    pub deviation: Deviation,
}

/// A request read from the wire or to be sent.
///
/// Optional elements are `None` when absent; the methods of the same name give the protocol's default.
/// `Debug` shows codes and identifiers only, because texts, numbers and positions are personal data.
///
/// ```
/// use scaip::{DeviceType, Request, StatusCode};
/// let mut request = Request::new("A1", "100200", DeviceType::PERSONAL_TRIGGER);
/// request.status = Some(StatusCode::MANUAL_ALARM);
/// assert_eq!(request.to_xml(), "<mrq><ref>A1</ref><cid>100200</cid><dty>0003</dty><stc>0010</stc></mrq>");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// Which root element it has.
    pub root: RootStyle,
    /// `ref`: the reference that the reply repeats.
    pub reference: String,
    /// `cid`: the controller's identity, trimmed.
    pub controller_id: String,
    /// `dty`: what kind of device.
    pub device_type: DeviceType,
    /// `ver`: version of the protocol as written.
    pub version: Option<String>,
    /// `mty`: what kind of message.
    pub message_type: Option<MessageType>,
    /// `sco`: 0 unit and controller, 1–3 grouped housing.
    pub system_configuration: Option<u16>,
    /// `cha`: 0 the device calls, 1 it wants to be called.
    pub call_handling: Option<u16>,
    /// `hbo`: heartbeat options as written; their meaning is in no open source.
    pub heartbeat_options: Option<String>,
    /// `did`: the accessory's identity.
    pub device_id: Option<String>,
    /// `dco`: which part of the device.
    pub component: Option<ComponentCode>,
    /// `dte`: the device's own name.
    pub device_text: Option<String>,
    /// `crd`: how the device can be called, such as `sip:`, `gsm:+46…`, `no-voice:`. Often without a number.
    pub caller_ids: Vec<String>,
    /// `stc`: what happened.
    pub status: Option<StatusCode>,
    /// `stt`: what happened, in words.
    pub status_text: Option<String>,
    /// `pri`: the device's own priority.
    pub priority: Option<u16>,
    /// `lco`: where.
    pub location: Option<LocationCode>,
    /// `lva`: the place's number.
    pub location_value: Option<String>,
    /// `lte`: the place in words.
    pub location_text: Option<String>,
    /// `lge`: geographic position.
    pub position: Option<Position>,
    /// `ico`: information code; its table is in no open source.
    pub information: Option<u16>,
    /// `ite`: information in words.
    pub information_text: Option<String>,
    /// `ame`: whether another message follows.
    pub additional_message: Option<bool>,
    /// `mreq`: media wish, seen in one implementation, where 4 suppresses the call.
    pub media_request: Option<u16>,
    /// Elements that the protocol does not name.
    pub unknown: Vec<UnknownElement>,
    /// What was unusual; empty for a message exactly as observed.
    pub flags: Vec<Flag>,
}

impl Request {
    /// Makes a request with the three mandatory elements.
    #[must_use]
    pub fn new(reference: &str, controller_id: &str, device_type: DeviceType) -> Self {
        Self {
            root: RootStyle::Mrq,
            reference: reference.to_owned(),
            controller_id: controller_id.to_owned(),
            device_type,
            version: None,
            message_type: None,
            system_configuration: None,
            call_handling: None,
            heartbeat_options: None,
            device_id: None,
            component: None,
            device_text: None,
            caller_ids: Vec::new(),
            status: None,
            status_text: None,
            priority: None,
            location: None,
            location_value: None,
            location_text: None,
            position: None,
            information: None,
            information_text: None,
            additional_message: None,
            media_request: None,
            unknown: Vec::new(),
            flags: Vec::new(),
        }
    }

    /// Reads a request liberally: any order, any code width, defaults for what is absent.
    ///
    /// # Errors
    /// [`ParseError`] when a limit is passed, the XML is broken, or `ref`, `cid` or `dty` is missing or unreadable.
    /// The message may still be an alarm: keep its bytes, show it, and use [`crate::salvage`] to see who sent it.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, ParseError> {
        read::parse(bytes, limits)
    }

    /// Writes the request as compact XML: mandatory elements first, absent ones left out.
    #[must_use]
    pub fn to_xml(&self) -> String {
        write::to_xml(self)
    }

    /// Returns the message type; absent means alarm or message.
    #[must_use]
    pub fn message_type(&self) -> MessageType {
        self.message_type.unwrap_or(MessageType::Message)
    }

    /// Returns what happened; absent means manual alarm.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status.unwrap_or(StatusCode::MANUAL_ALARM)
    }

    /// Returns the protocol version; absent means `01.00`.
    #[must_use]
    pub fn version(&self) -> &str {
        self.version.as_deref().unwrap_or("01.00")
    }

    /// Returns the place; absent means none.
    #[must_use]
    pub fn location(&self) -> LocationCode {
        self.location.unwrap_or(LocationCode::NONE)
    }

    /// Whether the device asks to be called instead of calling (`cha` 1).
    #[must_use]
    pub fn wants_callback(&self) -> bool {
        self.call_handling == Some(1)
    }

    /// Returns the first caller id that holds more than a scheme and a plus sign. Personal data.
    #[must_use]
    pub fn number_to_call(&self) -> Option<&str> {
        self.caller_ids.iter().map(String::as_str).find(|id| {
            let (scheme, rest) = id.split_once(':').unwrap_or(("", id));
            !scheme.eq_ignore_ascii_case("no-voice") && rest.chars().any(|c| c.is_ascii_alphanumeric())
        })
    }

    /// Whether the element came unreadable or with two values, so that its content cannot be relied on.
    #[must_use]
    pub fn is_doubtful(&self, element: &str) -> bool {
        self.flags.iter().any(|flag| {
            flag.element == element
                && matches!(flag.deviation, Deviation::Unreadable | Deviation::Contradicted)
        })
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("reference", &self.reference)
            .field("controller_id", &self.controller_id)
            .field("device_type", &self.device_type)
            .field("message_type", &self.message_type)
            .field("status", &self.status)
            .field("location", &self.location)
            .field("flags", &self.flags)
            .finish_non_exhaustive()
    }
}
