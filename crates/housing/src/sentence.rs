//! What hinders a forecast, as a sentence in the reader's language.
//!
//! `Display` of the same errors is for developers and logs; what a person reads comes from here.

use base::language::{Language, Text};

use crate::demand::history::DemandError;
use crate::demand::profile::ProfileError;
use crate::group::show_decimal;
use crate::population::mortality::FitError;
use crate::study::{LeftOut, StudyError};

impl StudyError {
    /// Why there is no study.
    pub fn sentence(&self, language: Language) -> String {
        match self {
            StudyError::Outlook { area, source } => format!("{area}: {}", source.sentence(language)),
            StudyError::BackTest { start, source } => {
                format!("{}: {}", tested(*start, language), source.sentence(language))
            }
            StudyError::PopulationBackTest { start, area, source } => {
                format!("{area}, {}: {}", tested(*start, language), source.sentence(language))
            }
        }
    }
}

impl LeftOut {
    /// Which back-test is missing and why.
    pub fn sentence(&self, language: Language) -> String {
        format!("{}, {}: {}", self.area, tested(self.start, language), self.why.sentence(language))
    }
}

fn tested(start: i32, language: Language) -> String {
    let text = Text::new("prövningen bakåt från {start}", "the back-test from {start}");
    filled(text, language, &[("start", start.to_string())])
}

impl DemandError {
    /// What is lacking for a forecast of need.
    pub fn sentence(&self, language: Language) -> String {
        let of = |text, pairs: &[(&str, String)]| filled(text, language, pairs);
        match self {
            DemandError::Population(error) => error.sentence(language),
            DemandError::Profile { form, year, sex, source } => format!(
                "{} {year}, {}: {}",
                form.text().get(language),
                sex.text().get(language),
                source.sentence(language)
            ),
            DemandError::NoCounts { form } => of(
                Text::new(
                    "{form} saknar en räkning som har befolkningen den 31 december året före.",
                    "{form} has no count with a population on 31 December the year before.",
                ),
                &[("form", form.text().get(language).to_owned())],
            ),
            DemandError::Gap { form, year } => of(
                Text::new(
                    "{form} är inte räknad {year}, fast åren före och efter är det.",
                    "{form} was not counted in {year}, though the years around it were.",
                ),
                &[("form", form.text().get(language).to_owned()), ("year", year.to_string())],
            ),
            DemandError::OutsideHistory { year, first, last } => of(
                Text::new(
                    "{year} ligger utanför de räknade åren {first}–{last}.",
                    "{year} lies outside the counted years {first}–{last}.",
                ),
                &[("year", year.to_string()), ("first", first.to_string()), ("last", last.to_string())],
            ),
            DemandError::ProjectionTooShort { last, until } => of(
                Text::new(
                    "Befolkningsprognosen slutar {last}, men behovet söks till {until}.",
                    "The population forecast ends in {last}, but need was asked for to {until}.",
                ),
                &[("last", last.to_string()), ("until", until.to_string())],
            ),
        }
    }
}

impl ProfileError {
    /// Why counts of care give no line by age.
    pub fn sentence(&self, language: Language) -> String {
        let of = |text, pairs: &[(&str, String)]| filled(text, language, pairs);
        match self {
            ProfileError::TooFewGroups { found } => of(
                Text::new(
                    "minst två åldersgrupper behövs för en linje efter ålder, här finns {found}.",
                    "a line by age needs at least two age groups, there is {found}.",
                ),
                &[("found", found.to_string())],
            ),
            ProfileError::MoreThanPopulation { group, persons, population } => of(
                Text::new(
                    "{persons} personer i åldern {group} har insatsen, men bara {population} bor där.",
                    "{persons} persons aged {group} have the care, but only {population} live there.",
                ),
                &[
                    ("persons", show_decimal(*persons, 0, language)),
                    ("group", group.to_string()),
                    ("population", show_decimal(*population, 0, language)),
                ],
            ),
            ProfileError::NoLine { group } => of(
                Text::new(
                    "antalen följer ingen jämn linje efter ålder (gruppen {group}).",
                    "the counts follow no smooth line by age (group {group}).",
                ),
                &[("group", group.to_string())],
            ),
        }
    }
}

impl FitError {
    /// What is lacking for a forecast of the population.
    pub fn sentence(&self, language: Language) -> String {
        let of = |text, pairs: &[(&str, String)]| filled(text, language, pairs);
        match self {
            FitError::TooFewYears { needed, found } => of(
                Text::new(
                    "dödlighetens trend behöver minst {needed} år av befolkning, här finns {found}.",
                    "a trend of mortality needs at least {needed} years of population, there are {found}.",
                ),
                &[("needed", needed.to_string()), ("found", found.to_string())],
            ),
            FitError::EmptyAge { age, year } => of(
                Text::new(
                    "ingen är {age} år i slutet av {year}: för få personer för en trend efter ettårsålder.",
                    "nobody is aged {age} at the end of {year}: too few persons for a trend by one-year age.",
                ),
                &[("age", age.to_string()), ("year", year.to_string())],
            ),
            FitError::MissingYear { year } => of(
                Text::new("befolkningen {year} saknas.", "the population of {year} is missing."),
                &[("year", year.to_string())],
            ),
        }
    }
}

/// A text with each `{name}` replaced.
fn filled(text: Text, language: Language, pairs: &[(&str, String)]) -> String {
    pairs.iter().fold(text.get(language).to_owned(), |sentence, (name, value)| {
        sentence.replace(&format!("{{{name}}}"), value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demand::care_use::CareForm;
    use crate::group::Sex;

    #[test]
    fn a_missing_back_test_is_told_in_both_languages() {
        let check = |why: DemandError, swedish: &str, english: &str| {
            let left_out = LeftOut { start: 2019, area: "Tryggeby".to_owned(), why };
            assert_eq!(
                left_out.sentence(Language::Swedish),
                format!("Tryggeby, prövningen bakåt från 2019: {swedish}")
            );
            assert_eq!(
                left_out.sentence(Language::English),
                format!("Tryggeby, the back-test from 2019: {english}")
            );
        };
        check(
            FitError::MissingYear { year: 2018 }.into(),
            "befolkningen 2018 saknas.",
            "the population of 2018 is missing.",
        );
        check(
            DemandError::Profile {
                form: CareForm::HomeCare,
                year: 2018,
                sex: Sex::Men,
                source: ProfileError::TooFewGroups { found: 1 },
            },
            "hemtjänst 2018, män: minst två åldersgrupper behövs för en linje efter ålder, här finns 1.",
            "home care 2018, men: a line by age needs at least two age groups, there is 1.",
        );
        check(
            DemandError::OutsideHistory { year: 2003, first: 2014, last: 2023 },
            "2003 ligger utanför de räknade åren 2014–2023.",
            "2003 lies outside the counted years 2014–2023.",
        );
    }
}
