//! Tables that come in as files: CSV in any of its habits, or the first filled sheet of an XLSX workbook.
//!
//! Nothing is interpreted here: cells are texts, and what they mean is for the use case that asked for the file.

mod workbook;

use base::{Private, language::Language};

/// The largest file, in bytes: some ten times the register of a large municipality.
pub const FILE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The most rows of one file.
pub const ROWS_MAX: usize = 20_000;
/// The most columns of one file.
pub const COLUMNS_MAX: usize = 100;
/// The longest cell, in characters.
pub const CELL_CHARACTERS_MAX: usize = 8_000;
/// The most that a workbook may unpack to, in bytes. A small file can hold a thousand times its size.
pub const UNPACKED_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// A row with its number as the one who made the file sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The number of the row in a spreadsheet, or of its first line in a text file, from 1.
    pub number: usize,
    /// The cells, without blanks around them.
    pub cells: Vec<String>,
}

/// A file taken apart: its rows, blank ones left out. What it holds may be about people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows(pub Private<Vec<Row>>);

/// Why a file gives no rows. Nothing of it was kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing in the file.
    #[error("the file is empty")]
    Empty,
    /// The file is larger than the limit.
    #[error("the file has {bytes} bytes: at most {FILE_BYTES_MAX} are read")]
    TooLarge {
        /// How large it is.
        bytes: usize,
    },
    /// The workbook unpacks to more than the limit.
    #[error("the workbook unpacks to more than {UNPACKED_BYTES_MAX} bytes")]
    UnpacksTooLarge,
    /// More rows than the limit.
    #[error("the file has more than {ROWS_MAX} rows")]
    TooManyRows,
    /// More columns than the limit.
    #[error("row {row} has more than {COLUMNS_MAX} cells")]
    TooManyColumns {
        /// Where.
        row: usize,
    },
    /// A cell that is longer than the limit.
    #[error("row {row} has a cell of more than {CELL_CHARACTERS_MAX} characters")]
    CellTooLong {
        /// Where.
        row: usize,
    },
    /// A quote that nothing closes.
    #[error("line {line} opens a quote that nothing closes")]
    UnclosedQuote {
        /// Where it opens.
        line: usize,
    },
    /// No text and no workbook.
    #[error("the file is neither a text nor an XLSX workbook")]
    NoTable,
    /// A workbook that does not read.
    #[error("the workbook cannot be read: {reason}")]
    Workbook {
        /// What the reader says.
        reason: String,
    },
}

impl ReadError {
    /// What happened and what to do, in one or two sentences.
    pub fn sentence(&self, language: Language) -> String {
        if language == Language::English {
            let text = self.to_string();
            let first = text.chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
            return format!("{first}{}.", text.chars().skip(1).collect::<String>());
        }
        match self {
            ReadError::Empty => "Filen är tom.".to_owned(),
            ReadError::TooLarge { bytes } => {
                format!("Filen är på {bytes} byte: högst {FILE_BYTES_MAX} läses. Dela den i flera.")
            }
            ReadError::UnpacksTooLarge => {
                format!("Arbetsboken blir större än {UNPACKED_BYTES_MAX} byte när den packas upp.")
            }
            ReadError::TooManyRows => format!("Filen har fler än {ROWS_MAX} rader. Dela den i flera."),
            ReadError::TooManyColumns { row } => format!("Rad {row} har fler än {COLUMNS_MAX} celler."),
            ReadError::CellTooLong { row } => {
                format!("Rad {row} har en cell med fler än {CELL_CHARACTERS_MAX} tecken.")
            }
            ReadError::UnclosedQuote { line } => {
                format!("Rad {line} börjar ett citat som aldrig slutar. Sätt ett citattecken till.")
            }
            ReadError::NoTable => {
                "Filen är varken text eller en XLSX-bok. Spara den som CSV eller XLSX.".to_owned()
            }
            ReadError::Workbook { reason } => {
                format!("Arbetsboken går inte att läsa ({reason}). Spara den på nytt som XLSX.")
            }
        }
    }
}

/// Reads a file; its first bytes tell of which kind it is, whatever its name says.
pub fn read(bytes: &[u8]) -> Result<Rows, ReadError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(ReadError::TooLarge { bytes: bytes.len() });
    }
    let rows = if bytes.starts_with(b"PK\x03\x04") { workbook::rows(bytes)? } else { text_rows(bytes)? };
    if rows.is_empty() {
        return Err(ReadError::Empty);
    }
    if rows.len() > ROWS_MAX {
        return Err(ReadError::TooManyRows);
    }
    for row in &rows {
        if row.cells.len() > COLUMNS_MAX {
            return Err(ReadError::TooManyColumns { row: row.number });
        }
        // Bytes first: counting characters of every cell would be the slowest part of reading.
        if row
            .cells
            .iter()
            .any(|cell| cell.len() > CELL_CHARACTERS_MAX && cell.chars().count() > CELL_CHARACTERS_MAX)
        {
            return Err(ReadError::CellTooLong { row: row.number });
        }
    }
    Ok(Rows(Private::new(rows)))
}

fn text_rows(bytes: &[u8]) -> Result<Vec<Row>, ReadError> {
    let text = delimited::decode(bytes).ok_or(ReadError::NoTable)?.text;
    let file = delimited::parse(&text);
    if let Some(line) = file.unclosed_quote_line {
        return Err(ReadError::UnclosedQuote { line });
    }
    let rows = file
        .records
        .into_iter()
        .map(|record| Row { number: record.line, cells: record.cells.into_iter().map(unguarded).collect() });
    Ok(rows.collect())
}

/// Takes away the apostrophe that our own files put before what a spreadsheet would run as a formula.
fn unguarded(cell: String) -> String {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest.to_owned(),
        _ => cell,
    }
}

/// Whether a spreadsheet has shown a long number as a rounded one, `7,35E+11`: its last digits are lost.
pub fn is_rounded_number(cell: &str) -> bool {
    let Some((number, exponent)) = cell.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa = number.strip_prefix('-').unwrap_or(number);
    let (whole, part) = mantissa.split_once([',', '.']).unwrap_or((mantissa, "0"));
    whole.len() == 1
        && digits(whole)
        && digits(part)
        && exponent.strip_prefix('+').is_some_and(digits)
        && number.len() + exponent.len() < 24
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        csv::to_csv,
        sheet::to_xlsx,
        table::{Cell, Table},
    };

    fn cells(rows: &Rows) -> Vec<(usize, Vec<&str>)> {
        rows.0
            .reveal()
            .iter()
            .map(|row| (row.number, row.cells.iter().map(String::as_str).collect()))
            .collect()
    }

    #[test]
    fn text_files_are_read_whatever_wrote_them() {
        for bytes in [
            "serial;room\nEX-1;Kök\n".as_bytes(),
            "\u{feff}# Enheter\r\nserial,room\r\nEX-1,Kök\r\n".as_bytes(),
            b"serial\troom\nEX-1\tK\xf6k",
        ] {
            let rows = read(bytes).unwrap();
            let found: Vec<Vec<&str>> = cells(&rows).into_iter().map(|(_, cells)| cells).collect();
            assert_eq!(found, [["serial", "room"], ["EX-1", "Kök"]]);
        }
    }

    #[test]
    fn our_own_files_are_read_back() {
        let table = Table {
            name: "enheter".to_owned(),
            title: "Enheter".to_owned(),
            headings: vec!["serial".to_owned(), "phone".to_owned(), "count".to_owned()],
            rows: vec![
                vec![Cell::text("EX-1"), Cell::text("+46 70"), Cell::count(735_000_000_123.0)],
                vec![Cell::text("0012"), Cell::text("a;b"), Cell::count(2.5)],
            ],
            notes: vec![],
        };
        let csv = read(to_csv(&table, Language::Swedish).as_bytes()).unwrap();
        assert_eq!(
            cells(&csv)[1..],
            [(3, vec!["EX-1", "+46 70", "735000000123"]), (4, vec!["0012", "a;b", "2,5"])]
        );
        let book = read(&to_xlsx(&[table], Language::Swedish).unwrap()).unwrap();
        assert_eq!(
            cells(&book),
            [
                (1, vec!["Enheter"]),
                (3, vec!["serial", "phone", "count"]),
                (4, vec!["EX-1", "+46 70", "735000000123"]),
                (5, vec!["0012", "a;b", "2.5"]),
            ]
        );
    }

    #[test]
    fn every_limit_and_every_unreadable_file_has_its_reason() {
        let long = format!("a;b\n{};2\n", "å".repeat(CELL_CHARACTERS_MAX + 1));
        for (bytes, expected) in [
            (vec![b'a'; FILE_BYTES_MAX + 1], ReadError::TooLarge { bytes: FILE_BYTES_MAX + 1 }),
            (b" \n\n".to_vec(), ReadError::Empty),
            (b"\x00\x01\x02\x03".to_vec(), ReadError::NoTable),
            (b"a;b\n1;\"2\n".to_vec(), ReadError::UnclosedQuote { line: 2 }),
            (";x".repeat(COLUMNS_MAX).into_bytes(), ReadError::TooManyColumns { row: 1 }),
            ("x\n".repeat(ROWS_MAX + 1).into_bytes(), ReadError::TooManyRows),
            (long.into_bytes(), ReadError::CellTooLong { row: 2 }),
        ] {
            assert_eq!(read(&bytes), Err(expected.clone()));
            for language in Language::ALL {
                assert!(expected.sentence(language).ends_with(['.']), "{}", expected.sentence(language));
            }
        }
        assert!(matches!(read(b"PK\x03\x04 not a workbook"), Err(ReadError::Workbook { .. })));
    }

    #[test]
    fn a_number_that_a_spreadsheet_has_rounded_is_known() {
        for (cell, rounded) in [
            ("7,35E+11", true),
            ("1.23457E+17", true),
            ("EX-1E+5", false),
            ("735000000123", false),
            ("3E5", false),
            ("", false),
        ] {
            assert_eq!(is_rounded_number(cell), rounded, "{cell}");
        }
    }
}
