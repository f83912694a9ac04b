//! Simulated annealing over the moves: one worker of the portfolio.

use localsearch::anneal::{Acceptance, Cooling};
use localsearch::budget::{Meter, Stop};
use localsearch::portfolio::{Leg, Score, Worker};
use localsearch::rng::Rng;

use super::construct::construct;
use super::instance::Instance;
use super::moves;
use super::state::{Genes, State};
use super::thaw::Thaw;

/// Moves between two looks at the budget and the temperature.
const LOOK_EVERY: u64 = 128;
/// Moves between two evenings of the slots.
const SPREAD_EVERY: u64 = 1 << 16;
/// Moves that are tried to learn how much a move costs.
const SAMPLES: usize = 4000;
/// Moves per task of the first descent, after which the cost of a move is learnt.
const DESCENT_PER_TASK: usize = 200;
/// Moves between two looks at how often the solution is broken.
const WEIGH_EVERY: u64 = 1 << 12;
/// Moves per task that one cooling needs; a longer budget is spent on further coolings.
const CYCLE_PER_TASK: u64 = 300_000;
/// The most coolings of one search.
const CYCLES_MAX: u64 = 40;
/// The share of the budget after which the speed is known well enough to count the coolings.
const SPEED_KNOWN: f64 = 0.01;
/// Every second cooling begins from the best solution, this much less warm.
const REHEAT: f64 = 0.3;

/// One annealing search.
pub(crate) struct Annealer<'a> {
    state: State<'a>,
    best: Genes,
    best_score: Score,
    rng: Rng,
    acceptance: Acceptance,
    cooling: Cooling,
    /// How warm it is in a search from a plan.
    thaw: Option<Thaw>,
    /// What one unit of breach counts against the price, while searching.
    penalty: f64,
    /// How many times it cools within the budget; 0 until the speed is known.
    cycles: u64,
    /// Which of them it is in.
    cycle: u64,
    /// The best solution of another worker, to begin a cooling from.
    from_others: Option<Genes>,
    iterations: u64,
    /// How many of the last moves were tried on a broken solution.
    broken: u64,
    /// A score that is good enough, and what to do when it is reached.
    enough: Option<(Score, Stop)>,
}

/// What decides how an annealing search runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tuning {
    /// The first temperature of a search from nothing, as a share of the typical rise of a move.
    pub(crate) warm: f64,
    /// The last temperature of it, as a share of the first.
    pub(crate) cold: f64,
    /// By what share a plan may become dearer while a search from it warms up.
    pub(crate) melted: f64,
}

impl<'a> Annealer<'a> {
    /// A search from a solution of its own, or from a given one.
    pub(crate) fn new(
        instance: &'a Instance,
        start: Option<&Genes>,
        tuning: Tuning,
        seed: u64,
        meter: &Meter,
    ) -> Self {
        let mut rng = Rng::new(seed);
        let state = start.map_or_else(
            || construct(instance, &mut rng),
            |genes| {
                let mut state = State::empty(instance);
                state.load(genes);
                state
            },
        );
        let mut best = Genes::default();
        state.save(&mut best);
        let best_score = state.score();
        let mut annealer = Annealer {
            state,
            best,
            best_score,
            rng,
            acceptance: Acceptance::default(),
            cooling: Cooling::new(1.0, 1.0),
            thaw: None,
            penalty: 0.0,
            cycles: 0,
            cycle: 0,
            from_others: None,
            iterations: 0,
            broken: 0,
            enough: None,
        };
        annealer.penalty = annealer.fitting_penalty();
        if start.is_none() {
            annealer.descend(meter);
        }
        let rise = annealer.typical_rise(meter);
        let warm = rise * tuning.warm;
        annealer.cooling = Cooling::new(warm, warm * tuning.cold);
        annealer.thaw = start.map(|_| Thaw::new(rise, tuning.melted));
        annealer
    }

    /// The same search, ending all others once a valid solution is this cheap.
    pub(crate) fn ending_at(mut self, price: Option<i64>, stop: &Stop) -> Self {
        self.enough = price.map(|soft| (Score { hard: 0, soft }, stop.clone()));
        self
    }

    /// A breach of a tick should cost clearly more than a tick of the dearest thing that could avoid it.
    fn fitting_penalty(&self) -> f64 {
        let rates = &self.state.instance.rates;
        let dearest = [rates.travel, rates.tardiness, rates.overtime, rates.waiting].map(|rate| rate.soft);
        4.0 * dearest.into_iter().max().unwrap_or(1).max(1) as f64
    }

    fn energy(&self) -> f64 {
        let score = self.state.score();
        score.soft as f64 + self.penalty * score.hard as f64
    }

    /// Goes downhill for a while, so that what a move costs is learnt on a solution worth improving.
    fn descend(&mut self, meter: &Meter) {
        let mut now = self.energy();
        for count in 0..DESCENT_PER_TASK * self.state.instance.tasks {
            if count.is_multiple_of(LOOK_EVERY as usize) && meter.is_out_of_time() {
                return;
            }
            self.step(0.0, &mut now);
        }
    }

    /// Makes breaches dearer while the solution is mostly broken, and cheaper while it is mostly whole, so that the
    /// search walks along the border of what is allowed.
    fn weigh(&mut self, now: &mut f64) {
        let share = self.broken as f64 / WEIGH_EVERY as f64;
        self.broken = 0;
        let least = self.fitting_penalty();
        if share > 0.5 {
            self.penalty = (self.penalty * 1.1).min(least * 1e4);
        } else if share < 0.2 {
            self.penalty = (self.penalty / 1.1).max(least / 4.0);
        }
        *now = self.energy();
    }

    /// A low quarter of the rises of the moves that make the solution worse: what a sensible worsening costs.
    fn typical_rise(&mut self, meter: &Meter) -> f64 {
        let now = self.energy();
        let mut rises = Vec::new();
        for count in 0..SAMPLES {
            if count.is_multiple_of(LOOK_EVERY as usize) && meter.is_out_of_time() {
                break;
            }
            self.state.begin();
            if moves::any(&mut self.state, &mut self.rng).is_none() {
                self.state.abandon();
                continue;
            }
            self.state.propagate();
            let rise = self.energy() - now;
            self.state.undo();
            if rise > 0.0 {
                rises.push(rise);
            }
        }
        rises.sort_by(f64::total_cmp);
        rises.get(rises.len() / 4).copied().unwrap_or(1.0)
    }

    /// The temperature now. Begins the next cooling where one has ended; a running plan is not left for another valley.
    fn cool(&mut self, used: f64, now: &mut f64) -> f64 {
        if let Some(thaw) = &mut self.thaw {
            return thaw.temperature(used, *now);
        }
        if self.cycles == 0 && used >= SPEED_KNOWN {
            let moves = (self.iterations as f64 / used) as u64;
            let one = CYCLE_PER_TASK * self.state.instance.tasks.max(1) as u64;
            self.cycles = (moves / one).clamp(1, CYCLES_MAX);
        }
        let position = used * self.cycles.max(1) as f64;
        if position as u64 > self.cycle && used < 1.0 {
            self.cycle = position as u64;
            if self.is_reheating() {
                let best = self.from_others.take();
                self.state.load(best.as_ref().unwrap_or(&self.best));
                *now = self.energy();
            }
        }
        let temperature = self.cooling.temperature(position.fract());
        if self.is_reheating() { temperature * REHEAT } else { temperature }
    }

    fn is_reheating(&self) -> bool {
        self.cycle % 2 == 1
    }

    fn step(&mut self, temperature: f64, now: &mut f64) {
        self.state.begin();
        if moves::any(&mut self.state, &mut self.rng).is_none() {
            self.state.abandon();
            return;
        }
        self.state.propagate();
        let then = self.energy();
        let allowed = self.acceptance.threshold(temperature, &mut self.rng);
        if then - *now > allowed {
            self.state.undo();
            return;
        }
        self.state.commit();
        *now = then;
        let score = self.state.score();
        if score < self.best_score {
            self.best_score = score;
            self.state.save(&mut self.best);
            if let Some((enough, stop)) = &self.enough
                && score <= *enough
            {
                stop.request();
            }
        }
    }
}

impl Worker for Annealer<'_> {
    type Solution = Genes;

    fn run(&mut self, leg: &Leg<'_>) {
        let mut now = self.energy();
        let mut temperature = 0.0;
        loop {
            if self.iterations.is_multiple_of(LOOK_EVERY) {
                if leg.is_over(self.iterations) {
                    return;
                }
                temperature = self.cool(leg.used(self.iterations), &mut now);
            }
            if self.iterations.is_multiple_of(WEIGH_EVERY) {
                self.weigh(&mut now);
            }
            if self.iterations.is_multiple_of(SPREAD_EVERY) {
                self.state.spread_slots();
            }
            self.iterations += 1;
            self.broken += u64::from(self.state.is_broken());
            self.step(temperature, &mut now);
        }
    }

    fn best(&self) -> (Score, &Genes) {
        (self.best_score, &self.best)
    }

    fn adopt(&mut self, solution: &Genes) {
        if self.thaw.is_some() {
            // Taking over what another one has found would freeze a search that is still warm.
        } else if self.cycles == 1 {
            self.state.load(solution);
            self.state.save(&mut self.best);
            self.best_score = self.state.score();
        } else {
            self.from_others = Some(solution.clone());
        }
    }

    fn iterations(&self) -> u64 {
        self.iterations
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use localsearch::budget::Budget;

    use super::super::tests::random_day;
    use super::*;

    #[test]
    fn the_first_solution_stands_where_there_is_no_time_to_improve_it() {
        for seed in 0..20 {
            let mut instance = Instance::without_neighbours(&random_day(seed));
            let meter =
                |now: f64| Meter::with_clock(Budget::seconds(1.0), Stop::default(), Arc::new(move || now));
            instance.find_neighbours(2, &meter(1.0));
            assert!(instance.neighbours.iter().all(Vec::is_empty), "day {seed}");
            instance.find_neighbours(2, &meter(0.0));
            let tuning = Tuning { warm: 0.5, cold: 0.004, melted: 0.05 };
            let mut constructed = Genes::default();
            construct(&instance, &mut Rng::new(seed)).save(&mut constructed);
            let late = Annealer::new(&instance, None, tuning, seed, &meter(1.0));
            assert_eq!(late.best().1, &constructed, "day {seed}");
            let early = Annealer::new(&instance, None, tuning, seed, &meter(0.0));
            assert!(early.best().0 <= late.best().0, "day {seed}");
        }
    }
}
