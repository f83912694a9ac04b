//! Registers that come in as files: text in any encoding, and workbooks.

use std::io::{Cursor, Write as _};

use base::Language;
use export::read::{CELL_CHARACTERS_MAX, COLUMNS_MAX, ROWS_MAX, ReadError, Rows, is_rounded_number, read};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// A file as it is sent.
pub(crate) fn any(bytes: &[u8]) {
    look_at(read(bytes));
}

fn look_at(outcome: Result<Rows, ReadError>) {
    let rows = match outcome {
        Ok(rows) => rows,
        Err(error) => {
            for language in Language::ALL {
                assert!(error.sentence(language).ends_with('.'));
            }
            return;
        }
    };
    let rows = rows.0.reveal();
    assert!((1..=ROWS_MAX).contains(&rows.len()));
    for pair in rows.windows(2) {
        assert!(
            pair.first().map(|row| row.number) < pair.last().map(|row| row.number),
            "rows stand in order"
        );
    }
    for row in rows {
        assert!(row.number > 0 && row.cells.len() <= COLUMNS_MAX);
        assert!(row.cells.iter().any(|cell| !cell.is_empty()), "blank rows are left out");
        for cell in &row.cells {
            assert!(cell.chars().count() <= CELL_CHARACTERS_MAX && cell.trim() == cell);
            let _ = is_rounded_number(cell);
        }
    }
}

/// The inner files of a workbook: sheet, shared texts and styles, with a null character between them.
///
/// A fuzzer cannot write a ZIP file with its checksums, so they are put into one here.
pub(crate) fn worksheet(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |byte| *byte == 0);
    let mut next = || parts.next().unwrap_or_default();
    let book = workbook(next(), next(), next()).expect("memory takes what is written");
    look_at(read(&book));
}

const TYPES: &[u8] = br#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const ROOT: &[u8] = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &[u8] = br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const BOOK_PARTS: &[u8] = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

fn workbook(sheet: &[u8], texts: &[u8], styles: &[u8]) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_PARTS),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", texts),
        ("xl/styles.xml", styles),
    ] {
        if !bytes.is_empty() {
            archive.start_file(name, plain)?;
            archive.write_all(bytes)?;
        }
    }
    Ok(archive.finish()?.into_inner())
}
