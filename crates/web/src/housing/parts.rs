//! Charts and tables as parts of a page.

use export::{chart::Chart, table::Table};

use crate::text::Words;

/// A table as it is shown: each cell with whether it is a number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TablePart {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) headings: Vec<String>,
    pub(crate) rows: Vec<Vec<(String, bool)>>,
    pub(crate) notes: Vec<String>,
}

impl TablePart {
    /// A table in the visitor's language.
    pub(crate) fn of(table: &Table, words: Words) -> Self {
        let cells = |row: &Vec<export::table::Cell>| {
            row.iter().map(|cell| (cell.show(words.language), cell.is_number())).collect()
        };
        TablePart {
            name: table.name.clone(),
            title: table.title.clone(),
            headings: table.headings.clone(),
            rows: table.rows.iter().map(cells).collect(),
            notes: table.notes.clone(),
        }
    }
}

/// A chart with the table behind it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ChartPart {
    pub(crate) title: String,
    /// What it says, in sentences.
    pub(crate) told: String,
    /// A whole element, whose texts are escaped by the one who drew it.
    pub(crate) svg: String,
    pub(crate) table: TablePart,
    /// The name of its files.
    pub(crate) file: String,
}

impl ChartPart {
    /// A chart in the visitor's language.
    pub(crate) fn of(chart: &Chart, words: Words) -> Self {
        ChartPart {
            title: chart.drawing.title.clone(),
            told: chart.drawing.description.clone(),
            svg: chart.svg(),
            table: TablePart::of(&chart.table, words),
            file: chart.table.name.clone(),
        }
    }
}
