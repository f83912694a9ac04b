//! From bytes to text: UTF-8, or the code page that a PX file names.

use delimited::decode_windows_1252;

use super::problem::Problem;
use super::{FILE_BYTES_MAX, RowError};

/// How the files of spreadsheets begin: a zip archive, and the older compound file.
const WORKBOOKS: [(&[u8], &str); 2] =
    [(b"PK\x03\x04", "Excel, XLSX"), (&[0xd0, 0xcf, 0x11, 0xe0], "Excel, XLS")];

/// The text of a file, or the reason with its row where the encoding is wrong.
pub fn decode(bytes: &[u8]) -> Result<String, RowError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(RowError::of_file(Problem::TooLarge { bytes_max: FILE_BYTES_MAX }));
    }
    if let Some((_, looks_like)) = WORKBOOKS.iter().find(|(head, _)| bytes.starts_with(head)) {
        return Err(RowError::of_file(Problem::Encoding { looks_like }));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(RowError::of_file(Problem::Encoding { looks_like: "UTF-16" }));
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) if names_ansi_code_page(bytes) => decode_windows_1252(bytes),
        Err(error) => {
            let row = 1 + bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count();
            return Err(RowError {
                row: Some(row),
                problem: Problem::Encoding { looks_like: "Windows-1252 / ISO 8859-1" },
            });
        }
    };
    if text.trim().is_empty() {
        return Err(RowError::of_file(Problem::Empty));
    }
    if let Some(row) = text.lines().position(|line| {
        ["Ã¥", "Ã¤", "Ã¶", "Ã…", "Ã„", "Ã–", "\u{fffd}"].iter().any(|bad| line.contains(bad))
    }) {
        return Err(RowError { row: Some(row + 1), problem: Problem::Mojibake });
    }
    Ok(text)
}

/// Whether the first lines are those of a PX file that says it is not UTF-8.
fn names_ansi_code_page(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(2000)];
    let head: String = head.iter().map(|&byte| char::from(byte)).collect::<String>().to_ascii_uppercase();
    let named = ["WINDOWS-1252", "ISO-8859-1", "CHARSET=\"ANSI\""];
    head.contains("CHARSET") && named.iter().any(|name| head.contains(name)) && !head.contains("UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_encodings_are_named_with_their_row() {
        assert_eq!(
            decode(b"tid;k\xf6n\n2024;M\xe4n\n"),
            Err(RowError {
                row: Some(1),
                problem: Problem::Encoding { looks_like: "Windows-1252 / ISO 8859-1" }
            })
        );
        assert_eq!(
            decode(b"\xff\xfet\0"),
            Err(RowError::of_file(Problem::Encoding { looks_like: "UTF-16" }))
        );
        for (head, looks_like) in
            [(b"PK\x03\x04\x14\0".as_slice(), "Excel, XLSX"), (b"\xd0\xcf\x11\xe0", "Excel, XLS")]
        {
            assert_eq!(decode(head), Err(RowError::of_file(Problem::Encoding { looks_like })));
        }
        assert_eq!(
            decode("år\nMÃ¤n\n".as_bytes()),
            Err(RowError { row: Some(2), problem: Problem::Mojibake })
        );
        assert_eq!(decode(b" \n"), Err(RowError::of_file(Problem::Empty)));
        assert_eq!(decode("\u{feff}år".as_bytes()).unwrap(), "år");
    }

    #[test]
    fn a_px_file_may_name_its_code_page() {
        let text =
            decode(b"CHARSET=\"ANSI\";\nCODEPAGE=\"Windows-1252\";\nTITLE=\"M\xe4n \x96 \xe5r\";").unwrap();
        assert!(text.contains("Män – år"));
    }
}
