//! Devices: the list, one device, and one file per thing that can be done with it.

pub(crate) mod change;
pub(crate) mod export;
pub(crate) mod form;
pub(crate) mod install;
pub(crate) mod list;
pub(crate) mod outages;
pub(crate) mod page;
pub(crate) mod password;
pub(crate) mod register;
pub(crate) mod senders;
pub(crate) mod step;

use base::Timestamp;
use device::Contact;

use crate::{table::CellShown, text::Words};

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
