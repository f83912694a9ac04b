//! The parser: one pass over the lines, then the checks.

use std::borrow::Cow;

use crate::address::Address;
use crate::error::{Fault, ParseError};
use crate::limits::{Limits, MESSAGE_BYTES_MAX};
use crate::message::{Header, HeaderName, Message, Method, Span, Start};
use crate::text::{digits, is_space, is_token, trim};
use crate::via::TopVia;

/// Headers that a usual message has, to make room for at once.
const HEADERS_USUAL: usize = 16;

pub(crate) fn message<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Message<'a>, ParseError> {
    let bytes_max = limits.message_bytes.min(MESSAGE_BYTES_MAX);
    if bytes.len() > bytes_max {
        return Err(ParseError::new(Fault::TooLarge, "message", bytes_max, "a smaller message"));
    }
    let start_at = bytes.iter().position(|b| !matches!(b, b'\r' | b'\n'));
    let Some(start_at) = start_at else {
        return Err(ParseError::new(Fault::Empty, "message", 0, "a first line"));
    };
    let (line_end, headers_at) = line(bytes, start_at)
        .ok_or_else(|| ParseError::new(Fault::StartLine, "first line", start_at, "a line break after it"))?;
    let start = start_line(bytes, start_at, line_end)?;
    let (headers, body_at) = headers(bytes, headers_at, limits, true)?;
    let once = Singles::check(bytes, &headers)?;
    let via = headers
        .iter()
        .find(|header| header.known == HeaderName::Via)
        .ok_or_else(|| ParseError::new(Fault::Missing, "Via", body_at, "this header"))?;
    let via = TopVia::parse(bytes, via.value)
        .ok_or_else(|| unreadable("Via", via.value, "SIP/2.0/transport host"))?;
    let (cseq, cseq_method) = cseq(bytes, once.cseq, &start)?;
    let body_end = match once.content_length {
        Some((length, _)) if length <= bytes.len() - body_at => body_at + length,
        Some((_, offset)) => {
            return Err(ParseError::new(
                Fault::ContentLength,
                "Content-Length",
                offset,
                "no more than what came",
            ));
        }
        None => bytes.len(),
    };
    Ok(Message {
        bytes: Cow::Borrowed(bytes),
        start,
        headers,
        via,
        cseq,
        cseq_method,
        body: Span::new(body_at, body_end),
    })
}

/// What can be answered of a message that was refused: its headers as far as they are lines.
pub(crate) struct Wreck {
    pub(crate) headers: Vec<Header>,
    pub(crate) via: Option<TopVia>,
    /// Whether it may be answered: a request other than ACK.
    pub(crate) answerable: bool,
}

impl Wreck {
    /// Gathers the headers of broken bytes; only the first 65,535 bytes are looked at.
    pub(crate) fn of(bytes: &[u8], limits: &Limits) -> Self {
        let bytes = bytes.get(..bytes.len().min(MESSAGE_BYTES_MAX)).unwrap_or_default();
        let start = bytes.iter().position(|b| !matches!(b, b'\r' | b'\n')).unwrap_or(bytes.len());
        let first = bytes.get(start..).unwrap_or_default();
        let answerable = !first.starts_with(b"SIP/") && !first.starts_with(b"ACK ");
        let headers = line(bytes, start)
            .and_then(|(_, at)| headers(bytes, at, limits, false).ok())
            .map(|(headers, _)| headers)
            .unwrap_or_default();
        let via = headers
            .iter()
            .find(|header| header.known == HeaderName::Via)
            .and_then(|header| TopVia::parse(bytes, header.value));
        Self { headers, via, answerable }
    }
}

/// Finds the end of a line without its break, and the start of the next.
fn line(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let length = bytes.get(at..)?.iter().position(|&b| b == b'\n')?;
    let end = at + length;
    let bare = if length > 0 && bytes.get(end - 1) == Some(&b'\r') { end - 1 } else { end };
    Some((bare, end + 1))
}

fn start_line(bytes: &[u8], at: usize, end: usize) -> Result<Start, ParseError> {
    let fault = |fault, expected| ParseError::new(fault, "first line", at, expected);
    let text = bytes.get(at..end).unwrap_or_default();
    let mut words = words(text);
    let (Some(first), Some(second)) = (words.next(), words.next()) else {
        return Err(fault(Fault::StartLine, "three words"));
    };
    let span = |(start, end): (usize, usize)| Span::new(at + start, at + end);
    let of = |(start, end): (usize, usize)| text.get(start..end).unwrap_or_default();
    if is_version(of(first)) {
        version(of(first)).map_err(|()| fault(Fault::Version, "SIP/2.0"))?;
        let status = Some(of(second)).filter(|code| code.len() == 3).and_then(digits);
        let status = status
            .filter(|code| (100..700).contains(code))
            .ok_or_else(|| fault(Fault::StartLine, "a status of 100 to 699"))?;
        return Ok(Start::Response { status, reason: Span::new(at + second.1, end) });
    }
    let (Some(third), None) = (words.next(), words.next()) else {
        return Err(fault(Fault::StartLine, "method, URI and version"));
    };
    if !is_version(of(third)) {
        return Err(fault(Fault::StartLine, "SIP/2.0 at its end"));
    }
    version(of(third)).map_err(|()| fault(Fault::Version, "SIP/2.0"))?;
    if !of(first).iter().all(|&b| is_token(b)) {
        return Err(fault(Fault::StartLine, "a method"));
    }
    let uri = of(second);
    if !uri.first().is_some_and(u8::is_ascii_alphabetic) || !uri.contains(&b':') || uri.contains(&b'>') {
        return Err(fault(Fault::StartLine, "a URI with a scheme"));
    }
    Ok(Start::Request { method: Method::of(of(first)), token: span(first), uri: span(second) })
}

fn words(text: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text.get(at..)?.iter().position(|b| !matches!(b, b' ' | b'\t'))?;
        let length = text.get(start..)?.iter().position(|b| matches!(b, b' ' | b'\t'));
        at = length.map_or(text.len(), |n| start + n);
        Some((start, at))
    })
}

fn is_version(word: &[u8]) -> bool {
    word.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"SIP/"))
}

fn version(word: &[u8]) -> Result<(), ()> {
    if word.eq_ignore_ascii_case(b"SIP/2.0") { Ok(()) } else { Err(()) }
}

/// Reads header lines up to the empty one. Not `strict`, broken lines are skipped and the end may be missing.
fn headers(
    bytes: &[u8],
    mut at: usize,
    limits: &Limits,
    strict: bool,
) -> Result<(Vec<Header>, usize), ParseError> {
    let mut headers = Vec::with_capacity(HEADERS_USUAL);
    loop {
        let Some((mut end, mut next)) = line(bytes, at) else {
            if strict {
                return Err(ParseError::new(Fault::Header, "header", at, "an empty line after the headers"));
            }
            return Ok((headers, bytes.len()));
        };
        if end == at {
            return Ok((headers, next));
        }
        while matches!(bytes.get(next), Some(b' ' | b'\t')) {
            let Some((folded_end, folded_next)) = line(bytes, next) else { break };
            (end, next) = (folded_end, folded_next);
        }
        match header(bytes, at, end) {
            Some(_) if headers.len() >= limits.headers => {
                return Err(ParseError::new(Fault::TooLarge, "header", at, "fewer headers"));
            }
            Some(header) => headers.push(header),
            None if strict => return Err(ParseError::new(Fault::Header, "header", at, "name: value")),
            None => {}
        }
        at = next;
    }
}

fn header(bytes: &[u8], at: usize, end: usize) -> Option<Header> {
    let text = bytes.get(at..end)?;
    let colon = text.iter().position(|&b| b == b':')?;
    let mut name_length = colon;
    while name_length > 0 && text.get(name_length - 1).is_some_and(|b| matches!(b, b' ' | b'\t')) {
        name_length -= 1;
    }
    let name = text.get(..name_length)?;
    if name.is_empty() || !name.iter().all(|&b| is_token(b)) {
        return None;
    }
    let raw = text.get(colon + 1..)?;
    let value = trim(raw);
    let blanks = raw.iter().position(|&b| !is_space(b)).unwrap_or(0);
    let start = at + colon + 1 + blanks;
    Some(Header {
        known: HeaderName::of(name),
        name: Span::new(at, at + name_length),
        value: Span::new(start, start + value.len()),
    })
}

/// Headers that may stand only once.
struct Singles {
    cseq: Span,
    /// The length and where it stands.
    content_length: Option<(usize, usize)>,
}

impl Singles {
    fn check(bytes: &[u8], headers: &[Header]) -> Result<Self, ParseError> {
        let mut found = [None::<Span>; 4];
        let mut content_length = None;
        for header in headers {
            let (place, name) = match header.known {
                HeaderName::From => (0, "From"),
                HeaderName::To => (1, "To"),
                HeaderName::CallId => (2, "Call-ID"),
                HeaderName::CSeq => (3, "CSeq"),
                HeaderName::ContentLength => {
                    content_length = Some(length(bytes, header.value, content_length)?);
                    continue;
                }
                _ => continue,
            };
            if let Some(slot) = found.get_mut(place)
                && slot.replace(header.value).is_some()
            {
                return Err(ParseError::new(Fault::Repeated, name, header.value.start.into(), "it once"));
            }
        }
        let missing = |name| ParseError::new(Fault::Missing, name, bytes.len(), "this header");
        let [from, to, call_id, cseq] = found;
        for (name, value) in [("From", from), ("To", to)] {
            let value = value.ok_or_else(|| missing(name))?;
            Address::parse(value.of(bytes)).ok_or_else(|| unreadable(name, value, "an address"))?;
        }
        let call_id = call_id.ok_or_else(|| missing("Call-ID"))?;
        if call_id.of(bytes).is_empty() {
            return Err(unreadable("Call-ID", call_id, "a word"));
        }
        Ok(Self { cseq: cseq.ok_or_else(|| missing("CSeq"))?, content_length })
    }
}

fn length(bytes: &[u8], value: Span, earlier: Option<(usize, usize)>) -> Result<(usize, usize), ParseError> {
    let offset = usize::from(value.start);
    let fault = |expected| ParseError::new(Fault::ContentLength, "Content-Length", offset, expected);
    let length = digits(value.of(bytes)).ok_or_else(|| fault("a number that is not negative"))?;
    match earlier {
        Some((other, _)) if other != length => Err(fault("one length")),
        _ => Ok((length, offset)),
    }
}

/// Largest sequence number (RFC 3261, 8.1.1.5).
const CSEQ_MAX: u32 = 0x7FFF_FFFF;

fn cseq(bytes: &[u8], value: Span, start: &Start) -> Result<(u32, Span), ParseError> {
    let fault = || unreadable("CSeq", value, "a number and the request's method");
    let raw = value.of(bytes);
    let number_end = raw.iter().position(|&b| is_space(b)).ok_or_else(fault)?;
    let (number, rest) = raw.split_at(number_end);
    let number: u32 = digits(number).filter(|number| *number <= CSEQ_MAX).ok_or_else(fault)?;
    let method = trim(rest);
    let matches = match start {
        Start::Request { token, .. } => token.of(bytes) == method,
        Start::Response { .. } => !method.is_empty() && method.iter().all(|&b| is_token(b)),
    };
    if !matches {
        return Err(fault());
    }
    let end = usize::from(value.end);
    Ok((number, Span::new(end - method.len(), end)))
}

fn unreadable(place: &'static str, value: Span, expected: &'static str) -> ParseError {
    ParseError::new(Fault::Unreadable, place, value.start.into(), expected)
}
