//! The first filled sheet of an XLSX workbook as rows of texts.

use std::{
    io::{Cursor, Read as _},
    panic::catch_unwind,
};

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};

use super::{COLUMNS_MAX, ROWS_MAX, ReadError, Row, UNPACKED_BYTES_MAX};

/// From here on a spreadsheet keeps no longer every digit of a whole number.
const EXACT_BELOW: f64 = 1e15;

/// How the name of the part ends in which a workbook keeps its texts, in small letters.
const TEXTS_PART: &str = "sharedstrings.xml";
/// What this part calls the number of its texts.
const TEXTS_COUNT: &[u8] = b"uniqueCount";
/// The shortest text in it is `<si/>`.
const TEXT_BYTES_MIN: usize = 5;

/// Every row that is not blank, with its number in the sheet.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<Row>, ReadError> {
    measure(bytes)?;
    // The reader of workbooks counts with what a file says of itself. Where that breaks it off, the file is to blame.
    let broken = || ReadError::Workbook { reason: "its tables contradict themselves".to_owned() };
    catch_unwind(|| first_filled_sheet(bytes)).unwrap_or_else(|_| Err(broken()))
}

fn first_filled_sheet(bytes: &[u8]) -> Result<Vec<Row>, ReadError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    for name in workbook.sheet_names() {
        let found = sheet(&mut workbook, &name)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Err(ReadError::Empty)
}

/// One sheet, cell by cell: two cells at opposite ends of a sheet would make a full table of it without end.
fn sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<Row>, ReadError> {
    let mut rows: Vec<Row> = Vec::new();
    // A sheet of a chart alone has no cells to read.
    let Ok(mut cells) = workbook.worksheet_cells_reader(name) else { return Ok(rows) };
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let words = text(cell.get_value());
        if words.is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        let (number, column) = (row as usize + 1, column as usize);
        if column >= COLUMNS_MAX {
            return Err(ReadError::TooManyColumns { row: number });
        }
        if let Some(before) = rows.last().map(|row| row.number).filter(|before| *before > number) {
            // No spreadsheet writes such a file: the format has its rows in order, and a row stands once.
            return Err(ReadError::Workbook { reason: format!("row {number} stands below row {before}") });
        }
        if rows.last().is_none_or(|row| row.number != number) {
            if rows.len() == ROWS_MAX {
                return Err(ReadError::TooManyRows);
            }
            rows.push(Row { number, cells: Vec::new() });
        }
        if let Some(row) = rows.last_mut() {
            row.cells.resize(row.cells.len().max(column + 1), String::new());
            row.cells[column] = words;
        }
    }
    Ok(rows)
}

/// Unpacks everything once: what a file says about its own size is not believed.
fn measure(bytes: &[u8]) -> Result<(), ReadError> {
    let failed = |reason: String| ReadError::Workbook { reason };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| failed(error.to_string()))?;
    let mut left = UNPACKED_BYTES_MAX;
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(|error| failed(error.to_string()))?;
        let holds_texts = entry.name().map_or(true, |name| name.to_ascii_lowercase().ends_with(TEXTS_PART));
        let mut texts = Vec::new();
        let mut entry = entry.take(left + 1);
        let unpacked = if holds_texts {
            std::io::copy(&mut entry, &mut texts)
        } else {
            std::io::copy(&mut entry, &mut std::io::sink())
        };
        let unpacked = unpacked.map_err(|error| failed(error.to_string()))?;
        left = left.checked_sub(unpacked).ok_or(ReadError::UnpacksTooLarge)?;
        if claims_too_many(texts) {
            return Err(failed("it claims more texts than it has room for".to_owned()));
        }
    }
    Ok(())
}

/// Whether the part with the texts says that it has more of them than its bytes can hold. The reader of workbooks makes
/// room for as many as it says, unseen, and a program that asks for more memory than there is ends at once, with
/// everything else that it does.
fn claims_too_many(mut part: Vec<u8>) -> bool {
    // Written in UTF-16, every letter of these has a zero beside it.
    part.retain(|byte| *byte != 0);
    let most = part.len() / TEXT_BYTES_MIN;
    let places = part.windows(TEXTS_COUNT.len()).enumerate().filter(|(_, word)| *word == TEXTS_COUNT);
    places.map(|(at, _)| &part[at + TEXTS_COUNT.len()..]).any(|rest| {
        let digits = rest.iter().skip_while(|byte| b" \t\r\n='\"+".contains(byte));
        let digits = digits.take_while(|byte| byte.is_ascii_digit()).map(|byte| usize::from(byte - b'0'));
        digits.fold(0_usize, |count, digit| count.saturating_mul(10).saturating_add(digit)) > most
    })
}

fn unreadable(error: XlsxError) -> ReadError {
    ReadError::Workbook { reason: error.to_string() }
}

fn text(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Empty => String::new(),
        DataRef::String(words) => words.trim().to_owned(),
        DataRef::SharedString(words) => words.trim().to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.abs() >= EXACT_BELOW => format!("{number:.5E}").replace('E', "E+"),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(true) => "ja".to_owned(),
        DataRef::Bool(false) => "nej".to_owned(),
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, ..) = moment.to_ymd_hms_milli();
            let day = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute) == (0, 0) { day } else { format!("{day} {hour:02}:{minute:02}") }
        }
        DataRef::DateTimeIso(words) | DataRef::DurationIso(words) => words.trim().to_owned(),
        DataRef::Error(error) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use rust_xlsxwriter::Workbook;

    #[test]
    fn far_cells_are_refused_before_they_make_a_table() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "serial").unwrap();
        sheet.write_string(1_000_000, 16_000, "x").unwrap();
        let bytes = book.save_to_buffer().unwrap();
        assert_eq!(rows(&bytes), Err(ReadError::TooManyColumns { row: 1_000_001 }));
    }

    #[test]
    fn a_workbook_that_claims_more_texts_than_it_has_room_for_is_refused_unread() {
        let plain = zip::write::SimpleFileOptions::default();
        for (name, texts, refused) in [
            ("xl/sharedStrings.xml", "<sst uniqueCount='99999999999'><si/></sst>", true),
            ("XL/SHAREDSTRINGS.XML", "<sst count=\"1\" uniqueCount = \"0000000000099\"><si/></sst>", true),
            ("xl/sharedStrings.xml", "<sst uniqueCount='1'><si/></sst>", false),
            ("xl/sharedStrings.xml", "<sst><si><t>uniqueCount of 070-123 45 67</t></si></sst>", false),
            ("xl/other.xml", "<sst uniqueCount='99999999999'/>", false),
        ] {
            for bytes in [texts.into(), texts.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()]
            {
                let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
                archive.start_file(name, plain).unwrap();
                archive.write_all(&bytes).unwrap();
                let found = measure(&archive.finish().unwrap().into_inner());
                assert_eq!(found.is_err(), refused, "{name} {texts}");
            }
        }
    }

    #[test]
    fn the_first_sheet_with_anything_in_it_is_read_and_long_numbers_are_told() {
        let mut book = Workbook::new();
        book.add_worksheet();
        let sheet = book.add_worksheet();
        sheet.write_number(2, 1, 1_234_567_890_123_456_789.0).unwrap();
        sheet.write_number(2, 2, 735_000_000_123.0).unwrap();
        let found = rows(&book.save_to_buffer().unwrap()).unwrap();
        assert_eq!(found[0].number, 3);
        assert_eq!(found[0].cells, ["", "1.23457E+18", "735000000123"]);
        assert!(super::super::is_rounded_number(&found[0].cells[1]));
    }
}
