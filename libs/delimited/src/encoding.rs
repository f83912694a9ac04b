//! From bytes to text.

/// Characters of Windows-1252 from 0x80 to 0x9F; the rest of the code page is Latin-1.
const WINDOWS_1252_HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// How a file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without its mark.
    Utf8,
    /// UTF-16 of either order, known by its mark.
    Utf16,
    /// Windows-1252: what is neither of the others.
    Windows1252,
}

/// A text with how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a mark.
    pub text: String,
    /// How it was written.
    pub encoding: Encoding,
}

/// The text of a file; `None` for what no text is: UTF-16 with halves missing, or null characters.
pub fn decode(bytes: &[u8]) -> Option<Decoded> {
    let decoded = match bytes {
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes)?,
        _ => {
            let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
            match std::str::from_utf8(bytes) {
                Ok(text) => Decoded { text: text.to_owned(), encoding: Encoding::Utf8 },
                Err(_) => Decoded { text: decode_windows_1252(bytes), encoding: Encoding::Windows1252 },
            }
        }
    };
    (!decoded.text.contains('\0')).then_some(decoded)
}

fn utf_16(bytes: &[u8], read: fn([u8; 2]) -> u16) -> Option<Decoded> {
    let (pairs, left) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| read(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.ok().filter(|_| left.is_empty()).map(|text| Decoded { text, encoding: Encoding::Utf16 })
}

/// Bytes of Windows-1252 as text. Every byte has a character, so this cannot fail.
pub fn decode_windows_1252(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|&byte| match byte {
            0x80..=0x9f => WINDOWS_1252_HIGH[usize::from(byte - 0x80)],
            _ => char::from(byte),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_known_by_its_bytes() {
        for (bytes, text, encoding) in [
            (b"\xc3\xa5r".as_slice(), "år", Encoding::Utf8),
            (b"\xef\xbb\xbf\xc3\xa5r", "år", Encoding::Utf8),
            (b"\xe5r \x96 \x80", "år – €", Encoding::Windows1252),
            (b"\xff\xfe\xe5\x00r\x00", "år", Encoding::Utf16),
            (b"\xfe\xff\x00\xe5\x00r", "år", Encoding::Utf16),
        ] {
            assert_eq!(decode(bytes), Some(Decoded { text: text.to_owned(), encoding }), "{bytes:?}");
        }
        for bytes in [b"\xff\xfe\xe5".as_slice(), b"\x00\x01\x02", b"\xff\xfe\x00\xd8"] {
            assert_eq!(decode(bytes), None, "{bytes:?}");
        }
    }
}
