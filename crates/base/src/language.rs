//! The two languages of every page, sentence and code table.

/// A language that Tryggve speaks. Swedish comes first everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Language {
    /// Svenska.
    #[default]
    Swedish,
    /// English.
    English,
}

impl Language {
    /// Both, Swedish first.
    pub const ALL: [Language; 2] = [Language::Swedish, Language::English];

    /// The BCP 47 tag: `sv` or `en`.
    pub const fn tag(self) -> &'static str {
        match self {
            Language::Swedish => "sv",
            Language::English => "en",
        }
    }

    /// Reads a BCP 47 tag or an `Accept-Language` entry; `None` where it is neither of ours.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_', ';']).next()?.trim();
        Language::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }
}

/// A text in both languages, for code tables and sentences that rules speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// Svenska.
    pub swedish: &'static str,
    /// English.
    pub english: &'static str,
}

impl Text {
    /// A text in both languages.
    pub const fn new(swedish: &'static str, english: &'static str) -> Self {
        Text { swedish, english }
    }

    /// The text in one language.
    pub const fn get(&self, language: Language) -> &'static str {
        match language {
            Language::Swedish => self.swedish,
            Language::English => self.english,
        }
    }
}
