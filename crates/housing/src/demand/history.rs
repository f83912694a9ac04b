//! Profiles by age of every counted year: what trends and back-tests are read from.

use super::care_use::{CareForm, CareUse};
use super::profile::{Profile, ProfileError};
use crate::group::{BySex, Sex};
use crate::population::Population;
use crate::population::mortality::FitError;

/// Why demand could not be forecast.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DemandError {
    /// A population trend could not be fitted.
    #[error(transparent)]
    Population(#[from] FitError),
    /// A profile could not be fitted.
    #[error("{form:?} {year} {sex:?}: {source}")]
    Profile {
        /// The care form.
        form: CareForm,
        /// The year of the count.
        year: i32,
        /// The sex.
        sex: Sex,
        /// What was wrong.
        source: ProfileError,
    },
    /// A care form has no count that also has a population the year before.
    #[error("no counts of {form:?} with a population on 31 December the year before")]
    NoCounts {
        /// The care form.
        form: CareForm,
    },
    /// A year between others was not counted.
    #[error("{form:?} was not counted in {year}, though both earlier and later years are")]
    Gap {
        /// The care form.
        form: CareForm,
        /// The missing year.
        year: i32,
    },
    /// The year lies outside the counted years.
    #[error("{year} lies outside the counted years {first}-{last}")]
    OutsideHistory {
        /// The year asked for.
        year: i32,
        /// First counted year.
        first: i32,
        /// Last counted year.
        last: i32,
    },
    /// The population forecast does not reach the year.
    #[error("the population forecast ends {last}, demand was asked for to {until}")]
    ProjectionTooShort {
        /// The last year of the projection.
        last: i32,
        /// The October asked for.
        until: i32,
    },
}

/// The profiles of one care form, year by year without gaps.
#[derive(Debug, Clone, PartialEq)]
pub struct FormHistory {
    /// The first counted year.
    pub first_year: i32,
    /// One profile per year for each sex.
    pub profiles: BySex<Vec<Profile>>,
}

impl FormHistory {
    /// Fits every counted year of one form that has a population on 31 December before.
    pub fn fit(care_use: &CareUse, population: &Population, form: CareForm) -> Result<Self, DemandError> {
        let mut first_year = None;
        let mut profiles: BySex<Vec<Profile>> = BySex::default();
        for year in care_use.years() {
            let rows = care_use.rows_of(form, year);
            let Some(base) = population.persons(year - 1).filter(|_| !rows.is_empty()) else { continue };
            let first = *first_year.get_or_insert(year);
            let expected = first + i32::try_from(profiles.women.len()).unwrap_or(0);
            if expected != year {
                return Err(DemandError::Gap { form, year: expected });
            }
            for sex in Sex::ALL {
                let counts: Vec<_> =
                    rows.iter().map(|row| (row.group, f64::from(row.persons[sex]))).collect();
                let profile = Profile::fit(&counts, &base[sex]).map_err(|source| DemandError::Profile {
                    form,
                    year,
                    sex,
                    source,
                })?;
                profiles[sex].push(profile);
            }
        }
        let first_year = first_year.ok_or(DemandError::NoCounts { form })?;
        Ok(FormHistory { first_year, profiles })
    }

    /// The last counted year.
    pub fn last_year(&self) -> i32 {
        self.first_year + i32::try_from(self.profiles.women.len()).unwrap_or(0) - 1
    }

    /// One year's profile.
    pub fn profile(&self, sex: Sex, year: i32) -> Result<&Profile, DemandError> {
        usize::try_from(year - self.first_year)
            .ok()
            .and_then(|index| self.profiles[sex].get(index))
            .ok_or(DemandError::OutsideHistory { year, first: self.first_year, last: self.last_year() })
    }
}

/// The nation's figures that every forecast leans on: population, care use and profiles of each year.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The nation's population.
    pub population: Population,
    /// The nation's care use.
    pub care_use: CareUse,
    forms: Vec<FormHistory>,
}

impl Evidence {
    /// Fits the profiles of every form and year.
    pub fn new(population: Population, care_use: CareUse) -> Result<Self, DemandError> {
        let forms = CareForm::ALL
            .iter()
            .map(|&form| FormHistory::fit(&care_use, &population, form))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Evidence { population, care_use, forms })
    }

    /// The figures shipped with Tryggve.
    pub fn shipped() -> Result<Self, DemandError> {
        Evidence::new(crate::data::sweden_population(), crate::data::sweden_care_use())
    }

    /// The profiles of one form.
    pub fn form(&self, form: CareForm) -> &FormHistory {
        &self.forms[form.index()]
    }

    /// The last year in which every form was counted.
    pub fn last_year(&self) -> i32 {
        self.forms.iter().map(FormHistory::last_year).min().unwrap_or(i32::MIN)
    }

    /// The first year in which every form was counted.
    pub fn first_year(&self) -> i32 {
        self.forms.iter().map(|history| history.first_year).max().unwrap_or(i32::MAX)
    }
}
