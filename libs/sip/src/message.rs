//! A SIP message: its bytes, and where in them everything stands.

use std::borrow::Cow;

use crate::address::Address;
use crate::error::ParseError;
use crate::limits::Limits;
use crate::parse;
use crate::text::{lenient_text, trim};
use crate::via::TopVia;

/// A piece of a message; a message has at most 65,535 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub(crate) start: u16,
    pub(crate) end: u16,
}

impl Span {
    /// Makes a span; offsets beyond the message limit, which the parser refuses before, collapse to an empty one.
    pub(crate) fn new(start: usize, end: usize) -> Self {
        match (u16::try_from(start), u16::try_from(end)) {
            (Ok(start), Ok(end)) if start <= end => Self { start, end },
            _ => Self::default(),
        }
    }

    pub(crate) fn of(self, bytes: &[u8]) -> &[u8] {
        bytes.get(usize::from(self.start)..usize::from(self.end)).unwrap_or_default()
    }
}

/// Request methods that this crate tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// MESSAGE (RFC 3428).
    Message,
    /// OPTIONS.
    Options,
    /// REGISTER.
    Register,
    /// INVITE.
    Invite,
    /// ACK, which is never answered.
    Ack,
    /// CANCEL.
    Cancel,
    /// BYE.
    Bye,
    /// Any other token.
    Other,
}

impl Method {
    /// Recognises a method; methods are case-sensitive (RFC 3261, 7.1).
    #[must_use]
    pub fn of(token: &[u8]) -> Self {
        match token {
            b"MESSAGE" => Self::Message,
            b"OPTIONS" => Self::Options,
            b"REGISTER" => Self::Register,
            b"INVITE" => Self::Invite,
            b"ACK" => Self::Ack,
            b"CANCEL" => Self::Cancel,
            b"BYE" => Self::Bye,
            _ => Self::Other,
        }
    }

    /// Returns the method as written; `Other` has no name of its own and gives an empty text.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Message => "MESSAGE",
            Self::Options => "OPTIONS",
            Self::Register => "REGISTER",
            Self::Invite => "INVITE",
            Self::Ack => "ACK",
            Self::Cancel => "CANCEL",
            Self::Bye => "BYE",
            Self::Other => "",
        }
    }
}

/// Header names that this crate tells apart; compact forms are the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the header of that name")]
pub enum HeaderName {
    Via,
    From,
    To,
    CallId,
    CSeq,
    ContentLength,
    ContentType,
    Contact,
    Expires,
    Authorization,
    ProxyAuthorization,
    WwwAuthenticate,
    ProxyAuthenticate,
    Require,
    UserAgent,
    RetryAfter,
    Other,
}

impl HeaderName {
    /// Recognises a name in any case; the length leaves few to compare.
    pub(crate) fn of(name: &[u8]) -> Self {
        const COMPACT: [(&str, HeaderName); 7] = [
            ("v", HeaderName::Via),
            ("f", HeaderName::From),
            ("t", HeaderName::To),
            ("i", HeaderName::CallId),
            ("l", HeaderName::ContentLength),
            ("c", HeaderName::ContentType),
            ("m", HeaderName::Contact),
        ];
        let candidates: &[(&str, Self)] = match name.len() {
            1 => &COMPACT,
            2 => &[("to", Self::To)],
            3 => &[("via", Self::Via)],
            4 => &[("from", Self::From), ("cseq", Self::CSeq)],
            7 => &[
                ("call-id", Self::CallId),
                ("contact", Self::Contact),
                ("expires", Self::Expires),
                ("require", Self::Require),
            ],
            10 => &[("user-agent", Self::UserAgent)],
            11 => &[("retry-after", Self::RetryAfter)],
            12 => &[("content-type", Self::ContentType)],
            13 => &[("authorization", Self::Authorization)],
            14 => &[("content-length", Self::ContentLength)],
            16 => &[("www-authenticate", Self::WwwAuthenticate)],
            18 => &[("proxy-authenticate", Self::ProxyAuthenticate)],
            19 => &[("proxy-authorization", Self::ProxyAuthorization)],
            _ => &[],
        };
        candidates
            .iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()))
            .map_or(Self::Other, |(_, known)| *known)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) known: HeaderName,
    pub(crate) name: Span,
    pub(crate) value: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    Request { method: Method, token: Span, uri: Span },
    Response { status: u16, reason: Span },
}

/// A message that passed all checks: mandatory headers are there and readable.
///
/// It borrows the received bytes until [`Message::into_owned`]. `Debug` shows no content.
#[derive(Clone, PartialEq, Eq)]
pub struct Message<'a> {
    pub(crate) bytes: Cow<'a, [u8]>,
    pub(crate) start: Start,
    pub(crate) headers: Vec<Header>,
    pub(crate) via: TopVia,
    pub(crate) cseq: u32,
    pub(crate) cseq_method: Span,
    pub(crate) body: Span,
}

impl<'a> Message<'a> {
    /// Reads one message, such as a datagram or a frame of a stream.
    ///
    /// Lenient: leading line breaks, bare line feeds, folded lines, compact names, space before the colon, any bytes in values.
    ///
    /// # Errors
    /// [`ParseError`] with the status to refuse with: 400, 505 for another version, 513 for too large.
    pub fn parse(bytes: &'a [u8], limits: &Limits) -> Result<Self, ParseError> {
        parse::message(bytes, limits)
    }

    /// Copies the bytes once, so that the message may outlive the buffer it came in.
    #[must_use]
    pub fn into_owned(self) -> Message<'static> {
        Message {
            bytes: Cow::Owned(self.bytes.into_owned()),
            start: self.start,
            headers: self.headers,
            via: self.via,
            cseq: self.cseq,
            cseq_method: self.cseq_method,
            body: self.body,
        }
    }

    /// Returns all bytes as received.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the request's method, or `None` for a response.
    #[must_use]
    pub fn method(&self) -> Option<Method> {
        match self.start {
            Start::Request { method, .. } => Some(method),
            Start::Response { .. } => None,
        }
    }

    /// Returns the request's method as written, or `None` for a response.
    #[must_use]
    pub fn method_text(&self) -> Option<Cow<'_, str>> {
        match self.start {
            Start::Request { token, .. } => Some(lenient_text(token.of(&self.bytes))),
            Start::Response { .. } => None,
        }
    }

    /// Returns the request's URI as written, or `None` for a response.
    #[must_use]
    pub fn uri(&self) -> Option<Cow<'_, str>> {
        match self.start {
            Start::Request { uri, .. } => Some(lenient_text(uri.of(&self.bytes))),
            Start::Response { .. } => None,
        }
    }

    /// Returns the response's status, 100–699, or `None` for a request.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self.start {
            Start::Response { status, .. } => Some(status),
            Start::Request { .. } => None,
        }
    }

    /// Returns the response's reason phrase, or `None` for a request.
    #[must_use]
    pub fn reason(&self) -> Option<Cow<'_, str>> {
        match self.start {
            Start::Response { reason, .. } => Some(lenient_text(reason.of(&self.bytes))),
            Start::Request { .. } => None,
        }
    }

    /// Returns the body, empty when there is none.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.body.of(&self.bytes)
    }

    /// Returns the first value of a header as bytes, trimmed, folds kept.
    #[must_use]
    pub fn header_bytes(&self, name: HeaderName) -> Option<&[u8]> {
        self.headers.iter().find(|header| header.known == name).map(|header| header.value.of(&self.bytes))
    }

    /// Returns the first value of a header as text: folds become spaces, bytes that are no UTF-8 count as ISO 8859-1.
    #[must_use]
    pub fn header(&self, name: HeaderName) -> Option<Cow<'_, str>> {
        self.header_bytes(name).map(lenient_text)
    }

    /// Returns every value of a header in order, as text.
    pub fn all(&self, name: HeaderName) -> impl Iterator<Item = Cow<'_, str>> {
        self.headers
            .iter()
            .filter(move |header| header.known == name)
            .map(|header| lenient_text(header.value.of(&self.bytes)))
    }

    /// Returns the first value of a header by its full name in any case, for headers that have no [`HeaderName`].
    #[must_use]
    pub fn header_named(&self, name: &str) -> Option<Cow<'_, str>> {
        self.headers
            .iter()
            .find(|header| header.name.of(&self.bytes).eq_ignore_ascii_case(name.as_bytes()))
            .map(|header| lenient_text(header.value.of(&self.bytes)))
    }

    /// Returns the Call-ID. It connects nothing above SIP: a device may reuse it.
    #[must_use]
    pub fn call_id(&self) -> Cow<'_, str> {
        self.header(HeaderName::CallId).unwrap_or_default()
    }

    /// Returns the sequence number.
    #[must_use]
    pub fn cseq(&self) -> u32 {
        self.cseq
    }

    /// Returns the From address. Its tag is never an identity: some devices send a constant one.
    #[must_use]
    pub fn from(&self) -> Address<'_> {
        self.address(HeaderName::From)
    }

    /// Returns the To address.
    #[must_use]
    pub fn to(&self) -> Address<'_> {
        self.address(HeaderName::To)
    }

    /// Returns the first Contact address, if there is a readable one.
    #[must_use]
    pub fn contact(&self) -> Option<Address<'_>> {
        self.header_bytes(HeaderName::Contact).and_then(Address::parse_first)
    }

    fn address(&self, name: HeaderName) -> Address<'_> {
        self.header_bytes(name).and_then(Address::parse).unwrap_or_default()
    }

    /// Returns the media type in lower case without parameters, such as `application/scaip+xml`.
    #[must_use]
    pub fn content_type(&self) -> Option<String> {
        let value = self.header_bytes(HeaderName::ContentType)?;
        let media = value.split(|&b| b == b';').next().unwrap_or(value);
        let mut text = lenient_text(trim(media)).into_owned();
        text.retain(|c| !c.is_whitespace());
        text.make_ascii_lowercase();
        Some(text)
    }

    /// Returns the branch of the top Via, if it has one.
    #[must_use]
    pub fn branch(&self) -> Option<&[u8]> {
        self.via.branch.map(|span| span.of(&self.bytes))
    }
}

impl std::fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message")
            .field("method", &self.method())
            .field("status", &self.status())
            .field("headers", &self.headers.len())
            .field("body_bytes", &self.body().len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_header_name_is_recognised_in_any_case_and_form() {
        let names = [
            ("VIA", "V", HeaderName::Via),
            ("From", "f", HeaderName::From),
            ("to", "t", HeaderName::To),
            ("CALL-ID", "i", HeaderName::CallId),
            ("cseq", "", HeaderName::CSeq),
            ("Content-Length", "l", HeaderName::ContentLength),
            ("Content-Type", "c", HeaderName::ContentType),
            ("contact", "m", HeaderName::Contact),
            ("Expires", "", HeaderName::Expires),
            ("Authorization", "", HeaderName::Authorization),
            ("Proxy-Authorization", "", HeaderName::ProxyAuthorization),
            ("WWW-Authenticate", "", HeaderName::WwwAuthenticate),
            ("Proxy-Authenticate", "", HeaderName::ProxyAuthenticate),
            ("Require", "", HeaderName::Require),
            ("User-Agent", "", HeaderName::UserAgent),
            ("Retry-After", "", HeaderName::RetryAfter),
            ("Subject", "s", HeaderName::Other),
        ];
        for (long, compact, expected) in names {
            assert_eq!(HeaderName::of(long.as_bytes()), expected, "{long}");
            if !compact.is_empty() {
                assert_eq!(HeaderName::of(compact.as_bytes()), expected, "{compact}");
            }
        }
    }
}
