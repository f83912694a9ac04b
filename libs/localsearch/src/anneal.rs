//! Simulated annealing's temperature and acceptance (Kirkpatrick, Gelatt and Vecchi 1983).

use crate::number::{exponential, natural_log};
use crate::rng::Rng;

/// A temperature that falls geometrically from `warm` to `cold` as the budget is used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cooling {
    warm: f64,
    log_ratio: f64,
}

impl Cooling {
    /// From `warm` to `cold`, both in the unit of cost and above 0.
    pub fn new(warm: f64, cold: f64) -> Self {
        Cooling { warm, log_ratio: natural_log(cold.max(f64::MIN_POSITIVE) / warm.max(f64::MIN_POSITIVE)) }
    }

    /// The temperature when the given share of the budget is used.
    pub fn temperature(&self, used: f64) -> f64 {
        self.warm * exponential(self.log_ratio * used.clamp(0.0, 1.0))
    }
}

const STEPS: usize = 4096;

/// Metropolis acceptance by table: which rise in cost does this draw allow?
///
/// Accepting a rise `d` with probability exp(-d / t) is the same as drawing u and asking whether d <= -t ln u.
/// The logarithms of 4096 draws are made once, so that a question costs a look-up.
#[derive(Debug, Clone)]
pub struct Acceptance {
    log_draws: Box<[f64]>,
}

impl Default for Acceptance {
    fn default() -> Self {
        let middle = |step| (step as f64 + 0.5) / STEPS as f64;
        Acceptance { log_draws: (0..STEPS).map(|step| -natural_log(middle(step))).collect() }
    }
}

impl Acceptance {
    /// The largest rise in cost that this draw accepts at the temperature.
    #[inline]
    pub fn threshold(&self, temperature: f64, rng: &mut Rng) -> f64 {
        temperature * self.log_draws[rng.below(STEPS)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cools_from_warm_to_cold() {
        let cooling = Cooling::new(100.0, 1.0);
        let at = |used| cooling.temperature(used);
        assert!(
            (at(0.0) - 100.0).abs() < 1e-9 && (at(0.5) - 10.0).abs() < 1e-9 && (at(1.0) - 1.0).abs() < 1e-9
        );
    }

    #[test]
    fn accepts_as_often_as_the_formula_says() {
        let (acceptance, mut rng) = (Acceptance::default(), Rng::new(5));
        for rise in [0.5, 1.0, 2.0] {
            let accepted = (0..100_000).filter(|_| acceptance.threshold(1.0, &mut rng) >= rise).count();
            let expected = 100_000.0 * exponential(-rise);
            assert!(
                (accepted as f64 - expected).abs() < 0.05 * expected,
                "{rise}: {accepted} against {expected}"
            );
        }
    }
}
