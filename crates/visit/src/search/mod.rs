//! Makes a plan: an anytime search with a budget, several threads, and the same plan for the same seed.

mod anneal;
mod construct;
mod extract;
mod insert;
mod instance;
mod moves;
mod state;
mod thaw;
mod timing;
mod warm;
mod workbench;

#[cfg(test)]
pub(crate) mod tests;

use localsearch::budget::{Budget, Meter, Stop};
use localsearch::portfolio::{self, Progress, Score};

use crate::checker::{self, Verdict};
use crate::model::{Day, DayError};
use crate::plan::Plan;
use crate::retime;
use anneal::{Annealer, Tuning};
use instance::Instance;
use state::{Genes, State};

pub(crate) use workbench::Workbench;

/// The most threads one search uses.
pub const THREADS_MAX: usize = 64;

/// How many times within the budget the threads share what they found.
const LEGS: u32 = 10;
/// The share of the seconds after which preparations are cut short: a first solution must still be made.
const PREPARATION_SHARE: f64 = 0.8;
/// The share of the seconds that the search gets where the last timing has something to do after it.
const SEARCH_SHARE: f64 = 0.98;

/// How to search.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long.
    pub budget: Budget,
    /// Equal seeds, iterations and threads give equal plans.
    pub seed: u64,
    /// How many searches run side by side and share what they find; 1 to [`THREADS_MAX`].
    pub threads: usize,
    /// Ends the search early; the best plan so far is returned.
    pub stop: Stop,
    /// Ends the search once a valid plan is this cheap. Which thread is first there depends on the machine.
    pub enough: Option<i64>,
}

/// A plan that the checker has measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Solved {
    /// The plan.
    pub plan: Plan,
    /// What the independent checker says of it. It may hold breaches where a day allows no valid plan.
    pub verdict: Verdict,
    /// Moves tried by all threads.
    pub iterations: u64,
    /// Wall-clock seconds of the search.
    pub seconds: f64,
}

/// What a caller is shown while the search runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Report {
    /// How much of the hard rules the best plan breaks; 0 where it is valid.
    pub breach: i64,
    /// The price of the best plan so far.
    pub price: i64,
    /// Moves tried by all threads.
    pub iterations: u64,
    /// Wall-clock seconds since the start.
    pub seconds: f64,
}

/// Plans a day.
pub fn solve(day: &Day, settings: &Settings, report: &mut dyn FnMut(Report)) -> Result<Solved, DayError> {
    let meter = Meter::start(settings.budget, settings.stop.clone());
    solve_by(day, None, settings, &meter, report)
}

/// Goes on from a plan of the day: what it leaves out is put in where it costs least, and then it is improved.
pub fn improve(
    day: &Day,
    plan: &Plan,
    settings: &Settings,
    report: &mut dyn FnMut(Report),
) -> Result<Solved, DayError> {
    let meter = Meter::start(settings.budget, settings.stop.clone());
    solve_by(day, Some(plan), settings, &meter, report)
}

/// What a plan leaves out is put in where it costs least, and nothing else is tried: the answer of milliseconds.
pub fn complete(day: &Day, plan: &Plan) -> Result<Solved, DayError> {
    day.validate()?;
    let instance = Instance::without_neighbours(day);
    let genes = workbench::complete(day, &instance, plan);
    let nothing = Progress { best: Score { hard: 0, soft: 0 }, iterations: 0, seconds: 0.0 };
    Ok(finish(day, &instance, &genes, nothing))
}

/// Plans a day, from a plan or from nothing, by a budget that runs already.
///
/// Whatever is left undone when the seconds are used up is left out, except the first solution itself.
fn solve_by(
    day: &Day,
    start: Option<&Plan>,
    settings: &Settings,
    meter: &Meter,
    report: &mut dyn FnMut(Report),
) -> Result<Solved, DayError> {
    day.validate()?;
    let mut instance = Instance::without_neighbours(day);
    let start = start.map(|plan| workbench::complete(day, &instance, plan));
    instance.find_neighbours(settings.threads, &meter.share(PREPARATION_SHARE));
    let searching = if retime::is_worth_it(day) { meter.share(SEARCH_SHARE) } else { meter.clone() };
    let (genes, progress) = search(&instance, start.as_ref(), settings, &searching, report);
    let solved = finish(day, &instance, &genes, progress);
    let (plan, verdict) = retime::retime(day, solved.plan, solved.verdict, meter);
    Ok(Solved { plan, verdict, ..solved })
}

fn search(
    instance: &Instance,
    start: Option<&Genes>,
    settings: &Settings,
    meter: &Meter,
    report: &mut dyn FnMut(Report),
) -> (Genes, Progress) {
    let threads = settings.threads.clamp(1, THREADS_MAX);
    let worker = |thread: usize| {
        let seed = settings.seed.wrapping_mul(1000).wrapping_add(thread as u64);
        Annealer::new(instance, start, tuning(thread), seed, meter).ending_at(settings.enough, &settings.stop)
    };
    let found = portfolio::run(threads, &worker, (meter, LEGS), &mut |progress| {
        report(Report {
            breach: progress.best.hard,
            price: progress.best.soft,
            iterations: progress.iterations,
            seconds: progress.seconds,
        });
    });
    found.map_or_else(
        || (Genes::default(), Progress { best: Score { hard: 0, soft: 0 }, iterations: 0, seconds: 0.0 }),
        |found| (found.solution, found.progress),
    )
}

/// Found by trial on the public sets; see docs/decisions/0009-planner-anneals-a-global-order.md.
///
/// How far a plan should melt differs from day to day too, so every second thread goes further.
fn tuning(thread: usize) -> Tuning {
    Tuning { warm: 0.5, cold: 0.004, melted: if thread.is_multiple_of(2) { 0.05 } else { 0.25 } }
}

fn finish(day: &Day, instance: &Instance, genes: &Genes, progress: Progress) -> Solved {
    let mut state = State::empty(instance);
    state.load(genes);
    let plan = extract::extract(day, &state);
    let verdict = checker::check(day, &plan);
    Solved { plan, verdict, iterations: progress.iterations, seconds: progress.seconds }
}
