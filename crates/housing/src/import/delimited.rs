//! Rows of a delimited file: comma, semicolon or tab; quotes as in RFC 4180.

use super::problem::Problem;
use super::{ROWS_MAX, RowError};

/// How much of a heading a refusal repeats, in characters.
const HEADING_SHOWN_MAX: usize = 300;

/// A delimited file taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Delimited {
    /// The heading's cells, as they stand.
    pub(crate) heading: Vec<String>,
    /// Each row with its line in the file, from 1.
    pub(crate) rows: Vec<(usize, Vec<String>)>,
}

impl Delimited {
    /// Splits the text; lines that start with `#` are comments.
    pub(crate) fn parse(text: &str) -> Result<Delimited, RowError> {
        let mut lines = records(text).into_iter();
        let Some((_, first)) = lines.next() else { return Err(RowError::of_file(Problem::Empty)) };
        let separator = [';', '\t', ',']
            .into_iter()
            .max_by_key(|&candidate| (split(&first, candidate).len(), candidate == ';'))
            .unwrap_or(',');
        let heading = split(&first, separator);
        let rows: Vec<_> = lines.map(|(line, record)| (line, split(&record, separator))).collect();
        if rows.len() > ROWS_MAX {
            return Err(RowError::of_file(Problem::TooManyRows { rows_max: ROWS_MAX }));
        }
        Ok(Delimited { heading, rows })
    }

    /// The place of the first column with one of the names.
    pub(crate) fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.heading.iter().position(|cell| normal(cell) == *name))
    }

    /// The place of a column that must be there.
    pub(crate) fn required(&self, names: &[&str], expected: &'static str) -> Result<usize, RowError> {
        self.column(names).ok_or_else(|| {
            let found: String = self.heading.join(", ").chars().take(HEADING_SHOWN_MAX).collect();
            RowError { row: Some(1), problem: Problem::MissingColumn { expected, found } }
        })
    }
}

/// A heading as it is compared: lower case, no underscores, no outer blanks.
pub(crate) fn normal(cell: &str) -> String {
    cell.trim().to_lowercase().replace('_', " ")
}

/// Records with their first line: a quoted cell may hold line breaks.
fn records(text: &str) -> Vec<(usize, String)> {
    let mut records: Vec<(usize, String)> = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        let (first, record) = match open.take() {
            Some((first, before)) => (first, format!("{before}\n{line}")),
            None if line.trim().is_empty() || line.starts_with('#') => continue,
            None => (index + 1, line.to_owned()),
        };
        if record.matches('"').count() % 2 == 0 {
            records.push((first, record));
        } else {
            open = Some((first, record));
        }
    }
    records.extend(open);
    records
}

fn split(record: &str, separator: char) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut characters = record.chars().peekable();
    while let Some(character) = characters.next() {
        let Some(cell) = cells.last_mut() else { break };
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            _ if character == separator && !quoted => cells.push(String::new()),
            _ => cell.push(character),
        }
    }
    for cell in &mut cells {
        *cell = cell.trim().to_owned();
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, heading: &[&str], first_row: (usize, &[&str])) {
        let file = Delimited::parse(text).unwrap();
        assert_eq!(file.heading, heading);
        assert_eq!(file.rows[0].0, first_row.0);
        assert_eq!(file.rows[0].1, first_row.1);
    }

    #[test]
    fn separators_quotes_and_comments_are_understood() {
        check("# note\na;b\n1;2\n", &["a", "b"], (3, &["1", "2"]));
        check("a,b\n\"x, y\",\"say \"\"hi\"\"\"\n", &["a", "b"], (2, &["x, y", "say \"hi\""]));
        check("a\tb\n\n1\t2\n", &["a", "b"], (3, &["1", "2"]));
        check("a;b\n\"two\nlines\";2\n", &["a", "b"], (2, &["two\nlines", "2"]));
    }
}
