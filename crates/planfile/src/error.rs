//! What is wrong with a file, said so that its author can mend it.

/// A file that could not be read. `place` says where in it, `fault` what was found and what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct FileError {
    /// Where: a field, a line, a visit.
    pub place: String,
    /// What was found and what was expected.
    pub fault: String,
}

impl FileError {
    pub(crate) fn new(place: impl Into<String>, fault: impl Into<String>) -> Self {
        FileError { place: place.into(), fault: fault.into() }
    }
}

impl From<serde_json::Error> for FileError {
    fn from(error: serde_json::Error) -> Self {
        // The library's message names the field and what was expected; its end repeats line and column.
        let place = format!("line {} column {}", error.line(), error.column());
        let text = error.to_string();
        FileError::new(place, text.split(" at line ").next().unwrap_or(&text))
    }
}

impl From<visit::model::DayError> for FileError {
    fn from(error: visit::model::DayError) -> Self {
        FileError::new(error.subject, error.fault)
    }
}
