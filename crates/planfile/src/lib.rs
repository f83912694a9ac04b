//! Files of days and plans: public benchmark formats, Tryggve's own, drawings.
//!
//! This edge reads bytes and returns a [`visit::Day`]; it holds no rules. Whatever the bytes are, the answer is a
//! day that [`visit::Day::validate`] accepts or a [`FileError`], never a panic.

mod bredstrom;
mod error;
mod hhcrsp;
mod number;
mod own;
pub mod render;
pub mod solution;
mod uhhc;

use std::collections::HashSet;

use visit::Day;

pub use error::FileError;

/// The largest file that is read; the largest public instance has 2 MB.
pub const FILE_BYTES_MAX: usize = 64 << 20;

/// A format of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Unified home health care, University of Udine 2026.
    Uhhc,
    /// Mankowska, Kummer and Italian instances, as JSON of the University of Udine.
    Hhcrsp,
    /// Bredström and Rönnqvist 2008, as text.
    Bredstrom,
    /// Tryggve's own.
    Tryggve,
}

impl Format {
    /// The format that a file looks like.
    pub fn guess(bytes: &[u8]) -> Format {
        let text = String::from_utf8_lossy(bytes);
        let has = |field: &str| text.contains(&format!("\"{field}\""));
        if !text.trim_start().starts_with('{') {
            Format::Bredstrom
        } else if has("tryggve") {
            Format::Tryggve
        } else if has("metadata") {
            Format::Uhhc
        } else {
            Format::Hhcrsp
        }
    }
}

/// A day and the words that its file uses for it.
#[derive(Debug, Clone, PartialEq)]
pub struct DayFile {
    /// The format it was read from.
    pub format: Format,
    /// The day.
    pub day: Day,
    /// What the file calls each task of each visit: the person and the service.
    pub labels: Vec<Vec<Label>>,
    /// What the file calls the place where each member of staff starts.
    pub start_labels: Vec<String>,
    /// The person that each visit is made to; the same on every day of a week.
    pub persons: Vec<String>,
    /// Where each place lies, for drawings; empty where the file does not say.
    pub locations: Vec<(f64, f64)>,
}

/// What a file calls a task.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Label {
    /// The person.
    pub patient: String,
    /// The service.
    pub service: String,
}

/// Reads a day; without a format it is guessed.
pub fn read_day(format: Option<Format>, bytes: &[u8]) -> Result<DayFile, FileError> {
    if bytes.len() > FILE_BYTES_MAX {
        let fault = format!("{} bytes are more than {FILE_BYTES_MAX}; plan by district", bytes.len());
        return Err(FileError::new("file", fault));
    }
    let file = match format.unwrap_or_else(|| Format::guess(bytes)) {
        Format::Uhhc => uhhc::read(bytes),
        Format::Hhcrsp => hhcrsp::read(bytes),
        Format::Bredstrom => bredstrom::read(bytes),
        Format::Tryggve => own::read(bytes),
    }?;
    file.day.validate()?;
    check_names(&file)?;
    Ok(file)
}

/// A plan names staff and tasks by what the day's file calls them, so each of these stands for one.
fn check_names(file: &DayFile) -> Result<(), FileError> {
    let mut staff = HashSet::new();
    if let Some(twice) = file.day.staff.iter().find(|one| !staff.insert(&one.name)) {
        return Err(FileError::new("staff", format!("{} stands twice", twice.name)));
    }
    let mut tasks = HashSet::new();
    match file.labels.iter().flatten().find(|one| !tasks.insert(*one)) {
        Some(Label { patient, service }) => {
            Err(FileError::new("visits", format!("{patient} with {service} stands twice")))
        }
        None => Ok(()),
    }
}

/// Minutes since the day's start from a number or a clock time like `10:00`; `place` is told where it is neither.
pub fn minutes(place: &str, text: &str) -> Result<f64, FileError> {
    match text.parse::<f64>() {
        Ok(minutes) if minutes.is_finite() && minutes >= 0.0 => Ok(minutes),
        Ok(_) => Err(FileError::new(place, format!("{text}; expected 0 or more minutes"))),
        Err(_) => own::clock(place, text),
    }
}
