//! The reply `<mrs>`: what the receiver tells the device.

use crate::codes::{CallReply, MediaReply, ReplyStatus};
use crate::error::{Fault, ParseError};
use crate::limits::Limits;
use crate::request::{RootStyle, number};
use crate::xml::{self, write_element};

/// Longest status text that is sent, in characters; the excess is cut off.
pub const STATUS_TEXT_CHARS_MAX: usize = 128;
/// Longest number or URI to call that is sent, in characters; a longer one is left out.
pub const NUMBER_CHARS_MAX: usize = 256;
/// Numbers that are sent. Two makers' devices accept only one.
pub const NUMBERS_MAX: usize = 1;
/// Numbers that are read; more would be rubbish.
const NUMBERS_READ_MAX: usize = 16;

/// A reply read from the wire or to be sent.
///
/// ```
/// use scaip::{CallReply, MediaReply, Reply, ReplyStatus};
/// let reply = Reply::new("A1", ReplyStatus::OK)
///     .with_call(MediaReply::DUPLEX, CallReply::TRANSFERRED_NUMBER)
///     .with_number("sip:larm@example.org");
/// assert_eq!(
///     reply.to_xml(),
///     "<mrs><ref>A1</ref><snu>0</snu><mre>1</mre><cre>62</cre><tnu>sip:larm@example.org</tnu></mrs>"
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// Which root element it has.
    pub root: RootStyle,
    /// `ref`: the request's reference.
    pub reference: String,
    /// `snu`: how the request was received.
    pub status: ReplyStatus,
    /// `ste`: the same in words.
    pub status_text: Option<String>,
    /// `cve`: common version.
    pub common_version: Option<String>,
    /// `mre`: which voice path to open.
    pub media: Option<MediaReply>,
    /// `cre`: whom to call.
    pub call: Option<CallReply>,
    /// `tnu`: number or URI to call; only the first is written. May be personal data.
    pub numbers: Vec<String>,
    /// `hbi`: heartbeat interval code, read but never written: its meaning is in no open source.
    pub heartbeat_interval: Option<u16>,
}

impl Reply {
    /// Makes the shortest reply.
    #[must_use]
    pub fn new(reference: &str, status: ReplyStatus) -> Self {
        Self {
            root: RootStyle::Mrq,
            reference: reference.to_owned(),
            status,
            status_text: None,
            common_version: None,
            media: None,
            call: None,
            numbers: Vec::new(),
            heartbeat_interval: None,
        }
    }

    /// Uses the root element of the device's profile.
    #[must_use]
    pub fn with_root(mut self, root: RootStyle) -> Self {
        self.root = root;
        self
    }

    /// Adds a status text (`ste`), cut to 128 characters.
    #[must_use]
    pub fn with_status_text(mut self, text: &str) -> Self {
        self.status_text = Some(cut(text).to_owned());
        self
    }

    /// Asks for a voice path (`mre`) to somebody (`cre`).
    #[must_use]
    pub fn with_call(mut self, media: MediaReply, call: CallReply) -> Self {
        self.media = Some(media);
        self.call = Some(call);
        self
    }

    /// Asks the device not to call, which an open alarm needs when a heartbeat is answered.
    #[must_use]
    pub fn without_call(self) -> Self {
        self.with_call(MediaReply::NO_CALL, CallReply::NO_CALL)
    }

    /// Gives the number or URI to call (`tnu`).
    #[must_use]
    pub fn with_number(mut self, number: &str) -> Self {
        self.numbers = vec![number.to_owned()];
        self
    }

    /// Writes the reply as compact XML.
    #[must_use]
    pub fn to_xml(&self) -> String {
        let root = match self.root {
            RootStyle::Mrq => "mrs",
            RootStyle::Scaip => "scaip",
        };
        let mut out = String::with_capacity(128);
        out.push('<');
        out.push_str(root);
        out.push('>');
        write_element(&mut out, "ref", &self.reference);
        write_element(&mut out, "snu", &self.status.to_string());
        if let Some(text) = &self.status_text {
            write_element(&mut out, "ste", cut(text));
        }
        if let Some(version) = &self.common_version {
            write_element(&mut out, "cve", version);
        }
        if let Some(media) = self.media {
            write_element(&mut out, "mre", &media.to_string());
        }
        if let Some(call) = self.call {
            write_element(&mut out, "cre", &call.to_string());
        }
        let fitting = self.numbers.iter().filter(|number| number.chars().count() <= NUMBER_CHARS_MAX);
        for number in fitting.take(NUMBERS_MAX) {
            write_element(&mut out, "tnu", number);
        }
        out.push_str("</");
        out.push_str(root);
        out.push('>');
        out
    }

    /// Reads a reply liberally; the first value of a repeated element counts, unknown elements are ignored.
    ///
    /// # Errors
    /// [`ParseError`] when a limit is passed, the XML is broken, or `ref` or `snu` is missing or unreadable.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, ParseError> {
        let mut reply = Self::new("", ReplyStatus::OK);
        let mut status = None;
        let walked = xml::walk(bytes, limits, |leaf| {
            let text = leaf.text;
            if leaf.ancestors.len() > 2 || text.is_empty() {
                return Ok(());
            }
            let name = leaf.name.to_ascii_lowercase();
            match name.as_str() {
                "ref" if reply.reference.is_empty() => reply.reference = text.to_owned(),
                "snu" if status.is_none() => {
                    let Some(code) = number(text) else {
                        return Err(ParseError::new(
                            Fault::WrongData,
                            "snu",
                            leaf.offset,
                            "a number",
                            text.as_bytes(),
                        ));
                    };
                    status = Some(ReplyStatus(code));
                }
                "ste" => _ = reply.status_text.get_or_insert_with(|| text.to_owned()),
                "cve" => _ = reply.common_version.get_or_insert_with(|| text.to_owned()),
                "mre" => reply.media = reply.media.or(number(text).map(MediaReply)),
                "cre" => reply.call = reply.call.or(number(text).map(CallReply)),
                "tnu" if reply.numbers.len() < NUMBERS_READ_MAX => reply.numbers.push(text.to_owned()),
                "hbi" => reply.heartbeat_interval = reply.heartbeat_interval.or(number(text)),
                _ => {}
            }
            Ok(())
        })?;
        reply.root = match walked.root.to_ascii_lowercase().as_str() {
            "mrs" => RootStyle::Mrq,
            "scaip" => RootStyle::Scaip,
            _ => {
                let found = walked.root.as_bytes();
                return Err(ParseError::new(
                    Fault::InvalidFormat,
                    "message",
                    0,
                    "the root element mrs or scaip",
                    found,
                ));
            }
        };
        let missing = |element| {
            ParseError::new(Fault::MandatoryMissing, element, bytes.len(), "this mandatory element", b"")
        };
        if reply.reference.is_empty() {
            return Err(missing("ref"));
        }
        reply.status = status.ok_or_else(|| missing("snu"))?;
        Ok(reply)
    }
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reply")
            .field("reference", &self.reference)
            .field("status", &self.status)
            .field("media", &self.media)
            .field("call", &self.call)
            .field("numbers", &self.numbers.len())
            .finish_non_exhaustive()
    }
}

/// A status text of the length that is sent; no reader keeps blanks at its end.
fn cut(text: &str) -> &str {
    let end = text.char_indices().nth(STATUS_TEXT_CHARS_MAX).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text).trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_in_both_styles() {
        for root in [RootStyle::Mrq, RootStyle::Scaip] {
            let reply = Reply::new("1998218577", ReplyStatus::WRONG_DATA)
                .with_root(root)
                .with_status_text("ok < & >")
                .without_call()
                .with_number("sip:a@example.org");
            assert_eq!(Reply::parse(reply.to_xml().as_bytes(), &Limits::default()), Ok(reply));
        }
    }

    #[test]
    fn sends_one_number_and_cuts_a_long_text() {
        let mut reply = Reply::new("1", ReplyStatus::OK).with_status_text(&"å".repeat(200));
        reply.numbers = vec!["x".repeat(300), "tel:1".into(), "tel:2".into()];
        let xml = reply.to_xml();
        assert_eq!(xml.matches("<tnu>").count(), 1);
        assert!(xml.contains("<tnu>tel:1</tnu>"));
        assert_eq!(xml.matches('å').count(), STATUS_TEXT_CHARS_MAX);
        let reply = Reply::new("1", ReplyStatus::OK).with_status_text(&format!("{}x", "å ".repeat(100)));
        assert_eq!(Reply::parse(reply.to_xml().as_bytes(), &Limits::default()), Ok(reply));
    }

    #[test]
    fn refuses_a_reply_without_status() {
        let error = Reply::parse(b"<mrs><ref>1</ref></mrs>", &Limits::default()).unwrap_err();
        assert_eq!((error.fault, error.element.as_str()), (Fault::MandatoryMissing, "snu"));
        let error = Reply::parse(b"<mrq><ref>1</ref></mrq>", &Limits::default()).unwrap_err();
        assert_eq!(error.reply_status(), ReplyStatus::INVALID_FORMAT);
    }
}
