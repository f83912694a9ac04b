//! Tables as an XLSX workbook: a sheet each, numbers as numbers, notes below.

use base::language::Language;
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::table::{Cell, Table};

/// The longest name of a sheet that spreadsheets take.
pub const SHEET_NAME_MAX: usize = 31;
const COLUMN_WIDTH_MAX: usize = 60;

/// Why no workbook could be written.
#[derive(Debug, thiserror::Error)]
#[error("the spreadsheet `{sheet}` could not be written: {source}")]
pub struct SheetError {
    /// The table that failed.
    pub sheet: String,
    /// What the writer says.
    source: XlsxError,
}

/// All tables as the bytes of one workbook.
pub fn to_xlsx(tables: &[Table], language: Language) -> Result<Vec<u8>, SheetError> {
    let mut workbook = Workbook::new();
    for table in tables {
        let sheet = workbook.add_worksheet();
        write(sheet, table, language).map_err(|source| SheetError { sheet: table.name.clone(), source })?;
    }
    workbook.save_to_buffer().map_err(|source| SheetError { sheet: "*".to_owned(), source })
}

fn write(sheet: &mut Worksheet, table: &Table, language: Language) -> Result<(), XlsxError> {
    let title = Format::new().set_bold().set_font_size(14);
    let heading = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    sheet.set_name(table.name.chars().take(SHEET_NAME_MAX).collect::<String>())?;
    sheet.write_string_with_format(0, 0, &table.title, &title)?;
    for (column, words) in (0_u16..).zip(&table.headings) {
        sheet.write_string_with_format(2, column, words, &heading)?;
        let widest = table
            .rows
            .iter()
            .filter_map(|row| row.get(usize::from(column)))
            .map(|cell| cell.show(language).chars().count())
            .max()
            .unwrap_or(0)
            .max(words.chars().count().min(20));
        sheet.set_column_width(column, widest.min(COLUMN_WIDTH_MAX) as f64 + 2.0)?;
    }
    let mut row = 3;
    for cells in &table.rows {
        for (column, cell) in (0_u16..).zip(cells) {
            write_cell(sheet, row, column, cell)?;
        }
        row += 1;
    }
    for note in &table.notes {
        row += 1;
        sheet.write_string(row, 0, note)?;
    }
    sheet.set_freeze_panes(3, 0)?;
    sheet.set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    Ok(())
}

fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(words) => sheet.write_string(row, column, words)?,
        Cell::Year(year) => sheet.write_number(row, column, f64::from(*year))?,
        Cell::Number { value, decimals } => {
            let places = "0".repeat(*decimals);
            let pattern = if places.is_empty() { "#,##0".to_owned() } else { format!("#,##0.{places}") };
            sheet.write_number_with_format(row, column, *value, &Format::new().set_num_format(pattern))?
        }
        Cell::Part { value, .. } => {
            sheet.write_number_with_format(row, column, *value, &Format::new().set_num_format("#,##0"))?
        }
        Cell::Percent { value, .. } => {
            let format = Format::new().set_num_format("0.0 %");
            sheet.write_number_with_format(row, column, value / 100.0, &format)?
        }
        Cell::Empty => return Ok(()),
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workbook_is_written() {
        let table = Table {
            name: "behov".to_owned(),
            title: "Behov".to_owned(),
            headings: vec!["år".to_owned(), "personer".to_owned()],
            rows: vec![vec![Cell::Year(2030), Cell::count(12.5)], vec![Cell::Year(2031), Cell::Empty]],
            notes: vec!["Källa: SCB".to_owned()],
        };
        let bytes = to_xlsx(&[table], Language::Swedish).unwrap();
        assert!(bytes.starts_with(b"PK") && bytes.len() > 2_000, "{} bytes", bytes.len());
    }
}
