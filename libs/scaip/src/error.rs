//! Why a message could not be read, and which `snu` says so to the device.

use crate::codes::ReplyStatus;

/// What kind of fault stopped the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A named limit was passed; the device gets `snu` 1.
    TooLong,
    /// The bytes are not a well-formed message; the device gets `snu` 2.
    InvalidFormat,
    /// A mandatory element holds something that cannot be read; the device gets `snu` 3.
    WrongData,
    /// A mandatory element is absent or empty; the device gets `snu` 7.
    MandatoryMissing,
}

/// A message that could not be read: where, what was expected, and what stood there.
///
/// `Display` and `Debug` never show the message's own text, which may hold personal data;
/// [`ParseError::found`] gives it to a caller who may see it.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{element} at byte {offset}: expected {expected}")]
pub struct ParseError {
    /// What kind of fault it is.
    pub fault: Fault,
    /// The element in which reading stopped, or `message`.
    pub element: String,
    /// Byte offset from the start of the message.
    pub offset: usize,
    /// What was expected there.
    pub expected: &'static str,
    found: String,
}

/// Most characters of the message that an error carries.
const FOUND_CHARS_MAX: usize = 40;

impl ParseError {
    pub(crate) fn new(
        fault: Fault,
        element: &str,
        offset: usize,
        expected: &'static str,
        found: &[u8],
    ) -> Self {
        let found = found.get(..found.len().min(FOUND_CHARS_MAX)).unwrap_or_default();
        Self {
            fault,
            element: element.chars().take(FOUND_CHARS_MAX).collect(),
            offset,
            expected,
            found: String::from_utf8_lossy(found).into_owned(),
        }
    }

    /// Returns what stood there, at most 40 bytes of it. It may be personal data.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.found
    }

    /// Returns the status number that tells the device what was wrong.
    #[must_use]
    pub fn reply_status(&self) -> ReplyStatus {
        match self.fault {
            Fault::TooLong => ReplyStatus::TOO_LONG,
            Fault::InvalidFormat => ReplyStatus::INVALID_FORMAT,
            Fault::WrongData => ReplyStatus::WRONG_DATA,
            Fault::MandatoryMissing => ReplyStatus::MANDATORY_MISSING,
        }
    }
}

impl std::fmt::Debug for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParseError")
            .field("fault", &self.fault)
            .field("element", &self.element)
            .field("offset", &self.offset)
            .field("expected", &self.expected)
            .field("found_bytes", &self.found.len())
            .finish()
    }
}
