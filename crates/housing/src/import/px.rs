//! SCB's PX format: keywords with values, then one long row of data, turned into rows with a heading.
//!
//! Written from the public description of the PX file format (Statistics Sweden). STUB dimensions vary slowest, HEADING dimensions
//! fastest. `-` is nought in Swedish tables; `..` and `.` are figures that are missing or not to be shown.

use base::language::Text;

use super::delimited::Delimited;
use super::problem::Problem;
use super::{ROWS_MAX, RowError};

/// Whether the text starts as a PX file does.
fn looks_like_px(text: &str) -> bool {
    let head: String = text.chars().take(400).collect();
    head.contains("=\"")
        && ["CHARSET", "AXIS-VERSION", "MATRIX", "SUBJECT-AREA"].iter().any(|word| head.contains(word))
}

/// Takes apart a PX file, or a delimited one where the text does not start as PX.
pub(crate) fn or_delimited(text: &str) -> Result<Delimited, RowError> {
    if looks_like_px(text) { to_rows(text) } else { Delimited::parse(text) }
}

/// One statement: keyword, the dimension in brackets if any, and its values.
struct Statement {
    keyword: String,
    of: Option<String>,
    values: Vec<String>,
}

/// Takes a PX file apart into a heading (its dimensions and `value`) and one row per figure.
fn to_rows(text: &str) -> Result<Delimited, RowError> {
    let refuse = |reason, at: &str| RowError::of_file(Problem::Px { reason, at: at.to_owned() });
    let data_at = find_data(text)
        .ok_or_else(|| refuse(Text::new("avsnittet DATA saknas", "there is no DATA section"), "DATA="))?;
    let statements = statements(&text[..data_at]);
    let listed = |keyword: &str| {
        statements
            .iter()
            .filter(|statement| statement.keyword == keyword && statement.of.is_none())
            .flat_map(|statement| statement.values.clone())
            .collect::<Vec<_>>()
    };
    let mut dimensions = listed("STUB");
    dimensions.extend(listed("HEADING"));
    if dimensions.is_empty() {
        return Err(refuse(Text::new("STUB och HEADING saknas", "STUB and HEADING are missing"), "STUB"));
    }
    let mut values: Vec<&Vec<String>> = Vec::new();
    for dimension in &dimensions {
        let found = statements
            .iter()
            .find(|statement| statement.keyword == "VALUES" && statement.of.as_ref() == Some(dimension));
        let none = Text::new("VALUES saknas för en dimension", "VALUES is missing for a dimension");
        values.push(&found.ok_or_else(|| refuse(none, dimension))?.values);
    }
    let cells = data(&text[data_at..]);
    let expected = values.iter().try_fold(1_usize, |product, list| product.checked_mul(list.len()));
    match expected {
        Some(count) if count > ROWS_MAX => {
            return Err(RowError::of_file(Problem::TooManyRows { rows_max: ROWS_MAX }));
        }
        Some(count) if count == cells.len() && count > 0 => {}
        _ => {
            let reason = Text::new(
                "antalet värden i DATA stämmer inte med dimensionerna",
                "the number of values in DATA does not match the dimensions",
            );
            let expected = expected.map_or_else(|| "?".to_owned(), |count| count.to_string());
            return Err(refuse(reason, &format!("{} ≠ {expected}", cells.len())));
        }
    }
    // The first line of the figures is the rest of the line of `DATA=`.
    let first_line = text[..data_at].lines().count();
    let mut heading = dimensions;
    heading.push("value".to_owned());
    let rows = cells
        .into_iter()
        .enumerate()
        .map(|(index, (line, cell))| {
            let mut row = Vec::with_capacity(values.len() + 1);
            let mut rest = index;
            for list in values.iter().rev() {
                row.push(list[rest % list.len()].clone());
                rest /= list.len();
            }
            row.reverse();
            row.push(if cell == "-" { "0".to_owned() } else { cell });
            (first_line + line - 1, row)
        })
        .collect();
    Ok(Delimited { heading, rows })
}

/// Where the figures start: after `DATA=` at the start of a line.
fn find_data(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("DATA=") {
            return Some(at + "DATA=".len());
        }
        at += line.len();
    }
    None
}

fn data(text: &str) -> Vec<(usize, String)> {
    let mut cells = Vec::new();
    for (line, row) in text.lines().enumerate() {
        let (row, last) = match row.split_once(';') {
            Some((before, _)) => (before, true),
            None => (row, false),
        };
        cells.extend(row.split_whitespace().map(|cell| (line + 1, cell.trim_matches('"').to_owned())));
        if last {
            break;
        }
    }
    cells
}

/// Splits keywords from values; text in quotes may hold any character and may go on over several lines.
fn statements(text: &str) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut word = String::new();
    let mut statement = Statement { keyword: String::new(), of: None, values: Vec::new() };
    let (mut quoted, mut in_values, mut after_comma) = (false, false, true);
    for character in text.chars() {
        match character {
            '"' if quoted => {
                quoted = false;
                let value = std::mem::take(&mut word);
                if !in_values {
                    statement.of = Some(value);
                } else if after_comma {
                    statement.values.push(value);
                    after_comma = false;
                } else if let Some(last) = statement.values.last_mut() {
                    // Two quoted texts without a comma are one text broken over two lines.
                    last.push_str(&value);
                }
            }
            '"' => {
                quoted = true;
                if !in_values && statement.keyword.is_empty() {
                    statement.keyword = word.trim().trim_end_matches('(').to_owned();
                }
                word.clear();
            }
            _ if quoted => word.push(character),
            '=' if !in_values => {
                if statement.keyword.is_empty() {
                    statement.keyword = word.trim().to_owned();
                }
                // A language tag as in `VALUES[en]` is another language of the same table.
                in_values = true;
                after_comma = true;
                word.clear();
            }
            ',' if in_values => after_comma = true,
            ';' => {
                if statement.values.is_empty() && !word.trim().is_empty() {
                    statement.values.push(word.trim().to_owned());
                }
                word.clear();
                in_values = false;
                let next = Statement { keyword: String::new(), of: None, values: Vec::new() };
                statements.push(std::mem::replace(&mut statement, next));
            }
            _ => word.push(character),
        }
    }
    statements
}

#[cfg(test)]
mod tests {
    use crate::group::AGE_LAST;
    use crate::import::population;
    use crate::source::Source;
    use base::Language;

    fn ages() -> String {
        (0..=AGE_LAST)
            .map(|age| if age == AGE_LAST { "\"100+ år\"".to_owned() } else { format!("\"{age} år\"") })
            .collect::<Vec<_>>()
            .join(",\n")
    }

    /// Two years of a made-up town: age varies slowest, then sex, then year.
    fn file() -> String {
        let figures: Vec<String> = (0..=AGE_LAST)
            .map(|age| {
                let women = 200 - age.min(100);
                format!("{women} {} {} {}", women + 1, women - 1 - age / 5, women - age / 5)
            })
            .collect();
        format!(
            "CHARSET=\"ANSI\";\nAXIS-VERSION=\"2010\";\nCODEPAGE=\"utf-8\";\nMATRIX=\"BE01\";\n\
             TITLE=\"Folkmängd efter ålder; kön \"\n\"och år\";\nDECIMALS=0;\nSTUB=\"ålder\",\"kön\";\nHEADING=\"år\";\n\
             VALUES(\"ålder\")={};\nVALUES(\"kön\")=\"kvinnor\",\"män\";\nVALUES(\"år\")=\"2023\",\"2024\";\n\
             DATA=\n{};\n",
            ages(),
            figures.join("\n")
        )
    }

    #[test]
    fn a_px_file_in_an_unnamed_code_page_is_refused() {
        let text = file().replace("CHARSET=\"ANSI\";\n", "");
        let ansi: Vec<u8> = text.chars().map(|c| c as u32 as u8).collect();
        let source = Source::new("Exempelkommunen", "px", "2024-12-31", "egen");
        let refused = population::read(&ansi, "Exempelstad", &source).accept().unwrap_err();
        let sentence = refused.sentence(Language::Swedish);
        assert!(sentence.contains("rad 4: Texten är inte UTF-8"), "{sentence}");
    }

    fn read(text: &str) -> crate::import::Preview<Vec<crate::population::Population>> {
        population::read(
            text.as_bytes(),
            "Exempelstad",
            &Source::new("Exempelkommunen", "px", "2024-12-31", "egen"),
        )
    }

    #[test]
    fn a_px_file_becomes_a_population() {
        let read = read(&file()).accept().unwrap();
        let town = &read[0];
        assert_eq!((town.first_year, town.last_year()), (2023, 2024));
        let persons = town.persons(2024).unwrap();
        assert_eq!((persons.women[0], persons.men[0]), (201.0, 200.0));
        assert_eq!((persons.women[80], persons.men[80]), (121.0, 104.0));
    }

    #[test]
    fn a_broken_px_file_is_refused_with_a_reason() {
        let check = |text: String, expected: &str| {
            let sentence = read(&text).accept().unwrap_err().sentence(Language::Swedish);
            assert!(sentence.contains(expected), "expected `{expected}` in `{sentence}`");
        };
        check(file().replacen("200 201", "200", 1), "stämmer inte med dimensionerna (403 ≠ 404)");
        check(file().replace("VALUES(\"kön\")", "CODES(\"kön\")"), "VALUES saknas för en dimension (kön)");
        check(file().replace("DATA=", "FIGURES="), "avsnittet DATA saknas");
        check(
            file().replacen("200 201", "200 ..", 1),
            "rad 114: folkmängd: värdet är tomt eller dolt (”..”)",
        );
        check(file().replacen("200 201", "200 -7", 1), "rad 114: folkmängd: -7 är mindre än noll");
        check(
            file().replace("\"ålder\"", "\"yrke\""),
            "Kolumnen ålder (age) saknas. Filens kolumner: yrke, kön, år",
        );
        check(file().replace("\"3 år\"", "\"03-mar\""), "ålder: ”03-mar” ser ut som ett datum");
        check(file().replace("\"2023\"", "\"45291\""), "år: ”45291” ser ut som ett datum");
        let without_49 = file().replace("\"49 år\",\n", "").replace("151 152 141 142\n", "");
        check(without_49, "Exempelstad 2023: åldern 49 saknas för kvinnor");
        check(
            file().replace("\"kvinnor\",\"män\"", "\"män\",\"kvinnor\""),
            "kvinnor och män är troligen omkastade",
        );
        check(file().replace("MATRIX", "\u{c3}\u{a5}"), "rad 4: Å, ä och ö har blivit fel tecken");
    }
}
