//! Where a figure comes from: no figure travels without it.

use base::language::{Language, Text};

/// Words of a source in each language; a municipality's own stand alike in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    swedish: String,
    english: String,
}

impl Named {
    /// Words that differ between the languages.
    pub fn new(swedish: &str, english: &str) -> Self {
        Named { swedish: swedish.to_owned(), english: english.to_owned() }
    }

    /// The words in one language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Swedish => &self.swedish,
            Language::English => &self.english,
        }
    }
}

impl From<&str> for Named {
    fn from(words: &str) -> Self {
        Named::new(words, words)
    }
}

impl From<Text> for Named {
    fn from(text: Text) -> Self {
        Named::new(text.swedish, text.english)
    }
}

/// The origin of a table of figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Who published it, such as `Statistics Sweden (SCB)`.
    pub publisher: Named,
    /// Which table or file.
    pub table: Named,
    /// The date that the figures describe or were published, `YYYY-MM-DD`.
    pub as_of: String,
    /// Under which terms it may be used.
    pub licence: Named,
}

impl Source {
    /// A source named by its parts.
    pub fn new(
        publisher: impl Into<Named>,
        table: impl Into<Named>,
        as_of: &str,
        licence: impl Into<Named>,
    ) -> Self {
        Source {
            publisher: publisher.into(),
            table: table.into(),
            as_of: as_of.to_owned(),
            licence: licence.into(),
        }
    }

    /// The line that stands under a table or chart.
    pub fn line(&self, language: Language) -> String {
        let [publisher, table, licence] =
            [&self.publisher, &self.table, &self.licence].map(|words| words.get(language));
        format!("{publisher}: {table}, {} ({licence})", self.as_of)
    }
}
