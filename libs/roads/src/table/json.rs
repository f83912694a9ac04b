//! A matrix as JSON: our own plain form, and the answer of OSRM's `table` service.

use serde_json::{Map, Value};

use super::{METRES_MAX, SECONDS_MAX, TableError, check_length, shortened, whole, wrong};
use crate::fallback::Fallback;
use crate::geo::Coordinate;
use crate::matrix::Matrix;

/// Reads `{"seconds": [[..], ..], "metres": [[..], ..]}`: rows are origins, every cell a number.
///
/// ```
/// let text = r#"{"seconds": [[0, 60], [70, 0]], "metres": [[0, 500], [510, 0]]}"#;
/// let matrix = roads::table::parse_json(text, 2, 2)?;
/// assert_eq!(matrix.seconds(1, 0), 70);
/// # Ok::<(), roads::table::TableError>(())
/// ```
pub fn parse_json(text: &str, origins: usize, destinations: usize) -> Result<Matrix, TableError> {
    let mut matrix = Matrix::new(origins, destinations)?;
    let object = object(text)?;
    let seconds = Table::of(&object, "seconds", SECONDS_MAX, origins, destinations)?;
    let metres = Table::of(&object, "metres", METRES_MAX, origins, destinations)?;
    for row in 0..origins {
        for column in 0..destinations {
            matrix.set(row, column, seconds.number(row, column)?, metres.number(row, column)?);
        }
    }
    Ok(matrix)
}

/// Reads the body of an answer of an OSRM-compatible `table` service.
///
/// Ask the service with `annotations=duration,distance`. A cell that it leaves `null` (no way) is filled
/// from the fallback and marked as estimated, as are the cells that it lists in `fallback_speed_cells`.
/// Format: <https://project-osrm.org/docs/v5.24.0/api/#table-service>.
///
/// ```
/// use roads::{fallback::Fallback, geo::Coordinate, profile::Mode, table::parse_osrm};
/// let body = r#"{"code": "Ok", "durations": [[0, 61.2]], "distances": [[0, 512.9]]}"#;
/// let places = [Coordinate::new(58.41, 15.62)?, Coordinate::new(58.42, 15.64)?];
/// let matrix = parse_osrm(body, &places[..1], &places, &Fallback::standard(Mode::Car))?;
/// assert_eq!((matrix.seconds(0, 1), matrix.metres(0, 1)), (61, 513));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn parse_osrm(
    body: &str,
    origins: &[Coordinate],
    destinations: &[Coordinate],
    fallback: &Fallback,
) -> Result<Matrix, TableError> {
    let mut matrix = Matrix::new(origins.len(), destinations.len())?;
    let object = object(body)?;
    match object.get("code").and_then(Value::as_str) {
        Some("Ok") => {}
        Some(code) => {
            let message = object.get("message").and_then(Value::as_str).unwrap_or("no message");
            return Err(wrong(
                "code",
                format!("{} ({})", shortened(code), shortened(message)),
                "\"Ok\" from the service",
            ));
        }
        None => return Err(wrong("code", "no text", "\"Ok\", as an OSRM table answer begins")),
    }
    let durations = Table::of(&object, "durations", SECONDS_MAX, origins.len(), destinations.len())?;
    let distances = Table::of(&object, "distances", METRES_MAX, origins.len(), destinations.len())?;
    for (row, origin) in origins.iter().enumerate() {
        for (column, destination) in destinations.iter().enumerate() {
            match (durations.cell(row, column)?, distances.cell(row, column)?) {
                (Some(seconds), Some(metres)) => matrix.set(row, column, seconds, metres),
                _ => matrix.set_estimate(row, column, fallback.seconds_and_metres(*origin, *destination)),
            }
        }
    }
    mark_service_estimates(&object, &mut matrix)?;
    Ok(matrix)
}

/// Marks the cells that the service itself only estimated.
fn mark_service_estimates(object: &Map<String, Value>, matrix: &mut Matrix) -> Result<(), TableError> {
    let Some(cells) = object.get("fallback_speed_cells") else { return Ok(()) };
    let cells = cells
        .as_array()
        .ok_or_else(|| wrong("fallback_speed_cells", kind(cells), "a list of [row, column] pairs"))?;
    for (position, pair) in cells.iter().enumerate() {
        let index = |side: usize, limit: usize| {
            let number = pair.get(side)?.as_u64()?;
            usize::try_from(number).ok().filter(|index| *index < limit)
        };
        let (row, column) =
            index(0, matrix.origins()).zip(index(1, matrix.destinations())).ok_or_else(|| {
                wrong(
                    format!("fallback_speed_cells[{position}]"),
                    shortened(&pair.to_string()),
                    "a [row, column] pair within the table",
                )
            })?;
        let known = (matrix.seconds(row, column), matrix.metres(row, column));
        matrix.set_estimate(row, column, known);
    }
    Ok(())
}

fn object(text: &str) -> Result<Map<String, Value>, TableError> {
    check_length(text)?;
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(other) => Err(wrong("the whole text", kind(&other), "a JSON object")),
        Err(error) => Err(wrong(
            format!("line {}, column {}", error.line(), error.column()),
            error.to_string(),
            "JSON text",
        )),
    }
}

/// What a JSON value is, for errors.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A table of numbers of which the shape has been checked.
struct Table<'a> {
    name: &'static str,
    max: f64,
    rows: Vec<&'a [Value]>,
}

impl<'a> Table<'a> {
    fn of(
        object: &'a Map<String, Value>,
        name: &'static str,
        max: f64,
        origins: usize,
        destinations: usize,
    ) -> Result<Self, TableError> {
        let expected_rows = || format!("a list of {origins} rows");
        let value = object.get(name).ok_or_else(|| wrong(name, "nothing", expected_rows()))?;
        let list = value.as_array().ok_or_else(|| wrong(name, kind(value), expected_rows()))?;
        if list.len() != origins {
            return Err(wrong(name, format!("{} rows", list.len()), expected_rows()));
        }
        let mut rows = Vec::with_capacity(origins);
        for (position, row) in list.iter().enumerate() {
            let place = || format!("{name}, row {position}");
            let expected = || format!("a list of {destinations} numbers");
            let cells = row.as_array().ok_or_else(|| wrong(place(), kind(row), expected()))?;
            if cells.len() != destinations {
                return Err(wrong(place(), format!("{} cells", cells.len()), expected()));
            }
            rows.push(cells.as_slice());
        }
        Ok(Self { name, max, rows })
    }

    /// A cell's number, `None` where it is `null`.
    fn cell(&self, row: usize, column: usize) -> Result<Option<u32>, TableError> {
        let value = &self.rows[row][column];
        if value.is_null() {
            return Ok(None);
        }
        value.as_f64().and_then(|number| whole(number, self.max)).map(Some).ok_or_else(|| {
            wrong(
                format!("{}, row {row}, column {column}", self.name),
                shortened(&value.to_string()),
                format!("a number from 0 to {}", self.max),
            )
        })
    }

    fn number(&self, row: usize, column: usize) -> Result<u32, TableError> {
        self.cell(row, column)?.ok_or_else(|| {
            wrong(
                format!("{}, row {row}, column {column}", self.name),
                "null",
                format!("a number from 0 to {}", self.max),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Mode;
    use proptest::prelude::*;

    fn osrm(body: &str) -> Result<Matrix, TableError> {
        let places = [Coordinate::new(58.41, 15.62).unwrap(), Coordinate::new(58.42, 15.64).unwrap()];
        parse_osrm(body, &places, &places, &Fallback::standard(Mode::Car))
    }

    #[test]
    fn an_answer_with_a_hole() {
        let body = r#"{"code":"Ok","durations":[[0,10.5],[null,0]],"distances":[[0,99.6],[null,0]],
            "fallback_speed_cells":[[0,1]],"sources":[]}"#;
        let matrix = osrm(body).unwrap();
        assert_eq!(matrix.all_seconds(), [0, 11, 215, 0]);
        assert_eq!(matrix.all_metres(), [0, 100, 2093, 0]);
        assert!(matrix.is_estimated(0, 1) && matrix.is_estimated(1, 0));
        assert_eq!(matrix.estimated_count(), 2);
    }

    fn check(found: Result<Matrix, TableError>, expected: &str) {
        assert_eq!(found.expect_err("the text is wrong").to_string(), format!("matrix, {expected}"));
    }

    #[test]
    fn bad_answers_say_where() {
        check(osrm("[]"), "the whole text: a list, expected a JSON object");
        check(osrm("{}"), "code: no text, expected \"Ok\", as an OSRM table answer begins");
        check(
            osrm(r#"{"code":"TooBig","message":"Too many table coordinates"}"#),
            r#"code: "TooBig" ("Too many table coordinates"), expected "Ok" from the service"#,
        );
        check(osrm(r#"{"code":"Ok"}"#), "durations: nothing, expected a list of 2 rows");
        check(
            osrm(r#"{"code":"Ok","durations":[[0,1],[1]]}"#),
            "durations, row 1: 1 cells, expected a list of 2 numbers",
        );
        check(
            osrm(r#"{"code":"Ok","durations":[[0,1],[1,0]]}"#),
            "distances: nothing, expected a list of 2 rows",
        );
        check(
            osrm(r#"{"code":"Ok","durations":[[0,-1],[1,0]],"distances":[[0,1],[1,0]]}"#),
            "durations, row 0, column 1: \"-1\", expected a number from 0 to 604800",
        );
        check(
            osrm(
                r#"{"code":"Ok","durations":[[0,1],[1,0]],"distances":[[0,1],[1,0]],"fallback_speed_cells":[[0,2]]}"#,
            ),
            "fallback_speed_cells[0]: \"[0,2]\", expected a [row, column] pair within the table",
        );
    }

    #[test]
    fn own_files() {
        let good = r#"{"seconds":[[0,60],[70.4,0]],"metres":[[0,500],[510,0]]}"#;
        assert_eq!(parse_json(good, 2, 2).unwrap().all_seconds(), [0, 60, 70, 0]);
        check(parse_json(good, 3, 2), "seconds: 2 rows, expected a list of 3 rows");
        check(
            parse_json(r#"{"seconds":[[null]],"metres":[[0]]}"#, 1, 1),
            "seconds, row 0, column 0: null, expected a number from 0 to 604800",
        );
        check(
            parse_json(r#"{"seconds":[["#, 1, 1),
            "line 1, column 13: EOF while parsing a list at line 1 column 13, expected JSON text",
        );
        assert!(matches!(parse_json(good, 1 << 20, 1 << 20), Err(TableError::TooLarge(_))));
    }

    proptest! {
        #[test]
        fn never_panics(text: String, cells in proptest::collection::vec(proptest::num::f64::ANY, 0..5)) {
            let _ = osrm(&text);
            let _ = parse_json(&format!(r#"{{"seconds":[{cells:?}],"metres":[{cells:?}]}}"#), 1, cells.len());
        }
    }
}
