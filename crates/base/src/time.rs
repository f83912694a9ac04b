//! Time as people in Sweden read it. Stored as UTC microseconds, shown in `Europe/Stockholm`.

pub use jiff::{SignedDuration, Timestamp, Zoned, civil::Date, tz::TimeZone};

use crate::language::Language;

/// Where municipalities live; daylight saving included.
pub fn stockholm() -> TimeZone {
    // The zone data is compiled in, so a miss is impossible; UTC keeps the process alive all the same.
    TimeZone::get("Europe/Stockholm").unwrap_or(TimeZone::UTC)
}

const WEEKDAYS: [[&str; 7]; 2] =
    [["mån", "tis", "ons", "tors", "fre", "lör", "sön"], ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]];
const MONTHS: [[&str; 12]; 2] = [
    ["jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sept", "okt", "nov", "dec"],
    ["Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"],
];

/// A moment as `lör 14 mars 08.30` (Swedish) or `Sat 14 March 08:30` (English), in Swedish local time.
pub fn show_moment(at: Timestamp, language: Language) -> String {
    let local = at.to_zoned(stockholm());
    let separator = if language == Language::Swedish { '.' } else { ':' };
    format!("{} {:02}{separator}{:02}", show_day(local.date(), language), local.hour(), local.minute())
}

/// A day as `lör 14 mars` or `Sat 14 March`.
pub fn show_day(day: Date, language: Language) -> String {
    let row = language as usize;
    let weekday = WEEKDAYS[row][usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())];
    let month = MONTHS[row][usize::from((day.month() - 1).unsigned_abs())];
    format!("{weekday} {} {month}", day.day())
}

/// The clock time as `08.30.05` or `08:30:05`.
pub fn show_clock(at: Timestamp, language: Language) -> String {
    let local = at.to_zoned(stockholm());
    let s = if language == Language::Swedish { '.' } else { ':' };
    format!("{:02}{s}{:02}{s}{:02}", local.hour(), local.minute(), local.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_moments_in_swedish_local_time() {
        let at: Timestamp = "2026-03-14T07:30:00Z".parse().unwrap();
        assert_eq!(show_moment(at, Language::Swedish), "lör 14 mars 08.30");
        assert_eq!(show_moment(at, Language::English), "Sat 14 March 08:30");
        let summer: Timestamp = "2026-07-01T07:30:05Z".parse().unwrap();
        assert_eq!(show_clock(summer, Language::Swedish), "09.30.05");
    }
}
