//! The top Via: where the response goes and which transaction the message belongs to.

use crate::message::Span;
use crate::text::{digits, element_end, is_space, is_token, trim};

/// The start of a branch made by RFC 3261 (section 8.1.1.7).
pub(crate) const MAGIC_COOKIE: &[u8] = b"z9hG4bK";

/// What is needed of the top Via, as places in the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TopVia {
    /// The first element of the first Via line.
    pub(crate) element: Span,
    pub(crate) host: Span,
    pub(crate) port: Option<u16>,
    pub(crate) branch: Option<Span>,
    /// The `rport` parameter without value, its name only.
    pub(crate) rport: Option<Span>,
    /// A `received` parameter that came with the message, its semicolon included.
    pub(crate) received: Option<Span>,
}

impl TopVia {
    /// Reads the first element of a Via value that starts at `value.start`.
    pub(crate) fn parse(bytes: &[u8], value: Span) -> Option<Self> {
        let offset = usize::from(value.start);
        let whole = value.of(bytes);
        let element = whole.get(..element_end(whole))?;
        let mut at = 0;
        // SIP / 2.0 / UDP, with white space around the slashes.
        for index in 0..3 {
            at = skip_spaces(element, at);
            let length = element.get(at..)?.iter().position(|&b| !is_token(b))?;
            if length == 0 || (index == 0 && !element.get(at..at + length)?.eq_ignore_ascii_case(b"SIP")) {
                return None;
            }
            at += length;
            if index < 2 {
                at = skip_spaces(element, at);
                (element.get(at) == Some(&b'/')).then_some(())?;
                at += 1;
            }
        }
        let start = skip_spaces(element, at);
        if start == at {
            return None;
        }
        let end = element.get(start..)?.iter().position(|&b| b == b';').map_or(element.len(), |n| start + n);
        let (host, port) = sent_by(element.get(start..end)?)?;
        let mut via = Self {
            element: Span::new(offset, offset + element.len()),
            host: Span::new(offset + start, offset + start + host),
            port,
            branch: None,
            rport: None,
            received: None,
        };
        via.parameters(element, offset, end);
        Some(via)
    }

    fn parameters(&mut self, element: &[u8], offset: usize, mut at: usize) {
        while element.get(at) == Some(&b';') {
            let start = at;
            let rest = element.get(at + 1..).unwrap_or_default();
            let end = rest.iter().position(|&b| b == b';').map_or(element.len(), |n| at + 1 + n);
            let part = element.get(at + 1..end).unwrap_or_default();
            let equals = part.iter().position(|&b| b == b'=');
            let name = trim(part.get(..equals.unwrap_or(part.len())).unwrap_or_default());
            let name_start = at + 1 + part.iter().position(|&b| !is_space(b)).unwrap_or(0);
            if name.eq_ignore_ascii_case(b"branch")
                && let Some(equals) = equals
            {
                let raw = part.get(equals + 1..).unwrap_or_default();
                let value = trim(raw);
                let blanks = raw.iter().position(|&b| !is_space(b)).unwrap_or(0);
                let value_start = offset + at + 1 + equals + 1 + blanks;
                self.branch = (!value.is_empty()).then(|| Span::new(value_start, value_start + value.len()));
            } else if name.eq_ignore_ascii_case(b"rport") && equals.is_none() {
                self.rport = Some(Span::new(offset + name_start, offset + name_start + name.len()));
            } else if name.eq_ignore_ascii_case(b"received") {
                self.received = Some(Span::new(offset + start, offset + end));
            }
            at = end;
        }
    }

    /// Whether the branch was made by the rules of RFC 3261, so that it names a transaction.
    pub(crate) fn has_magic_cookie(&self, bytes: &[u8]) -> bool {
        self.branch.is_some_and(|span| {
            let branch = span.of(bytes);
            branch.len() > MAGIC_COOKIE.len()
                && branch
                    .get(..MAGIC_COOKIE.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(MAGIC_COOKIE))
        })
    }
}

fn skip_spaces(bytes: &[u8], at: usize) -> usize {
    bytes.iter().skip(at).position(|&b| !is_space(b)).map_or(bytes.len(), |n| at + n)
}

/// Reads `host`, `host:port`, `[v6]:port`; gives the host's length and the port.
fn sent_by(raw: &[u8]) -> Option<(usize, Option<u16>)> {
    let host = if raw.first() == Some(&b'[') {
        raw.iter().position(|&b| b == b']')? + 1
    } else {
        raw.iter().position(|&b| b == b':' || is_space(b)).unwrap_or(raw.len())
    };
    let valid = raw.get(..host)?.iter().all(|&b| is_token(b) || matches!(b, b'[' | b']' | b':'));
    let rest = trim(raw.get(host..)?);
    let port = match rest.split_first() {
        None => None,
        Some((b':', port)) => Some(digits(trim(port))?),
        Some(_) => return None,
    };
    (host > 0 && valid).then_some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, host: &str, port: Option<u16>, branch: Option<&str>, rport: bool, received: bool) {
        let bytes = value.as_bytes();
        let via = TopVia::parse(bytes, Span::new(0, bytes.len())).unwrap();
        assert_eq!((via.host.of(bytes), via.port), (host.as_bytes(), port), "{value}");
        assert_eq!(via.branch.map(|span| span.of(bytes)), branch.map(str::as_bytes));
        assert_eq!((via.rport.is_some(), via.received.is_some()), (rport, received));
    }

    #[test]
    fn reads_the_top_element() {
        check(
            "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport",
            "192.0.2.1",
            Some(5060),
            Some("z9hG4bK1"),
            true,
            false,
        );
        check(
            "SIP / 2.0\r\n / TCP [2001:db8::1] ; Branch = x , SIP/2.0/UDP b",
            "[2001:db8::1]",
            None,
            Some("x"),
            false,
            false,
        );
        check("SIP/2.0/TLS h : 5061;received=1.2.3.4;rport=9;branch=", "h", Some(5061), None, false, true);
    }

    #[test]
    fn refuses_what_names_no_host() {
        for value in [
            "",
            "SIP/2.0/UDP",
            "SIP/2.0/UDP ",
            "HTTP/1.1/TCP h",
            "SIP/2.0/UDP ;x",
            "SIP/2.0/UDP h:port",
            "SIP/2.0/UDP h i",
        ] {
            assert_eq!(TopVia::parse(value.as_bytes(), Span::new(0, value.len())), None, "{value}");
        }
    }
}
