//! Bytes of header values: trimming, tokens, lenient text.

use std::borrow::Cow;

/// Whether the byte is white space inside a header, folds included.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Cuts white space, folds included, off both ends.
pub(crate) fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes
        && is_space(*first)
    {
        bytes = rest;
    }
    while let [rest @ .., last] = bytes
        && is_space(*last)
    {
        bytes = rest;
    }
    bytes
}

/// Whether the byte may stand in a token (RFC 3261, 25.1).
pub(crate) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'!' | b'%' | b'*' | b'_' | b'+' | b'`' | b'\'' | b'~')
}

/// Reads bytes as text: UTF-8 where it is, ISO 8859-1 where it is not; folds become one space.
pub(crate) fn lenient_text(bytes: &[u8]) -> Cow<'_, str> {
    let folded = bytes.iter().any(|b| matches!(b, b'\r' | b'\n'));
    if !folded && let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|&byte| char::from(byte)));
    }
    if folded {
        text = text
            .split(['\r', '\n'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
    }
    Cow::Owned(text)
}

/// Reads decimal digits and nothing else.
pub(crate) fn digits<T: std::str::FromStr>(bytes: &[u8]) -> Option<T> {
    if bytes.is_empty() || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

/// Finds the end of the first list element: a comma outside quotes and angle brackets, or the end.
pub(crate) fn element_end(value: &[u8]) -> usize {
    let mut quoted = false;
    let mut escaped = false;
    let mut brackets = false;
    for (at, &byte) in value.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'<' if !quoted => brackets = true,
            b'>' if !quoted => brackets = false,
            b',' if !quoted && !brackets => return at,
            _ => {}
        }
    }
    value.len()
}

/// Appends a value that came from outside the message; control characters cannot break out of the line.
pub(crate) fn push_value(out: &mut Vec<u8>, value: &str) {
    out.extend(value.bytes().map(|byte| if byte < b' ' || byte == 0x7f { b' ' } else { byte }));
}
