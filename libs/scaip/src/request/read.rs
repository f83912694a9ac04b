//! Reading a request: elements by name, codes as numbers, what is unusual flagged.

use super::{Deviation, Flag, MessageType, Position, Request, RootStyle, UnknownElement};
use crate::codes::{ComponentCode, DeviceType, LocationCode, StatusCode};
use crate::error::{Fault, ParseError};
use crate::limits::Limits;
use crate::xml::{self, Leaf};

/// What a field's pattern allows besides its length.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Digits,
    Alphanumeric,
    Free,
}

/// Length and form of each element, as observed; excess is flagged, never refused.
const PATTERNS: [(&str, usize, Form); 27] = [
    ("ref", 16, Form::Alphanumeric),
    ("cid", 16, Form::Digits),
    ("dty", 4, Form::Digits),
    ("ver", 5, Form::Free),
    ("mty", 2, Form::Free),
    ("sco", 1, Form::Digits),
    ("cha", 1, Form::Digits),
    ("hbo", 3, Form::Free),
    ("did", 8, Form::Free),
    ("dco", 3, Form::Digits),
    ("dte", 32, Form::Free),
    ("crd", 256, Form::Free),
    ("stc", 4, Form::Digits),
    ("stt", 32, Form::Free),
    ("pri", 1, Form::Digits),
    ("lco", 3, Form::Digits),
    ("lva", 2, Form::Free),
    ("lte", 32, Form::Free),
    ("ico", 3, Form::Digits),
    ("ite", 128, Form::Free),
    ("ame", 1, Form::Digits),
    ("mreq", 2, Form::Digits),
    ("geo", 23, Form::Free),
    ("tim", 22, Form::Free),
    ("gga", 81, Form::Free),
    // Two names that are containers; a text in them is kept as unknown.
    ("lge", 0, Form::Free),
    ("mrq", 0, Form::Free),
];

/// Repeated caller ids that are kept; more would be rubbish.
const CALLER_IDS_MAX: usize = 16;
/// Flags that are kept; more of them say nothing new.
const FLAGS_MAX: usize = 32;

pub(super) fn parse(bytes: &[u8], limits: &Limits) -> Result<Request, ParseError> {
    let mut reader =
        Reader { request: Request::new("", "", DeviceType::UNKNOWN), device_type: None, seen: 0 };
    let walked = xml::walk(bytes, limits, |leaf| reader.leaf(leaf))?;
    let root = if walked.root.eq_ignore_ascii_case("mrq") {
        RootStyle::Mrq
    } else if walked.root.eq_ignore_ascii_case("scaip") {
        RootStyle::Scaip
    } else {
        return Err(ParseError::new(
            Fault::InvalidFormat,
            "message",
            0,
            "the root element mrq or scaip",
            walked.root.as_bytes(),
        ));
    };
    if walked.content_outside_root {
        reader.flag("message", Deviation::OutsideRoot);
    }
    reader.finish(root, bytes.len())
}

struct Reader {
    request: Request,
    device_type: Option<DeviceType>,
    /// A bit per row of [`PATTERNS`]: which elements have come with a value.
    seen: u32,
}

impl Reader {
    fn flag(&mut self, element: &'static str, deviation: Deviation) {
        let flag = Flag { element, deviation };
        if self.request.flags.len() < FLAGS_MAX && !self.request.flags.contains(&flag) {
            self.request.flags.push(flag);
        }
    }

    fn leaf(&mut self, leaf: &Leaf<'_, '_>) -> Result<(), ParseError> {
        let Some(index) = known(leaf) else {
            self.keep_unknown(leaf);
            return Ok(());
        };
        let Some(&(name, length, form)) = PATTERNS.get(index) else { return Ok(()) };
        if leaf.not_utf8 {
            self.flag(name, Deviation::NotUtf8);
        }
        if leaf.text.is_empty() {
            return Ok(());
        }
        if leaf.text.chars().count() > length {
            self.flag(name, Deviation::OverLength);
        }
        let outside = match form {
            Form::Digits => !leaf.text.bytes().all(|b| b.is_ascii_digit()),
            Form::Alphanumeric => !leaf.text.bytes().all(|b| b.is_ascii_alphanumeric()),
            Form::Free => false,
        };
        if outside {
            self.flag(name, Deviation::OutsidePattern);
        }
        let first = self.seen & (1 << index) == 0;
        self.seen |= 1 << index;
        if !first && name != "crd" {
            self.repeated(name, leaf.text);
            return Ok(());
        }
        self.set(name, leaf)
    }

    fn keep_unknown(&mut self, leaf: &Leaf<'_, '_>) {
        let parent = leaf.ancestors.last().copied().unwrap_or_default();
        let name = if leaf.ancestors.len() > 1 && !is_envelope(parent) {
            format!("{parent}/{}", leaf.name)
        } else {
            leaf.name.to_owned()
        };
        self.request.unknown.push(UnknownElement { name, text: leaf.text.to_owned() });
    }

    fn set(&mut self, name: &'static str, leaf: &Leaf<'_, '_>) -> Result<(), ParseError> {
        let text = leaf.text;
        let owned = || Some(text.to_owned());
        match name {
            "ref" => self.request.reference = text.to_owned(),
            "cid" => self.request.controller_id = text.to_owned(),
            "dty" => match number(text) {
                Some(code) => self.device_type = Some(DeviceType(code)),
                None => {
                    let found = text.as_bytes();
                    return Err(ParseError::new(
                        Fault::WrongData,
                        "dty",
                        leaf.offset,
                        "a number of one to four digits",
                        found,
                    ));
                }
            },
            "ver" => self.request.version = owned(),
            "mty" => self.request.message_type = Some(message_type(text)),
            "sco" => self.request.system_configuration = self.code(name, text),
            "cha" => self.request.call_handling = self.code(name, text),
            "hbo" => self.request.heartbeat_options = owned(),
            "did" => self.request.device_id = owned(),
            "dco" => self.request.component = self.code(name, text).map(ComponentCode),
            "dte" => self.request.device_text = owned(),
            "crd" if self.request.caller_ids.len() < CALLER_IDS_MAX => {
                self.request.caller_ids.push(text.to_owned());
            }
            "stc" => self.request.status = self.code(name, text).map(StatusCode),
            "stt" => self.request.status_text = owned(),
            "pri" => self.request.priority = self.code(name, text),
            "lco" => self.request.location = self.code(name, text).map(LocationCode),
            "lva" => self.request.location_value = owned(),
            "lte" => self.request.location_text = owned(),
            "ico" => self.request.information = self.code(name, text),
            "ite" => self.request.information_text = owned(),
            "ame" => self.request.additional_message = self.code(name, text).map(|code| code != 0),
            "mreq" => self.request.media_request = self.code(name, text),
            "geo" => self.position().geo = owned(),
            "tim" => self.position().time = owned(),
            "gga" => self.position().gga = owned(),
            _ => self.keep_unknown(leaf),
        }
        Ok(())
    }

    fn position(&mut self) -> &mut Position {
        self.request.position.get_or_insert_default()
    }

    fn code(&mut self, name: &'static str, text: &str) -> Option<u16> {
        let code = number(text);
        if code.is_none() {
            self.flag(name, Deviation::Unreadable);
        }
        code
    }

    /// Compares a second value of an element with the first; only a difference is worth a flag.
    fn repeated(&mut self, name: &'static str, text: &str) {
        let request = &self.request;
        let same = match name {
            "ref" => request.reference == text,
            "cid" => request.controller_id == text,
            "dty" => self.device_type.map(|code| code.0) == number(text),
            "mty" => request.message_type == Some(message_type(text)),
            "stc" => request.status.is_some() && request.status.map(|code| code.0) == number(text),
            _ => false,
        };
        if !same {
            self.flag(name, Deviation::Contradicted);
        }
    }

    fn finish(mut self, root: RootStyle, length: usize) -> Result<Request, ParseError> {
        let missing = |element: &str| {
            ParseError::new(Fault::MandatoryMissing, element, length, "this mandatory element", b"")
        };
        if self.request.reference.is_empty() {
            return Err(missing("ref"));
        }
        if self.request.controller_id.is_empty() {
            return Err(missing("cid"));
        }
        self.request.device_type = self.device_type.ok_or_else(|| missing("dty"))?;
        self.request.root = root;
        Ok(self.request)
    }
}

fn is_envelope(name: &str) -> bool {
    name.eq_ignore_ascii_case("mrq") || name.eq_ignore_ascii_case("scaip")
}

/// Finds the element's row when it stands where the protocol puts it.
fn known(leaf: &Leaf<'_, '_>) -> Option<usize> {
    let (parent, above) = leaf.ancestors.split_last()?;
    let (inside_position, above) =
        if parent.eq_ignore_ascii_case("lge") { (true, above) } else { (false, leaf.ancestors) };
    if above.is_empty() || above.len() > 2 || !above.iter().all(|name| is_envelope(name)) {
        return None;
    }
    let index = PATTERNS.iter().position(|(name, ..)| name.eq_ignore_ascii_case(leaf.name))?;
    let (name, length, _) = PATTERNS.get(index)?;
    (*length > 0 && matches!(*name, "geo" | "tim" | "gga") == inside_position).then_some(index)
}

fn message_type(text: &str) -> MessageType {
    [MessageType::Message, MessageType::Reset, MessageType::Information, MessageType::Heartbeat]
        .into_iter()
        .find(|kind| kind.letters().eq_ignore_ascii_case(text))
        .unwrap_or(MessageType::Other)
}

/// Reads a code of any width: `2`, `02` and `0002` are the same.
pub(crate) fn number(text: &str) -> Option<u16> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}
