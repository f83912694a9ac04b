//! Rows of a delimited file, found by the words of their headings.

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
        let records = delimited::parse(text).records.into_iter();
        let mut rows = records
            .filter(|record| !record.cells.first().is_some_and(|cell| cell.starts_with('#')))
            .map(|record| (record.line, record.cells));
        let Some((_, heading)) = rows.next() else { return Err(RowError::of_file(Problem::Empty)) };
        let rows: Vec<_> = rows.collect();
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
