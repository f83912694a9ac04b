//! The independent checker: recomputes every time, breach and cost of a plan.
//!
//! It shares no code with the search. It knows nothing of how a plan was made; it reads the day and the plan,
//! measures the facts and applies the rules. Every plan that leaves the engine has passed it.

mod breach;
pub mod facts;

use crate::model::{BREAKS_MAX, Day, Pairing, StaffIndex, Ticks};
use crate::plan::{Plan, Stop, What};
use crate::price::{CostPart, Price};
use crate::rules;

pub use breach::Breach;
pub use facts::{Call, Facts, ShiftFacts};

/// What the checker says of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Everything that makes the plan invalid; empty where it may be used.
    pub breaches: Vec<Breach>,
    /// The amount and price of each part of the cost, in the order of [`CostPart::ALL`].
    pub parts: [PartOfCost; CostPart::COUNT],
}

/// One part of a plan's cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PartOfCost {
    /// How much of it: ticks, or a count.
    pub amount: i64,
    /// What that costs.
    pub price: i64,
}

impl Verdict {
    /// True where nothing is breached.
    pub fn is_valid(&self) -> bool {
        self.breaches.is_empty()
    }

    /// The summed price of all parts.
    pub fn price(&self) -> i64 {
        self.parts.iter().map(|part| part.price).sum()
    }

    /// One part of the cost.
    pub fn part(&self, part: CostPart) -> PartOfCost {
        self.parts[part as usize]
    }
}

/// Checks a plan against its day. Any plan may be given; nothing in it is trusted.
pub fn check(day: &Day, plan: &Plan) -> Verdict {
    let mut breaches = Vec::new();
    check_stops(day, plan, &mut breaches);
    check_tasks(day, plan, &mut breaches);
    check_pairs(day, plan, &mut breaches);
    let facts = facts::read(day, plan);
    let mut parts = [PartOfCost::default(); CostPart::COUNT];
    for rule in rules::ALL {
        let amount = (rule.amount)(&facts);
        parts[rule.part as usize] = PartOfCost { amount, price: day.prices.charge(rule.part, amount).1 };
        if amount > 0 && day.prices.of(rule.part) == Price::Hard {
            breaches.push(Breach::Hard { part: rule.part, amount });
        }
    }
    Verdict { breaches, parts }
}

/// Each route by itself: known stops, in time, long enough, within reach of one another.
fn check_stops(day: &Day, plan: &Plan, breaches: &mut Vec<Breach>) {
    if plan.routes.len() != day.staff.len() {
        breaches.push(Breach::RouteCount { routes: plan.routes.len(), staff: day.staff.len() });
    }
    for (staff, route) in plan.routes.iter().enumerate().take(day.staff.len()) {
        let person = &day.staff[staff];
        let mut free: (Ticks, usize) = (person.shift.start, person.start_place);
        for &stop in &route.stops {
            if !facts::is_known(day, stop.what) {
                breaches.push(Breach::UnknownStop { staff });
                continue;
            }
            let place = facts::place(day, staff, stop.what);
            let arrival = free.0.saturating_add(day.travel[person.travel].between(free.1, place));
            if stop.start < arrival {
                breaches.push(Breach::OutOfReach { staff, what: stop.what, start: stop.start, arrival });
            }
            check_length(day, staff, stop, breaches);
            free = (stop.end, place);
        }
    }
}

fn check_length(day: &Day, staff: StaffIndex, stop: Stop, breaches: &mut Vec<Breach>) {
    let length = i64::from(stop.end) - i64::from(stop.start);
    match stop.what {
        What::Task { visit, task } => {
            let expected = day.visits[visit].tasks[task].duration;
            if length != i64::from(expected) {
                breaches.push(Breach::TaskLength { visit, task, length, expected });
            }
            let opens = day.visits[visit].windows.first().map_or(0, |window| window.start);
            if stop.start < opens {
                breaches.push(Breach::TooEarly { visit, task, start: stop.start, opens });
            }
            if let Some(Some(pinned)) = day.visits[visit].pinned.get(task)
                && *pinned != staff
            {
                breaches.push(Breach::NotPinned { visit, task, staff, pinned: *pinned });
            }
        }
        What::Break { number, .. } => {
            let within = day.staff[staff].breaks.get(number).is_some_and(|owed| {
                owed.window.start <= stop.start
                    && stop.end <= owed.window.end
                    && length == i64::from(owed.length)
            });
            if !within {
                breaches.push(Breach::Break { staff, number, start: stop.start, end: stop.end });
            }
        }
    }
}

/// Each visit: all of its tasks once, or none of them where it may be left out. Each break once at most.
fn check_tasks(day: &Day, plan: &Plan, breaches: &mut Vec<Breach>) {
    let mut times: Vec<[usize; 2]> = vec![[0; 2]; day.visits.len()];
    for (staff, route) in plan.routes.iter().enumerate() {
        let known = route.stops.iter().filter(|stop| facts::is_known(day, stop.what));
        let mut has_had = [false; BREAKS_MAX];
        for stop in known {
            match stop.what {
                What::Task { visit, task } => times[visit][task] += 1,
                What::Break { number, .. } => {
                    let had = has_had.get_mut(number).is_some_and(|had| std::mem::replace(had, true));
                    if had {
                        breaches.push(Breach::SecondBreak { staff, number });
                    }
                }
            }
        }
    }
    for (visit, (wanted, times)) in day.visits.iter().zip(&times).enumerate() {
        let times = &times[..wanted.tasks.len()];
        if times.iter().all(|&count| count == 0) {
            if !wanted.optional {
                breaches.push(Breach::Unserved { visit });
            }
        } else if let Some(task) = times.iter().position(|&count| count != 1) {
            breaches.push(Breach::TaskCount { visit, task, times: times[task] });
        }
    }
}

/// Double staffing and tasks in sequence: two persons, the second so long after the first.
fn check_pairs(day: &Day, plan: &Plan, breaches: &mut Vec<Breach>) {
    let mut found: Vec<[Option<(StaffIndex, Ticks)>; 2]> = vec![[None; 2]; day.visits.len()];
    for (staff, route) in plan.routes.iter().enumerate() {
        for stop in route.stops.iter().filter(|stop| facts::is_known(day, stop.what)) {
            if let What::Task { visit, task } = stop.what {
                found[visit][task] = Some((staff, stop.start));
            }
        }
    }
    for (visit, wanted) in day.visits.iter().enumerate() {
        let (Pairing::Lag { min, max }, [Some(first), Some(second)]) = (wanted.pairing, found[visit]) else {
            continue;
        };
        if first.0 == second.0 {
            breaches.push(Breach::SamePerson { visit, staff: first.0 });
        }
        let lag = i64::from(second.1) - i64::from(first.1);
        if lag < i64::from(min) || lag > i64::from(max) {
            breaches.push(Breach::Lag { visit, lag, min, max });
        }
    }
}

#[cfg(test)]
mod tests;
