//! What can be seen in a message without reading it: who may have sent one that is broken, and which can wait.

use crate::{StatusCode, xml::push_decoded};

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

/// Whether a message looks like a heartbeat or a test, at a glance that costs a fraction of reading it.
///
/// It may be wrong either way, so it decides in which order messages are read and never what becomes of them.
///
/// ```
/// assert!(scaip::seems_idle(b"<mrq><ref>7</ref><mty>PI</mty></mrq>"));
/// assert!(!scaip::seems_idle(b"<mrq><ref>7</ref><mty>ME</mty><stc>10</stc></mrq>"));
/// ```
#[must_use]
pub fn seems_idle(bytes: &[u8]) -> bool {
    let bytes = bytes.get(..bytes.len().min(SEARCH_BYTES_MAX)).unwrap_or_default();
    let is_heartbeat = value(bytes, b"mty").is_some_and(|text| text.eq_ignore_ascii_case("PI"));
    let is_test = || {
        let status = value(bytes, b"stc").and_then(|text| text.parse().ok());
        status.is_some_and(|code| {
            [StatusCode::TEST_PRIMARY, StatusCode::TEST_REDUNDANT].contains(&StatusCode(code))
        })
    };
    is_heartbeat || is_test()
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
    fn a_glance_knows_heartbeats_and_tests() {
        let check = |bytes: &[u8], expected: bool| assert_eq!(seems_idle(bytes), expected, "{bytes:?}");
        check(b"<mrq><mty> pi </mty></mrq>", true);
        check(b"<mrq><dty>3</dty><stc>0102</stc></mrq>", true);
        check(b"<mrq><dty>3</dty><mty>ME</mty><stc>103</stc></mrq>", true);
        check(b"<mrq><dty>3</dty><mty>ME</mty><stc>10</stc></mrq>", false);
        check(b"<mrq><stc>-1</stc></mrq>", false);
        check(b"", false);
        check(b"<mty", false);
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
