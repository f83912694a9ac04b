//! Plans the rest of a day that has begun: what has happened stands, what was promised is kept where it can be.
//!
//! The day is cut at `now`. Stops that have begun, or that someone is on the way to, are frozen; what is left is a
//! smaller day of its own, in which everyone starts where and when they are free. It is planned from the running
//! plan, so that the first valid answer comes at once and every further second makes it better.

use crate::checker::{self, Verdict};
use crate::model::{
    After, Day, DayError, Pairing, Promise, Staff, StaffIndex, Ticks, Visit, VisitIndex, Window,
};
use crate::plan::{Plan, Route, Stop, What};
use crate::search::{self, Settings, Solved};

/// What happened since the plan was made.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Someone goes home, or never came; what they have begun stands.
    Absent {
        /// Who.
        staff: StaffIndex,
    },
    /// A visit is called off.
    Cancelled {
        /// Which.
        visit: VisitIndex,
    },
    /// A task takes longer than planned.
    Longer {
        /// The visit.
        visit: VisitIndex,
        /// How much longer each of its tasks takes.
        by: Ticks,
    },
    /// A visit that was not planned: an alarm, a discharge from hospital.
    Urgent {
        /// The visit.
        visit: Box<Visit>,
    },
}

/// A plan for the day as it became.
#[derive(Debug, Clone, PartialEq)]
pub struct Replanned {
    /// The day with its events: visits added at the end, called-off visits optional, promises noted.
    pub day: Day,
    /// The whole day's plan, what has happened included.
    pub plan: Plan,
    /// What the independent checker says of the part that is left to do.
    pub verdict: Verdict,
    /// What those concerned must be told.
    pub changes: Vec<Change>,
}

/// A visit that is made otherwise than the plan had it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The visit.
    pub visit: VisitIndex,
    /// Which of its tasks.
    pub task: usize,
    /// Who was to come and when; `None` for a new visit.
    pub before: Option<(StaffIndex, Ticks)>,
    /// Who comes and when; `None` where the visit is not made.
    pub after: Option<(StaffIndex, Ticks)>,
}

/// Plans the rest of the day as well as the budget allows.
pub fn replan(
    day: &Day,
    running: &Plan,
    now: Ticks,
    events: &[Event],
    settings: &Settings,
) -> Result<Replanned, DayError> {
    plan_rest(day, running, now, events, |rest| search::improve(&rest.day, &rest.plan, settings, &mut |_| ()))
}

fn plan_rest(
    day: &Day,
    running: &Plan,
    now: Ticks,
    events: &[Event],
    solve: impl Fn(&Rest) -> Result<Solved, DayError>,
) -> Result<Replanned, DayError> {
    let day = with_events(day, running, events);
    day.validate()?;
    let rest = Rest::new(&day, running, now, events);
    let solved = solve(&rest)?;
    let plan = rest.join(&day, running, &solved.plan);
    let changes = changes(&day, running, &plan);
    Ok(Replanned { verdict: solved.verdict, day, plan, changes })
}

/// Plans the rest of the day with no search at all: the running plan, and what is missing put in where it costs least.
pub fn first_answer(day: &Day, running: &Plan, now: Ticks, events: &[Event]) -> Result<Replanned, DayError> {
    plan_rest(day, running, now, events, |rest| search::complete(&rest.day, &rest.plan))
}

/// The day as it became, with the running plan as its promises.
fn with_events(day: &Day, running: &Plan, events: &[Event]) -> Day {
    let mut day = day.clone();
    for (visit, tasks) in running.by_visit(&day).into_iter().enumerate() {
        let found: Vec<_> = tasks.into_iter().flatten().collect();
        if let Some((_, first)) = found.first() {
            let start = first.start;
            let staff = found.iter().map(|(staff, _)| *staff).collect();
            day.visits[visit].promised = Some(Promise { staff, start });
        }
    }
    for event in events {
        match event {
            Event::Absent { .. } => {}
            Event::Cancelled { visit } => {
                if let Some(visit) = day.visits.get_mut(*visit) {
                    (visit.optional, visit.promised) = (true, None);
                }
            }
            Event::Longer { visit, by } => {
                for task in day.visits.get_mut(*visit).into_iter().flat_map(|visit| &mut visit.tasks) {
                    task.duration = task.duration.saturating_add(*by);
                }
            }
            Event::Urgent { visit } => day.visits.push(Visit { promised: None, ..(**visit).clone() }),
        }
    }
    day
}

/// What is left of a day.
struct Rest {
    day: Day,
    plan: Plan,
    /// The whole day's number of each member of staff and visit that is left.
    staff: Vec<StaffIndex>,
    visits: Vec<VisitIndex>,
    /// For visits of which one task is done already, the number of the other; 0 elsewhere.
    first_task: Vec<usize>,
    /// How many stops of each route have happened.
    frozen: Vec<usize>,
    /// For each member of staff that is left, which of their breaks are.
    breaks: Vec<Vec<usize>>,
}

impl Rest {
    fn new(day: &Day, running: &Plan, now: Ticks, events: &[Event]) -> Self {
        let is_absent = |who: StaffIndex| {
            events.iter().any(|event| matches!(event, Event::Absent { staff } if *staff == who))
        };
        let is_cancelled = |which: VisitIndex| {
            events.iter().any(|event| matches!(event, Event::Cancelled { visit } if *visit == which))
        };
        let frozen: Vec<usize> =
            (0..day.staff.len()).map(|staff| frozen(day, running, staff, now, is_absent(staff))).collect();
        let mut rest = Rest {
            day: Day { staff: Vec::new(), visits: Vec::new(), ..day.clone() },
            plan: Plan::default(),
            staff: (0..day.staff.len()).filter(|&staff| !is_absent(staff)).collect(),
            visits: Vec::new(),
            first_task: Vec::new(),
            frozen,
            breaks: Vec::new(),
        };
        rest.breaks = rest.staff.iter().map(|&staff| rest.breaks_left(day, running, staff)).collect();
        rest.day.staff = (0..rest.staff.len()).map(|number| rest.person(day, running, number, now)).collect();
        let done = running.by_visit(day);
        for visit in (0..day.visits.len()).filter(|&visit| !is_cancelled(visit)) {
            rest.add_visit(day, running, visit, &done[visit], now);
        }
        rest.keep_order(day, running);
        rest.plan.routes = (0..rest.staff.len()).map(|number| rest.remaining(running, number)).collect();
        rest
    }

    fn happened<'a>(&self, running: &'a Plan, staff: StaffIndex) -> &'a [Stop] {
        let stops = running.routes.get(staff).map_or(&[][..], |route| &route.stops);
        &stops[..self.frozen[staff].min(stops.len())]
    }

    /// The breaks that someone has not had yet.
    fn breaks_left(&self, day: &Day, running: &Plan, staff: StaffIndex) -> Vec<usize> {
        let is_had = |number: usize| {
            let is_it = |stop: &Stop| matches!(stop.what, What::Break { number: had, .. } if had == number);
            self.happened(running, staff).iter().any(is_it)
        };
        (0..day.staff[staff].breaks.len()).filter(|&number| !is_had(number)).collect()
    }

    /// A member of staff of the rest, from where and when they are free.
    fn person(&self, day: &Day, running: &Plan, number: usize, now: Ticks) -> Staff {
        let staff = self.staff[number];
        let mut person = day.staff[staff].clone();
        let happened = self.happened(running, staff);
        if let Some(last) = happened.last() {
            person.start_place = checker::facts::place(day, staff, last.what);
        }
        // A task may have grown longer than the running plan has it.
        let end = |stop: &Stop| match stop.what {
            What::Task { visit, task } => stop.start + day.visits[visit].tasks[task].duration,
            What::Break { .. } => stop.end,
        };
        let free = happened.last().map_or(person.shift.start, end).max(now);
        person.shift = Window { start: free, end: person.shift.end.max(free) };
        person.breaks = self.breaks[number].iter().map(|&left| day.staff[staff].breaks[left]).collect();
        person
    }

    fn add_visit(
        &mut self,
        day: &Day,
        running: &Plan,
        visit: VisitIndex,
        done: &[Option<(StaffIndex, Stop)>],
        now: Ticks,
    ) {
        let wanted = &day.visits[visit];
        let begun: Vec<Option<(StaffIndex, Stop)>> = done
            .iter()
            .map(|found| {
                let (staff, stop) = (*found)?;
                self.happened(running, staff).contains(&stop).then_some((staff, stop))
            })
            .collect();
        let left: Vec<usize> = (0..begun.len()).filter(|&task| begun[task].is_none()).collect();
        let mut rest = wanted.clone();
        let here = |staff: &StaffIndex| self.staff.iter().position(|other| other == staff);
        for list in [&mut rest.preferred, &mut rest.known].into_iter().flatten() {
            *list = list.iter().filter_map(here).collect();
        }
        rest.excluded = rest.excluded.iter().filter_map(here).collect();
        if let Some(promise) = &mut rest.promised {
            promise.staff = promise.staff.iter().filter_map(here).collect();
        }
        // A pin to someone who has gone home holds no longer.
        rest.pinned = rest.pinned.iter().map(|pin| pin.as_ref().and_then(here)).collect();
        match left.as_slice() {
            [] => return,
            [only] if begun.len() == 2 => {
                rest.tasks = vec![wanted.tasks[*only].clone()];
                rest.pinned = rest.pinned.get(*only).map(|pin| vec![*pin]).unwrap_or_default();
                if let (Pairing::Lag { min, max }, Some((staff, stop))) = (wanted.pairing, begun[1 - only]) {
                    let (start, end) = if *only == 1 {
                        (stop.start.saturating_add(min), stop.start.saturating_add(max))
                    } else {
                        (stop.start.saturating_sub(max).max(now), stop.start.saturating_sub(min).max(now))
                    };
                    rest.windows = vec![Window { start, end: end.max(start) }];
                    rest.excluded.extend(here(&staff));
                }
                rest.pairing = Pairing::Independent;
                rest.optional = false;
            }
            _ => {}
        }
        self.visits.push(visit);
        self.first_task.push(if left.len() < begun.len() { left[0] } else { 0 });
        self.day.visits.push(rest);
    }

    /// Has visits that are left come after those that are left too; what has begun sets a time instead.
    fn keep_order(&mut self, day: &Day, running: &Plan) {
        let mut done: Vec<Option<Ticks>> = vec![None; day.visits.len()];
        for staff in 0..day.staff.len() {
            for stop in self.happened(running, staff) {
                if let What::Task { visit, task } = stop.what {
                    let end = stop.start + day.visits[visit].tasks[task].duration;
                    done[visit] = done[visit].max(Some(end));
                }
            }
        }
        for (number, visit) in self.day.visits.iter_mut().enumerate() {
            let wanted = &day.visits[self.visits[number]].after;
            let left = wanted.iter().filter_map(|after| {
                let earlier = self.visits.binary_search(&after.visit).ok()?;
                Some(After { visit: earlier, gap: after.gap })
            });
            visit.after = left.collect();
            let begun = wanted.iter().filter_map(|after| Some(done[after.visit]? + after.gap));
            let opens = begun.max().unwrap_or(Ticks::MIN);
            for window in &mut visit.windows {
                *window = Window { start: window.start.max(opens), end: window.end.max(opens) };
            }
        }
    }

    /// The running plan's route from `now` on, in the numbers of the rest.
    fn remaining(&self, running: &Plan, number: usize) -> Route {
        let (staff, breaks) = (self.staff[number], &self.breaks[number]);
        let stops = running.routes.get(staff).map_or(&[][..], |route| &route.stops);
        let number = |visit: &VisitIndex| self.visits.binary_search(visit).ok();
        let stops = stops.iter().skip(self.frozen[staff]).filter_map(|stop| {
            let what = match stop.what {
                What::Task { visit, task } => {
                    let number = number(&visit)?;
                    What::Task { visit: number, task: task.checked_sub(self.first_task[number])? }
                }
                What::Break { number: owed, at } => {
                    let left = breaks.binary_search(&owed).ok()?;
                    What::Break { number: left, at: at.as_ref().and_then(number) }
                }
            };
            Some(Stop { what, ..*stop })
        });
        Route { stops: stops.collect() }
    }

    /// What has happened and what is planned, in the numbers of the whole day.
    fn join(&self, day: &Day, running: &Plan, planned: &Plan) -> Plan {
        let mut routes: Vec<Route> = (0..day.staff.len())
            .map(|staff| Route { stops: self.happened(running, staff).to_vec() })
            .collect();
        for ((&staff, breaks), route) in self.staff.iter().zip(&self.breaks).zip(&planned.routes) {
            for stop in &route.stops {
                let what = match stop.what {
                    What::Task { visit, task } => {
                        What::Task { visit: self.visits[visit], task: task + self.first_task[visit] }
                    }
                    // At the place where one stands, which is that of the last stop that happened.
                    What::Break { number, at: None } => {
                        let at = last_visit(self.happened(running, staff));
                        What::Break { number: breaks[number], at }
                    }
                    What::Break { number, at: Some(visit) } => {
                        What::Break { number: breaks[number], at: Some(self.visits[visit]) }
                    }
                };
                routes[staff].stops.push(Stop { what, ..*stop });
            }
        }
        Plan { routes }
    }
}

fn last_visit(stops: &[Stop]) -> Option<VisitIndex> {
    match stops.last()?.what {
        What::Task { visit, .. } => Some(visit),
        What::Break { at, .. } => at,
    }
}

/// How many stops of a route have begun, or have someone on the way who is still at work.
fn frozen(day: &Day, running: &Plan, staff: StaffIndex, now: Ticks, is_absent: bool) -> usize {
    let stops = running.routes.get(staff).map_or(&[][..], |route| &route.stops);
    let person = &day.staff[staff];
    let mut from = person.start_place;
    let mut count = 0;
    for stop in stops {
        let place = checker::facts::place(day, staff, stop.what);
        let leaves = stop.start - day.travel[person.travel].between(from, place);
        let is_on_the_way = !is_absent && leaves < now && from != place;
        if stop.start > now && !is_on_the_way {
            break;
        }
        from = place;
        count += 1;
    }
    count
}

/// Every task that is done by someone else or at another time than in the running plan.
fn changes(day: &Day, running: &Plan, plan: &Plan) -> Vec<Change> {
    let mut changes = Vec::new();
    for (visit, (before, after)) in running.by_visit(day).iter().zip(plan.by_visit(day)).enumerate() {
        for task in 0..after.len() {
            let at = |found: Option<(StaffIndex, Stop)>| found.map(|(staff, stop)| (staff, stop.start));
            let (before, after) = (at(before[task]), at(after[task]));
            if before != after {
                changes.push(Change { visit, task, before, after });
            }
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Task;
    use crate::price::{CostPart, Price};
    use crate::search::tests::random_day;
    use localsearch::budget::Budget;
    use localsearch::rng::Rng;

    fn settings(iterations: u64) -> Settings {
        Settings {
            budget: Budget::iterations(iterations),
            seed: 1,
            threads: 1,
            stop: Default::default(),
            enough: None,
        }
    }

    fn check(seed: u64) {
        let mut day = random_day(seed);
        day.prices =
            day.prices.with(CostPart::Tardiness, Price::Each(3)).with(CostPart::Overtime, Price::Each(2));
        let running = search::solve(&day, &settings(2000), &mut |_| ()).unwrap().plan;
        let mut rng = Rng::new(seed);
        let now = 100 + rng.below(200) as Ticks;
        let urgent = Visit {
            tasks: vec![Task { skill: 0, duration: 20 }],
            windows: vec![Window { start: now, end: now + 30 }],
            optional: false,
            excluded: Vec::new(),
            pinned: Vec::new(),
            ..day.visits[0].clone()
        };
        let events = [
            Event::Absent { staff: rng.below(day.staff.len()) },
            Event::Cancelled { visit: rng.below(day.visits.len()) },
            Event::Longer { visit: rng.below(day.visits.len()), by: 10 },
            Event::Urgent { visit: Box::new(urgent) },
        ];
        let events = &events[rng.below(3)..];
        let first = first_answer(&day, &running, now, events).unwrap();
        let better = replan(&day, &running, now, events, &settings(3000)).unwrap();
        assert!(better.verdict.price() <= first.verdict.price() || !first.verdict.is_valid(), "day {seed}");
        for replanned in [&first, &better] {
            let only_undoable = replanned.verdict.breaches.iter().all(|breach| {
                matches!(breach, checker::Breach::Unserved { .. } | checker::Breach::Hard { .. })
            });
            assert!(only_undoable, "day {seed}: {:?}", replanned.verdict.breaches);
            for (staff, route) in running.routes.iter().enumerate() {
                let begun = route.stops.iter().filter(|stop| stop.start <= now);
                let kept = begun.zip(&replanned.plan.routes[staff].stops).all(|(old, new)| old == new);
                assert!(kept, "day {seed}: the past of staff {staff} changed");
            }
        }
    }

    #[test]
    fn the_past_stands_and_the_rest_is_planned() {
        (0..200).for_each(check);
    }

    #[test]
    fn nothing_changes_where_nothing_happened() {
        let day = random_day(4);
        let running = search::solve(&day, &settings(2000), &mut |_| ()).unwrap().plan;
        let same = first_answer(&day, &running, 0, &[]).unwrap();
        let moved_person = same
            .changes
            .iter()
            .any(|change| change.before.map(|(staff, _)| staff) != change.after.map(|(staff, _)| staff));
        assert!(!moved_person, "{:?}", same.changes);
    }
}
