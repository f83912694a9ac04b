//! A file whose columns are found by their headings, wherever these stand.

use std::collections::HashMap;

use export::read::{Row, Rows, is_rounded_number};

use super::Column;
use crate::problem::{Problem, Problems};

/// Among so many of the first rows the headings are looked for: files begin with titles and dates.
pub(crate) const HEADING_ROWS_MAX: usize = 20;
/// What a secret is shown as.
const HIDDEN: &str = "***";

/// A row below the headings, whose cells stand in the order of the table's columns.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) number: usize,
    cells: Vec<String>,
    /// How many cells the row has, where that is more than there are headings.
    too_many: Option<usize>,
}

/// A file with its columns found.
#[derive(Debug)]
pub(crate) struct Table {
    /// Each column that is read, with its heading as it stands in the file.
    columns: Vec<(&'static Column, String)>,
    headings_in_file: usize,
    /// The headings that are not read.
    pub(crate) ignored: Vec<String>,
    /// The rows below.
    pub(crate) lines: Vec<Line>,
}

impl Table {
    /// Finds the row of headings: the first of those with the most columns that are known.
    pub(crate) fn of(rows: &Rows, columns: &'static [Column]) -> Result<Table, Problem> {
        let rows = rows.0.reveal();
        let known = |row: &Row| row.cells.iter().filter(|cell| column_of(columns, cell).is_some()).count();
        let best = rows
            .iter()
            .take(HEADING_ROWS_MAX)
            .enumerate()
            .max_by_key(|(place, row)| (known(row), std::cmp::Reverse(*place)));
        let (place, heading) = best.ok_or_else(|| missing(columns, &[]))?;
        let mut found: Vec<(usize, &'static Column, String)> = Vec::new();
        let mut ignored = Vec::new();
        for (place, cell) in heading.cells.iter().enumerate() {
            match column_of(columns, cell) {
                Some(column) if !found.iter().any(|(_, other, _)| *other == column) => {
                    found.push((place, column, cell.clone()));
                }
                _ if cell.is_empty() => {}
                _ => ignored.push(cell.clone()),
            }
        }
        let have: Vec<&Column> = found.iter().map(|(_, column, _)| *column).collect();
        if columns.iter().any(|column| column.required && !have.contains(&column)) {
            return Err(missing(columns, &have));
        }
        let headings_in_file = heading.cells.len();
        let line = |row: &Row| Line {
            number: row.number,
            cells: found
                .iter()
                .map(|(place, ..)| row.cells.get(*place).cloned().unwrap_or_default())
                .collect(),
            too_many: row
                .cells
                .iter()
                .rposition(|cell| !cell.is_empty())
                .map(|last| last + 1)
                .filter(|cells| *cells > headings_in_file),
        };
        let lines = rows.iter().skip(place + 1).map(line).collect();
        let columns = found.into_iter().map(|(_, column, heading)| (column, heading)).collect();
        Ok(Table { columns, headings_in_file, ignored, lines })
    }

    /// Whether the file has a column.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.place(field).is_some()
    }

    fn place(&self, field: &str) -> Option<usize> {
        self.columns.iter().position(|(column, _)| column.field == field)
    }

    /// The headings that are read.
    pub(crate) fn headings(&self) -> Vec<String> {
        self.columns.iter().map(|(_, heading)| heading.clone()).collect()
    }

    /// The heading of a field as it stands in the file; the field itself where it has none.
    pub(crate) fn heading(&self, field: &str) -> String {
        match self.place(field) {
            Some(place) => self.columns[place].1.clone(),
            None if field == ROW => String::new(),
            None => field.to_owned(),
        }
    }

    /// What stands in a row's column; empty where the file has no such column.
    pub(crate) fn text<'a>(&self, line: &'a Line, field: &str) -> &'a str {
        self.place(field).map_or("", |place| &line.cells[place])
    }

    /// The cells of a row as they may be shown.
    pub(crate) fn shown(&self, line: &Line) -> Vec<String> {
        self.columns.iter().map(|(column, _)| self.shown_cell(line, column.field)).collect()
    }

    /// One cell as it may be shown.
    pub(crate) fn shown_cell(&self, line: &Line, field: &str) -> String {
        let cell = self.text(line, field);
        let secret = self.place(field).is_some_and(|place| self.columns[place].0.secret);
        if secret && !cell.is_empty() { HIDDEN.to_owned() } else { cell.to_owned() }
    }

    /// What is wrong with a row whatever it is about: shifted cells, numbers that a spreadsheet has rounded.
    pub(crate) fn faults(&self, line: &Line) -> Problems {
        let mut problems = Problems::default();
        if let Some(found) = line.too_many {
            problems.add(ROW, Problem::CellCount { expected: self.headings_in_file, found });
        }
        for ((column, _), cell) in self.columns.iter().zip(&line.cells) {
            if is_rounded_number(cell) {
                problems.add(column.field, Problem::RoundedNumber);
            }
        }
        problems
    }

    /// For each row whose field says the same as that of an earlier row: the number of the earlier one.
    pub(crate) fn repeated(&self, key: impl Fn(&Line) -> String) -> HashMap<usize, usize> {
        let mut first: HashMap<String, usize> = HashMap::new();
        let mut repeated = HashMap::new();
        for line in &self.lines {
            let key = key(line);
            if key.is_empty() {
                continue;
            }
            match first.get(&key) {
                Some(earlier) => {
                    repeated.insert(line.number, *earlier);
                }
                None => {
                    first.insert(key, line.number);
                }
            }
        }
        repeated
    }
}

/// The field of what is wrong with a row as a whole.
pub(crate) const ROW: &str = "row";

fn column_of(columns: &'static [Column], heading: &str) -> Option<&'static Column> {
    columns.iter().find(|column| column.is_called(heading))
}

fn missing(columns: &'static [Column], have: &[&Column]) -> Problem {
    let missing = columns.iter().filter(|column| column.required && !have.contains(column));
    Problem::ColumnsMissing { columns: missing.map(|column| column.text).collect() }
}
