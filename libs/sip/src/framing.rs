//! Messages out of a byte stream (TCP, TLS): framing by Content-Length (RFC 3261, 18.3) and keep-alive (RFC 5626, 4.4.1).

use crate::error::{Fault, ParseError};
use crate::limits::{Limits, MESSAGE_BYTES_MAX};
use crate::text::{digits, trim};

/// One thing that came on a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame<'a> {
    /// A whole message, to be parsed.
    Message(&'a [u8]),
    /// A double line break: the peer wants [`PONG`] back at once.
    Ping,
    /// A single line break: the answer to our own [`PING`].
    Pong,
}

/// What is sent to keep a stream alive.
pub const PING: &[u8] = b"\r\n\r\n";
/// What answers a ping.
pub const PONG: &[u8] = b"\r\n";

/// Cuts a byte stream into messages.
///
/// After an error the stream has lost its step: answer with the error's status if possible and close it.
///
/// ```
/// use sip::{Frame, Limits, StreamFramer};
/// let mut framer = StreamFramer::new(Limits::default());
/// framer.push(b"\r\n\r\nOPTIONS sip:a SIP/2.0\r\nContent-Le");
/// assert_eq!(framer.next_frame(), Ok(Some(Frame::Ping)));
/// assert_eq!(framer.next_frame(), Ok(None));
/// framer.push(b"ngth: 2\r\n\r\nhiNEXT");
/// assert!(matches!(framer.next_frame(), Ok(Some(Frame::Message(bytes))) if bytes.ends_with(b"hi")));
/// ```
#[derive(Debug)]
pub struct StreamFramer {
    limits: Limits,
    buffer: Vec<u8>,
    /// Where the next frame starts in the buffer.
    start: usize,
    /// How far the search for the end of the headers has come, from `start`.
    searched: usize,
    /// The frame's whole length, once its headers have been seen.
    length: Option<usize>,
    pings_unanswered: u32,
    failed: Option<ParseError>,
}

impl StreamFramer {
    /// Makes a framer for one connection.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            buffer: Vec::new(),
            start: 0,
            searched: 0,
            length: None,
            pings_unanswered: 0,
            failed: None,
        }
    }

    /// Adds bytes as they were read. Drain [`StreamFramer::next_frame`] after each call: that bounds the memory.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.buffer.drain(..self.start);
            self.start = 0;
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// Notes that [`PING`] was sent, so that a single line break counts as its answer.
    pub fn note_ping_sent(&mut self) {
        self.pings_unanswered = self.pings_unanswered.saturating_add(1);
    }

    /// Returns how many bytes wait for the rest of their frame.
    #[must_use]
    pub fn waiting_bytes(&self) -> usize {
        self.buffer.len().saturating_sub(self.start)
    }

    /// Returns the bytes that wait, such as the start of a message that could not be framed, to be kept and shown.
    #[must_use]
    pub fn waiting(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    /// Takes the next frame; `None` until more bytes come.
    ///
    /// # Errors
    /// [`ParseError`] when a header section or message is too large or Content-Length is missing or unreadable.
    /// The error stays: the connection must be closed.
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, ParseError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        match self.advance() {
            Ok(Step::Wait) => Ok(None),
            Ok(Step::Ping) => Ok(Some(Frame::Ping)),
            Ok(Step::Pong) => Ok(Some(Frame::Pong)),
            Ok(Step::Message(start, end)) => {
                Ok(Some(Frame::Message(self.buffer.get(start..end).unwrap_or_default())))
            }
            Err(error) => {
                self.failed = Some(error);
                Err(error)
            }
        }
    }

    fn advance(&mut self) -> Result<Step, ParseError> {
        if self.length.is_none() {
            if let Some(step) = self.line_breaks() {
                return Ok(step);
            }
            let Some(head) = self.header_section_end()? else { return Ok(Step::Wait) };
            let waiting = self.waiting();
            let body = content_length(waiting.get(..head).unwrap_or_default())?;
            let length = head.saturating_add(body);
            let bytes_max = self.limits.message_bytes.min(MESSAGE_BYTES_MAX);
            if length > bytes_max {
                return Err(ParseError::new(Fault::TooLarge, "message", bytes_max, "a smaller message"));
            }
            self.length = Some(length);
        }
        let length = self.length.unwrap_or_default();
        if self.waiting_bytes() < length {
            return Ok(Step::Wait);
        }
        let start = self.start;
        self.start += length;
        self.searched = 0;
        self.length = None;
        Ok(Step::Message(start, start + length))
    }

    /// Handles line breaks between messages.
    fn line_breaks(&mut self) -> Option<Step> {
        loop {
            let waiting = self.waiting();
            let (taken, step) = match waiting {
                [b'\r', b'\n', b'\r', b'\n', ..] => (4, Some(Step::Ping)),
                // The first half of a ping, unless a pong is due.
                [] | [b'\r'] | [b'\r', b'\n'] | [b'\r', b'\n', b'\r'] if self.pings_unanswered == 0 => {
                    return (!waiting.is_empty()).then_some(Step::Wait);
                }
                [b'\r', b'\n', ..] if self.pings_unanswered > 0 => {
                    self.pings_unanswered -= 1;
                    (2, Some(Step::Pong))
                }
                [b'\r'] => return Some(Step::Wait),
                [b'\r', b'\n', ..] => (2, None),
                [b'\n' | b'\r', ..] => (1, None),
                _ => return None,
            };
            self.start += taken;
            self.searched = 0;
            if step.is_some() {
                return step;
            }
        }
    }

    /// Finds the length of the header section with its empty line.
    fn header_section_end(&mut self) -> Result<Option<usize>, ParseError> {
        let section_max = self.limits.header_section_bytes;
        let waiting = self.waiting();
        let found = waiting.iter().enumerate().skip(self.searched).find_map(|(at, &byte)| {
            if byte != b'\n' {
                return None;
            }
            match waiting.get(at + 1..)? {
                [b'\n', ..] => Some(at + 2),
                [b'\r', b'\n', ..] => Some(at + 3),
                _ => None,
            }
        });
        let length = waiting.len();
        if found.unwrap_or(length) > section_max {
            return Err(ParseError::new(Fault::TooLarge, "header", section_max, "the end of the headers"));
        }
        // The last bytes may be the start of an empty line.
        self.searched = length.saturating_sub(3);
        Ok(found)
    }
}

enum Step {
    Wait,
    Ping,
    Pong,
    Message(usize, usize),
}

/// Reads Content-Length, which a stream cannot do without.
fn content_length(head: &[u8]) -> Result<usize, ParseError> {
    let mut offset = 0;
    let mut found = None;
    for line in head.split_inclusive(|&b| b == b'\n') {
        let start = offset;
        offset += line.len();
        let Some(colon) = line.iter().position(|&b| b == b':') else { continue };
        let (name, value) = line.split_at(colon);
        if matches!(name.first(), Some(b' ' | b'\t')) {
            continue;
        }
        let name = trim(name);
        if !(name.eq_ignore_ascii_case(b"content-length") || name.eq_ignore_ascii_case(b"l")) {
            continue;
        }
        let fault = |expected| ParseError::new(Fault::ContentLength, "Content-Length", start, expected);
        let length: usize = digits(trim(value.get(1..).unwrap_or_default()))
            .ok_or_else(|| fault("a number that is not negative"))?;
        if found.replace(length).is_some_and(|earlier| earlier != length) {
            return Err(fault("one length"));
        }
    }
    found.ok_or_else(|| {
        ParseError::new(Fault::ContentLength, "Content-Length", head.len(), "this header on a stream")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(framer: &mut StreamFramer) -> Vec<String> {
        let mut seen = Vec::new();
        loop {
            match framer.next_frame() {
                Ok(Some(Frame::Message(bytes))) => seen.push(String::from_utf8_lossy(bytes).into_owned()),
                Ok(Some(other)) => seen.push(format!("{other:?}")),
                Ok(None) => return seen,
                Err(error) => {
                    seen.push(format!("{:?} {}", error.fault, error.status()));
                    return seen;
                }
            }
        }
    }

    #[test]
    fn any_split_gives_the_same_frames() {
        let stream = b"\r\nM a SIP/2.0\r\nl : 3\r\n\r\nabc\r\n\r\nN b SIP/2.0\nContent-Length: 0\n\nO c SIP/2.0\r\nL:1\r\n\r\nx";
        let expected = [
            "M a SIP/2.0\r\nl : 3\r\n\r\nabc",
            "Ping",
            "N b SIP/2.0\nContent-Length: 0\n\n",
            "O c SIP/2.0\r\nL:1\r\n\r\nx",
        ];
        for size in 1..=stream.len() {
            let mut framer = StreamFramer::new(Limits::default());
            let mut seen = Vec::new();
            for chunk in stream.chunks(size) {
                framer.push(chunk);
                seen.extend(drain(&mut framer));
            }
            assert_eq!(seen, expected, "in pieces of {size}");
            assert_eq!(framer.waiting_bytes(), 0);
        }
    }

    fn check_failure(stream: &[u8], expected: &str) {
        let mut framer =
            StreamFramer::new(Limits { message_bytes: 100, header_section_bytes: 60, headers: 9 });
        framer.push(stream);
        assert_eq!(drain(&mut framer), [expected]);
        framer.push(b"M a SIP/2.0\r\nl: 0\r\n\r\n");
        assert_eq!(drain(&mut framer), [expected], "a lost stream stays lost");
    }

    #[test]
    fn a_stream_that_lost_its_step_fails_for_good() {
        check_failure(b"M a SIP/2.0\r\n\r\n", "ContentLength 400");
        check_failure(b"M a SIP/2.0\r\nl: -1\r\n\r\n", "ContentLength 400");
        check_failure(b"M a SIP/2.0\r\nl: 1\r\nl: 2\r\n\r\n", "ContentLength 400");
        check_failure(b"M a SIP/2.0\r\nl: 99\r\n\r\n", "TooLarge 513");
        check_failure(b"M a SIP/2.0\r\nl: 99999999999999999999999\r\n\r\n", "ContentLength 400");
        check_failure(&[b'x'; 61], "TooLarge 513");
    }

    #[test]
    fn our_own_ping_gets_its_pong() {
        let mut framer = StreamFramer::new(Limits::default());
        framer.note_ping_sent();
        framer.push(b"\r");
        assert_eq!(drain(&mut framer), Vec::<String>::new());
        framer.push(b"\n");
        assert_eq!(drain(&mut framer), ["Pong"]);
        framer.push(b"\r\n");
        assert_eq!(drain(&mut framer), Vec::<String>::new());
        framer.push(b"\r\n");
        assert_eq!(drain(&mut framer), ["Ping"]);
    }
}
