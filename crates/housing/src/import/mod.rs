//! Reading a municipality's own files: CSV and PX, with a preview and a reason for every row that is refused.
//!
//! A file with any refused row is refused whole: a forecast on half a file would look like a forecast.

pub mod care_use;
pub mod delimited;
pub mod number;
pub mod places;
pub mod population;
pub mod problem;
pub mod px;
pub mod text;

use base::language::{Language, Text};

use crate::demand::care_use::CareForm;
use crate::group::{AgeGroup, Sex, show_count};
use problem::Problem;

/// The largest file read, in bytes.
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The most rows read.
pub const ROWS_MAX: usize = 1_000_000;
/// The most refused rows kept with their reasons; the rest are counted.
pub const ERRORS_KEPT_MAX: usize = 100;

/// A row that was refused, or the whole file where there is no row to point at.
#[derive(Debug, Clone, PartialEq)]
pub struct RowError {
    /// The line in the file, from 1.
    pub row: Option<usize>,
    /// What was wrong.
    pub problem: Problem,
}

impl RowError {
    /// An error of the whole file.
    pub(crate) fn of_file(problem: Problem) -> Self {
        RowError { row: None, problem }
    }

    /// `rad 7: ...` or the reason alone.
    pub fn sentence(&self, language: Language) -> String {
        let reason = self.problem.sentence(language);
        match self.row {
            Some(row) => format!("{} {row}: {reason}", Text::new("rad", "row").get(language)),
            None => reason,
        }
    }
}

/// What a printed total is a total of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TotalOf {
    /// Everyone of a sex, over all ages.
    Sex(Sex),
    /// Both sexes with a care form in an age group.
    Care(CareForm, AgeGroup),
}

impl TotalOf {
    fn words(self, language: Language) -> String {
        match self {
            TotalOf::Sex(sex) => sex.text().get(language).to_owned(),
            TotalOf::Care(form, group) => format!("{} {group}", form.text().get(language)),
        }
    }
}

/// Something that does not stop the file but that the reader must see.
#[derive(Debug, Clone, PartialEq)]
pub struct Residual {
    /// The year.
    pub year: i32,
    /// What it is the total of.
    pub of: TotalOf,
    /// The sum of the parts, which is what is used.
    pub parts: f64,
    /// The total as the file prints it.
    pub printed: f64,
}

impl Residual {
    /// The finding as a sentence.
    pub fn sentence(&self, language: Language) -> String {
        let text = Text::new(
            "{year} {of}: delarna ger {parts}, men filen anger summan {printed}. Delarna används.",
            "{year} {of}: the parts add up to {parts}, but the file prints {printed}. The parts are used.",
        );
        text.get(language)
            .replace("{year}", &self.year.to_string())
            .replace("{of}", &self.of.words(language))
            .replace("{parts}", &show_count(self.parts, language))
            .replace("{printed}", &show_count(self.printed, language))
    }
}

/// What reading a file gave, before anything is done with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview<T> {
    /// Rows with figures in the file.
    pub rows_read: usize,
    /// Rows used.
    pub rows_used: usize,
    /// Rows left out because they are totals of other rows.
    pub rows_of_totals: usize,
    /// The first refused rows with their reasons.
    pub errors: Vec<RowError>,
    /// Refused rows beyond those kept.
    pub errors_more: usize,
    /// Printed totals that their parts do not give.
    pub residuals: Vec<Residual>,
    /// What was read, where no row was refused.
    pub value: Option<T>,
}

impl<T> Preview<T> {
    /// A preview of nothing yet.
    pub(crate) fn empty() -> Self {
        Preview {
            rows_read: 0,
            rows_used: 0,
            rows_of_totals: 0,
            errors: Vec::new(),
            errors_more: 0,
            residuals: Vec::new(),
            value: None,
        }
    }

    /// A preview of a file that could not be read at all.
    pub(crate) fn refused(error: RowError) -> Self {
        let mut preview = Self::empty();
        preview.refuse(error.row, error.problem);
        preview
    }

    pub(crate) fn refuse(&mut self, row: Option<usize>, problem: Problem) {
        if self.errors.len() < ERRORS_KEPT_MAX {
            self.errors.push(RowError { row, problem });
        } else {
            self.errors_more += 1;
        }
    }

    /// The value, or every kept reason why the file is refused.
    pub fn accept(self) -> Result<T, Refused> {
        match self.value {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(Refused { errors: self.errors, more: self.errors_more }),
        }
    }
}

/// A refused file.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.sentence(Language::English))]
pub struct Refused {
    /// The first refused rows with their reasons.
    pub errors: Vec<RowError>,
    /// Refused rows beyond those kept.
    pub more: usize,
}

impl Refused {
    /// All reasons, one per line.
    pub fn sentence(&self, language: Language) -> String {
        let mut lines: Vec<String> = self.errors.iter().map(|error| error.sentence(language)).collect();
        if self.more > 0 {
            let more = Text::new("och {n} rader till", "and {n} rows more").get(language);
            lines.push(more.replace("{n}", &self.more.to_string()));
        }
        lines.join("\n")
    }
}
