//! Delimited text files, from bytes to cells, whatever separator and encoding they use.
//!
//! Comma, semicolon or tab; quotes as in RFC 4180; UTF-8 with or without a mark, UTF-16 with one, Windows-1252.
//! One pass over the text, so the time grows with the file and not with what it holds.
//!
//! ```
//! let text = delimited::decode(b"namn;rum\n\xc5sa;\"k\xf6k; v\xe5ning 2\"\n").unwrap().text;
//! let file = delimited::parse(&text);
//! assert_eq!(file.records[1].cells, ["Åsa", "kök; våning 2"]);
//! assert_eq!(file.records[1].line, 2);
//! ```

mod encoding;

pub use encoding::{Decoded, Encoding, decode, decode_windows_1252};

/// The separators that are looked for, the most Swedish one first.
pub const SEPARATORS: [char; 3] = [';', '\t', ','];

/// One record with the line on which it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The line in the file, from 1.
    pub line: usize,
    /// The cells, without blanks around them.
    pub cells: Vec<String>,
}

/// A file taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Every record that is not blank; lines that begin with `#` before the first of them are comments and left out.
    pub records: Vec<Record>,
    /// The line of a quote that nothing closes; all that follows it stands in one cell.
    pub unclosed_quote_line: Option<usize>,
}

/// Takes a text apart. The separator is the one that splits the first record into the most cells.
pub fn parse(text: &str) -> File {
    let body = skip_comments(text);
    let skipped = text[..text.len() - body.len()].matches('\n').count();
    let separator = SEPARATORS
        .into_iter()
        .rev()
        .max_by_key(|separator| {
            Reader::new(body, *separator, 1).next().map_or(0, |record| record.cells.len())
        })
        .unwrap_or(SEPARATORS[0]);
    let mut reader = Reader::new(body, separator, skipped + 1);
    let records = reader.by_ref().filter(|record| record.cells.iter().any(|cell| !cell.is_empty())).collect();
    File { records, unclosed_quote_line: reader.unclosed_quote_line }
}

fn skip_comments(text: &str) -> &str {
    let mut rest = text;
    loop {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let skips = line.trim().is_empty() || line.starts_with('#');
        if rest.is_empty() || !skips {
            return rest;
        }
        rest = after;
    }
}

/// Reads one record after another.
struct Reader<'a> {
    characters: std::iter::Peekable<std::str::Chars<'a>>,
    separator: char,
    line: usize,
    unclosed_quote_line: Option<usize>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, separator: char, first_line: usize) -> Self {
        Reader { characters: text.chars().peekable(), separator, line: first_line, unclosed_quote_line: None }
    }

    /// What stands between quotes, with its doubled quotes made single and its line breaks kept.
    fn quoted(&mut self, cell: &mut String) {
        let opened = self.line;
        while let Some(character) = self.characters.next() {
            match character {
                '"' if self.characters.peek() == Some(&'"') => {
                    self.characters.next();
                    cell.push('"');
                }
                '"' => return,
                '\r' if self.characters.peek() == Some(&'\n') => {}
                _ => {
                    self.line += usize::from(character == '\n');
                    cell.push(character);
                }
            }
        }
        self.unclosed_quote_line = Some(opened);
    }
}

impl Iterator for Reader<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        self.characters.peek()?;
        let line = self.line;
        let mut cells = Vec::new();
        let mut cell = String::new();
        loop {
            match self.characters.next() {
                // A quote opens only where a cell begins: inches inside a cell are themselves.
                Some('"') if cell.trim().is_empty() => {
                    cell.clear();
                    self.quoted(&mut cell);
                }
                Some(character) if character == self.separator => {
                    cells.push(cell.trim().to_owned());
                    cell.clear();
                }
                Some('\n') | None => break,
                Some(character) => cell.push(character),
            }
        }
        self.line += 1;
        cells.push(cell.trim().to_owned());
        Some(Record { line, cells })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(usize, &[&str])]) {
        let found = parse(text).records;
        let found: Vec<(usize, Vec<&str>)> = found
            .iter()
            .map(|record| (record.line, record.cells.iter().map(String::as_str).collect()))
            .collect();
        let expected: Vec<(usize, Vec<&str>)> =
            expected.iter().map(|(line, cells)| (*line, cells.to_vec())).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn separators_quotes_comments_and_blank_lines_are_understood() {
        check("# note\na;b\n1;2\n", &[(2, &["a", "b"]), (3, &["1", "2"])]);
        check("a,b\r\n\"x, y\",\"say \"\"hi\"\"\"\r\n", &[(1, &["a", "b"]), (2, &["x, y", "say \"hi\""])]);
        check("a\tb\n\n1\t2", &[(1, &["a", "b"]), (3, &["1", "2"])]);
        check(
            "a;b\n\"two\r\nlines\";2\n3;4",
            &[(1, &["a", "b"]), (2, &["two\nlines", "2"]), (4, &["3", "4"])],
        );
        check("a;b\n5\" rör;x\n#1;y", &[(1, &["a", "b"]), (2, &["5\" rör", "x"]), (3, &["#1", "y"])]);
        check("namn, ort;b\nc;d", &[(1, &["namn, ort", "b"]), (2, &["c", "d"])]);
        check("a;b;\n;;\n1;;", &[(1, &["a", "b", ""]), (3, &["1", "", ""])]);
        check("", &[]);
        check("# only a comment", &[]);
    }

    #[test]
    fn a_quote_that_nothing_closes_is_told_with_its_line() {
        assert_eq!(parse("a;b\n1;2\n3;\"fyra\n5;6\n").unclosed_quote_line, Some(3));
        assert_eq!(parse("a;b\n1;\"2\"\n").unclosed_quote_line, None);
    }

    #[test]
    fn a_hostile_file_takes_no_more_time_than_its_length() {
        // An open quote before a million short lines: copied once, not once a line.
        let text = format!("a;b\n\"{}", "x\n".repeat(1_000_000));
        assert_eq!(parse(&text).records.len(), 2);
    }
}
