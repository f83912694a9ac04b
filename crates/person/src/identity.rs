//! Swedish identity numbers: person number, coordination number, and reserve numbers of care.
//!
//! Rules followed: ten digits carry a Luhn check digit (Skatteverket's construction of the person number);
//! a coordination number adds 60 to the day; a `+` instead of `-` says that the person is 100 or older.
//! Reserve numbers differ by region, so only their characters and length are checked, never a check digit.

use base::time::Date;

/// The longest reserve number accepted, in characters.
pub const RESERVE_NUMBER_CHARACTERS_MAX: usize = 16;

/// A checked identity number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identity {
    /// Personnummer: twelve digits, `YYYYMMDDNNNN`.
    PersonNumber(String),
    /// Samordningsnummer: twelve digits, the day plus 60.
    CoordinationNumber(String),
    /// Reservnummer of a care provider, upper case, as written.
    ReserveNumber(String),
}

/// Why a text is not an identity number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Nothing was written.
    #[error("the number is empty: expected ÅÅÅÅMMDD-NNNN")]
    Empty,
    /// The check digit does not fit the others.
    #[error("the last digit does not fit the others: check for a typing error")]
    CheckDigit,
    /// The date does not exist.
    #[error("the date does not exist: expected ÅÅÅÅMMDD-NNNN")]
    Date,
    /// Neither ten or twelve digits nor a possible reserve number.
    #[error(
        "not an identity number: expected ÅÅÅÅMMDD-NNNN, ÅÅMMDD-NNNN or a reserve number of at most 16 letters and digits"
    )]
    Form,
}

impl Identity {
    /// Reads a number as people write it; `today` decides the century of the short form.
    pub fn parse(text: &str, today: Date) -> Result<Self, IdentityError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(IdentityError::Empty);
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let separators_only = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | ' '));
        match (separators_only, digits.len()) {
            (true, 12) => Self::from_twelve(digits),
            (true, 10) => {
                Self::from_twelve(format!("{}{digits}", century(&digits, text.contains('+'), today)?))
            }
            _ => Self::reserve(text),
        }
    }

    fn from_twelve(digits: String) -> Result<Self, IdentityError> {
        let number =
            |range: std::ops::Range<usize>| digits[range].parse::<i16>().map_err(|_| IdentityError::Form);
        let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
        let coordination = day > 60;
        let day = if coordination { day - 60 } else { day };
        let small = |value: i16| i8::try_from(value).map_err(|_| IdentityError::Date);
        Date::new(year, small(month)?, small(day)?).map_err(|_| IdentityError::Date)?;
        if luhn(&digits.as_bytes()[2..]) != 0 {
            return Err(IdentityError::CheckDigit);
        }
        Ok(if coordination { Identity::CoordinationNumber(digits) } else { Identity::PersonNumber(digits) })
    }

    fn reserve(text: &str) -> Result<Self, IdentityError> {
        let upper = text.to_uppercase();
        let possible = upper.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && upper.chars().any(|c| c.is_ascii_alphabetic())
            && upper.chars().any(|c| c.is_ascii_digit())
            && upper.len() <= RESERVE_NUMBER_CHARACTERS_MAX;
        if possible { Ok(Identity::ReserveNumber(upper)) } else { Err(IdentityError::Form) }
    }

    /// The number as stored: twelve digits, or the reserve number.
    pub fn as_str(&self) -> &str {
        match self {
            Identity::PersonNumber(text)
            | Identity::CoordinationNumber(text)
            | Identity::ReserveNumber(text) => text,
        }
    }

    /// The day of birth that the number carries.
    pub fn birth_date(&self) -> Option<Date> {
        let (digits, shift) = match self {
            Identity::PersonNumber(digits) => (digits, 0),
            Identity::CoordinationNumber(digits) => (digits, 60),
            Identity::ReserveNumber(_) => return None,
        };
        let day = digits.get(6..8)?.parse::<i8>().ok()? - shift;
        Date::new(digits.get(0..4)?.parse().ok()?, digits.get(4..6)?.parse().ok()?, day).ok()
    }

    /// The number with its last four hidden: `19330412-XXXX`.
    pub fn masked(&self) -> String {
        match self {
            Identity::ReserveNumber(text) => {
                let shown: String = text.chars().take(text.chars().count().saturating_sub(4)).collect();
                format!("{shown}XXXX")
            }
            Identity::PersonNumber(digits) | Identity::CoordinationNumber(digits) => {
                format!("{}-XXXX", digits.get(..8).unwrap_or_default())
            }
        }
    }

    /// The whole number as people write it: `19330412-0000`.
    pub fn written(&self) -> String {
        match self {
            Identity::ReserveNumber(text) => text.clone(),
            Identity::PersonNumber(digits) | Identity::CoordinationNumber(digits) => {
                let (date, last) = digits.split_at(digits.len().min(8));
                format!("{date}-{last}")
            }
        }
    }
}

/// The two century digits of a short number: the latest year that is not in the future, minus 100 with a plus sign.
fn century(digits: &str, hundred_or_older: bool, today: Date) -> Result<i16, IdentityError> {
    let short: i16 = digits.get(..2).and_then(|year| year.parse().ok()).ok_or(IdentityError::Form)?;
    let mut year = today.year() - today.year().rem_euclid(100) + short;
    if year > today.year() {
        year -= 100;
    }
    if hundred_or_older {
        year -= 100;
    }
    Ok(year / 100)
}

/// The Luhn remainder over digits, the first one doubled: 0 for a valid ten-digit number.
fn luhn(digits: &[u8]) -> u32 {
    digits
        .iter()
        .enumerate()
        .map(|(place, digit)| {
            let doubled = u32::from(digit - b'0') * if place % 2 == 0 { 2 } else { 1 };
            doubled / 10 + doubled % 10
        })
        .sum::<u32>()
        % 10
}

/// The last digit that makes nine digits (`YYMMDDNNN`) valid: for made-up numbers in tests and the demo.
pub fn check_digit(nine: &str) -> Option<u32> {
    (nine.len() == 9 && nine.bytes().all(|digit| digit.is_ascii_digit()))
        .then(|| (10 - luhn(nine.as_bytes())) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn today() -> Date {
        Date::constant(2026, 11, 22)
    }

    #[test]
    fn reads_every_way_of_writing() {
        // 19121212-1212 is a well-known example number.
        for (text, expected) in [
            ("19121212-1212", Ok("191212121212")),
            ("121212+1212", Ok("191212121212")),
            (" 191212121212 ", Ok("191212121212")),
            ("19121272-1219", Ok("191212721219")),
            ("19121212-1213", Err(IdentityError::CheckDigit)),
            ("19121312-1212", Err(IdentityError::Date)),
            ("19570526-A123", Ok("19570526-A123")),
            ("", Err(IdentityError::Empty)),
            ("hej", Err(IdentityError::Form)),
            ("1912121212", Err(IdentityError::CheckDigit)),
        ] {
            let read = Identity::parse(text, today());
            assert_eq!(read.as_ref().map(Identity::as_str), expected.as_ref().map(|text| *text), "{text}");
        }
    }

    #[test]
    fn a_coordination_number_keeps_its_birth_date() {
        let identity = Identity::parse("19121272-1219", today()).unwrap();
        assert_eq!(identity.birth_date(), Some(Date::constant(1912, 12, 12)));
        assert_eq!(identity.masked(), "19121272-XXXX");
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,24}") {
            let _ = Identity::parse(&text, today());
        }

        #[test]
        fn a_built_number_is_read_back(year in 1900_i16..2026, month in 1_i8..=12, day in 1_i8..=28, serial in 0_u16..1000) {
            let nine = format!("{:02}{month:02}{day:02}{serial:03}", year % 100);
            let digit = check_digit(&nine).unwrap();
            let text = format!("{}{nine}{digit}", year / 100);
            let identity = Identity::parse(&text, today()).unwrap();
            prop_assert_eq!(identity.birth_date(), Some(Date::new(year, month, day).unwrap()));
        }
    }
}
