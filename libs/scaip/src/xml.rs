//! The small part of XML that the protocol uses, read without copying.
//!
//! No document type, no entity beyond the five built-in ones and numeric references, no namespaces (a prefix is cut off).
//! The reader walks leaves: elements without children, each with its parent and its text.

use crate::error::{Fault, ParseError};
use crate::limits::Limits;

/// One element without children.
#[derive(Debug)]
pub(crate) struct Leaf<'a, 't> {
    /// Names of the ancestors, the root first.
    pub(crate) ancestors: &'t [&'a str],
    /// The element's own name, without prefix.
    pub(crate) name: &'a str,
    /// The element's text, references resolved, without characters that XML cannot carry, trimmed.
    pub(crate) text: &'t str,
    /// Byte offset of the element's start.
    pub(crate) offset: usize,
    /// Whether bytes that are no UTF-8 were read as ISO 8859-1.
    pub(crate) not_utf8: bool,
}

/// What the walk saw besides leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Walked<'a> {
    /// Name of the root element.
    pub(crate) root: &'a str,
    /// Whether anything but white space stood before or after the root.
    pub(crate) content_outside_root: bool,
}

/// Walks all leaves of `bytes` in document order.
pub(crate) fn walk<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    mut visit: impl FnMut(&Leaf<'a, '_>) -> Result<(), ParseError>,
) -> Result<Walked<'a>, ParseError> {
    if bytes.len() > limits.message_bytes {
        return Err(ParseError::new(
            Fault::TooLong,
            "message",
            limits.message_bytes,
            "a shorter message",
            b"",
        ));
    }
    let mut walker = Walker { bytes, at: 0, limits, stack: Vec::with_capacity(4), elements: 0 };
    let (root, mut outside) = walker.root()?;
    let mut text = String::with_capacity(64);
    let mut not_utf8 = false;
    let mut leaf_start = walker.at;
    let mut is_leaf = true;
    if let Some(root) = root.open {
        walker.stack.push(root);
        while let Some(parent) = walker.stack.last().copied() {
            match walker.next(parent)? {
                Token::Open { name, offset, empty } => {
                    text.clear();
                    not_utf8 = false;
                    leaf_start = offset;
                    if empty {
                        let leaf = Leaf { ancestors: &walker.stack, name, text: "", offset, not_utf8 };
                        visit(&leaf)?;
                        is_leaf = false;
                    } else {
                        walker.push(name, offset)?;
                        is_leaf = true;
                    }
                }
                Token::Close { name, offset } => {
                    if !name.eq_ignore_ascii_case(parent) {
                        return Err(walker.fault(parent, offset, "its own end tag", name.as_bytes()));
                    }
                    walker.stack.pop();
                    if is_leaf && !walker.stack.is_empty() {
                        // Before trimming, so that blanks behind such a character are an end too.
                        text.retain(is_carried);
                        let text = text.trim();
                        visit(&Leaf {
                            ancestors: &walker.stack,
                            name: parent,
                            text,
                            offset: leaf_start,
                            not_utf8,
                        })?;
                    }
                    is_leaf = false;
                    text.clear();
                }
                Token::Text { raw, offset } => {
                    not_utf8 |= walker.text(raw, parent, offset, &mut text)?;
                }
                Token::Literal { raw, offset } => {
                    not_utf8 |= push_decoded(raw, &mut text);
                    walker.field_length(parent, offset, &text)?;
                }
            }
        }
    }
    outside |= walker.rest_holds_content();
    Ok(Walked { root: root.name, content_outside_root: outside })
}

struct Root<'a> {
    name: &'a str,
    open: Option<&'a str>,
}

enum Token<'a> {
    Open { name: &'a str, offset: usize, empty: bool },
    Close { name: &'a str, offset: usize },
    Text { raw: &'a [u8], offset: usize },
    Literal { raw: &'a [u8], offset: usize },
}

struct Walker<'a, 'l> {
    bytes: &'a [u8],
    at: usize,
    limits: &'l Limits,
    stack: Vec<&'a str>,
    elements: usize,
}

impl<'a> Walker<'a, '_> {
    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn fault(&self, element: &str, offset: usize, expected: &'static str, found: &[u8]) -> ParseError {
        ParseError::new(Fault::InvalidFormat, element, offset, expected, found)
    }

    /// Finds the root's start tag; anything before it but comments and the declaration is noted.
    fn root(&mut self) -> Result<(Root<'a>, bool), ParseError> {
        if self.rest().starts_with(b"\xEF\xBB\xBF") {
            self.at += 3;
        }
        let mut outside = false;
        loop {
            let offset = self.at;
            let rest = self.rest();
            if rest.is_empty() {
                return Err(self.fault("message", offset, "an element", rest));
            }
            if rest.first() != Some(&b'<') {
                let text = self.take_text();
                outside |= !is_blank(text);
            } else if is_name_start(rest.get(1)) {
                let Token::Open { name, empty, .. } = self.open_tag()? else { continue };
                self.elements += 1;
                return Ok((Root { name, open: (!empty).then_some(name) }, outside));
            } else if self.skip_markup("message")?.is_some() {
                outside = true;
            }
        }
    }

    fn next(&mut self, parent: &str) -> Result<Token<'a>, ParseError> {
        loop {
            let offset = self.at;
            let rest = self.rest();
            match (rest.first(), rest.get(1)) {
                (None, _) => return Err(self.fault(parent, offset, "an end tag", b"")),
                (Some(b'<'), Some(b'/')) => {
                    self.at += 2;
                    let name = self.name(parent)?;
                    self.skip_to_tag_end(parent)?;
                    return Ok(Token::Close { name, offset });
                }
                (Some(b'<'), next) if is_name_start(next) => {
                    self.elements += 1;
                    if self.elements > self.limits.elements {
                        return Err(ParseError::new(Fault::TooLong, parent, offset, "fewer elements", b""));
                    }
                    return self.open_tag();
                }
                (Some(b'<'), _) => {
                    if let Some(raw) = self.skip_markup(parent)? {
                        return Ok(Token::Literal { raw, offset });
                    }
                }
                _ => return Ok(Token::Text { raw: self.take_text(), offset }),
            }
        }
    }

    fn push(&mut self, name: &'a str, offset: usize) -> Result<(), ParseError> {
        if self.stack.len() >= self.limits.depth {
            return Err(ParseError::new(Fault::TooLong, name, offset, "shallower nesting", b""));
        }
        self.stack.push(name);
        Ok(())
    }

    fn take_text(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|&b| b == b'<').unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn open_tag(&mut self) -> Result<Token<'a>, ParseError> {
        let offset = self.at;
        self.at += 1;
        let name = self.name("message")?;
        let empty = self.skip_to_tag_end(name)?;
        Ok(Token::Open { name, offset, empty })
    }

    /// Reads a name and cuts off a namespace prefix.
    fn name(&mut self, element: &str) -> Result<&'a str, ParseError> {
        let offset = self.at;
        let rest = self.rest();
        let length = rest.iter().position(|&b| !is_name_byte(b)).unwrap_or(rest.len());
        let raw = rest.get(..length).unwrap_or_default();
        self.at += length;
        let text = std::str::from_utf8(raw).map_err(|_| self.fault(element, offset, "a name", raw))?;
        let local = text.rsplit(':').next().unwrap_or(text);
        if local.is_empty() {
            return Err(self.fault(element, offset, "a name", raw));
        }
        Ok(local)
    }

    /// Skips attributes up to and with `>`; tells whether the tag closes itself.
    fn skip_to_tag_end(&mut self, element: &str) -> Result<bool, ParseError> {
        let mut quote = None;
        let mut before = 0;
        for (index, &byte) in self.rest().iter().enumerate() {
            match (quote, byte) {
                (Some(open), _) if byte == open => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'>') => {
                    self.at += index + 1;
                    return Ok(before == b'/');
                }
                (None, b'<') => break,
                (None, _) => {}
            }
            before = byte;
        }
        Err(self.fault(element, self.at, "the end of the tag", self.rest()))
    }

    /// Skips a comment or an instruction, returns the inside of a literal section, refuses the rest.
    fn skip_markup(&mut self, element: &str) -> Result<Option<&'a [u8]>, ParseError> {
        const SECTIONS: [(&[u8], &[u8], bool); 3] =
            [(b"<!--", b"-->", false), (b"<?", b"?>", false), (b"<![CDATA[", b"]]>", true)];
        let offset = self.at;
        let rest = self.rest();
        for (open, close, literal) in SECTIONS {
            if let Some(inner) = rest.strip_prefix(open) {
                let Some(end) = inner.windows(close.len()).position(|window| window == close) else {
                    return Err(self.fault(element, offset, "the end of the section", rest));
                };
                self.at += open.len() + end + close.len();
                return Ok(literal.then(|| inner.get(..end).unwrap_or_default()));
            }
        }
        Err(self.fault(element, offset, "an element; document types are refused", rest))
    }

    /// Appends text with its references resolved; tells whether it was not UTF-8.
    fn text(&self, raw: &[u8], element: &str, offset: usize, text: &mut String) -> Result<bool, ParseError> {
        let mut not_utf8 = false;
        let mut rest = raw;
        while let Some(at) = rest.iter().position(|&b| b == b'&') {
            let (before, reference) = rest.split_at(at);
            not_utf8 |= push_decoded(before, text);
            rest = match resolve(reference) {
                Reference::Character(character, length) => {
                    text.push(character);
                    reference.get(length..).unwrap_or_default()
                }
                Reference::BareAmpersand => {
                    text.push('&');
                    reference.get(1..).unwrap_or_default()
                }
                Reference::Unknown => {
                    return Err(self.fault(element, offset, "a built-in reference", reference));
                }
            };
        }
        not_utf8 |= push_decoded(rest, text);
        self.field_length(element, offset, text)?;
        Ok(not_utf8)
    }

    fn field_length(&self, element: &str, offset: usize, text: &str) -> Result<(), ParseError> {
        if text.len() > self.limits.field_bytes {
            return Err(ParseError::new(Fault::TooLong, element, offset, "a shorter text", b""));
        }
        Ok(())
    }

    /// Whether anything but white space, padding and comments follows the root.
    fn rest_holds_content(&mut self) -> bool {
        loop {
            if self.rest().is_empty() {
                return false;
            }
            if !is_blank(self.take_text()) {
                return true;
            }
            if !self.rest().is_empty() && !matches!(self.skip_markup("message"), Ok(None)) {
                return true;
            }
        }
    }
}

enum Reference {
    Character(char, usize),
    BareAmpersand,
    Unknown,
}

/// Longest reference that is looked at: `&#x10FFFF;`.
const REFERENCE_BYTES_MAX: usize = 12;

fn resolve(reference: &[u8]) -> Reference {
    let window = reference.get(..reference.len().min(REFERENCE_BYTES_MAX)).unwrap_or_default();
    let name_end = window.iter().skip(1).position(|b| !b.is_ascii_alphanumeric() && *b != b'#');
    let Some(end) = name_end.map(|n| n + 1).filter(|&end| window.get(end) == Some(&b';')) else {
        return Reference::BareAmpersand;
    };
    let name = std::str::from_utf8(window.get(1..end).unwrap_or_default()).unwrap_or_default();
    let character = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "" => return Reference::BareAmpersand,
        _ => numeric(name),
    };
    match character {
        Some(character) => Reference::Character(character, end + 1),
        None => Reference::Unknown,
    }
}

fn numeric(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let number = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    char::from_u32(number).filter(|c| *c != '\0')
}

/// Appends `raw`; bytes that are no UTF-8 are read as ISO 8859-1, which older devices send.
pub(crate) fn push_decoded(raw: &[u8], text: &mut String) -> bool {
    let mut not_utf8 = false;
    for chunk in raw.utf8_chunks() {
        text.push_str(chunk.valid());
        not_utf8 |= !chunk.invalid().is_empty();
        text.extend(chunk.invalid().iter().map(|&byte| char::from(byte)));
    }
    not_utf8
}

fn is_blank(text: &[u8]) -> bool {
    text.iter().all(|&b| b.is_ascii_whitespace() || b == 0)
}

fn is_name_start(byte: Option<&u8>) -> bool {
    byte.is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_' || *b >= 0x80)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':') || byte >= 0x80
}

/// False for a character that XML 1.0 cannot carry, not even as a reference (its production `Char`).
fn is_carried(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => true,
        '\u{FFFE}' | '\u{FFFF}' => false,
        c => c >= ' ',
    }
}

/// Appends `<name>text</name>`, escaped; characters that XML cannot carry are left out.
pub(crate) fn write_element(out: &mut String, name: &str, text: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c if is_carried(c) => out.push(c),
            _ => {}
        }
    }
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}
