//! Tables as plain text in columns, for a terminal or a letter.

use base::language::Language;

use crate::table::Table;

/// The table in aligned columns: title, heading, rows, notes.
pub fn to_text(table: &Table, language: Language) -> String {
    let shown: Vec<Vec<String>> =
        table.rows.iter().map(|row| row.iter().map(|cell| cell.show(language)).collect()).collect();
    let width = |column: usize| {
        let cells = shown.iter().filter_map(|row| row.get(column));
        let heading = table.headings.get(column);
        cells.chain(heading).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..table.headings.len()).map(width).collect();
    let right: Vec<bool> = (0..table.headings.len())
        .map(|column| table.rows.iter().any(|row| row.get(column).is_some_and(|cell| cell.is_number())))
        .collect();
    let line = |cells: &[String]| {
        let parts: Vec<String> = cells
            .iter()
            .enumerate()
            .map(|(column, cell)| {
                let width = widths.get(column).copied().unwrap_or(0);
                if right.get(column).copied().unwrap_or(false) {
                    format!("{cell:>width$}")
                } else {
                    format!("{cell:<width$}")
                }
            })
            .collect();
        parts.join("  ").trim_end().to_owned()
    };
    let mut text = format!("{}\n", table.title);
    let rule = widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1);
    text.push_str(&format!("{}\n{}\n", line(&table.headings), "─".repeat(rule)));
    for row in &shown {
        text.push_str(&line(row));
        text.push('\n');
    }
    for note in &table.notes {
        text.push_str(&format!("  {note}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Cell;
    use expect_test::expect;

    #[test]
    fn columns_line_up() {
        let table = Table {
            name: "test".to_owned(),
            title: "Behov".to_owned(),
            headings: vec!["år".to_owned(), "insats".to_owned(), "personer".to_owned()],
            rows: vec![
                vec![Cell::Year(2030), Cell::text("hemtjänst"), Cell::count(153_367.4)],
                vec![Cell::Year(2040), Cell::text("säbo"), Cell::Percent { value: -3.25, signed: true }],
            ],
            notes: vec!["Källa: SCB".to_owned()],
        };
        expect![[r#"
            Behov
            år    insats     personer
            ─────────────────────────
            2030  hemtjänst   153 367
            2040  säbo         −3,2 %
              Källa: SCB
        "#]]
        .assert_eq(&to_text(&table, Language::Swedish));
    }
}
