//! One table, shown in many ways: page, terminal, CSV, spreadsheet, and beside every chart.

use base::language::Language;
use housing::group::{show_count, show_decimal};

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A year: never grouped in thousands.
    Year(i32),
    /// A number with the decimals it is shown with; files hold it unrounded.
    Number {
        /// The number itself.
        value: f64,
        /// Decimals shown.
        decimals: usize,
    },
    /// A part of a total, shown as the whole number that makes the shown parts add up to the shown total.
    Part {
        /// The number itself; files hold it unrounded.
        value: f64,
        /// What is shown.
        shown: f64,
    },
    /// A number in per cent.
    Percent {
        /// The number of per cent, such as 13.2.
        value: f64,
        /// Whether a plus is shown before a rise.
        signed: bool,
    },
    /// Nothing is known.
    Empty,
}

impl Cell {
    /// Whole persons or places.
    pub fn count(value: f64) -> Cell {
        Cell::Number { value, decimals: 0 }
    }

    /// Parts as whole numbers that add up to their rounded sum.
    pub fn parts(values: &[f64]) -> Vec<Cell> {
        let whole = housing::apportion::apportion(values);
        // Persons are far fewer than whole numbers that a float holds exactly.
        values.iter().zip(whole).map(|(&value, shown)| Cell::Part { value, shown: shown as f64 }).collect()
    }

    /// What is left of a whole number of persons or places when others are taken away, all as they are shown.
    pub fn rest(value: f64, whole: f64, others: f64) -> Cell {
        Cell::Part { value, shown: whole.round() - others.round() }
    }

    /// Words.
    pub fn text(words: impl Into<String>) -> Cell {
        Cell::Text(words.into())
    }

    /// The cell as a reader sees it.
    pub fn show(&self, language: Language) -> String {
        match self {
            Cell::Text(words) => words.clone(),
            Cell::Year(year) => year.to_string(),
            Cell::Number { value, decimals: 0 } | Cell::Part { shown: value, .. } => {
                show_count(*value, language)
            }
            Cell::Number { value, decimals } => show_decimal(*value, *decimals, language),
            Cell::Percent { value, signed } => {
                let plus = if *signed && *value > 0.0 { "+" } else { "" };
                format!("{plus}{} %", show_decimal(*value, 1, language))
            }
            Cell::Empty => "–".to_owned(),
        }
    }

    /// Whether the cell stands to the right, as numbers do.
    pub fn is_number(&self) -> bool {
        matches!(self, Cell::Number { .. } | Cell::Part { .. } | Cell::Percent { .. })
    }
}

/// A table with what it is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// A short name for files and sheets, of ASCII letters and hyphens.
    pub name: String,
    /// The title above it.
    pub title: String,
    /// The columns.
    pub headings: Vec<String>,
    /// The rows, as long as the headings.
    pub rows: Vec<Vec<Cell>>,
    /// Sources, dates and assumptions below it, one per line.
    pub notes: Vec<String>,
}
