//! Who may have sent a message that cannot be read.

use crate::xml::push_decoded;

/// Bytes of a broken message that are searched.
const SEARCH_BYTES_MAX: usize = 64 * 1024;
/// Longest value that is believed, in bytes.
const VALUE_BYTES_MAX: usize = 64;

/// What could be picked out of a broken message: a hint for a person, never an identity.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Salvaged {
    /// The text after the first `<ref>`.
    pub reference: Option<String>,
    /// The text after the first `<cid>`.
    pub controller_id: Option<String>,
}

/// Picks `ref` and `cid` out of bytes that [`crate::Request::parse`] refused.
///
/// ```
/// let found = scaip::salvage(b"<mrq><ref>7</ref><cid>100200</cid><dty");
/// assert_eq!(found.controller_id.as_deref(), Some("100200"));
/// ```
#[must_use]
pub fn salvage(bytes: &[u8]) -> Salvaged {
    let bytes = bytes.get(..bytes.len().min(SEARCH_BYTES_MAX)).unwrap_or_default();
    Salvaged { reference: value(bytes, b"ref"), controller_id: value(bytes, b"cid") }
}

fn value(bytes: &[u8], name: &[u8]) -> Option<String> {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|&b| b == b'<') {
        rest = rest.get(at + 1..)?;
        let Some((tag, after)) = rest.split_at_checked(name.len()) else { break };
        if !tag.eq_ignore_ascii_case(name) || !after.first().is_some_and(|b| *b == b'>' || *b == b' ') {
            continue;
        }
        let start = after.iter().position(|&b| b == b'>')? + 1;
        let raw = after.get(start..)?;
        let end = raw.iter().take(VALUE_BYTES_MAX).position(|b| matches!(b, b'<' | b'\r' | b'\n'));
        let raw = raw.get(..end.unwrap_or(raw.len().min(VALUE_BYTES_MAX)))?;
        let mut text = String::new();
        push_decoded(raw, &mut text);
        let text = text.replace(char::is_control, "");
        let text = text.trim();
        if !text.is_empty() {
            return Some(text.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], reference: Option<&str>, controller_id: Option<&str>) {
        let found = salvage(bytes);
        assert_eq!((found.reference.as_deref(), found.controller_id.as_deref()), (reference, controller_id));
    }

    #[test]
    fn picks_what_is_there() {
        check(b"", None, None);
        check(b"<", None, None);
        check(b"<cid", None, None);
        check(b"<mrq><CID> 8031372", None, Some("8031372"));
        check(b"<ref></ref><ref>2</ref><cid x='1'>5</dic>", Some("2"), Some("5"));
        check(b"<!DOCTYPE x><cid>1\x002</cid>", None, Some("12"));
    }
}
