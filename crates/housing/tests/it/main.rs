//! Checks on public figures beside the project: Linköping's history and its own official forecast.
//!
//! The files stand in `../shared/data` from the project's root and are never copied into it. Without them each
//! check says loudly that it was skipped.

use std::path::PathBuf;

use housing::data;
use housing::demand::care_use::CareForm;
use housing::demand::plain;
use housing::group::AgeGroup;
use housing::import;
use housing::population::Population;
use housing::population::back_test::back_test;
use housing::population::projection::{Components, PopulationAssumptions};
use housing::source::Source;

fn shared(file: &str) -> Option<Vec<u8>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(file);
    match std::fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            eprintln!("SKIPPED: {} cannot be read ({error}); this check did not run", path.display());
            None
        }
    }
}

fn population(file: &str) -> Option<Population> {
    let source = Source::new("Linköpings kommun / SCB", file, "2025-12-31", "for checks only");
    let preview = import::population::read(&shared(file)?, "Linköping", &source);
    for residual in &preview.residuals {
        eprintln!("{}", residual.sentence(base::Language::English));
    }
    let areas = preview.accept();
    assert_eq!(areas.as_ref().map(Vec::len), Ok(1), "{areas:?}");
    areas.ok()?.pop()
}

fn linkoping() -> Option<Population> {
    population("population/historisk_demografi_linkoping.csv")
}

#[test]
fn linkoping_1968_to_2025_is_read_whole() {
    let Some(town) = linkoping() else { return };
    assert_eq!((town.first_year, town.last_year()), (1968, 2025));
    assert_eq!(town.count(2024, AgeGroup::OLDER), Some(9_482.0));
    assert_eq!(town.count(2023, AgeGroup::OLDER), Some(8_983.0));
    assert!(town.year(2024).unwrap().deaths.is_some() && town.year(2024).unwrap().births.is_some());
    assert!(town.year(2025).unwrap().births.is_none(), "the source leaves births of 2025 empty");
}

/// From 2014 to 2024: constant mortality gave 8 890 of 9 482 (-6 %); the engine must do better.
#[test]
fn the_back_test_2014_to_2024_beats_constant_mortality() {
    let Some(town) = linkoping() else { return };
    let national = data::sweden_population();
    for start in 2005..=2014 {
        let errors = back_test(&town, &national, start, AgeGroup::OLDER).unwrap();
        let ten = errors.iter().find(|error| error.year == start + 10).unwrap();
        eprintln!(
            "Linköping 80+ {start} -> {}: {:.0} forecast, {:.0} counted, {:+.2} % (constant mortality {:+.2} %)",
            start + 10,
            ten.forecast,
            ten.actual,
            ten.percent(),
            ten.constant_percent()
        );
        if start == 2014 {
            assert!(ten.percent().abs() < 3.0, "{:.2} %", ten.percent());
        }
        assert!(ten.percent().abs() < ten.constant_percent().abs());
    }
}

/// Constant mortality misses the official forecast by -1.3 % in 2030 and -9 % in 2040.
#[test]
fn the_forecast_lies_near_the_official_one() {
    let (Some(town), Some(official)) =
        (linkoping(), population("population/officiell_prognos_2025_2050.csv"))
    else {
        return;
    };
    let national = data::sweden_population();
    assert_eq!(official.count(2030, AgeGroup::OLDER), Some(11_597.0));
    assert_eq!(official.count(2040, AgeGroup::OLDER), Some(13_494.0));
    for base_year in [2023, 2024, 2025] {
        let own =
            Components::fit(&town, &national, base_year).unwrap().project(2050, &PopulationAssumptions::BASE);
        for (year, bound) in [(2030, 1.3), (2040, 9.0), (2050, 17.0)] {
            let (ours, theirs) =
                (own.count(year, AgeGroup::OLDER).unwrap(), official.count(year, AgeGroup::OLDER).unwrap());
            let percent = 100.0 * (ours / theirs - 1.0);
            eprintln!(
                "Linköping 80+ in {year} from {base_year}: {ours:.0} against official {theirs:.0}, {percent:+.2} %"
            );
            assert!(percent.abs() < bound, "{year}: {percent:.2} %");
        }
    }
}

/// The reference run of the plain method: national shares of 2024 on the official forecast.
#[test]
fn the_plain_reference_run_is_given_back() {
    let Some(official) = population("population/officiell_prognos_2025_2050.csv") else { return };
    let (care_use, national) = (data::sweden_care_use(), data::sweden_population());
    let check = |form, year, status_quo: f64, main: f64| {
        let target = official.persons(year).unwrap();
        let kept = plain::status_quo(&care_use, &national, form, 2024, target).unwrap();
        assert_eq!(kept.round(), status_quo, "{form:?} {year}");
        let trend = plain::trend(&care_use, &national, form, 2024, year - 2024, target).unwrap();
        assert_eq!(trend.round(), main, "{form:?} {year}");
    };
    check(CareForm::HomeCare, 2025, 2_356.0, 2_315.0);
    check(CareForm::HomeCare, 2040, 3_133.0, 2_369.0);
    check(CareForm::HomeCare, 2050, 3_760.0, 2_371.0);
    check(CareForm::CareHome, 2030, 1_502.0, 1_345.0);
    check(CareForm::CareHome, 2050, 2_117.0, 1_346.0);
}

/// The care-use file as published is read, and its swapped rows are flagged, not silently mended.
#[test]
fn the_published_care_use_is_read_and_flagged() {
    let Some(bytes) = shared("care-use/insatser_alder_kon_2014_2024.csv") else { return };
    let source = Source::new("Socialstyrelsen", "tables 20-21", "2024-10-31", "official statistics");
    let read = import::care_use::read(&bytes, "Riket", &source).accept().unwrap();
    assert_eq!(read.rows.len(), 88);
    let flagged = housing::suspicion::swapped_sexes(&read, &data::sweden_population());
    assert_eq!(flagged.len(), 3);
}
