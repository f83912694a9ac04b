//! Several searches on several threads that share what they find.
//!
//! The budget is cut into legs. In a leg every worker searches alone; between legs the best solution is shown to
//! the caller and handed to the workers that did worse. Threads meet only there, so that with a budget in
//! iterations the result does not depend on which thread is faster.

use crate::budget::Meter;

/// How good a solution is: what it breaks first, what it costs second. Smaller is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score {
    /// How much of the hard rules is broken; 0 where the solution is valid.
    pub hard: i64,
    /// The cost.
    pub soft: i64,
}

/// One search that can work in legs.
pub trait Worker: Send {
    /// What is found and shared.
    type Solution: Clone + Send + Sync;

    /// Searches until [`Leg::is_over`] says so.
    fn run(&mut self, leg: &Leg<'_>);

    /// The best solution so far.
    fn best(&self) -> (Score, &Self::Solution);

    /// Goes on from another worker's solution.
    fn adopt(&mut self, solution: &Self::Solution);

    /// Moves tried so far.
    fn iterations(&self) -> u64;
}

/// A part of the budget that workers run alone.
#[derive(Debug)]
pub struct Leg<'a> {
    meter: &'a Meter,
    until: f64,
}

impl Leg<'_> {
    /// True when a worker that has tried so many moves should return.
    pub fn is_over(&self, iterations: u64) -> bool {
        self.used(iterations) >= self.until
    }

    /// The share of the whole budget that is used, from 0 to 1.
    pub fn used(&self, iterations: u64) -> f64 {
        self.meter.used(iterations)
    }
}

/// What a caller is shown between legs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// The best score so far.
    pub best: Score,
    /// Moves tried by all workers.
    pub iterations: u64,
    /// Wall-clock seconds since the start.
    pub seconds: f64,
}

/// What a portfolio found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found<S> {
    /// The best solution of all workers.
    pub solution: S,
    /// Its score and the work it took.
    pub progress: Progress,
}

/// Makes `threads` workers and runs them, one thread each; returns the best of what they find, `None` without workers.
///
/// They meet `legs` times, the end included. The workers are made on their threads too, and the time that takes is
/// part of the budget, as is all that the caller did since the meter was started.
pub fn run<W: Worker>(
    threads: usize,
    make: &(dyn Fn(usize) -> W + Sync),
    (meter, legs): (&Meter, u32),
    report: &mut dyn FnMut(Progress),
) -> Option<Found<W::Solution>> {
    let mut workers = make_all(threads, make);
    let legs = legs.max(1);
    let mut found = None;
    for leg in 1..=legs {
        run_leg(&mut workers, &Leg { meter, until: f64::from(leg) / f64::from(legs) });
        let (best, solution) = best_of(&workers)?;
        let iterations = workers.iter().map(Worker::iterations).sum();
        let progress = Progress { best, iterations, seconds: meter.seconds() };
        report(progress);
        found = Some(Found { solution: solution.clone(), progress });
        if leg < legs {
            if meter.is_out_of_time() {
                break;
            }
            let solution = solution.clone();
            share(&mut workers, best, &solution);
        }
    }
    found
}

fn make_all<W: Worker>(threads: usize, make: &(dyn Fn(usize) -> W + Sync)) -> Vec<W> {
    let mut workers: Vec<Option<W>> = (0..threads).map(|_| None).collect();
    std::thread::scope(|scope| {
        for (index, worker) in workers.iter_mut().enumerate() {
            scope.spawn(move || *worker = Some(make(index)));
        }
    });
    workers.into_iter().flatten().collect()
}

fn run_leg<W: Worker>(workers: &mut [W], leg: &Leg<'_>) {
    let Some((first, others)) = workers.split_first_mut() else { return };
    std::thread::scope(|scope| {
        for worker in others {
            scope.spawn(|| worker.run(leg));
        }
        first.run(leg);
    });
}

fn best_of<W: Worker>(workers: &[W]) -> Option<(Score, &W::Solution)> {
    workers.iter().map(Worker::best).min_by_key(|(score, _)| *score)
}

fn share<W: Worker>(workers: &mut [W], best: Score, solution: &W::Solution) {
    for worker in workers.iter_mut().filter(|worker| worker.best().0 > best) {
        worker.adopt(solution);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::{Budget, Stop};
    use crate::rng::Rng;
    use std::sync::Arc;

    struct Draw {
        rng: Rng,
        best: i64,
        adopted: u32,
        iterations: u64,
    }

    impl Worker for Draw {
        type Solution = i64;
        fn run(&mut self, leg: &Leg<'_>) {
            while !leg.is_over(self.iterations) {
                self.iterations += 1;
                self.best = self.best.min(self.rng.below(1_000_000) as i64);
            }
        }
        fn best(&self) -> (Score, &i64) {
            (Score { hard: 0, soft: self.best }, &self.best)
        }
        fn adopt(&mut self, solution: &i64) {
            self.best = *solution;
            self.adopted += 1;
        }
        fn iterations(&self) -> u64 {
            self.iterations
        }
    }

    fn draw(threads: usize) -> (Found<i64>, Vec<i64>) {
        let worker =
            |thread| Draw { rng: Rng::new(thread as u64), best: i64::MAX, adopted: 0, iterations: 0 };
        let meter = Meter::start(Budget::iterations(1000), Stop::default());
        let mut seen = Vec::new();
        let found = run(threads, &worker, (&meter, 5), &mut |p| seen.push(p.best.soft));
        (found.unwrap(), seen)
    }

    #[test]
    fn the_best_of_all_is_found_and_reported() {
        let (found, seen) = draw(3);
        assert_eq!(seen.len(), 5);
        assert!(seen.is_sorted_by(|earlier, later| earlier >= later), "{seen:?}");
        assert_eq!(found.progress.best.soft, found.solution);
        assert_eq!(found.progress.iterations, 3000);
        assert!(found.solution <= draw(1).0.solution);
    }

    #[test]
    fn iterations_give_the_same_result_again() {
        assert_eq!(draw(2).0.solution, draw(2).0.solution);
    }

    #[test]
    fn no_worker_no_result() {
        let meter = Meter::start(Budget::iterations(1), Stop::default());
        let worker = |_| Draw { rng: Rng::new(0), best: 0, adopted: 0, iterations: 0 };
        assert_eq!(run(0, &worker, (&meter, 1), &mut |_| ()), None);
    }

    #[test]
    fn late_workers_meet_once() {
        let worker = |_| Draw { rng: Rng::new(0), best: 7, adopted: 0, iterations: 0 };
        let meter = Meter::with_clock(Budget::seconds(2.0), Stop::default(), Arc::new(|| 3.0));
        let mut meetings = 0;
        let found = run(2, &worker, (&meter, 5), &mut |_| meetings += 1).unwrap();
        assert_eq!((meetings, found.solution, found.progress.iterations), (1, 7, 0));
    }
}
