//! What was wrong with a form, ready to stand beside its fields.

use app::AppError;

use crate::{text::Words, trouble::Problem};

/// What was wrong with a form: field and sentence, in the order of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told(pub(crate) Vec<(String, String)>);

impl Told {
    /// One sentence about one field.
    pub(crate) fn one(field: &str, sentence: String) -> Self {
        Told(vec![(field.to_owned(), sentence)])
    }

    /// The sentences of an error about fields; any other error is handed on.
    pub(crate) fn of(error: AppError, words: Words) -> Result<Self, Problem> {
        match error {
            AppError::Invalid(problems) => Ok(Told(
                problems
                    .all()
                    .iter()
                    .map(|(field, problem)| ((*field).to_owned(), problem.sentence(words.language)))
                    .collect(),
            )),
            other => Err(other.into()),
        }
    }

    /// The sentence of a field.
    pub(crate) fn about(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == field).map(|(_, told)| told.as_str())
    }

    /// Whether nothing was wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
