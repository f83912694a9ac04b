//! Findings about sources that look wrong: shown to the reader, never silently mended.

use base::language::{Language, Text};

use crate::demand::care_use::{CareForm, CareUse, CareUseRow};
use crate::group::{AgeGroup, ByAge, BySex, Sex, show_decimal};
use crate::population::Population;

/// How far the sexes' ratio may differ between neighbouring age groups before swapped rows are suspected.
pub const RATIO_JUMP_MAX: f64 = 1.5;
/// The fewest persons aged 85 or more in whom swapped sexes can be seen.
pub const SWAP_PERSONS_MIN: f64 = 200.0;

/// One form and age group whose rows for women and men seem to stand in each other's place.
#[derive(Debug, Clone, PartialEq)]
pub struct SwappedSexes {
    /// The care form.
    pub form: CareForm,
    /// The age group that looks swapped.
    pub group: AgeGroup,
    /// The last year looked at.
    pub year: i32,
    /// Women's share over men's share as printed.
    pub ratio_as_printed: f64,
    /// The same if the rows are swapped.
    pub ratio_if_swapped: f64,
    /// The same in the neighbouring age group.
    pub ratio_of_neighbour: f64,
}

impl SwappedSexes {
    /// The finding as a sentence with its arithmetic.
    pub fn sentence(&self, language: Language) -> String {
        let text = Text::new(
            "{form} {group} {year}: kvinnors andel är {printed} gånger mäns, mot {neighbour} i åldersgruppen \
             intill. Byter raderna kvinnor och män plats blir kvoten {swapped}: raderna är troligen omkastade.",
            "{form} {group} {year}: women's share is {printed} times men's, against {neighbour} in the age group \
             beside it. With the rows for women and men swapped it is {swapped}: the rows are probably swapped.",
        );
        let show = |ratio| show_decimal(ratio, 2, language);
        text.get(language)
            .replace("{form}", self.form.text().get(language))
            .replace("{group}", &self.group.to_string())
            .replace("{year}", &self.year.to_string())
            .replace("{printed}", &show(self.ratio_as_printed))
            .replace("{swapped}", &show(self.ratio_if_swapped))
            .replace("{neighbour}", &show(self.ratio_of_neighbour))
    }
}

/// Looks for age groups whose rows for women and men are swapped, by the last year of each form.
///
/// The ratio of women's share to men's changes slowly with age. A group is suspected when its ratio differs from
/// the next younger group's by more than [`RATIO_JUMP_MAX`] and swapping the rows brings it nearer.
pub fn swapped_sexes(care_use: &CareUse, population: &Population) -> Vec<SwappedSexes> {
    let Some(year) = care_use.years().last().copied() else { return Vec::new() };
    let Some(base) = population.persons(year - 1) else { return Vec::new() };
    let mut findings = Vec::new();
    for form in CareForm::ALL {
        let rows = care_use.rows_of(form, year);
        for pair in rows.windows(2) {
            let (Some(neighbour), Some(printed)) = (ratio(&pair[0], base), ratio(&pair[1], base)) else {
                continue;
            };
            let swapped_row =
                CareUseRow { persons: BySex::from_fn(|sex| pair[1].persons[sex.other()]), ..pair[1] };
            let Some(swapped) = ratio(&swapped_row, base) else { continue };
            let jump = |ratio: f64| (ratio / neighbour).ln().abs();
            if jump(printed) > RATIO_JUMP_MAX.ln() && jump(swapped) < jump(printed) {
                findings.push(SwappedSexes {
                    form,
                    group: pair[1].group,
                    year,
                    ratio_as_printed: printed,
                    ratio_if_swapped: swapped,
                    ratio_of_neighbour: neighbour,
                });
            }
        }
    }
    findings
}

fn ratio(row: &CareUseRow, base: &BySex<ByAge>) -> Option<f64> {
    let share = |sex: Sex| f64::from(row.persons[sex]) / row.group.sum(&base[sex]);
    let ratio = share(Sex::Women) / share(Sex::Men);
    (ratio.is_finite() && ratio > 0.0).then_some(ratio)
}

/// Puts the rows of women and men in each other's place where `choose` says so.
pub fn swap_sexes(care_use: &mut CareUse, choose: impl Fn(&CareUseRow) -> bool) {
    for row in care_use.rows.iter_mut().filter(|row| choose(row)) {
        row.persons = BySex { women: row.persons.men, men: row.persons.women };
    }
}

/// Whether a population's columns for women and men seem swapped: more men than women at 85 and more.
///
/// Women outlive men everywhere; with fewer than [`SWAP_PERSONS_MIN`] persons it says nothing.
pub fn population_sexes_swapped(persons: &BySex<ByAge>) -> bool {
    let old = AgeGroup { from: 85, to: 100 };
    let (women, men) = (old.sum(&persons.women), old.sum(&persons.men));
    women + men >= SWAP_PERSONS_MIN && men > women * 1.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;

    #[test]
    fn the_swapped_rows_of_table_21_are_found() {
        let findings = swapped_sexes(&data::sweden_care_use_as_printed(), &data::sweden_population());
        let forms: Vec<_> = findings.iter().map(|finding| (finding.form, finding.group)).collect();
        assert_eq!(
            forms,
            [
                (CareForm::HomeCare, AgeGroup::OLDER),
                (CareForm::CareHome, AgeGroup::OLDER),
                (CareForm::DayActivity, AgeGroup::OLDER),
            ]
        );
        assert!(findings[0].sentence(Language::Swedish).contains("troligen omkastade"));
    }

    #[test]
    fn nothing_is_found_once_the_rows_are_put_right() {
        assert_eq!(swapped_sexes(&data::sweden_care_use(), &data::sweden_population()), []);
    }

    #[test]
    fn swapped_columns_of_a_population_are_seen() {
        let national = data::sweden_population();
        let mut persons = *national.persons(2024).unwrap();
        assert!(!population_sexes_swapped(&persons));
        std::mem::swap(&mut persons.women, &mut persons.men);
        assert!(population_sexes_swapped(&persons));
    }
}
