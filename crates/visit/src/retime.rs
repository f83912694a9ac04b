//! The last step of a search: better times for fixed routes.
//!
//! The search starts everything as soon, or as late, as it costs nobody anything. Where waiting, a wish or a promise
//! has a price, starting something later or earlier on purpose may pay. Who does what and in which order stands; a
//! stop is moved, what it runs into is moved along, and the checker says whether the plan became cheaper.

use localsearch::budget::Meter;

use crate::checker::{self, Verdict};
use crate::model::{Day, Pairing, StaffIndex, Ticks};
use crate::plan::{Plan, Stop, What};
use crate::price::{CostPart, Price};

/// Plans with more stops are left as they are: every trial measures the whole plan.
const STOPS_MAX: usize = 700;
/// Times that all stops are gone through.
const ROUNDS: usize = 2;

/// True where other times for the same routes may be cheaper.
pub(crate) fn is_worth_it(day: &Day) -> bool {
    let priced = [CostPart::Waiting, CostPart::ChangedTime, CostPart::UnwishedStart];
    priced.into_iter().any(|part| day.prices.of(part) != Price::Free)
}

/// A plan with the same routes that costs no more, as good as it became in time, and what the checker says of it.
pub(crate) fn retime(day: &Day, plan: Plan, verdict: Verdict, meter: &Meter) -> (Plan, Verdict) {
    let stops: usize = plan.routes.iter().map(|route| route.stops.len()).sum();
    if !is_worth_it(day) || stops > STOPS_MAX {
        return (plan, verdict);
    }
    let mut best = (plan, verdict);
    for _ in 0..ROUNDS {
        let before = rank(&best.1);
        for staff in 0..best.0.routes.len() {
            for index in 0..best.0.routes[staff].stops.len() {
                if meter.is_out_of_time() {
                    return best;
                }
                try_stop(day, &mut best, (staff, index));
            }
        }
        if rank(&best.1) == before {
            break;
        }
    }
    best
}

fn rank(verdict: &Verdict) -> (usize, i64) {
    (verdict.breaches.len(), verdict.price())
}

/// A stop by its member of staff and its place in the route.
type At = (StaffIndex, usize);

/// Moves one stop to every moment that might be better, and keeps the first move that pays.
fn try_stop(day: &Day, best: &mut (Plan, Verdict), at: At) {
    for moment in moments(day, &best.0, at) {
        let mut shift =
            Shift { day, starts: best.0.clone(), later: moment > start(&best.0, at), left: STOPS_MAX };
        if shift.put(at, moment).is_none() {
            continue;
        }
        let verdict = checker::check(day, &shift.starts);
        if rank(&verdict) < rank(&best.1) {
            *best = (shift.starts, verdict);
            return;
        }
    }
}

fn start(plan: &Plan, (staff, index): At) -> Ticks {
    plan.routes[staff].stops[index].start
}

/// The moments at which the price of a stop's start may turn: next to its neighbours, at its promise, wish and windows.
fn moments(day: &Day, plan: &Plan, at: At) -> Vec<Ticks> {
    let (staff, index) = at;
    let stops = &plan.routes[staff].stops;
    let stop = stops[index];
    let mut moments = Vec::new();
    if let Some(next) = stops.get(index + 1) {
        moments.push(next.start - way(day, staff, stop, *next) - (stop.end - stop.start));
    }
    if let Some(before) = index.checked_sub(1).map(|before| stops[before]) {
        moments.push(before.end + way(day, staff, before, stop));
    }
    if let What::Task { visit, task } = stop.what {
        let wanted = &day.visits[visit];
        moments.extend(wanted.promised.as_ref().filter(|_| task == 0).map(|promise| promise.start));
        moments.extend(wanted.wished_start.filter(|_| task == 0));
        moments.extend(wanted.windows.iter().flat_map(|window| [window.start, window.end]));
    }
    moments.retain(|&moment| moment != stop.start);
    moments.sort_unstable_by_key(|moment| (moment.abs_diff(stop.start), *moment));
    moments.dedup();
    moments
}

fn way(day: &Day, staff: StaffIndex, from: Stop, to: Stop) -> Ticks {
    let place = |stop: Stop| checker::facts::place(day, staff, stop.what);
    day.travel[day.staff[staff].travel].between(place(from), place(to))
}

/// Stops on their way to other moments, all in the same direction.
struct Shift<'a> {
    day: &'a Day,
    starts: Plan,
    later: bool,
    /// Moves that are left before the attempt is given up; visits that wait for each other in a circle would never end.
    left: usize,
}

impl Shift<'_> {
    /// Moves a stop to a moment, and along with it all that it runs into; `None` where something cannot move.
    fn put(&mut self, at: At, moment: Ticks) -> Option<()> {
        let (staff, index) = at;
        let stop = self.starts.routes[staff].stops[index];
        let is_there = if self.later { stop.start >= moment } else { stop.start <= moment };
        if is_there {
            return Some(());
        }
        self.left = self.left.checked_sub(1)?;
        let moved = Stop { start: moment, end: moment + (stop.end - stop.start), ..stop };
        self.starts.routes[staff].stops[index] = moved;
        let stops = &self.starts.routes[staff].stops;
        if self.later {
            if let Some(next) = stops.get(index + 1).copied() {
                self.put((staff, index + 1), moved.end + way(self.day, staff, moved, next))?;
            }
        } else if let Some(before) = index.checked_sub(1).map(|before| stops[before]) {
            let end = moved.start - way(self.day, staff, before, moved);
            self.put((staff, index - 1), end - (before.end - before.start))?;
        }
        self.put_partner(moved)
    }

    /// Moves the other task of a pair as far as the time between them asks.
    fn put_partner(&mut self, moved: Stop) -> Option<()> {
        let What::Task { visit, task } = moved.what else { return Some(()) };
        let Pairing::Lag { min, max } = self.day.visits[visit].pairing else { return Some(()) };
        let other = What::Task { visit, task: 1 - task };
        let found = self.starts.routes.iter().enumerate().find_map(|(staff, route)| {
            Some((staff, route.stops.iter().position(|stop| stop.what == other)?))
        });
        let Some(partner) = found else { return Some(()) };
        let moment = match (task, self.later) {
            (0, true) => moved.start + min,
            (0, false) => moved.start + max,
            (_, true) => moved.start - max,
            (_, false) => moved.start - min,
        };
        self.put(partner, moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sample;
    use crate::search::tests::random_day;
    use crate::search::{Settings, solve};
    use localsearch::budget::Budget;
    use std::sync::Arc;

    fn unhurried() -> Meter {
        Meter::start(Budget::iterations(1), Default::default())
    }

    #[test]
    fn a_late_visit_is_made_later_still_where_that_saves_waiting() {
        let mut day = sample::day();
        day.prices =
            day.prices.with(CostPart::Waiting, Price::Each(5)).with(CostPart::Tardiness, Price::Each(1));
        let plan = sample::plan();
        // Ada waits 20 minutes before the double visit: the morning is late already, and later costs less than waiting.
        let before = checker::check(&day, &plan);
        let late = Meter::with_clock(Budget::seconds(1.0), Default::default(), Arc::new(|| 1.0));
        assert_eq!(retime(&day, plan.clone(), before.clone(), &late), (plan.clone(), before.clone()));
        let (plan, after) = retime(&day, plan, before.clone(), &unhurried());
        assert!(after.is_valid());
        let waiting = |verdict: &Verdict| verdict.part(CostPart::Waiting).amount;
        assert!(waiting(&after) < waiting(&before), "{} {}", waiting(&after), waiting(&before));
        assert!(after.price() < before.price());
        assert_eq!(plan.task_count(), sample::plan().task_count());
    }

    #[test]
    fn never_dearer_and_never_more_broken() {
        for seed in 0..100 {
            let day = random_day(seed);
            let settings = Settings {
                budget: Budget::iterations(300),
                seed,
                threads: 1,
                stop: Default::default(),
                enough: None,
            };
            let solved = solve(&day, &settings, &mut |_| ()).unwrap();
            let before = rank(&solved.verdict);
            let (plan, verdict) = retime(&day, solved.plan, solved.verdict, &unhurried());
            assert!(rank(&verdict) <= before, "day {seed}");
            assert_eq!(checker::check(&day, &plan), verdict, "day {seed}");
        }
    }
}
