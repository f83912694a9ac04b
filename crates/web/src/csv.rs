//! Tables as files for a spreadsheet: UTF-8 with its mark and semicolons, as Swedish spreadsheets expect.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

/// A table as a file that the browser keeps. `name` is a short word of letters and hyphens.
pub(crate) fn file(name: &str, headings: &[String], rows: &[Vec<String>]) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")),
    ];
    (headers, write(headings, rows)).into_response()
}

fn write(headings: &[String], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| cells.iter().map(|cell| quote(cell)).collect::<Vec<_>>().join(";") + "\r\n";
    let rows: String = rows.iter().map(|row| line(row)).collect();
    format!("\u{feff}{}{rows}", line(headings))
}

/// A cell in quotes where needed. What a spreadsheet would run as a formula is kept as text.
fn quote(cell: &str) -> String {
    let number = cell.chars().all(|c| c.is_ascii_digit() || "+-,. ".contains(c));
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !number;
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([';', '"', '\n', '\r', ',']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_stay_text() {
        for (cell, written) in [
            ("plain", "plain"),
            ("a;b", "\"a;b\""),
            ("sa \"hej\"", "\"sa \"\"hej\"\"\""),
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-5", "-5"),
            ("+46 70", "+46 70"),
            ("-cmd", "'-cmd"),
        ] {
            assert_eq!(quote(cell), written);
        }
        let rows = [vec!["1".to_owned(), "två\nrader".to_owned()]];
        let headings = ["a".to_owned(), "b".to_owned()];
        assert_eq!(write(&headings, &rows), "\u{feff}a;b\r\n1;\"två\nrader\"\r\n");
    }
}
