//! The figures shipped with Tryggve: Sweden's population and its care use, with their sources.
//!
//! The files stand in `crates/housing/data/`, each with publisher, table, date and licence in its first lines.

use crate::demand::care_use::{CareForm, CareUse, CareUseRow};
use crate::group::{AGE_LAST, AGES, AgeGroup, BySex, Sex};
use crate::population::{Population, PopulationYear};
use crate::source::{Named, Source};
use crate::suspicion;

const POPULATION: &str = include_str!("../data/sweden_population.csv");
const CARE_USE: &str = include_str!("../data/sweden_care_use.csv");

/// Sweden 1968-2025 by sex and one-year age (SCB, CC0).
pub fn sweden_population() -> Population {
    let mut years: Vec<PopulationYear> = Vec::new();
    let mut first_year = 0;
    for line in body(POPULATION) {
        let mut cells = line.split(',');
        let (Some(year), Some(sex)) = (cells.next().and_then(|cell| cell.parse().ok()), cells.next()) else {
            continue;
        };
        let mut counts = [0.0; AGES];
        for (count, cell) in counts.iter_mut().zip(cells) {
            *count = cell.parse().unwrap_or(0.0);
        }
        if years.is_empty() {
            first_year = year;
        }
        if sex == "women" {
            years.push(PopulationYear::of_persons(BySex { women: counts, men: [0.0; AGES] }));
        } else if let Some(last) = years.last_mut() {
            last.persons.men = counts;
        }
    }
    Population { area: "Riket".to_owned(), source: source(POPULATION), first_year, years }
}

/// Sweden's care use 2014-2024 exactly as printed, with the swapped rows of table 21 still swapped.
pub fn sweden_care_use_as_printed() -> CareUse {
    let rows = body(CARE_USE).filter_map(care_use_row).collect();
    CareUse { area: "Riket".to_owned(), source: source(CARE_USE), rows }
}

/// Sweden's care use 2014-2024 with the swapped rows of table 21 put right.
///
/// Home care, care homes and day activity are shown swapped by [`suspicion::swapped_sexes`] (only swapped do they
/// give the shares that the report's own text prints). Short-term places cannot be decided from the figures; they
/// stand in the same table with the same row headings and are treated alike.
pub fn sweden_care_use() -> CareUse {
    let mut table = sweden_care_use_as_printed();
    suspicion::swap_sexes(&mut table, |row| row.group == AgeGroup::OLDER);
    table
}

fn care_use_row(line: &str) -> Option<CareUseRow> {
    let cells: Vec<&str> = line.split(',').collect();
    let [form, from, to, year, women, men] = cells.as_slice() else { return None };
    let to = if to.is_empty() { u8::try_from(AGE_LAST).ok()? } else { to.parse().ok()? };
    let mut persons = BySex { women: 0, men: 0 };
    persons[Sex::Women] = women.parse().ok()?;
    persons[Sex::Men] = men.parse().ok()?;
    Some(CareUseRow {
        year: year.parse().ok()?,
        form: CareForm::from_name(form)?,
        group: AgeGroup::new(from.parse().ok()?, to)?,
        persons,
    })
}

fn body(file: &str) -> impl Iterator<Item = &str> {
    file.lines().filter(|line| !line.starts_with('#')).skip(1)
}

fn source(file: &str) -> Source {
    let field = |name: &str| {
        file.lines()
            .find_map(|line| line.strip_prefix("# ")?.strip_prefix(name)?.strip_prefix(": "))
            .unwrap_or_default()
    };
    let named = |name: &str| Named::new(field(&format!("{name} in Swedish")), field(name));
    Source::new(named("publisher"), named("table"), field("as of"), named("licence"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::total;
    use base::Language;

    #[test]
    fn the_shipped_population_is_whole() {
        let national = sweden_population();
        assert_eq!((national.first_year, national.last_year(), national.years.len()), (1968, 2025, 58));
        // Printed totals of SCB for years without cell noise.
        for (year, printed) in [(1968, 7_931_193.0), (2000, 8_882_792.0), (2024, 10_587_710.0)] {
            assert_eq!(national.persons(year).map(total), Some(printed), "{year}");
        }
        let lines = Language::ALL.map(|language| national.source.line(language));
        assert_eq!(
            lines,
            [
                "Statistiska centralbyrån (SCB): Folkmängd efter ålder och kön, hela riket, 1968–2025, 2025-12-31 (CC0)",
                "Statistics Sweden (SCB): Population by age and sex, whole country, years 1968-2025, 2025-12-31 (CC0)",
            ]
        );
    }

    #[test]
    fn the_shipped_care_use_is_whole() {
        let table = sweden_care_use();
        assert_eq!(table.rows.len(), 4 * 2 * 11);
        assert_eq!(table.total(CareForm::HomeCare, 2024), 153_367);
        assert_eq!(table.total(CareForm::CareHome, 2024), 84_298);
        let swedish = table.source.line(Language::Swedish);
        assert!(
            swedish.starts_with("Socialstyrelsen: Vård och omsorg för äldre, lägesrapport 2025, tabell 20")
        );
        assert!(swedish.ends_with("2024-10-31 (officiell statistik, fri att använda med angiven källa)"));
    }
}
