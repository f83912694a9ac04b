//! Files of population, care use and homes: CSV and PX.

use base::Language;
use housing::demand::alternative::OwnAlternative;
use housing::import::{ERRORS_KEPT_MAX, Preview, care_use, places, population};
use housing::source::Source;

fn source() -> Source {
    Source::new("a", "b", "2025-12-31", "CC0")
}

/// What is so of any preview: nothing is used that was not read, and a refused row refuses the file.
fn look_at<T>(preview: Preview<T>) -> Option<T> {
    assert!(preview.rows_used + preview.rows_of_totals <= preview.rows_read);
    assert!(preview.errors.len() <= ERRORS_KEPT_MAX);
    let sentences = Language::ALL.map(|language| {
        let errors = preview.errors.iter().map(|error| error.sentence(language).len());
        errors.sum::<usize>()
            + preview.residuals.iter().map(|residual| residual.sentence(language).len()).sum::<usize>()
    });
    assert_eq!(sentences.contains(&0), preview.errors.is_empty() && preview.residuals.is_empty());
    let errors = preview.errors.len();
    let outcome = preview.accept();
    assert_eq!(outcome.is_err(), errors > 0, "a file is taken or refused with a reason");
    outcome.ok()
}

/// A population file, or an alternative as it is written on the command line and in a form.
pub(crate) fn population(bytes: &[u8]) {
    for area in look_at(population::read(bytes, "Staden", &source())).into_iter().flatten() {
        assert!(!area.years.is_empty() && area.last_year() >= area.first_year);
        for year in &area.years {
            let persons = year.persons.women.iter().chain(&year.persons.men);
            assert!(persons.clone().all(|count| count.is_finite() && *count >= 0.0));
        }
    }
    if let Ok(own) = OwnAlternative::parse(&String::from_utf8_lossy(bytes)) {
        assert!((0.0..=1.0).contains(&own.damping) && (0.0..=100.0).contains(&own.moved_home_percent));
    }
}

/// A care-use file.
pub(crate) fn care_use(bytes: &[u8]) {
    if let Some(table) = look_at(care_use::read(bytes, "Staden", &source())) {
        assert!(!table.rows.is_empty());
    }
    let _ = look_at(care_use::read_areas(bytes, "Staden", &source()));
}

/// A register of homes.
pub(crate) fn places(bytes: &[u8]) {
    for home in look_at(places::read(bytes, &source())).into_iter().flat_map(|register| register.homes) {
        assert!(!home.name.is_empty());
        for renovation in &home.renovations {
            assert!(renovation.from < renovation.until && renovation.places_evacuated <= home.places);
        }
    }
}
