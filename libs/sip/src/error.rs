//! Why a message was refused.

/// What kind of fault a message has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing but line breaks: a keep-alive, which gets no response.
    Empty,
    /// The first line is neither a request nor a response.
    StartLine,
    /// The version is not SIP/2.0.
    Version,
    /// A header line is broken, or the header section has no end.
    Header,
    /// A mandatory header is absent.
    Missing,
    /// A header that may stand once came again.
    Repeated,
    /// A mandatory header cannot be read.
    Unreadable,
    /// Content-Length is no number, contradicts itself, or is more than what came.
    ContentLength,
    /// A named limit was passed.
    TooLarge,
}

/// A message that cannot be accepted: what, where, and what was expected. It carries no content of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{place} at byte {offset}: expected {expected}")]
pub struct ParseError {
    /// What kind of fault it is.
    pub fault: Fault,
    /// The header or part in which it is.
    pub place: &'static str,
    /// Byte offset from the start of the message.
    pub offset: usize,
    /// What was expected there.
    pub expected: &'static str,
}

impl ParseError {
    pub(crate) fn new(fault: Fault, place: &'static str, offset: usize, expected: &'static str) -> Self {
        Self { fault, place, offset, expected }
    }

    /// Returns the status with which to refuse it: 505, 513 or 400.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self.fault {
            Fault::Version => 505,
            Fault::TooLarge => 513,
            Fault::Empty
            | Fault::StartLine
            | Fault::Header
            | Fault::Missing
            | Fault::Repeated
            | Fault::Unreadable
            | Fault::ContentLength => 400,
        }
    }
}
