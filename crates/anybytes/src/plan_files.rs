//! Files of days and plans, through the checker and back.

use planfile::{DayFile, Format, read_day, solution};
use visit::plan::{Plan, Route};

/// A day of the University of Udine 2026.
pub(crate) fn uhhc(bytes: &[u8]) {
    day(Format::Uhhc, bytes);
}

/// A day of Mankowska and her successors.
pub(crate) fn hhcrsp(bytes: &[u8]) {
    day(Format::Hhcrsp, bytes);
}

/// A day of Bredström and Rönnqvist.
pub(crate) fn bredstrom(bytes: &[u8]) {
    day(Format::Bredstrom, bytes);
}

/// A day of our own.
pub(crate) fn own(bytes: &[u8]) {
    day(Format::Tryggve, bytes);
}

/// Every day that is read can be checked, and its plan of nothing written and read again.
fn day(format: Format, bytes: &[u8]) {
    let _ = Format::guess(bytes);
    match read_day(Some(format), bytes) {
        Ok(file) => {
            let nothing = Plan { routes: vec![Route::default(); file.day.staff.len()] };
            written_and_read(&file, &nothing);
        }
        Err(error) => assert!(!error.place.is_empty() && !error.fault.is_empty(), "{error}"),
    }
}

/// A plan of a small day: whatever stands in it can be measured, drawn and written.
pub(crate) fn solution(bytes: &[u8]) {
    let file = read_day(Some(Format::Tryggve), DAY).expect("the day is good");
    if let Ok(plan) = solution::read(&file, bytes) {
        written_and_read(&file, &plan);
    }
}

fn written_and_read(file: &DayFile, plan: &Plan) {
    let verdict = visit::check(&file.day, plan);
    let _ = (solution::cost_lines(file, &verdict), solution::shown_cost(file, &verdict));
    let text = solution::write(file, plan, &verdict);
    let again = solution::read(file, text.as_bytes());
    assert_eq!(again.as_ref(), Ok(plan), "{text}");
}

const DAY: &[u8] = br#"{
  "tryggve": 1,
  "places": [{ "name": "office" }, { "name": "one" }, { "name": "two" }],
  "travel_minutes": { "car": [[0, 7, 9], [8, 0, 3], [9, 3, 0]] },
  "staff": [
    { "name": "Ada", "skills": ["care"], "start_place": "office", "shift": ["07:00", "16:00"],
      "lunch": { "between": ["11:00", "13:30"], "minutes": 30 },
      "breaks": [{ "kind": "pause", "between": ["09:00", "10:00"], "minutes": 15 }], "travel": "car" },
    { "name": "Bo", "skills": ["care"], "start_place": "office", "shift": ["07:00", "16:00"], "travel": "car" }],
  "visits": [
    { "name": "v1", "person": "p1", "place": "one", "tasks": [{ "skill": "care", "minutes": 30 }],
      "windows": [["07:30", "08:30"]] },
    { "name": "v2", "person": "p2", "place": "two",
      "tasks": [{ "skill": "care", "minutes": 20 }, { "skill": "care", "minutes": 20 }],
      "together": "same time", "windows": [["09:00", "10:00"]] }],
  "prices": { "travel": 2 }
}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_the_plans_is_good() {
        assert_eq!(read_day(Some(Format::Tryggve), DAY).map(|file| file.day.visits.len()), Ok(2));
    }
}
