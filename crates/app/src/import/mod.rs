//! Registers that come in as files: every row against what stands, a preview that changes nothing, then the good rows.
//!
//! A file can be sent again at any time: what stands already is recognised and left as it is.

pub mod shelf;
mod table;

use base::{Language, Private, language::Text};

use crate::{AppError, problem::Problem, sheet::Sheet};

pub(crate) use table::{Line, Table};

/// How many rows are written at a time. Between two portions, alarms get their turn at the database.
pub const PORTION_ROWS: usize = 250;

/// A column that a file may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The name of the field, which our own files have as heading.
    pub field: &'static str,
    /// The words of the template's heading.
    pub text: Text,
    /// Other headings that are understood, in lower case.
    pub others: &'static [&'static str],
    /// Whether a file must have it.
    pub required: bool,
    /// Whether it holds a secret that no page shows.
    pub secret: bool,
}

impl Column {
    /// A column that may be left out.
    pub(crate) const fn new(field: &'static str, swedish: &'static str, english: &'static str) -> Self {
        Column { field, text: Text::new(swedish, english), others: &[], required: false, secret: false }
    }

    /// It must be there.
    pub(crate) const fn required(self) -> Self {
        Column { required: true, ..self }
    }

    /// No page shows it.
    pub(crate) const fn secret(self) -> Self {
        Column { secret: true, ..self }
    }

    /// With other headings that are understood.
    pub(crate) const fn or(self, others: &'static [&'static str]) -> Self {
        Column { others, ..self }
    }

    fn is_called(&self, heading: &str) -> bool {
        let heading = heading.trim().to_lowercase().replace('_', " ");
        heading == self.field.replace('_', " ")
            || heading == self.text.swedish.to_lowercase()
            || heading == self.text.english.to_lowercase()
            || self.others.contains(&heading.as_str())
    }
}

/// Something that is wrong in a row; nothing of the row is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bad {
    /// The number of the row, as the one who made the file sees it.
    pub row: usize,
    /// The heading of the column as it stands in the file; empty for the row as a whole.
    pub column: String,
    /// What stood there. Hidden where the column holds a secret.
    pub found: Private<String>,
    /// What was expected.
    pub problem: Problem,
}

/// A row that would be taken, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Good {
    /// The number of the row.
    pub row: usize,
    /// What stands in the columns that are read, secrets hidden.
    pub cells: Private<Vec<String>>,
}

/// A row about something that stands already with other facts. It is left as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// The number of the row.
    pub row: usize,
    /// The headings of the columns that differ.
    pub columns: Vec<String>,
}

/// What a file holds, row by row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// The headings that are read, in the order of the file.
    pub headings: Vec<String>,
    /// The headings that are not read: a spelling that nobody expected, or what Tryggve does not keep.
    pub ignored: Vec<String>,
    /// Rows that are new.
    pub new: Vec<Good>,
    /// Rows that stand already, just so.
    pub known: usize,
    /// Rows that stand already with other facts, which are left as they stand.
    pub differing: Vec<Differing>,
    /// Everything that is wrong; a row can have several.
    pub bad: Vec<Bad>,
}

impl Findings {
    /// How many rows are bad.
    pub fn bad_rows(&self) -> usize {
        let mut rows: Vec<usize> = self.bad.iter().map(|bad| bad.row).collect();
        rows.dedup();
        rows.len()
    }

    /// What was wrong and what differed, as a table to correct the file by.
    pub fn report(&self, language: Language) -> Sheet {
        let swedish = ["rad", "kolumn", "stod i filen", "det här väntades", "det här hände"];
        let english = ["row", "column", "stood in the file", "this was expected", "this happened"];
        let text = |text: Text| text.get(language).to_owned();
        let headings = if language == Language::Swedish { swedish } else { english };
        let mut sheet = Sheet::new("rader-att-ratta", &headings);
        for bad in &self.bad {
            sheet.push(vec![
                bad.row.to_string(),
                bad.column.clone(),
                bad.found.reveal().clone(),
                bad.problem.sentence(language),
                text(BAD_KEPT),
            ]);
        }
        for differing in &self.differing {
            sheet.push(vec![
                differing.row.to_string(),
                differing.columns.join(", "),
                String::new(),
                text(DIFFERING),
                text(DIFFERING_KEPT),
            ]);
        }
        sheet
    }
}

/// What became of a bad row.
pub const BAD_KEPT: Text = Text::new("Ingenting av raden är med.", "Nothing of the row is taken.");
/// What is special about a differing row.
pub const DIFFERING: Text =
    Text::new("Finns redan, med andra uppgifter.", "Stands already, with other facts.");
/// What became of a differing row.
pub const DIFFERING_KEPT: Text = Text::new("Det som finns är oförändrat.", "What stands is left as it is.");

/// Is told how many rows are done, of how many.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Send + Sync);

/// What a row turned out to be.
#[derive(Debug)]
pub(crate) enum Verdict<T> {
    /// New, and right.
    New(T),
    /// Stands already, just so.
    Known,
    /// Stands already; these fields differ.
    Differs(Vec<&'static str>),
    /// Wrong: fields and what was expected there.
    Bad(crate::problem::Problems),
}

impl Findings {
    /// Findings of a table before its rows were looked at.
    pub(crate) fn of(table: &Table) -> Self {
        Findings { headings: table.headings(), ignored: table.ignored.clone(), ..Findings::default() }
    }

    /// Notes what a row turned out to be, and hands on what is new.
    pub(crate) fn note<T>(&mut self, table: &Table, line: &Line, verdict: Verdict<T>) -> Option<T> {
        match verdict {
            Verdict::New(new) => {
                self.new.push(Good { row: line.number, cells: Private::new(table.shown(line)) });
                return Some(new);
            }
            Verdict::Known => self.known += 1,
            Verdict::Differs(fields) => {
                let columns = fields.iter().map(|field| table.heading(field)).collect();
                self.differing.push(Differing { row: line.number, columns });
            }
            Verdict::Bad(problems) => {
                for (field, problem) in problems.all() {
                    self.bad.push(Bad {
                        row: line.number,
                        column: table.heading(field),
                        found: Private::new(table.shown_cell(line, field)),
                        problem: problem.clone(),
                    });
                }
            }
        }
        None
    }
}

/// A file to fill in: the headings, with what they mean below for those who fill it in.
pub(crate) fn template(name: &'static str, columns: &[Column], language: Language) -> Sheet {
    let headings: Vec<&str> = columns.iter().map(|column| column.text.get(language)).collect();
    Sheet::new(name, &headings)
}

/// The table of a file, or what is wrong with its headings as an error on the field `file`.
pub(crate) fn table(rows: &export::read::Rows, columns: &'static [Column]) -> Result<Table, AppError> {
    Table::of(rows, columns)
        .map_err(|problem| AppError::Invalid(crate::problem::Problems::one("file", problem)))
}
