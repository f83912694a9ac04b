//! How warm to search from a plan that is good already: as warm as it can stand without falling apart.
//!
//! How warm that is differs from day to day by a factor of ten, and no figure of the day tells it beforehand. So the
//! search first goes straight downhill, then warms up step by step, and begins to cool where its solutions have become
//! so much dearer than the plan that it started from is worth.

use localsearch::anneal::Cooling;

/// The share of the budget in which the search only goes downhill.
const DESCENT_SHARE: f64 = 0.04;
/// The share of the budget of one step of warming up, over which the energies are averaged.
const STEP_SHARE: f64 = 0.005;
/// The share of the budget at which it cools, however little it has melted.
const WARMING_ENDS: f64 = 0.4;
/// The first temperature, as a share of the typical rise of a move.
const FIRST: f64 = 0.002;
/// Each step is this many times as warm as the one before.
const STEP_TIMES: f64 = 1.15;
/// The last temperature, as a share of the warmest.
const COLD: f64 = 0.1;

/// The temperature of a search from a plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thaw {
    stage: Stage,
    temperature: f64,
    melted: f64,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    Descent,
    Warming { level: f64, sum: f64, looks: f64, step_ends: f64 },
    Cooling { cooling: Cooling, since: f64 },
}

impl Thaw {
    /// Cools once the energy is above that after the first descent by this share.
    pub(super) fn new(typical_rise: f64, melted: f64) -> Self {
        Thaw { stage: Stage::Descent, temperature: FIRST * typical_rise, melted }
    }

    /// The temperature when this share of the budget is used, the energy being this.
    pub(super) fn temperature(&mut self, used: f64, energy: f64) -> f64 {
        match &mut self.stage {
            Stage::Descent if used < DESCENT_SHARE => return 0.0,
            Stage::Descent => {
                self.stage =
                    Stage::Warming { level: energy, sum: 0.0, looks: 0.0, step_ends: used + STEP_SHARE };
            }
            Stage::Warming { level, sum, looks, step_ends } => {
                *sum += energy;
                *looks += 1.0;
                if used >= *step_ends {
                    if *sum / *looks > *level * (1.0 + self.melted) || used >= WARMING_ENDS {
                        let cooling = Cooling::new(self.temperature, self.temperature * COLD);
                        self.stage = Stage::Cooling { cooling, since: used };
                    } else {
                        self.temperature *= STEP_TIMES;
                        (*sum, *looks, *step_ends) = (0.0, 0.0, used + STEP_SHARE);
                    }
                }
            }
            Stage::Cooling { cooling, since } => {
                self.temperature = cooling.temperature((used - *since) / (1.0 - *since));
            }
        }
        self.temperature
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The warmest temperature, when it was reached, and the last one, where energies answer to the temperature.
    fn check(melted: f64, energy: impl Fn(f64) -> f64) -> (f64, f64, f64) {
        let mut thaw = Thaw::new(1000.0, melted);
        let (mut warmest, mut when, mut last) = (0.0, 0.0, 0.0);
        for look in 0..10_000 {
            let used = f64::from(look) / 10_000.0;
            last = thaw.temperature(used, energy(last));
            assert!((last > 0.0) == (used >= DESCENT_SHARE), "at {used} it is {last}");
            if last > warmest {
                (warmest, when) = (last, used);
            }
        }
        (warmest, when, last)
    }

    #[test]
    fn it_warms_up_until_the_solution_melts_and_cools_from_there() {
        let (warmest, when, last) = check(0.05, |temperature| 500.0 + temperature);
        assert!((25.0..25.0 * STEP_TIMES).contains(&warmest), "500 melts by 5 % at 25, not at {warmest}");
        assert!((last / warmest - COLD).abs() < 0.001, "{last}");
        let (warmer, later, _) = check(0.25, |temperature| 500.0 + temperature);
        assert!((125.0..125.0 * STEP_TIMES).contains(&warmer) && later > when, "{warmer} at {later}");
    }

    #[test]
    fn what_never_melts_is_cooled_in_time() {
        let (_, when, last) = check(0.05, |_| 500.0);
        assert!((when - WARMING_ENDS).abs() < 2.0 * STEP_SHARE && last > 0.0, "{when}");
        check(0.05, |_| 0.0);
    }
}
