//! How long a search may work, and how it is told to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// How long a search may work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Budget {
    /// Wall-clock seconds: the result depends on the machine's speed.
    Seconds(f64),
    /// Moves tried by each worker: the same result on every machine.
    Iterations(u64),
}

impl Budget {
    /// A budget of wall-clock seconds.
    pub const fn seconds(seconds: f64) -> Self {
        Budget::Seconds(seconds)
    }

    /// A budget of moves tried by each worker.
    pub const fn iterations(iterations: u64) -> Self {
        Budget::Iterations(iterations)
    }
}

/// A flag that ends a search early; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks the search to end at its next look.
    pub fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// True once someone asked.
    pub fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A running budget.
#[derive(Debug)]
pub struct Meter {
    budget: Budget,
    stop: Stop,
    begun: Instant,
}

impl Meter {
    /// Starts the clock.
    pub fn start(budget: Budget, stop: Stop) -> Self {
        Meter { budget, stop, begun: Instant::now() }
    }

    /// The share of the budget that is used, from 0 to 1, for a worker that has tried so many moves.
    pub fn used(&self, iterations: u64) -> f64 {
        let share = match self.budget {
            Budget::Seconds(limit) => self.seconds() / limit,
            Budget::Iterations(limit) => iterations as f64 / limit as f64,
        };
        // A budget of nothing is used up at once, and a quotient of zeros is no number.
        if share.is_nan() || self.stop.is_requested() { 1.0 } else { share.clamp(0.0, 1.0) }
    }

    /// Wall-clock seconds since the start, for reports.
    pub fn seconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iterations_are_counted_and_a_stop_ends_all() {
        let stop = Stop::default();
        let meter = Meter::start(Budget::iterations(200), stop.clone());
        assert_eq!(meter.used(50), 0.25);
        assert_eq!(meter.used(500), 1.0);
        stop.request();
        assert_eq!(meter.used(0), 1.0);
    }

    #[test]
    fn an_empty_budget_is_used_up() {
        for budget in [Budget::iterations(0), Budget::seconds(0.0)] {
            assert_eq!(Meter::start(budget, Stop::default()).used(0), 1.0);
        }
    }
}
