//! A toolkit for anytime local search, shared by every planner that improves a solution move by move.
//!
//! - [`rng`]: small seeded randomness, equal on every machine.
//! - [`number`]: logarithm and exponential from the four basic operations, equal on every machine.
//! - [`budget`]: how long a search may work, and how it is told to stop.
//! - [`anneal`]: simulated annealing's temperature and acceptance.
//! - [`bits`]: a set of small numbers that is walked in order, the work list of change-driven evaluation.
//! - [`differences`]: the best whole numbers where every cost and limit is about the difference of two of them.
//! - [`parallel`]: jobs of their own on several threads.
//! - [`portfolio`]: several searches on several threads that share what they find.
//!
//! Invariant: with a budget in iterations the same seed gives the same result on every machine, because nothing
//! that decides reads the clock, the order of threads, or a platform's own mathematics.
//!
//! ```
//! use localsearch::{budget::{Budget, Meter}, portfolio::{self, Leg, Score, Worker}, rng::Rng};
//!
//! /// Looks for the smallest square by drawing numbers.
//! struct Draw { rng: Rng, best: i64, iterations: u64 }
//!
//! impl Worker for Draw {
//!     type Solution = i64;
//!     fn run(&mut self, leg: &Leg<'_>) {
//!         while !leg.is_over(self.iterations) {
//!             self.iterations += 1;
//!             let drawn = self.rng.below(1000) as i64 - 500;
//!             if drawn * drawn < self.best * self.best { self.best = drawn; }
//!         }
//!     }
//!     fn best(&self) -> (Score, &i64) { (Score { hard: 0, soft: self.best * self.best }, &self.best) }
//!     fn adopt(&mut self, solution: &i64) { self.best = *solution; }
//!     fn iterations(&self) -> u64 { self.iterations }
//! }
//!
//! let worker = |thread| Draw { rng: Rng::new(thread as u64), best: 500, iterations: 0 };
//! let meter = Meter::start(Budget::iterations(10_000), Default::default());
//! let found = portfolio::run(2, &worker, (&meter, 4), &mut |_| ()).expect("there is a worker");
//! assert_eq!(found.solution, 0);
//! ```

pub mod anneal;
pub mod bits;
pub mod budget;
mod cut;
pub mod differences;
pub mod number;
pub mod parallel;
pub mod portfolio;
pub mod rng;
