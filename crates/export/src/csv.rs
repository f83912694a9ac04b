//! Tables as CSV that a Swedish spreadsheet opens without questions.

use base::language::Language;

use crate::table::{Cell, Table};

/// The table as CSV with a byte order mark: semicolon and decimal comma in Swedish, comma and point in English.
///
/// Numbers are not rounded (shortest text that gives the same number back). Notes stand first as lines with `#`.
pub fn to_csv(table: &Table, language: Language) -> String {
    let separator = if language == Language::Swedish { ';' } else { ',' };
    let mut text = String::from('\u{feff}');
    text.push_str(&format!("# {}\r\n", single_line(&table.title)));
    for note in &table.notes {
        text.push_str(&format!("# {}\r\n", single_line(note)));
    }
    let heading: Vec<String> = table.headings.iter().map(|cell| quote(cell, separator)).collect();
    text.push_str(&heading.join(&separator.to_string()));
    text.push_str("\r\n");
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(|cell| quote(&raw(cell, language), separator)).collect();
        text.push_str(&cells.join(&separator.to_string()));
        text.push_str("\r\n");
    }
    text
}

fn raw(cell: &Cell, language: Language) -> String {
    let number = |value: f64| {
        let shown = format!("{value}");
        if language == Language::Swedish { shown.replace('.', ",") } else { shown }
    };
    match cell {
        Cell::Text(words) => guard(words),
        Cell::Year(year) => year.to_string(),
        Cell::Number { value, .. } | Cell::Part { value, .. } | Cell::Percent { value, .. } => number(*value),
        Cell::Empty => String::new(),
    }
}

/// Words that a spreadsheet would run as a formula get an apostrophe before them.
fn guard(words: &str) -> String {
    if words.starts_with(['=', '+', '-', '@', '\t']) { format!("'{words}") } else { words.to_owned() }
}

fn quote(cell: &str, separator: char) -> String {
    if cell.contains([separator, '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

fn single_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: Cell, language: Language, expected: &str) {
        let table = Table {
            name: "t".to_owned(),
            title: "T".to_owned(),
            headings: vec!["a".to_owned()],
            rows: vec![vec![cell]],
            notes: vec![],
        };
        let csv = to_csv(&table, language);
        assert_eq!(csv.lines().last(), Some(expected));
    }

    #[test]
    fn cells_are_kept_whole_and_harmless() {
        check(Cell::count(1234.5678), Language::Swedish, "1234,5678");
        check(Cell::count(1234.5678), Language::English, "1234.5678");
        check(Cell::text("a;b"), Language::Swedish, "\"a;b\"");
        check(Cell::text("=1+1"), Language::English, "'=1+1");
        check(Cell::text("say \"hi\", you"), Language::English, "\"say \"\"hi\"\", you\"");
        check(Cell::Empty, Language::English, "");
    }
}
