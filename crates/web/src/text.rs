//! The texts of the pages in both languages. They stand in `locales/`, one file per capability.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use base::{Language, Timestamp, language::Text, time};
use fluent_templates::{LanguageIdentifier, Loader, fluent_bundle::FluentValue, langid, static_loader};

static_loader! {
    static TEXTS = {
        locales: "./locales",
        fallback_language: "sv",
        // Isolation marks would put invisible characters around every number and name.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static IDENTIFIERS: LazyLock<[LanguageIdentifier; 2]> = LazyLock::new(|| [langid!("sv"), langid!("en")]);

/// The texts in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Words {
    /// Which language.
    pub(crate) language: Language,
}

impl Words {
    /// The texts in one language.
    pub(crate) fn new(language: Language) -> Self {
        Words { language }
    }

    fn identifier(&self) -> &'static LanguageIdentifier {
        &IDENTIFIERS[self.language as usize]
    }

    /// The text of a name.
    pub(crate) fn say(&self, name: impl AsRef<str>) -> String {
        TEXTS.lookup(self.identifier(), name.as_ref())
    }

    /// The text of a name, or `None` where there is none: for names that come from data.
    pub(crate) fn find(&self, name: &str) -> Option<String> {
        TEXTS.try_lookup(self.identifier(), name)
    }

    /// The text of a name that tells a number, as `$count`.
    pub(crate) fn count(&self, name: &str, count: impl TryInto<i64>) -> String {
        let count: i64 = count.try_into().unwrap_or(i64::MAX);
        TEXTS.lookup_with_args(
            self.identifier(),
            name,
            &HashMap::from([(Cow::from("count"), FluentValue::from(count))]),
        )
    }

    /// The text of a name around other texts.
    pub(crate) fn with(&self, name: &str, parts: &[(&'static str, &str)]) -> String {
        let parts: HashMap<Cow<'static, str>, FluentValue> = parts
            .iter()
            .map(|(key, value)| (Cow::from(*key), FluentValue::from((*value).to_owned())))
            .collect();
        TEXTS.lookup_with_args(self.identifier(), name, &parts)
    }

    /// The tag for `lang`.
    pub(crate) fn tag(&self) -> &'static str {
        self.language.tag()
    }

    /// A text that stands with its own code table.
    pub(crate) fn of(&self, text: Text) -> &'static str {
        text.get(self.language)
    }

    /// A moment with its day.
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        time::show_moment(at, self.language)
    }

    /// A moment with its day, year and second: where the exact order matters.
    pub(crate) fn moment_with_seconds(&self, at: Timestamp) -> String {
        let year = at.to_zoned(time::stockholm()).year();
        let day = time::show_day(at.to_zoned(time::stockholm()).date(), self.language);
        format!("{day} {year} {}", time::show_clock(at, self.language))
    }

    /// A moment of today.
    pub(crate) fn clock(&self, at: Timestamp) -> String {
        time::show_clock(at, self.language)
    }
}

/// A length of time as `0:45`, `3:05` or `1:02:05`; the same in both languages and in `count.js`.
pub(crate) fn show_seconds(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_read_like_a_clock() {
        for (seconds, shown) in [(0, "0:00"), (45, "0:45"), (185, "3:05"), (3725, "1:02:05")] {
            assert_eq!(show_seconds(seconds), shown);
        }
    }

    #[test]
    fn numbers_carry_no_invisible_marks() {
        let shown = Words::new(Language::Swedish).count("queue-waiting", 3);
        assert!(shown.contains('3') && !shown.contains('\u{2068}'), "{shown:?}");
    }
}
