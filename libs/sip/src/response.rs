//! Writing responses: what the request brought goes back, with the address it was seen from.

use std::net::SocketAddr;

use crate::message::{Header, HeaderName, Message, Span};
use crate::text::{lenient_text, push_value};
use crate::via::TopVia;

/// What to answer a request with, apart from what the request itself brings.
///
/// ```
/// let answer = sip::Answer::new(503).with_header("Retry-After", "5");
/// assert_eq!(answer.status(), 503);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    status: u16,
    /// Header lines, then `Content-Length`, the empty line and the body; `None` means none of them and no body.
    rest: Option<Box<[u8]>>,
}

impl Answer {
    /// Makes an answer without body. A final status is 200–699; others are sent as 500.
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self { status: if (200..700).contains(&status) { status } else { 500 }, rest: None }
    }

    /// Returns the status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Adds a header line; control characters in the value become spaces.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        let mut lines = Vec::with_capacity(name.len() + value.len() + 4);
        push_value(&mut lines, name);
        lines.extend_from_slice(b": ");
        push_value(&mut lines, value);
        lines.extend_from_slice(b"\r\n");
        // The earlier lines and their end stand behind the new line.
        match self.rest.take() {
            Some(rest) => lines.extend_from_slice(&rest),
            None => lines.extend_from_slice(NO_BODY),
        }
        self.rest = Some(lines.into_boxed_slice());
        self
    }

    /// Sets the body with its media type; to be called once.
    #[must_use]
    pub fn with_body(mut self, content_type: &str, body: &[u8]) -> Self {
        let earlier = self.rest.take().unwrap_or_default();
        let lines = earlier.strip_suffix(NO_BODY).unwrap_or_default();
        let mut rest = Vec::with_capacity(lines.len() + body.len() + 64);
        rest.extend_from_slice(lines);
        rest.extend_from_slice(b"Content-Type: ");
        push_value(&mut rest, content_type);
        rest.extend_from_slice(format!("\r\nContent-Length: {}\r\n\r\n", body.len()).as_bytes());
        rest.extend_from_slice(body);
        self.rest = Some(rest.into_boxed_slice());
        self
    }

    pub(crate) fn into_parts(self) -> (u16, Option<Box<[u8]>>) {
        (self.status, self.rest)
    }

    pub(crate) fn from_parts(status: u16, rest: Option<&[u8]>) -> (u16, &[u8]) {
        (status, rest.unwrap_or(NO_BODY))
    }
}

const NO_BODY: &[u8] = b"Content-Length: 0\r\n\r\n";

/// What of a request goes into its response.
pub(crate) struct Echo<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) headers: &'a [Header],
    pub(crate) via: Option<&'a TopVia>,
}

impl<'a> Echo<'a> {
    pub(crate) fn of(message: &'a Message<'_>) -> Self {
        Self { bytes: &message.bytes, headers: &message.headers, via: Some(&message.via) }
    }

    /// Writes the whole response. The same request and answer give the same bytes, so that no response need be kept.
    pub(crate) fn response(&self, answer: (u16, &[u8]), to_tag: u64, source: SocketAddr) -> Vec<u8> {
        let (status, rest) = answer;
        let mut out = Vec::with_capacity(self.bytes.len().min(1_024) + rest.len());
        out.extend_from_slice(format!("SIP/2.0 {status} {}\r\n", reason(status)).as_bytes());
        let mut first_via = true;
        for header in self.headers {
            let name = match header.known {
                HeaderName::Via => "Via",
                HeaderName::From => "From",
                HeaderName::To => "To",
                HeaderName::CallId => "Call-ID",
                HeaderName::CSeq => "CSeq",
                _ => continue,
            };
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b": ");
            let value = header.value.of(self.bytes);
            match (header.known, self.via) {
                (HeaderName::Via, Some(via)) if first_via => {
                    first_via = false;
                    self.top_via(&mut out, via, header.value, source);
                }
                _ => out.extend_from_slice(value),
            }
            if header.known == HeaderName::To && !has_tag(value) {
                out.extend_from_slice(format!(";tag={to_tag:016x}").as_bytes());
            }
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(rest);
        out
    }

    /// Writes the first Via line with `received` and `rport` filled in (RFC 3261 18.2.1, RFC 3581).
    fn top_via(&self, out: &mut Vec<u8>, via: &TopVia, value: Span, source: SocketAddr) {
        let mut pieces = [
            (via.rport.map(|span| (span.end, span.end)), true),
            (via.received.map(|span| (span.start, span.end)), false),
        ];
        pieces.sort_by_key(|(piece, _)| piece.map(|(start, _)| start));
        let mut at = via.element.start;
        let mut filled = Vec::with_capacity(value.of(self.bytes).len() + 48);
        for (piece, is_rport) in pieces {
            let Some((start, end)) = piece else { continue };
            filled.extend_from_slice(Span { start: at, end: start }.of(self.bytes));
            if is_rport {
                filled.extend_from_slice(format!("={}", source.port()).as_bytes());
            }
            at = end;
        }
        filled.extend_from_slice(Span { start: at, end: via.element.end }.of(self.bytes));
        let address = source.ip().to_canonical().to_string();
        let host = lenient_text(via.host.of(self.bytes));
        let same_host = host.trim_start_matches('[').trim_end_matches(']') == address;
        if via.rport.is_some() || !same_host {
            filled.extend_from_slice(b";received=");
            filled.extend_from_slice(address.as_bytes());
        }
        out.extend_from_slice(&filled);
        out.extend_from_slice(Span { start: via.element.end, end: value.end }.of(self.bytes));
    }
}

fn has_tag(to: &[u8]) -> bool {
    crate::address::Address::parse(to).is_some_and(|address| address.tag().is_some())
}

/// Returns the usual phrase of a status.
#[must_use]
pub fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        202 => "Accepted",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Request Entity Too Large",
        415 => "Unsupported Media Type",
        416 => "Unsupported URI Scheme",
        420 => "Bad Extension",
        481 => "Call/Transaction Does Not Exist",
        488 => "Not Acceptable Here",
        500 => "Server Internal Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        505 => "Version Not Supported",
        513 => "Message Too Large",
        // No usual phrase: the class says enough.
        _ => match status / 100 {
            1 => "Trying",
            2 => "Success",
            3 => "Redirection",
            4 => "Request Failure",
            5 => "Server Failure",
            _ => "Global Failure",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn check(via: &str, to: &str, source: &str, expected_via: &str, expected_to: &str) {
        let bytes = format!(
            "MESSAGE sip:a@b SIP/2.0\r\nv: {via}\r\nVia: SIP/2.0/UDP later\r\nf: <sip:c@d>;tag=1\r\n\
             t: {to}\r\ni: x\r\nCSeq: 1 MESSAGE\r\n\r\n"
        );
        let message = Message::parse(bytes.as_bytes(), &Limits::default()).unwrap();
        let response =
            Echo::of(&message).response(Answer::from_parts(200, None), 0xAB, source.parse().unwrap());
        let expected = format!(
            "SIP/2.0 200 OK\r\nVia: {expected_via}\r\nVia: SIP/2.0/UDP later\r\nFrom: <sip:c@d>;tag=1\r\n\
             To: {expected_to}\r\nCall-ID: x\r\nCSeq: 1 MESSAGE\r\nContent-Length: 0\r\n\r\n"
        );
        assert_eq!(String::from_utf8(response).unwrap(), expected);
    }

    #[test]
    fn echoes_the_request_with_the_source_filled_in() {
        let tag = "<sip:a@b>;tag=00000000000000ab";
        check(
            "SIP/2.0/UDP 192.0.2.1;branch=z",
            "<sip:a@b>",
            "192.0.2.1:5060",
            "SIP/2.0/UDP 192.0.2.1;branch=z",
            tag,
        );
        check(
            "SIP/2.0/UDP 10.0.0.1;rport;branch=z, SIP/2.0/UDP q",
            "<sip:a@b>;tag=7",
            "192.0.2.1:4242",
            "SIP/2.0/UDP 10.0.0.1;rport=4242;branch=z;received=192.0.2.1, SIP/2.0/UDP q",
            "<sip:a@b>;tag=7",
        );
        check(
            "SIP/2.0/UDP h;received=6.6.6.6;rport",
            "<sip:a@b>",
            "[2001:db8::1]:5060",
            "SIP/2.0/UDP h;rport=5060;received=2001:db8::1",
            tag,
        );
    }

    #[test]
    fn an_answer_keeps_headers_and_body_apart() {
        let answer = Answer::new(200).with_header("A", "1\r\nEvil: 2").with_body("text/plain", b"hej");
        let (_, rest) = answer.into_parts();
        let expected = b"A: 1  Evil: 2\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nhej";
        assert_eq!(rest.as_deref(), Some(&expected[..]));
        assert_eq!(Answer::new(99).status(), 500);
    }
}
