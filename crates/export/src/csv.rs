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
    push_row(&mut text, table.headings.iter().cloned(), separator);
    for row in &table.rows {
        push_row(&mut text, row.iter().map(|cell| raw(cell, language)), separator);
    }
    text
}

/// Rows of words as CSV with a byte order mark and semicolons, for lists where nothing is reckoned with.
pub fn words_to_csv(headings: &[String], rows: &[Vec<String>]) -> String {
    let mut text = String::from('\u{feff}');
    for row in std::iter::once(headings).chain(rows.iter().map(Vec::as_slice)) {
        push_row(&mut text, row.iter().map(|cell| guard(cell)), ';');
    }
    text
}

fn push_row(text: &mut String, cells: impl Iterator<Item = String>, separator: char) {
    let cells: Vec<String> = cells.map(|cell| quote(&cell, separator)).collect();
    text.push_str(&cells.join(&separator.to_string()));
    text.push_str("\r\n");
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

/// Words that a spreadsheet would run as a formula get an apostrophe before them; a number or a telephone number
/// does not.
fn guard(words: &str) -> String {
    let number = words.chars().all(|c| c.is_ascii_digit() || "+-,. ".contains(c));
    let formula = words.starts_with(['=', '+', '-', '@', '\t', '\r']) && !number;
    if formula { format!("'{words}") } else { words.to_owned() }
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
        check(Cell::text("-5"), Language::English, "-5");
        check(Cell::text("+46 70"), Language::English, "+46 70");
        check(Cell::text("-cmd"), Language::English, "'-cmd");
        check(Cell::text("@SUM(A1)"), Language::English, "'@SUM(A1)");
        check(Cell::Empty, Language::English, "");
    }

    #[test]
    fn rows_of_words_are_written_alike() {
        let rows = [vec!["=1+1".to_owned(), "två\nrader".to_owned()]];
        let headings = ["a".to_owned(), "b".to_owned()];
        assert_eq!(words_to_csv(&headings, &rows), "\u{feff}a;b\r\n'=1+1;\"två\nrader\"\r\n");
    }
}
