//! Better times stop by stop, where the exact step does not reach: other windows, and plans that break limits of time.
//!
//! A stop is moved to a moment at which its price may turn, what it runs into is moved along, and the checker says
//! whether the plan became cheaper.

use localsearch::budget::Meter;

use super::rank;
use crate::checker::{self, Verdict};
use crate::model::{Day, Pairing, StaffIndex, Ticks};
use crate::plan::{Plan, Stop, What};

/// Plans with more stops are left as they are: every trial measures the whole plan.
const STOPS_MAX: usize = 700;
/// Times that all stops are gone through.
const ROUNDS: usize = 2;

/// Moves every stop to the best of its moments, one after the other.
pub(super) fn climb(day: &Day, mut best: (Plan, Verdict), meter: &Meter) -> (Plan, Verdict) {
    let stops: usize = best.0.routes.iter().map(|route| route.stops.len()).sum();
    if stops > STOPS_MAX {
        return best;
    }
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
