//! Falling mortality: the Lee-Carter model, fitted on a national population by one-year age.
//!
//! Lee and Carter (1992): the logarithm of the death hazard at age x in year t is `a(x) + b(x) * k(t)`, where `k`
//! drifts downwards. Only populations are needed: at ages 65 and more the yearly loss of a national cohort is
//! its deaths, since so few move in or out. Below 65 the hazard is read off a Gompertz line (a straight line in
//! the logarithm) through ages 65-85; what that misses among the young is taken up by the measured net
//! migration, so that the population of the past is reproduced either way.

use super::Population;
use crate::group::{AGE_LAST, AGES, ByAge, BySex, Sex};

/// The first age at which cohort losses are read as deaths.
pub const FIRST_AGE: usize = 65;
/// Ages 65 to 99; those aged 99 and more share the last hazard.
pub const MODEL_AGES: usize = 35;
/// How many years of history the trend is fitted on.
pub const FIT_YEARS: usize = 30;
/// How many of the last years set today's level; a mean, so that one hard winter does not.
pub const LEVEL_YEARS: usize = 3;
/// The fewest years that a trend is fitted on.
pub const FIT_YEARS_MIN: usize = 10;
const GOMPERTZ_LAST_AGE: usize = 85;
const SMOOTHING_AGES: usize = 7;
const POWER_ITERATIONS: usize = 500;
const HAZARD_MIN: f64 = 1e-5;

type Row = [f64; MODEL_AGES];

/// A fitted model for both sexes.
#[derive(Debug, Clone, PartialEq)]
pub struct Mortality {
    /// The year of the last population the fit has seen; hazards are asked for in years after it.
    pub last_year: i32,
    by_sex: BySex<SexMortality>,
}

/// The fitted figures of one sex.
#[derive(Debug, Clone, PartialEq)]
struct SexMortality {
    /// Logarithm of today's hazard by age, from 65.
    level: Row,
    /// How strongly each age follows the common trend; the mean is one.
    response: Row,
    /// Yearly change of the common trend, a mean over ages of the logarithm of the hazard.
    drift: f64,
    /// Spread of the yearly changes around the drift.
    spread: f64,
    /// Steepness of the logarithm of the hazard per year of age.
    steepness: f64,
}

/// Why a model could not be fitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FitError {
    /// Too little history.
    #[error("a mortality trend needs at least {needed} years of population, there are {found}")]
    TooFewYears {
        /// Years needed.
        needed: usize,
        /// Years found.
        found: usize,
    },
    /// The area has nobody at an age the trend needs.
    #[error("nobody aged {age} at the end of {year}: too few persons for a trend by one-year age")]
    EmptyAge {
        /// The empty age.
        age: usize,
        /// The year.
        year: i32,
    },
    /// A year that the fit needs is missing.
    #[error("the population of {year} is missing")]
    MissingYear {
        /// The missing year.
        year: i32,
    },
}

impl Mortality {
    /// Fits the model on a national population as known at the end of `last_year`.
    pub fn fit(national: &Population, last_year: i32) -> Result<Mortality, FitError> {
        let known = national.until(last_year);
        if known.last_year() != last_year {
            return Err(FitError::MissingYear { year: last_year });
        }
        let found = known.years.len();
        if found < FIT_YEARS_MIN + 1 {
            return Err(FitError::TooFewYears { needed: FIT_YEARS_MIN + 1, found });
        }
        let first = found.saturating_sub(FIT_YEARS + 1);
        let women = SexMortality::fit(&known, Sex::Women, first)?;
        let men = SexMortality::fit(&known, Sex::Men, first)?;
        Ok(Mortality { last_year, by_sex: BySex { women, men } })
    }

    /// The hazard of death by age in the year that ends `years_ahead` years after the fit.
    ///
    /// `decline` multiplies the fitted trend: 1 as fitted, 0 for mortality that stays as it is. `shock` moves
    /// the common trend besides, for simulation.
    pub fn hazard(&self, sex: Sex, years_ahead: f64, decline: f64, shock: f64) -> ByAge {
        let model = &self.by_sex[sex];
        let moved = decline * model.drift * ((LEVEL_YEARS as f64 - 1.0) / 2.0 + years_ahead) + shock;
        let log_hazard: Row = std::array::from_fn(|index| model.level[index] + model.response[index] * moved);
        fill_ages(&log_hazard)
    }

    /// The chance by age of living through the year, for an area whose hazard is `level` times the nation's.
    pub fn survival(&self, sex: Sex, years_ahead: f64, decline: f64, level: f64) -> ByAge {
        self.hazard(sex, years_ahead, decline, 0.0).map(|hazard| (-hazard * level).exp())
    }

    /// How many years younger people of a given mortality become each year, in years of age (about 0.1).
    ///
    /// If the death hazard of an 82-year-old today is that of an 81-year-old ten years ago, this is 0.1.
    pub fn age_gain_per_year(&self, sex: Sex) -> f64 {
        let model = &self.by_sex[sex];
        -model.drift / model.steepness
    }

    /// The spread of the yearly changes of the common trend, in logarithm of the hazard.
    pub fn yearly_spread(&self, sex: Sex) -> f64 {
        self.by_sex[sex].spread
    }

    /// How strongly an age follows the common trend, one on average.
    pub fn response(&self, sex: Sex, age: usize) -> f64 {
        let last = MODEL_AGES - 1;
        self.by_sex[sex].response[age.saturating_sub(FIRST_AGE).min(last)]
    }

    /// The yearly fall of mortality at ages 65 and more, in per cent, as fitted.
    pub fn yearly_fall_percent(&self, sex: Sex) -> f64 {
        100.0 * (1.0 - self.by_sex[sex].drift.exp())
    }
}

impl SexMortality {
    fn fit(known: &Population, sex: Sex, first: usize) -> Result<Self, FitError> {
        let rows = log_hazards(known, sex, first)?;
        let mean: Row = std::array::from_fn(|age| column_mean(&rows, age));
        let centred: Vec<Row> =
            rows.iter().map(|row| std::array::from_fn(|age| row[age] - mean[age])).collect();
        let raw = leading_direction(&centred);
        let response = smooth(&raw);
        let trend: Vec<f64> = centred.iter().map(|row| dot(row, &raw) / dot(&raw, &raw)).collect();
        let drift = slope(&trend);
        let residual = trend.windows(2).map(|pair| (pair[1] - pair[0] - drift).powi(2));
        let spread = (residual.sum::<f64>() / (trend.len() - 1) as f64).sqrt();
        let recent = &rows[rows.len() - LEVEL_YEARS..];
        let level: Row = std::array::from_fn(|age| column_mean(recent, age));
        let line: Vec<f64> = level[..=GOMPERTZ_LAST_AGE - FIRST_AGE].to_vec();
        Ok(SexMortality { level, response, drift, spread, steepness: slope(&line) })
    }
}

/// Logarithms of the yearly cohort losses, one row per pair of years.
fn log_hazards(known: &Population, sex: Sex, first: usize) -> Result<Vec<Row>, FitError> {
    let mut rows = Vec::new();
    for (offset, pair) in known.years[first..].windows(2).enumerate() {
        let (before, after) = (&pair[0].persons[sex], &pair[1].persons[sex]);
        let mut row = [0.0; MODEL_AGES];
        for (index, hazard) in row.iter_mut().enumerate() {
            let age = FIRST_AGE + index;
            let (lived, survived) = if age == AGE_LAST - 1 {
                (before[age] + before[AGE_LAST], after[AGE_LAST])
            } else {
                (before[age], after[age + 1])
            };
            if lived <= 0.0 || survived <= 0.0 {
                let year = known.first_year + i32::try_from(first + offset).unwrap_or(i32::MAX);
                return Err(FitError::EmptyAge { age, year });
            }
            *hazard = (lived / survived).ln().max(HAZARD_MIN).ln();
        }
        rows.push(row);
    }
    Ok(rows)
}

/// The hazards of all ages from the modelled ages: the Gompertz line below, the last hazard above.
fn fill_ages(log_hazard: &Row) -> ByAge {
    let line = &log_hazard[..=GOMPERTZ_LAST_AGE - FIRST_AGE];
    let steepness = slope(line);
    let middle = line.iter().sum::<f64>() / line.len() as f64;
    let middle_age = (FIRST_AGE + GOMPERTZ_LAST_AGE) as f64 / 2.0;
    let ceiling = log_hazard[0];
    let mut hazard = [0.0; AGES];
    for (age, value) in hazard.iter_mut().enumerate() {
        let logarithm = if age < FIRST_AGE {
            (middle + steepness * (age as f64 - middle_age)).min(ceiling)
        } else {
            log_hazard[(age - FIRST_AGE).min(MODEL_AGES - 1)]
        };
        *value = logarithm.exp();
    }
    hazard
}

/// The first right singular vector by power iteration, scaled so that its mean is one.
fn leading_direction(centred: &[Row]) -> Row {
    let mut direction = [1.0; MODEL_AGES];
    for _ in 0..POWER_ITERATIONS {
        let mut next = [0.0; MODEL_AGES];
        for row in centred {
            let along = dot(row, &direction);
            for (value, part) in next.iter_mut().zip(row) {
                *value += along * part;
            }
        }
        let length = dot(&next, &next).sqrt();
        if length == 0.0 {
            return [1.0; MODEL_AGES];
        }
        direction = next.map(|value| value / length);
    }
    let mean = direction.iter().sum::<f64>() / MODEL_AGES as f64;
    direction.map(|value| value / mean)
}

fn smooth(raw: &Row) -> Row {
    std::array::from_fn(|age| {
        let window = &raw[age.saturating_sub(SMOOTHING_AGES)..(age + SMOOTHING_AGES + 1).min(MODEL_AGES)];
        window.iter().sum::<f64>() / window.len() as f64
    })
}

fn column_mean(rows: &[Row], age: usize) -> f64 {
    rows.iter().map(|row| row[age]).sum::<f64>() / rows.len() as f64
}

fn dot(a: &Row, b: &Row) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The slope of the least-squares line through equally spaced values.
pub(crate) fn slope(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    if values.len() < 2 {
        return 0.0;
    }
    let middle = (count - 1.0) / 2.0;
    let mean = values.iter().sum::<f64>() / count;
    let along: f64 = values.iter().enumerate().map(|(x, y)| (x as f64 - middle) * (y - mean)).sum();
    let across: f64 = (0..values.len()).map(|x| (x as f64 - middle).powi(2)).sum();
    along / across
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;

    #[test]
    fn national_mortality_falls_and_rises_with_age() {
        let national = data::sweden_population();
        let model = Mortality::fit(&national, 2024).unwrap();
        for sex in Sex::ALL {
            let today = model.hazard(sex, 0.0, 1.0, 0.0);
            let later = model.hazard(sex, 25.0, 1.0, 0.0);
            let kept = model.hazard(sex, 25.0, 0.0, 0.0);
            assert!(today[65] > 0.004 && today[65] < 0.02, "{sex:?} at 65: {}", today[65]);
            assert!(today[95] > 0.2 && today[95] < 0.5, "{sex:?} at 95: {}", today[95]);
            assert!(later[80] < today[80] && kept[80] >= today[80], "{sex:?} falls");
            let gain = model.age_gain_per_year(sex);
            assert!(gain > 0.05 && gain < 0.25, "{sex:?} gains {gain} years of age a year");
        }
    }

    #[test]
    fn a_short_history_is_refused() {
        let national = data::sweden_population();
        let error = Mortality::fit(&national, 1972).unwrap_err();
        assert_eq!(error, FitError::TooFewYears { needed: 11, found: 5 });
        assert_eq!(Mortality::fit(&national, 2040).unwrap_err(), FitError::MissingYear { year: 2040 });
    }
}
