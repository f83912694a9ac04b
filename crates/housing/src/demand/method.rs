//! The main alternative's trend, and how its two settings are chosen from earlier years only.
//!
//! Shares fall because people of a given age grow healthier. Two readings of how fast are weighed together:
//! the **health reading** (a profile moves up in age as fast as mortality does, which thirty years of population
//! show even where care has been counted once) and the **counted reading** (the mean yearly change of the
//! profile's level so far). A damping factor slows the sum year by year.

use super::care_use::CareForm;
use super::history::{DemandError, Evidence};
use crate::group::{AgeGroup, ByAge, BySex, Sex};
use crate::population::mortality::Mortality;

/// Starts with fewer earlier comparisons than this use [`Method::UNTRIED`].
pub const COMPARISONS_MIN: usize = 3;

/// The two settings of the trend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Method {
    /// How many counted years the health reading weighs: infinite is health alone, 0 is counts alone.
    pub health_years: f64,
    /// Each year's change as a multiple of the year's before: 1 is undamped.
    pub damping: f64,
}

impl Method {
    /// The method where there are too few earlier years to choose by: health alone, damped.
    pub const UNTRIED: Method = Method { health_years: f64::INFINITY, damping: 0.9 };

    /// Every method that is tried. Undamped is allowed for health alone, since the population forecast lets
    /// mortality fall undamped too; a trend of mere counts must be damped, or it would reach nobody.
    pub fn candidates() -> Vec<Method> {
        let mut all = Vec::new();
        for health_years in [0.0, 2.0, 5.0, 10.0, f64::INFINITY] {
            for damping in [0.8, 0.9, 0.95, 1.0] {
                if damping < 1.0 || health_years.is_infinite() {
                    all.push(Method { health_years, damping });
                }
            }
        }
        all
    }
}

/// A fitted trend of one care form.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// The settings used.
    pub method: Method,
    /// First year's change of the log-odds for each sex, before damping.
    pub drift: BySex<f64>,
}

impl Trend {
    /// The moved log-odds `years_ahead` years after the start.
    pub fn shift(&self, sex: Sex, years_ahead: i32) -> f64 {
        self.drift[sex] * damped_years(self.method.damping, years_ahead)
    }
}

/// The sum of the damping factors of the first years: how many whole years of drift they amount to.
pub fn damped_years(damping: f64, years: i32) -> f64 {
    (1..=years.max(0)).map(|year| damping.powi(year)).sum()
}

/// The mortality model as known when the count of October `start` had been made.
pub fn mortality_at(evidence: &Evidence, start: i32) -> Result<Mortality, DemandError> {
    Ok(Mortality::fit(&evidence.population, start - 1)?)
}

/// Fits a form's trend with given settings, using only counts up to `start`.
pub fn fit_trend(
    evidence: &Evidence,
    mortality: &Mortality,
    form: CareForm,
    start: i32,
    method: Method,
) -> Result<Trend, DemandError> {
    let history = evidence.form(form);
    let counted_years = f64::from(start - history.first_year);
    let mut drift = BySex { women: 0.0, men: 0.0 };
    for sex in Sex::ALL {
        let (first, last) = (history.profile(sex, history.first_year)?, history.profile(sex, start)?);
        let health = -last.slope * mortality.age_gain_per_year(sex);
        let counted = if counted_years > 0.0 { (last.level - first.level) / counted_years } else { 0.0 };
        drift[sex] = if method.health_years.is_infinite() || counted_years == 0.0 {
            health
        } else {
            (counted_years * counted + method.health_years * health) / (counted_years + method.health_years)
        };
    }
    Ok(Trend { method, drift })
}

/// The yearly spread of log-odds assumed where fewer than three counts exist.
pub const UNTRIED_SPREAD: f64 = 0.03;

/// Persons with a care form forecast from `start` for a target population `years_ahead` years on.
pub fn persons(
    evidence: &Evidence,
    trend: &Trend,
    form: CareForm,
    start: i32,
    years_ahead: i32,
    target: &BySex<ByAge>,
) -> Result<f64, DemandError> {
    let mut sum = 0.0;
    for sex in Sex::ALL {
        let profile = evidence.form(form).profile(sex, start)?;
        sum += profile.persons(AgeGroup::ALL_ELDERS, &target[sex], trend.shift(sex, years_ahead));
    }
    Ok(sum)
}

/// The chosen settings of one form with what they were chosen by.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The care form.
    pub form: CareForm,
    /// The settings chosen.
    pub method: Method,
    /// The mean size of the error in the earlier comparisons, in per cent; `None` where there were too few.
    pub mean_error_percent: Option<f64>,
    /// How many earlier forecasts could be compared with a count.
    pub comparisons: usize,
    /// The yearly spread that those errors amount to: the root mean square of each logarithmic error over the
    /// square root of its years ahead. It makes the band as wide as the method has been wrong.
    pub yearly_spread: f64,
}

impl Choice {
    /// The uncertainty of the drift: the yearly spread over the square root of the years counted.
    pub fn drift_spread(&self, counted_years: f64) -> f64 {
        self.yearly_spread / counted_years.max(1.0).sqrt()
    }
}

/// The errors of one candidate, summed.
#[derive(Debug, Clone, Copy, Default)]
struct Errors {
    percent: f64,
    square_per_year: f64,
}

/// Chooses the settings of one form by every forecast that had been tried and counted by October `until`.
///
/// No count or population after `until` is looked at, so a back-test from `until` is honest.
pub fn choose(evidence: &Evidence, form: CareForm, until: i32) -> Result<Choice, DemandError> {
    let history = evidence.form(form);
    let mut errors: Vec<(Method, Errors)> =
        Method::candidates().into_iter().map(|method| (method, Errors::default())).collect();
    let mut comparisons = 0;
    for start in history.first_year..until {
        let mortality = mortality_at(evidence, start)?;
        for year in start + 1..=until.min(history.last_year()) {
            let Some(target) = evidence.population.persons(year - 1) else { continue };
            let actual = evidence.care_use.total(form, year) as f64;
            comparisons += 1;
            for (method, sum) in &mut errors {
                let trend = fit_trend(evidence, &mortality, form, start, *method)?;
                let forecast = persons(evidence, &trend, form, start, year - start, target)?;
                sum.percent += 100.0 * (forecast / actual - 1.0).abs();
                sum.square_per_year += (forecast / actual).ln().powi(2) / f64::from(year - start);
            }
        }
    }
    let best = errors.iter().min_by(|a, b| a.1.percent.total_cmp(&b.1.percent));
    let count = comparisons as f64;
    Ok(match best {
        Some(&(method, sum)) if comparisons >= COMPARISONS_MIN => Choice {
            form,
            method,
            mean_error_percent: Some(sum.percent / count),
            comparisons,
            yearly_spread: (sum.square_per_year / count).sqrt(),
        },
        _ => Choice {
            form,
            method: Method::UNTRIED,
            mean_error_percent: None,
            comparisons,
            yearly_spread: UNTRIED_SPREAD,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damping_adds_up() {
        assert_eq!(damped_years(1.0, 5), 5.0);
        assert!((damped_years(0.9, 1000) - 9.0).abs() < 1e-9);
        assert_eq!(damped_years(0.9, -3), 0.0);
    }

    #[test]
    fn nothing_after_the_start_is_looked_at() {
        let whole = Evidence::shipped().unwrap();
        let known = Evidence::new(whole.population.until(2018), whole.care_use.until(2019)).unwrap();
        for form in CareForm::ALL {
            assert_eq!(choose(&whole, form, 2019).unwrap(), choose(&known, form, 2019).unwrap());
        }
    }

    #[test]
    fn with_too_few_earlier_years_the_untried_method_is_used() {
        let evidence = Evidence::shipped().unwrap();
        let choice = choose(&evidence, CareForm::HomeCare, 2015).unwrap();
        assert_eq!((choice.method, choice.comparisons), (Method::UNTRIED, 1));
    }
}
