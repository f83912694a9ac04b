//! A table of texts on its way to or from a file.

use base::Private;

/// A table of texts; the cells may be about people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// A short name for the file, of letters and hyphens.
    pub name: &'static str,
    /// The headings.
    pub headings: Vec<String>,
    /// The rows, each as long as the headings.
    pub rows: Private<Vec<Vec<String>>>,
    /// How many rows were left out on purpose.
    pub left_out: usize,
}

impl Sheet {
    /// An empty table.
    pub fn new(name: &'static str, headings: &[&str]) -> Self {
        let headings = headings.iter().map(|heading| (*heading).to_owned()).collect();
        Sheet { name, headings, rows: Private::default(), left_out: 0 }
    }

    /// Adds a row.
    pub fn push(&mut self, row: Vec<String>) {
        let mut rows = std::mem::take(&mut self.rows).into_revealed();
        rows.push(row);
        self.rows = Private::new(rows);
    }
}
