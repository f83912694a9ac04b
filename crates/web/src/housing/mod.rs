//! Forecasts of care and places, the register of homes, and the queue.

pub(crate) mod alternatives;
pub(crate) mod application;
pub(crate) mod apply;
pub(crate) mod asked;
pub(crate) mod claims;
pub(crate) mod export_file;
pub(crate) mod files;
pub(crate) mod forecast;
pub(crate) mod home_edit;
pub(crate) mod homes;
pub(crate) mod misread;
pub(crate) mod parts;
pub(crate) mod pyramid;
pub(crate) mod queue;

use base::time::Date;
use housing::places::{queue::SpecialProfile, register::RegisteredHome};

use crate::{form::FieldShown, form::Kind, text::Words};

/// A field for a day.
pub(super) fn day_field(name: &str, label: String, value: &str) -> FieldShown {
    FieldShown { kind: Kind::Line("date"), ..FieldShown::line(name, label, value) }
}

/// A field for a number.
pub(super) fn number_field(name: &str, label: String, value: &str) -> FieldShown {
    FieldShown { kind: Kind::Line("number"), ..FieldShown::line(name, label, value) }
}

/// A day that may be missing.
pub(super) fn day_or_dash(day: Option<Date>) -> String {
    day.map_or_else(|| "–".to_owned(), |day| day.to_string())
}

/// Profiles with commas between.
pub(super) fn profiles_in_words(profiles: &[SpecialProfile], words: Words) -> String {
    profiles.iter().map(|profile| profile.text(words.language)).collect::<Vec<_>>().join(", ")
}

/// The name of a home.
pub(super) fn name_of(homes: &[RegisteredHome], id: housing::places::queue::HomeId) -> String {
    homes.iter().find(|home| home.id == id).map(|home| home.home.name.clone()).unwrap_or_default()
}

/// The marks of the profiles that are not a language.
pub(super) fn profile_marks(words: Words, chosen: &[String]) -> Vec<FieldShown> {
    SpecialProfile::UNITS
        .iter()
        .map(|profile| {
            let name = profile.name();
            let set = chosen.contains(&name);
            FieldShown::mark(format!("profile_{name}"), profile.text(words.language), set)
        })
        .collect()
}

/// The names of the profiles that were marked.
pub(super) fn marked_profiles(fields: &crate::fields::Fields) -> Vec<String> {
    SpecialProfile::UNITS
        .iter()
        .map(SpecialProfile::name)
        .filter(|name| fields.text(&format!("profile_{name}")) == "yes")
        .collect()
}
