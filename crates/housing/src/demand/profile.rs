//! How the need for care rises with age: a smooth share by one-year age from a few counted age groups.
//!
//! The statistics give two wide age groups. Within 80 and more the share at 95 is many times that at 80, so the
//! group's share falls when large cohorts turn 80 even if nobody's need changes. The profile separates the two: the
//! share at age x is the logistic function of `level + slope * (x - 80)`, and the two figures are fitted so that the
//! counted groups are reproduced (exactly with two groups, as the likeliest line with more).

use crate::group::{AgeGroup, ByAge};

/// The age at which a profile's level is read.
pub const LEVEL_AGE: f64 = 80.0;
const STEPS_MAX: usize = 100;
const STEP_LENGTH_MAX: f64 = 1.0;
const CONVERGED: f64 = 1e-12;
/// A count of nobody is taken as half a person, so that the logarithm exists.
const COUNT_MIN: f64 = 0.5;
/// How far a group's count may lie from the line before the line is not believed.
const FACTOR_RANGE: std::ops::RangeInclusive<f64> = 0.2..=5.0;

/// The share with a care form by one-year age, for one sex and year.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Log-odds of having the care form at age 80.
    pub level: f64,
    /// Change of the log-odds per year of age.
    pub slope: f64,
    /// What each counted group had beyond the line; all ones where there were two groups.
    pub factors: Vec<(AgeGroup, f64)>,
}

/// Why no profile could be fitted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ProfileError {
    /// Fewer than two groups.
    #[error("a profile by age needs counts of at least two age groups, there is {found}")]
    TooFewGroups {
        /// Groups given.
        found: usize,
    },
    /// More persons with care than live in the area.
    #[error("{persons} persons with care aged {group}, but {population} live there")]
    MoreThanPopulation {
        /// The age group.
        group: AgeGroup,
        /// Persons counted.
        persons: f64,
        /// Persons living there.
        population: f64,
    },
    /// The counts do not rise or fall smoothly with age.
    #[error("the counts do not follow any smooth line by age (group {group})")]
    NoLine {
        /// The group furthest from the line.
        group: AgeGroup,
    },
}

impl Profile {
    /// Fits the counted groups of one sex against the population by one-year age.
    pub fn fit(counts: &[(AgeGroup, f64)], population: &ByAge) -> Result<Profile, ProfileError> {
        if counts.len() < 2 {
            return Err(ProfileError::TooFewGroups { found: counts.len() });
        }
        for &(group, persons) in counts {
            let living = group.sum(population);
            if persons >= living {
                return Err(ProfileError::MoreThanPopulation { group, persons, population: living });
            }
        }
        let mut profile = Profile { level: -3.0, slope: 0.13, factors: Vec::new() };
        for _ in 0..STEPS_MAX {
            let (level, slope) = profile.scoring_step(counts, population);
            let length = level.hypot(slope * 10.0);
            let shorten = if length > STEP_LENGTH_MAX { STEP_LENGTH_MAX / length } else { 1.0 };
            profile.level += level * shorten;
            profile.slope += slope * shorten;
            if length < CONVERGED {
                break;
            }
        }
        for &(group, persons) in counts {
            let factor = persons.max(COUNT_MIN) / profile.expected(group, population);
            if !FACTOR_RANGE.contains(&factor) {
                return Err(ProfileError::NoLine { group });
            }
            profile.factors.push((group, factor));
        }
        Ok(profile)
    }

    /// The share at one age, with the log-odds moved by `shift`.
    pub fn share(&self, age: usize, shift: f64) -> f64 {
        let factor = self
            .factors
            .iter()
            .find(|(group, _)| group.ages().contains(&age))
            .map_or(1.0, |&(_, factor)| factor);
        (factor * logistic(self.level + shift + self.slope * (age as f64 - LEVEL_AGE))).min(1.0)
    }

    /// Persons of an age group with the care form.
    pub fn persons(&self, group: AgeGroup, population: &ByAge, shift: f64) -> f64 {
        group.ages().map(|age| population[age] * self.share(age, shift)).sum()
    }

    /// Persons by the line alone, without factors: what fitting compares.
    fn expected(&self, group: AgeGroup, population: &ByAge) -> f64 {
        let odds = |age: usize| self.level + self.slope * (age as f64 - LEVEL_AGE);
        group.ages().map(|age| population[age] * logistic(odds(age))).sum()
    }

    /// One Fisher-scoring step towards the likeliest line for Poisson counts.
    fn scoring_step(&self, counts: &[(AgeGroup, f64)], population: &ByAge) -> (f64, f64) {
        let (mut g0, mut g1, mut i00, mut i01, mut i11) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for &(group, persons) in counts {
            let (mut expected, mut by_level, mut by_slope) = (1e-12, 0.0, 0.0);
            for age in group.ages() {
                let distance = age as f64 - LEVEL_AGE;
                let share = logistic(self.level + self.slope * distance);
                let change = population[age] * share * (1.0 - share);
                expected += population[age] * share;
                by_level += change;
                by_slope += change * distance;
            }
            let surplus = persons.max(COUNT_MIN) / expected - 1.0;
            g0 += surplus * by_level;
            g1 += surplus * by_slope;
            i00 += by_level * by_level / expected;
            i01 += by_level * by_slope / expected;
            i11 += by_slope * by_slope / expected;
        }
        let determinant = i00 * i11 - i01 * i01;
        if determinant.abs() < 1e-300 {
            return (0.0, 0.0);
        }
        ((g0 * i11 - g1 * i01) / determinant, (g1 * i00 - g0 * i01) / determinant)
    }
}

/// The logistic function: log-odds to share.
pub fn logistic(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::AGES;
    use proptest::prelude::*;

    #[test]
    fn bad_counts_are_refused() {
        let hundred = [100.0; AGES];
        let check = |counts: &[(AgeGroup, f64)]| Profile::fit(counts, &hundred).unwrap_err();
        assert_eq!(check(&[(AgeGroup::OLDER, 5.0)]), ProfileError::TooFewGroups { found: 1 });
        assert_eq!(
            check(&[(AgeGroup::ELDER, 5.0), (AgeGroup::OLDER, 3000.0)]),
            ProfileError::MoreThanPopulation { group: AgeGroup::OLDER, persons: 3000.0, population: 2100.0 }
        );
    }

    #[test]
    fn nobody_counted_is_a_share_near_nought() {
        let thousand = [1000.0; AGES];
        let profile = Profile::fit(&[(AgeGroup::ELDER, 0.0), (AgeGroup::OLDER, 40.0)], &thousand).unwrap();
        assert!(profile.persons(AgeGroup::ELDER, &thousand, 0.0) < 1.0);
    }

    proptest! {
        /// Two counted groups are always given back exactly.
        #[test]
        fn two_groups_are_reproduced(younger in 0.002..0.2_f64, times in 1.5..6.0_f64, tilt in 0.80..0.99_f64) {
            let population: ByAge = std::array::from_fn(|age| 1e6 * tilt.powi(age as i32 - 60));
            let older = (younger * times).min(0.7);
            let counts = [
                (AgeGroup::ELDER, younger * AgeGroup::ELDER.sum(&population)),
                (AgeGroup::OLDER, older * AgeGroup::OLDER.sum(&population)),
            ];
            let profile = Profile::fit(&counts, &population).unwrap();
            for (group, persons) in counts {
                let given_back = profile.persons(group, &population, 0.0);
                prop_assert!((given_back - persons).abs() < 1e-6 * persons.max(1.0), "{} {} {}", group, given_back, persons);
            }
        }
    }
}
