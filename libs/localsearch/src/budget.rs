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

/// Tells the seconds since a search began.
pub type Clock = Arc<dyn Fn() -> f64 + Send + Sync>;

/// A running budget.
#[derive(Clone)]
pub struct Meter {
    budget: Budget,
    stop: Stop,
    clock: Clock,
}

impl Meter {
    /// Starts the clock.
    pub fn start(budget: Budget, stop: Stop) -> Self {
        let begun = Instant::now();
        Meter::with_clock(budget, stop, Arc::new(move || begun.elapsed().as_secs_f64()))
    }

    /// A budget that goes by another clock, for tests of what watches it.
    pub fn with_clock(budget: Budget, stop: Stop, clock: Clock) -> Self {
        Meter { budget, stop, clock }
    }

    /// The same running budget, of whose seconds only a share from the start is given; moves are given in full.
    #[must_use]
    pub fn share(&self, share: f64) -> Meter {
        let budget = match self.budget {
            Budget::Seconds(limit) => Budget::Seconds(limit * share),
            Budget::Iterations(limit) => Budget::Iterations(limit),
        };
        Meter { budget, ..self.clone() }
    }

    /// True once the seconds are used up or someone asked for the end, however many moves have been tried.
    ///
    /// Preparations and last touches that are no moves of the search watch this; a budget of moves never cuts them
    /// short, so that they come out the same on every machine.
    pub fn is_out_of_time(&self) -> bool {
        let is_late = match self.budget {
            Budget::Seconds(limit) => self.seconds() >= limit,
            Budget::Iterations(_) => false,
        };
        is_late || self.stop.is_requested()
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
        (self.clock)()
    }
}

impl std::fmt::Debug for Meter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Meter").field("budget", &self.budget).finish_non_exhaustive()
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
    fn only_seconds_run_out_of_time() {
        let clock: Clock = Arc::new(|| 4.0);
        let meter = |budget| Meter::with_clock(budget, Stop::default(), clock.clone());
        assert!(!meter(Budget::seconds(5.0)).is_out_of_time());
        assert!(meter(Budget::seconds(5.0)).share(0.8).is_out_of_time());
        assert_eq!(meter(Budget::seconds(8.0)).share(0.5).used(0), 1.0);
        assert!(!meter(Budget::iterations(0)).share(0.5).is_out_of_time());
        let stopped = meter(Budget::iterations(10));
        stopped.stop.request();
        assert!(stopped.is_out_of_time());
    }

    #[test]
    fn an_empty_budget_is_used_up() {
        for budget in [Budget::iterations(0), Budget::seconds(0.0)] {
            assert_eq!(Meter::start(budget, Stop::default()).used(0), 1.0);
        }
    }
}
