//! The best whole numbers where every cost and every limit is about the difference of two of them.
//!
//! Moments of a plan are such numbers: a task begins no sooner than another ends, waiting grows with the time between
//! two of them, lateness with the time since a fixed moment. Each cost is nothing up to a difference and rises evenly
//! beyond it. The sum is then an L-natural-convex function (Murota, *Discrete Convex Analysis*, 2003): where no set of
//! the numbers can be moved together by one to make it smaller, nothing can. The best set is a cheapest cut of a graph.
//! Steps begin large and are halved, so that far moves take few cuts.
//!
//! ```
//! use localsearch::differences::{Problem, ZERO};
//!
//! let mut problem = Problem::default();
//! let (first, second) = (problem.number(), problem.number());
//! problem.limit(first, second, -10); // the second at least 10 after the first
//! problem.charge(second, ZERO, 15, 3); // 3 for each after 15
//! problem.charge(ZERO, first, -8, 1); // 1 for each before 8
//! let mut moments = vec![0, 0, 20];
//! assert!(problem.minimise(&mut moments, 16, &|| false));
//! assert_eq!(&moments[1..], [5, 15]);
//! ```

use crate::cut::{Graph, UNCUT};

/// The number that is fixed; all others are counted from it.
pub const ZERO: usize = 0;
/// A difference that none falls below: what is charged from here on is charged evenly all along.
pub const ALWAYS: i64 = -(1 << 40);

/// What the difference of two numbers costs, or how large it may be.
#[derive(Debug, Clone, Copy)]
struct Term {
    high: usize,
    low: usize,
    free: i64,
    /// What each beyond `free` costs; `None` where none is allowed.
    slope: Option<i64>,
}

impl Term {
    /// What the cost rises by when the difference goes from `now` to `then`; `None` where that is not allowed.
    fn rise(&self, now: i64, then: i64) -> Option<i64> {
        let beyond = |difference: i64| (difference - self.free).max(0);
        match self.slope {
            Some(slope) => Some(slope * (beyond(then) - beyond(now))),
            None => (beyond(then) == 0).then_some(0),
        }
    }
}

/// Numbers, limits and costs.
#[derive(Debug, Clone, Default)]
pub struct Problem {
    numbers: usize,
    terms: Vec<Term>,
}

impl Problem {
    /// One more number; the first is 1, after [`ZERO`].
    pub fn number(&mut self) -> usize {
        self.numbers += 1;
        self.numbers
    }

    /// Lets `high` exceed `low` by no more than `most`.
    pub fn limit(&mut self, high: usize, low: usize, most: i64) {
        self.terms.push(Term { high, low, free: most, slope: None });
    }

    /// Charges `each` for each that `high` exceeds `low` by more than `free`; `each` is 0 or more.
    pub fn charge(&mut self, high: usize, low: usize, free: i64, each: i64) {
        if each > 0 {
            self.terms.push(Term { high, low, free, slope: Some(each) });
        }
    }

    /// True where the numbers, that of [`ZERO`] first, keep all limits.
    pub fn is_allowed(&self, numbers: &[i64]) -> bool {
        let is_kept =
            |term: &Term| term.slope.is_some() || numbers[term.high] - numbers[term.low] <= term.free;
        self.terms.iter().all(is_kept)
    }

    /// Makes the numbers, that of [`ZERO`] first, as cheap as they can be, in steps from `step_max` down; stops early,
    /// with better numbers than before, once `is_over` says so. False and nothing done where a limit is broken.
    pub fn minimise(&self, numbers: &mut [i64], step_max: i64, is_over: &dyn Fn() -> bool) -> bool {
        if numbers.len() != self.numbers + 1 || !self.is_allowed(numbers) {
            return false;
        }
        let mut search = Search::new(self);
        let mut step = step_max.max(1);
        while step > 0 {
            if is_over() {
                break;
            }
            if !search.move_best(self, numbers, step) {
                step /= 2;
            }
        }
        true
    }
}

struct Search {
    graph: Graph,
    /// What it costs to move each number by itself, as far as that can be told number by number.
    alone: Vec<i64>,
}

impl Search {
    /// The nodes are the numbers, then the source and the sink; the pairs of arcs are the terms, then two for each
    /// number, to the source and to the sink.
    fn new(problem: &Problem) -> Self {
        let count = problem.numbers + 1;
        let (source, sink) = (count, count + 1);
        let terms = problem.terms.iter().map(|term| (term.high, term.low));
        let ends = (0..count).flat_map(|number| [(source, number), (number, sink)]);
        let pairs: Vec<(usize, usize)> = terms.chain(ends).collect();
        Search { graph: Graph::new(count + 2, &pairs), alone: vec![0; count] }
    }

    /// Moves the set of numbers for which one step pays most; false where none does.
    ///
    /// A number on the side of the source is moved. That a set with [`ZERO`] is moved up means that all others move
    /// down, so that one cut finds the best move in either direction.
    fn move_best(&mut self, problem: &Problem, numbers: &mut [i64], step: i64) -> bool {
        self.alone.fill(0);
        for (pair, term) in problem.terms.iter().enumerate() {
            let now = numbers[term.high] - numbers[term.low];
            let (wider, narrower) = (term.rise(now, now + step), term.rise(now, now - step).unwrap_or(0));
            if let Some(wider) = wider {
                // The rise is counted where the higher number moves and taken back where the lower one does; the arc
                // makes up for what is then missing where the lower one moves alone.
                self.alone[term.high] += wider;
                self.alone[term.low] -= wider;
                self.graph.set(pair, 0, wider + narrower);
            } else {
                self.graph.set(pair, UNCUT, 0);
            }
        }
        let mut gain = 0;
        for (number, &alone) in self.alone.iter().enumerate() {
            let pair = problem.terms.len() + 2 * number;
            self.graph.set(pair, (-alone).max(0), 0);
            self.graph.set(pair + 1, alone.max(0), 0);
            gain += (-alone).max(0);
        }
        let count = numbers.len();
        if self.graph.cut(count, count + 1) >= gain {
            return false;
        }
        let is_zero_moved = self.graph.is_with_source(ZERO);
        let by = if is_zero_moved { -step } else { step };
        for (number, value) in numbers.iter_mut().enumerate() {
            if self.graph.is_with_source(number) != is_zero_moved {
                *value += by;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    fn cost(problem: &Problem, numbers: &[i64]) -> Option<i64> {
        let costs = problem.terms.iter().map(|term| {
            let beyond = (numbers[term.high] - numbers[term.low] - term.free).max(0);
            term.slope.map_or((beyond == 0).then_some(0), |slope| Some(slope * beyond))
        });
        costs.sum()
    }

    fn random(rng: &mut Rng) -> Problem {
        let mut problem = Problem::default();
        for number in 1..=3 {
            problem.number();
            problem.limit(number, ZERO, 9);
            problem.limit(ZERO, number, 0);
        }
        for _ in 0..rng.below(9) {
            let (high, low) = (rng.below(4), rng.below(4));
            let free = rng.below(12) as i64 - 4;
            if rng.below(4) == 0 && high != low {
                problem.limit(high, low, free);
            } else {
                problem.charge(high, low, if rng.below(5) == 0 { -50 } else { free }, rng.below(7) as i64);
            }
        }
        problem
    }

    #[test]
    fn no_other_numbers_are_cheaper() {
        let mut tried = 0;
        for seed in 0..600 {
            let mut rng = Rng::new(seed);
            let problem = random(&mut rng);
            let all = (0..1000).map(|code| vec![0, code % 10, code / 10 % 10, code / 100]);
            let allowed: Vec<Vec<i64>> = all.filter(|numbers| cost(&problem, numbers).is_some()).collect();
            let Some(start) = rng.pick(&allowed) else { continue };
            let mut numbers = start.clone();
            let step_max = 1 << rng.below(5);
            assert!(problem.minimise(&mut numbers, step_max, &|| false));
            let least = allowed.iter().filter_map(|numbers| cost(&problem, numbers)).min();
            assert_eq!(cost(&problem, &numbers), least, "problem {seed}");
            tried += 1;
        }
        assert!(tried > 300, "{tried}");
    }

    #[test]
    fn broken_limits_are_refused_and_no_time_changes_nothing() {
        let mut problem = Problem::default();
        let number = problem.number();
        problem.limit(ZERO, number, -5);
        problem.charge(number, ZERO, 5, 1);
        let mut numbers = vec![0, 4];
        assert!(!problem.minimise(&mut numbers, 8, &|| false));
        let mut numbers = vec![0, 9];
        assert!(problem.minimise(&mut numbers, 8, &|| true));
        assert_eq!(numbers, [0, 9]);
        assert!(problem.minimise(&mut numbers, 8, &|| false));
        assert_eq!(numbers, [0, 5]);
    }
}
