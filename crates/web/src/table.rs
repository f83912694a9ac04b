//! A table as it is shown, and a sheet as a file.

use app::{import::Column, sheet::Sheet};
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use export::{
    csv::{to_csv, words_to_csv},
    sheet::to_xlsx,
    table::{Cell, Table},
};

use crate::{text::Words, trouble::Problem};

/// One cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CellShown {
    pub(crate) text: String,
    /// Where it leads; empty for nowhere.
    pub(crate) link: String,
    /// Something abnormal that must be seen: a mark before the text.
    pub(crate) flag: bool,
    /// Words that are not to be broken over lines, such as a day.
    pub(crate) whole: bool,
}

impl CellShown {
    /// Words alone.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        CellShown { text: text.into(), ..CellShown::default() }
    }

    /// Words that lead somewhere.
    pub(crate) fn link(text: impl Into<String>, link: String) -> Self {
        CellShown { text: text.into(), link, ..CellShown::default() }
    }

    /// Words that tell of something abnormal.
    pub(crate) fn flag(text: impl Into<String>) -> Self {
        CellShown { text: text.into(), flag: true, ..CellShown::default() }
    }

    /// A day, or days: a hyphen in it is no place to break a line.
    pub(crate) fn days(text: impl Into<String>) -> Self {
        CellShown { text: text.into(), whole: true, ..CellShown::default() }
    }
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TableShown {
    /// What it shows, for those who hear the page.
    pub(crate) name: String,
    pub(crate) headings: Vec<String>,
    pub(crate) rows: Vec<Vec<CellShown>>,
    /// What is said instead of an empty table.
    pub(crate) none: String,
}

/// A file that is offered instead of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Text that every spreadsheet reads.
    Csv,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// Reads `csv` or `xlsx`.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "csv" => Some(Format::Csv),
            "xlsx" => Some(Format::Xlsx),
            _ => None,
        }
    }
}

/// The headings of a register's file in the words of the page; an import reads these as well as the names of fields.
pub(crate) fn in_words(sheet: &mut Sheet, columns: &[Column], words: Words) {
    for heading in &mut sheet.headings {
        if let Some(column) = columns.iter().find(|column| column.field == heading) {
            *heading = words.of(column.text).to_owned();
        }
    }
}

/// A sheet as a file to keep. The file's name is of letters and hyphens, as [`Sheet::name`] promises.
pub(crate) fn file(sheet: Sheet, title: &str, words: Words, format: Format) -> Result<Response, Problem> {
    let (name, language) = (sheet.name, words.language);
    let left_out = (sheet.left_out > 0).then(|| words.count("file-left-out", sheet.left_out));
    let table = Table {
        name: name.to_owned(),
        title: words.say(title),
        headings: sheet.headings,
        rows: sheet
            .rows
            .into_revealed()
            .into_iter()
            .map(|row| row.into_iter().map(Cell::text).collect())
            .collect(),
        notes: left_out.into_iter().collect(),
    };
    let (bytes, kind, ending) = match format {
        Format::Csv => (to_csv(&table, language).into_bytes(), "text/csv; charset=utf-8", "csv"),
        Format::Xlsx => {
            let bytes = to_xlsx(&[table], language).map_err(|error| {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "A spreadsheet could not be written"
                );
                Problem::Broken
            })?;
            (bytes, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
        }
    };
    offered(bytes, kind, &format!("{name}.{ending}"))
}

/// A list of words as a file to keep. `name` is a short word of letters and hyphens.
pub(crate) fn words_file(name: &str, headings: &[String], rows: &[Vec<String>]) -> Result<Response, Problem> {
    let bytes = words_to_csv(headings, rows).into_bytes();
    offered(bytes, "text/csv; charset=utf-8", &format!("{name}.csv"))
}

fn offered(bytes: Vec<u8>, kind: &'static str, name: &str) -> Result<Response, Problem> {
    let kept =
        HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).map_err(|_| Problem::Broken)?;
    let mut response = bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, kept);
    Ok(response)
}
