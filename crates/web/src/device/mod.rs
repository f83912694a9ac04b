//! Devices: the list, one device, and one file per thing that can be done with it.

pub(crate) mod change;
pub(crate) mod export;
pub(crate) mod form;
pub(crate) mod install;
pub(crate) mod label;
pub(crate) mod list;
pub(crate) mod model;
pub(crate) mod outages;
pub(crate) mod overdue;
pub(crate) mod page;
pub(crate) mod password;
pub(crate) mod profile;
pub(crate) mod register;
pub(crate) mod replacement;
pub(crate) mod senders;
pub(crate) mod step;

use base::Timestamp;
use device::Contact;

use crate::{table::CellShown, text::Words};

/// The pages about devices that lead to each other: address and text.
pub(crate) fn tabs(words: &Words) -> Vec<(&'static str, String)> {
    [
        ("/devices", "devices-title"),
        ("/devices/overdue", "overdue-title"),
        ("/devices/replacement", "replacement-title"),
        ("/devices/models", "models-title"),
        ("/devices/profiles", "profiles-title"),
    ]
    .map(|(address, text)| (address, words.say(text)))
    .to_vec()
}

/// What a message was read as, in words.
pub(crate) fn signal(name: &str, words: Words) -> String {
    device::Signal::text_of(name).map_or_else(|| name.to_owned(), |text| words.of(text).to_owned())
}

/// The way over which a message came, in words.
pub(crate) fn transport(name: &str, words: Words) -> String {
    let known = device::transport::Transport::from_name(name);
    known.map_or_else(|| name.to_owned(), |known| words.of(known.text()).to_owned())
}

/// A moment, or a dash where there was none.
pub(crate) fn moment(at: Option<Timestamp>, words: Words) -> String {
    at.map_or_else(|| "–".to_owned(), |at| words.moment(at))
}

/// How a device is, in a word: only what is abnormal stands out.
pub(crate) fn condition(contact: &Contact, words: Words) -> CellShown {
    let since =
        |name: &str, at: Timestamp| CellShown::flag(words.with(name, &[("since", &words.moment(at))]));
    match contact {
        Contact { silent_since: Some(at), .. } => since("device-silent", *at),
        Contact { mains_lost_since: Some(at), .. } => since("device-mains-lost", *at),
        Contact { battery_low_since: Some(at), .. } => since("device-battery-low", *at),
        _ => CellShown::text("–"),
    }
}
