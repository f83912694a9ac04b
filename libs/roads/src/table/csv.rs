//! A matrix as a table of pairs: `origin,destination,seconds,metres`.

use super::{METRES_MAX, SECONDS_MAX, TableError, check_length, shortened, whole, wrong};
use crate::matrix::Matrix;

/// The columns, in any order.
const COLUMNS: [&str; 4] = ["origin", "destination", "seconds", "metres"];

/// Reads a matrix from comma- or semicolon-separated text.
///
/// The first line names the columns `origin`, `destination`, `seconds` and `metres` in any order (others are
/// left aside). Origins and destinations are places by number from 0. Every pair stands once; a place's way
/// to itself may be left out. After semicolons a decimal comma is taken too.
///
/// ```
/// let text = "origin;destination;seconds;metres\n0;1;60,5;500\n1;0;70;510\n";
/// let matrix = roads::table::parse_csv(text, 2)?;
/// assert_eq!((matrix.seconds(0, 1), matrix.metres(1, 0)), (61, 510));
/// # Ok::<(), roads::table::TableError>(())
/// ```
pub fn parse_csv(text: &str, places: usize) -> Result<Matrix, TableError> {
    check_length(text)?;
    let mut matrix = Matrix::new(places, places)?;
    let mut is_filled = vec![false; places * places];
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let header = lines.next().map_or("", |(_, line)| line);
    let layout = Layout::of(header)?;
    for (number, line) in lines {
        if line.trim().is_empty() {
            continue;
        }
        let pair = layout.read(number + 1, line, places)?;
        let cell = pair.origin * places + pair.destination;
        if std::mem::replace(&mut is_filled[cell], true) {
            return Err(wrong(
                format!("line {}", number + 1),
                format!("the pair {} to {} again", pair.origin, pair.destination),
                "every pair once",
            ));
        }
        matrix.set(pair.origin, pair.destination, pair.seconds, pair.metres);
    }
    let missing = is_filled
        .iter()
        .enumerate()
        .find(|(cell, is_filled)| !**is_filled && cell / places != cell % places)
        .map(|(cell, _)| cell);
    if let Some(cell) = missing {
        return Err(wrong(
            "end of the file",
            format!("no line for {} to {}", cell / places, cell % places),
            format!("a line for every pair of {places} places"),
        ));
    }
    Ok(matrix)
}

struct Pair {
    origin: usize,
    destination: usize,
    seconds: u32,
    metres: u32,
}

/// Which column stands where, and what parts them.
struct Layout {
    separator: char,
    positions: [usize; 4],
}

impl Layout {
    fn of(header: &str) -> Result<Self, TableError> {
        let separator = if header.contains(';') { ';' } else { ',' };
        let names: Vec<String> =
            header.split(separator).map(|name| name.trim().trim_matches('"').to_ascii_lowercase()).collect();
        let mut positions = [0; 4];
        for (position, column) in positions.iter_mut().zip(COLUMNS) {
            *position = names.iter().position(|name| name == column).ok_or_else(|| {
                wrong("line 1", shortened(header), format!("a column {column:?} among {COLUMNS:?}"))
            })?;
        }
        Ok(Self { separator, positions })
    }

    fn read(&self, line_number: usize, line: &str, places: usize) -> Result<Pair, TableError> {
        let fields: Vec<&str> =
            line.split(self.separator).map(|field| field.trim().trim_matches('"')).collect();
        let field = |column: usize| {
            fields.get(self.positions[column]).copied().ok_or_else(|| {
                wrong(
                    format!("line {line_number}"),
                    shortened(line),
                    format!("a field {:?}", COLUMNS[column]),
                )
            })
        };
        let at = |column: usize| format!("line {line_number}, {}", COLUMNS[column]);
        let place = |column: usize| -> Result<usize, TableError> {
            let text = field(column)?;
            text.parse().ok().filter(|place| *place < places).ok_or_else(|| {
                wrong(at(column), shortened(text), format!("a place from 0 to {}", places.saturating_sub(1)))
            })
        };
        let number = |column: usize, max: f64| -> Result<u32, TableError> {
            let text = field(column)?;
            let point = if self.separator == ';' { text.replace(',', ".") } else { text.to_owned() };
            point
                .parse()
                .ok()
                .and_then(|number| whole(number, max))
                .ok_or_else(|| wrong(at(column), shortened(text), format!("a number from 0 to {max}")))
        };
        Ok(Pair {
            origin: place(0)?,
            destination: place(1)?,
            seconds: number(2, SECONDS_MAX)?,
            metres: number(3, METRES_MAX)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: Result<&[u32], &str>) {
        match (parse_csv(text, 2), expected) {
            (Ok(matrix), Ok(seconds)) => assert_eq!(matrix.all_seconds(), seconds),
            (Err(error), Err(message)) => assert_eq!(error.to_string(), format!("matrix, {message}")),
            (found, _) => panic!("{text:?}: {found:?}"),
        }
    }

    #[test]
    fn good_tables() {
        check("origin,destination,seconds,metres\n0,1,60,500\n1,0,70,510\n", Ok(&[0, 60, 70, 0]));
        check("metres,name,seconds,origin,destination\r\n9,x,60.4,0,1\r\n9,y,7,1,0\r\n", Ok(&[0, 60, 7, 0]));
        check(
            "\u{feff}Origin;Destination;Seconds;Metres\n0;1;1,5;2\n1;0;0;0\n\n0;0;3;0\n",
            Ok(&[3, 2, 0, 0]),
        );
    }

    #[test]
    fn bad_tables_say_where() {
        let head = "origin,destination,seconds,metres\n";
        check(
            "",
            Err(
                r#"line 1: "", expected a column "origin" among ["origin", "destination", "seconds", "metres"]"#,
            ),
        );
        check(&format!("{head}0,2,1,1"), Err(r#"line 2, destination: "2", expected a place from 0 to 1"#));
        check(
            &format!("{head}0,1,-1,1"),
            Err(r#"line 2, seconds: "-1", expected a number from 0 to 604800"#),
        );
        check(
            &format!("{head}0,1,nan,1"),
            Err(r#"line 2, seconds: "nan", expected a number from 0 to 604800"#),
        );
        check(
            &format!("{head}0,1,1,1e99"),
            Err(r#"line 2, metres: "1e99", expected a number from 0 to 40075000"#),
        );
        check(&format!("{head}0,1"), Err(r#"line 2: "0,1", expected a field "seconds""#));
        check(
            &format!("{head}0,1,1,1\n0,1,1,1"),
            Err("line 3: the pair 0 to 1 again, expected every pair once"),
        );
        check(
            &format!("{head}0,1,1,1\n"),
            Err("end of the file: no line for 1 to 0, expected a line for every pair of 2 places"),
        );
    }

    #[test]
    fn hostile_sizes_are_refused() {
        let error = parse_csv("origin,destination,seconds,metres\n", 1_000_000).unwrap_err();
        assert!(error.to_string().contains("CELLS_MAX"), "{error}");
    }

    proptest! {
        #[test]
        fn never_panics(text: String, places in 0_usize..4) {
            let _ = parse_csv(&text, places);
            let _ = parse_csv(&format!("origin,destination,seconds,metres\n{text}"), places);
        }
    }
}
