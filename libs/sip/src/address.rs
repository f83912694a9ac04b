//! Addresses of From, To and Contact: `"Name" <sip:user@host>;tag=x`, `sip:user@host`, `tel:+46...`.

use std::borrow::Cow;

use crate::text::{element_end, lenient_text, trim};

/// An address, borrowed from its header. `Debug` shows no content: it is personal data.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Address<'a> {
    display: &'a [u8],
    uri: &'a [u8],
    parameters: &'a [u8],
}

impl<'a> Address<'a> {
    /// Reads the address of a From or To value; `None` when quotes or brackets do not close or no URI is there.
    ///
    /// A comma in an unquoted name, which some devices send, is part of the name.
    #[must_use]
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let value = trim(value);
        let open = match value.first()? {
            b'"' => {
                let close = closing_quote(value)?;
                close + value.get(close..)?.iter().position(|&b| b == b'<')?
            }
            _ => match value.iter().position(|&b| b == b'<') {
                Some(open) => open,
                None => return Self::bare(value),
            },
        };
        let (display, rest) = value.split_at(open);
        let close = rest.iter().position(|&b| b == b'>')?;
        let uri = trim(rest.get(1..close)?);
        let parameters = rest.get(close + 1..)?;
        has_scheme(uri).then_some(Self { display: trim(display), uri, parameters })
    }

    /// Reads the first address of a list, such as a Contact value.
    #[must_use]
    pub fn parse_first(value: &'a [u8]) -> Option<Self> {
        Self::parse(value.get(..element_end(value))?)
    }

    /// Without brackets, parameters belong to the header and not to the URI (RFC 3261, 20.10).
    fn bare(value: &'a [u8]) -> Option<Self> {
        let end = value.iter().position(|&b| b == b';').unwrap_or(value.len());
        let (uri, parameters) = value.split_at(end);
        let uri = trim(uri);
        has_scheme(uri).then_some(Self { display: b"", uri, parameters })
    }

    /// Returns the display name without quotes, empty when there is none.
    #[must_use]
    pub fn display(&self) -> Cow<'a, str> {
        let inner = self.display.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
        match (inner, lenient_text(inner.unwrap_or(self.display))) {
            (Some(_), text) if text.contains('\\') => Cow::Owned(unescape_quoted(&text)),
            (_, text) => text,
        }
    }

    /// Returns the URI as written.
    #[must_use]
    pub fn uri(&self) -> Cow<'a, str> {
        lenient_text(self.uri)
    }

    /// Returns the user of a `sip:` URI or the number of a `tel:` URI, percent escapes resolved; empty when there is none.
    #[must_use]
    pub fn user(&self) -> Cow<'a, str> {
        let Some(colon) = self.uri.iter().position(|&b| b == b':') else { return Cow::Borrowed("") };
        let (scheme, rest) = self.uri.split_at(colon);
        let rest = rest.get(1..).unwrap_or_default();
        let user = if scheme.eq_ignore_ascii_case(b"tel") {
            rest.split(|&b| b == b';').next()
        } else {
            rest.iter().position(|&b| b == b'@').and_then(|at| rest.get(..at)).map(|info| {
                // A password in the user part is not part of the name.
                info.split(|&b| b == b':').next().unwrap_or(info)
            })
        };
        percent_decoded(user.unwrap_or_default())
    }

    /// Returns host and port as written; empty for a `tel:` URI.
    #[must_use]
    pub fn host(&self) -> Cow<'a, str> {
        let Some(colon) = self.uri.iter().position(|&b| b == b':') else { return Cow::Borrowed("") };
        let (scheme, rest) = self.uri.split_at(colon);
        if scheme.eq_ignore_ascii_case(b"tel") {
            return Cow::Borrowed("");
        }
        let rest = rest.get(1..).unwrap_or_default();
        let host = match rest.iter().position(|&b| b == b'@') {
            Some(at) => rest.get(at + 1..).unwrap_or_default(),
            None => rest,
        };
        let end = host.iter().position(|b| matches!(b, b';' | b'?')).unwrap_or(host.len());
        lenient_text(host.get(..end).unwrap_or_default())
    }

    /// Returns the `tag` parameter.
    #[must_use]
    pub fn tag(&self) -> Option<Cow<'a, str>> {
        parameter(self.parameters, b"tag").map(lenient_text)
    }
}

impl std::fmt::Debug for Address<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Address(***)")
    }
}

/// Finds a parameter's value in `;name=value;flag`; a flag has an empty value.
pub(crate) fn parameter<'a>(parameters: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    parameters.split(|&b| b == b';').skip(1).find_map(|part| {
        let mut halves = part.splitn(2, |&b| b == b'=');
        let found = trim(halves.next()?);
        found.eq_ignore_ascii_case(name).then(|| trim(halves.next().unwrap_or_default()))
    })
}

fn closing_quote(value: &[u8]) -> Option<usize> {
    let mut escaped = false;
    for (at, &byte) in value.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at),
            _ => {}
        }
    }
    None
}

fn has_scheme(uri: &[u8]) -> bool {
    let Some(colon) = uri.iter().position(|&b| b == b':') else { return false };
    let scheme = uri.get(..colon).unwrap_or_default();
    scheme.first().is_some_and(u8::is_ascii_alphabetic)
        && scheme.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

fn unescape_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut escaped = false;
    for character in text.chars() {
        if character == '\\' && !escaped {
            escaped = true;
        } else {
            out.push(character);
            escaped = false;
        }
    }
    out
}

fn percent_decoded(raw: &[u8]) -> Cow<'_, str> {
    if !raw.contains(&b'%') {
        return lenient_text(raw);
    }
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let [first, tail @ ..] = rest {
        let value = match (first, tail) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        out.push(value.unwrap_or(*first));
        rest = if value.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    Cow::Owned(lenient_text(&out).into_owned())
}

pub(crate) fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &[u8], display: &str, user: &str, host: &str, tag: Option<&str>) {
        let address = Address::parse(value).unwrap();
        assert_eq!((&*address.display(), &*address.user(), &*address.host()), (display, user, host));
        assert_eq!(address.tag().as_deref(), tag);
    }

    #[test]
    fn reads_the_forms_that_devices_send() {
        check(b"<sip:100200@example.org>;tag=286524", "", "100200", "example.org", Some("286524"));
        check(
            b"\"K\xF6k, \\\"2\\\"\" <sip:a%40b:pw@[::1]:5060;x=y>",
            "K\u{f6}k, \"2\"",
            "a@b",
            "[::1]:5060",
            None,
        );
        check(b"sip:1@h;tag=9", "", "1", "h", Some("9"));
        check(b"Anna Exempel\r\n <tel:+4611;x=1> ; TAG = q", "Anna Exempel", "+4611", "", Some("q"));
        check(b"sip:example.org", "", "", "example.org", None);
        check(b"Exempel, Anna <sip:1@h>", "Exempel, Anna", "1", "h", None);
        assert_eq!(Address::parse_first(b"\"a, b\" <sip:1@h,i>, <sip:2@h>").unwrap().user(), "1");
    }

    #[test]
    fn refuses_what_does_not_close() {
        for value in [&b"\"open <sip:a@b>"[..], b"<sip:a@b", b"", b"nobody", b"\"x\"", b"<>", b"\"a\\"] {
            assert_eq!(Address::parse(value), None, "{}", lenient_text(value));
        }
    }
}
