//! Cells that hold years, ages, sexes and counts, as people write them.

use base::language::Text;

use super::problem::Problem;
use crate::group::{AGE_LAST, AgeGroup, Sex};

/// The years that a file may speak of.
pub const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;
/// The most persons in one cell.
pub const COUNT_MAX: f64 = 1e8;

const MONTHS: [&str; 17] = [
    "jan", "feb", "mar", "apr", "maj", "may", "jun", "jul", "aug", "sep", "okt", "oct", "nov", "dec", "mars",
    "juni", "juli",
];

/// A sex, or that the row is a total of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SexCell {
    One(Sex),
    Both,
}

/// An age, or that the row is a total of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AgeCell {
    One(usize),
    All,
}

/// Whether a spreadsheet has made a date of the cell: `1-maj`, `2024-05-01`, `05/01/2024`, `jan-24`.
pub(crate) fn looks_like_date(cell: &str) -> bool {
    let parts: Vec<&str> = cell.split(['-', '/', '.', ' ']).filter(|part| !part.is_empty()).collect();
    let is_month = |part: &&str| {
        let word = part.to_lowercase();
        MONTHS.iter().any(|month| word == *month)
    };
    let numbers = parts.iter().filter(|part| part.parse::<u32>().is_ok()).count();
    let named = parts.len() >= 2 && parts.iter().any(is_month) && numbers + 1 == parts.len();
    let iso =
        parts.len() == 3 && numbers == 3 && parts.iter().any(|part| part.len() == 4) && !cell.contains(' ');
    named || iso || cell.contains("00:00")
}

pub(crate) fn year(cell: &str, column: &'static str) -> Result<i32, Problem> {
    match cell.parse::<f64>() {
        Ok(value) if value.fract() == 0.0 && YEARS.contains(&(value as i32)) => Ok(value as i32),
        // A day number of a spreadsheet: 36526 is 1 January 2000.
        Ok(value) if (20_000.0..80_000.0).contains(&value) => {
            Err(Problem::ExcelDate { column, found: cell.to_owned() })
        }
        _ if looks_like_date(cell) => Err(Problem::ExcelDate { column, found: cell.to_owned() }),
        _ => Err(bad(column, cell, Text::new("ett år som 2024", "a year such as 2024"))),
    }
}

pub(crate) fn sex(cell: &str, column: &'static str) -> Result<SexCell, Problem> {
    match cell.trim().to_lowercase().as_str() {
        "kvinnor"
        | "kvinna"
        | "k"
        | "women"
        | "woman"
        | "female"
        | "f"
        | "row labelled kvinnor"
        | "row_labelled_kvinnor" => Ok(SexCell::One(Sex::Women)),
        "män" | "man" | "m" | "men" | "male" | "row_labelled_man" | "row labelled man" => {
            Ok(SexCell::One(Sex::Men))
        }
        "båda könen" | "totalt" | "total" | "both" | "båda" | "samtliga" | "tot" => Ok(SexCell::Both),
        _ => Err(bad(column, cell, Text::new("kvinnor eller män", "women or men"))),
    }
}

pub(crate) fn age(cell: &str, column: &'static str) -> Result<AgeCell, Problem> {
    if looks_like_date(cell) {
        return Err(Problem::ExcelDate { column, found: cell.to_owned() });
    }
    let word = cell.trim().to_lowercase();
    if ["totalt", "total", "samtliga", "all", "totalt ålder", "tot"].contains(&word.as_str()) {
        return Ok(AgeCell::All);
    }
    let number = word.strip_suffix("år").or_else(|| word.strip_suffix("years")).unwrap_or(&word).trim();
    let open =
        number.strip_suffix('+').or_else(|| number.strip_suffix("-w")).or_else(|| number.strip_suffix("–w"));
    let wanted = Text::new("en ålder som 0, 64 år eller 100+", "an age such as 0, 64 or 100+");
    match (open, number.parse::<usize>()) {
        (Some(from), _) => match from.trim().parse::<usize>() {
            Ok(from) if from >= AGE_LAST => Ok(AgeCell::One(AGE_LAST)),
            _ => Err(bad(column, cell, wanted)),
        },
        (None, Ok(age)) if age <= 130 => Ok(AgeCell::One(age.min(AGE_LAST))),
        _ => Err(bad(column, cell, wanted)),
    }
}

/// A group of ages: `65-79`, `65–79 år`, `80+`, `80-w`, `80 år och äldre`.
pub(crate) fn age_group(cell: &str, column: &'static str) -> Result<AgeGroup, Problem> {
    if looks_like_date(cell) {
        return Err(Problem::ExcelDate { column, found: cell.to_owned() });
    }
    let word = cell.trim().to_lowercase().replace('–', "-");
    let word = word.replace("och äldre", "+").replace("and older", "+").replace("or more", "+");
    let word: String = word.replace("years", "").replace("år", "").replace(' ', "");
    let last = u8::try_from(AGE_LAST).unwrap_or(u8::MAX);
    let group = match word.strip_suffix('+').or_else(|| word.strip_suffix("-w")) {
        Some(from) => from.parse().ok().and_then(|from| AgeGroup::new(from, last)),
        None => word
            .split_once('-')
            .and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)))
            .and_then(|(from, to): (u8, u8)| AgeGroup::new(from, to.min(last))),
    };
    group.ok_or_else(|| {
        bad(
            column,
            cell,
            Text::new("en åldersgrupp som 65–79 eller 80+", "an age group such as 65–79 or 80+"),
        )
    })
}

/// A count of persons; blanks between thousands and a decimal comma are understood.
pub(crate) fn count(cell: &str, column: &'static str) -> Result<f64, Problem> {
    let found = || cell.to_owned();
    if ["", "x", "..", ".", "…", "-", "–", "null", "na", "nan"].contains(&cell.trim().to_lowercase().as_str())
    {
        return Err(Problem::Masked { column, found: found() });
    }
    let plain = cell.replace([' ', '\u{a0}', '\u{202f}'], "").replace('−', "-").replace(',', ".");
    match plain.parse::<f64>() {
        Ok(value) if value < 0.0 => Err(Problem::Negative { column, found: found() }),
        Ok(value) if value.is_finite() && value <= COUNT_MAX => Ok(value),
        _ if looks_like_date(cell) => Err(Problem::ExcelDate { column, found: found() }),
        _ => Err(bad(column, cell, Text::new("ett antal personer", "a number of persons"))),
    }
}

pub(crate) fn bad(column: &'static str, cell: &str, expected: Text) -> Problem {
    Problem::BadCell { column, found: cell.to_owned(), expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_read_as_they_are_written() {
        let check = |cell: &str, expected| assert_eq!(age(cell, "ålder"), Ok(expected), "{cell}");
        check("0 år", AgeCell::One(0));
        check("64", AgeCell::One(64));
        check("100-w år", AgeCell::One(100));
        check("100+ år", AgeCell::One(100));
        check("106+", AgeCell::One(100));
        check("Totalt", AgeCell::All);
        assert!(age("95+", "ålder").is_err());
        assert!(age("abc", "ålder").is_err());
    }

    #[test]
    fn dates_made_by_a_spreadsheet_are_seen() {
        for cell in ["1-maj", "2024-05-01", "05/01/2024", "jan-24", "2024-05-01 00:00:00", "09-aug"] {
            assert!(looks_like_date(cell), "{cell}");
            assert!(matches!(age(cell, "ålder"), Err(Problem::ExcelDate { .. })), "{cell}");
        }
        for cell in ["65-79", "12.5", "100-w", "1 234 567", "Mars"] {
            assert!(!looks_like_date(cell), "{cell}");
        }
        assert!(matches!(year("45292", "år"), Err(Problem::ExcelDate { .. })));
    }

    #[test]
    fn groups_and_counts_are_read() {
        assert_eq!(age_group("65–79 år", "g"), Ok(AgeGroup::ELDER));
        assert_eq!(age_group("80 år och äldre", "g"), Ok(AgeGroup::OLDER));
        assert_eq!(age_group("80-w", "g"), Ok(AgeGroup::OLDER));
        assert!(age_group("80", "g").is_err());
        assert_eq!(count("1 415,0", "n"), Ok(1415.0));
        assert!(matches!(count("-3", "n"), Err(Problem::Negative { .. })));
        assert!(matches!(count("x", "n"), Err(Problem::Masked { .. })));
    }
}
