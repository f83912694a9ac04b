//! Shares of care use: counts against the population on 31 December the year before.
//!
//! Socialstyrelsen divides the October count of a year by the population at the end of the year before; only so
//! do counts and population give the shares that its reports print.

use super::care_use::{CareForm, CareUse};
use crate::group::{AgeGroup, Sex};
use crate::population::Population;

/// A share with what it is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Persons with the care form in October.
    pub persons: f64,
    /// Persons living in the area on 31 December the year before.
    pub population: f64,
}

impl Share {
    /// The share in per cent.
    pub fn percent(&self) -> f64 {
        100.0 * self.persons / self.population
    }
}

/// The share of one form in one age group, for one sex or both; `None` where a count or the population is missing.
pub fn share(
    care_use: &CareUse,
    population: &Population,
    form: CareForm,
    group: AgeGroup,
    sex: Option<Sex>,
    year: i32,
) -> Option<Share> {
    let row = care_use.rows_of(form, year).into_iter().find(|row| row.group == group)?;
    let base = population.persons(year - 1)?;
    let sexes: &[Sex] = match &sex {
        Some(one) => std::slice::from_ref(one),
        None => &Sex::ALL,
    };
    Some(Share {
        persons: sexes.iter().map(|&sex| f64::from(row.persons[sex])).sum(),
        population: sexes.iter().map(|&sex| group.sum(&base[sex])).sum(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;

    fn check(form: CareForm, group: AgeGroup, sex: Option<Sex>, year: i32, printed: f64) {
        let share =
            share(&data::sweden_care_use(), &data::sweden_population(), form, group, sex, year).unwrap();
        let rounded = (share.percent() * 10.0).round() / 10.0;
        assert!(
            (rounded - printed).abs() < 1e-9,
            "{form:?} {group} {sex:?} {year}: {:.3} % against printed {printed} %",
            share.percent()
        );
    }

    /// The shares that the text of Socialstyrelsen's lägesrapport 2025 prints.
    #[test]
    fn counts_and_population_give_the_printed_shares() {
        let older = AgeGroup::OLDER;
        check(CareForm::HomeCare, older, None, 2014, 21.3);
        check(CareForm::HomeCare, older, None, 2024, 17.5);
        check(CareForm::CareHome, older, None, 2014, 13.1);
        check(CareForm::CareHome, older, None, 2024, 10.4);
        check(CareForm::DayActivity, older, None, 2014, 1.4);
        check(CareForm::DayActivity, older, None, 2021, 1.0);
        check(CareForm::DayActivity, older, None, 2024, 1.2);
        check(CareForm::ShortTerm, older, None, 2014, 1.3);
        check(CareForm::ShortTerm, older, None, 2024, 0.8);
        check(CareForm::HomeCare, AgeGroup::ELDER, None, 2015, 3.2);
        check(CareForm::HomeCare, AgeGroup::ELDER, None, 2020, 3.0);
    }

    /// Only with the rows of table 21 put right do the sexes give the printed shares.
    #[test]
    fn the_sexes_agree_with_the_printed_shares() {
        let older = AgeGroup::OLDER;
        check(CareForm::HomeCare, older, Some(Sex::Women), 2024, 20.0);
        check(CareForm::HomeCare, older, Some(Sex::Men), 2024, 14.1);
        check(CareForm::CareHome, older, Some(Sex::Women), 2024, 12.6);
        check(CareForm::CareHome, older, Some(Sex::Men), 2024, 7.5);
    }
}
