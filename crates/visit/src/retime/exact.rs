//! The best times for fixed routes, exactly.
//!
//! Every limit on times (ways, windows, pairs, breaks) and every price of them (lateness, waiting, overtime, promises,
//! wishes, orders) is about the difference of two moments, or of one and the day's start. What is charged at its worst
//! (the latest visit, the emptiest shift) is a number of its own that none may exceed. Windows are the exception: a
//! visit that waits for a later one stops being late. Each visit keeps the window that it has.

use localsearch::budget::Meter;
use localsearch::differences::{ALWAYS, Problem, ZERO};

use crate::checker::facts;
use crate::model::{Day, Pairing, StaffIndex, Ticks, VisitIndex, WindowKeptAt};
use crate::plan::{Plan, Stop, What};
use crate::price::{CostPart, Price};

/// The largest step by which stops are moved together.
const STEP_MAX_MINUTES: i64 = 64;

/// The same routes at the best times, each visit in its window; `None` where the plan breaks a limit of time.
///
/// Once out of time the times are better than before, but not the best.
pub(super) fn best_times(day: &Day, plan: &Plan, meter: &Meter) -> Option<Plan> {
    if plan.routes.len() != day.staff.len() {
        return None;
    }
    let mut timing = Timing::new(day, plan);
    (0..plan.routes.len()).for_each(|staff| timing.add_route(staff));
    timing.add_worst_idle();
    timing.add_worst_tardiness();
    (0..day.visits.len()).for_each(|visit| timing.add_visit(visit));
    let step_max = STEP_MAX_MINUTES * i64::from(day.ticks_per_minute);
    let mut moments = timing.moments;
    if !timing.problem.minimise(&mut moments, step_max, &|| meter.is_out_of_time()) {
        return None;
    }
    let mut plan = plan.clone();
    let stops = plan.routes.iter_mut().flat_map(|route| &mut route.stops);
    for (stop, &moment) in stops.zip(&moments[1..]) {
        let start = Ticks::try_from(moment).ok()?;
        *stop = Stop { start, end: start + (stop.end - stop.start), ..*stop };
    }
    Some(plan)
}

/// The times of a plan as numbers whose differences are limited and charged.
struct Timing<'a> {
    day: &'a Day,
    plan: &'a Plan,
    problem: Problem,
    /// What each number is in the plan as it stands; that of the day's start first, then those of all stops.
    moments: Vec<i64>,
    /// The number of each route's first stop.
    first: Vec<usize>,
    /// The number of each task that is done, and when it must begin in the window that it has.
    tasks: Vec<[Option<TaskTime>; 2]>,
    /// The number of the moment at which all tasks of a visit are done, where something waits for it.
    done: Vec<Option<usize>>,
}

#[derive(Clone, Copy)]
struct TaskTime {
    number: usize,
    length: i64,
    opens: i64,
    closes: Option<i64>,
    due: i64,
}

impl<'a> Timing<'a> {
    fn new(day: &'a Day, plan: &'a Plan) -> Self {
        let mut timing = Timing {
            day,
            plan,
            problem: Problem::default(),
            moments: vec![0],
            first: Vec::with_capacity(plan.routes.len()),
            tasks: vec![[None; 2]; day.visits.len()],
            done: vec![None; day.visits.len()],
        };
        for route in &plan.routes {
            timing.first.push(timing.moments.len());
            for stop in &route.stops {
                let number = timing.number(i64::from(stop.start));
                if let What::Task { visit, task } = stop.what {
                    timing.tasks[visit][task] = Some(task_time(day, visit, stop, number));
                }
            }
        }
        timing
    }

    /// One more number, with what it is in the plan.
    fn number(&mut self, moment: i64) -> usize {
        self.moments.push(moment);
        self.problem.number()
    }

    /// Keeps a number from falling below a moment.
    fn not_before(&mut self, number: usize, moment: i64) {
        self.problem.limit(ZERO, number, -moment);
    }

    /// Charges a part of the cost for each tick that `high` exceeds `low` by more than `free`.
    fn charge(&mut self, part: CostPart, (high, low): (usize, usize), free: i64) {
        match self.day.prices.of(part) {
            Price::Free => {}
            Price::Each(each) => self.problem.charge(high, low, free, each),
            Price::Hard => self.problem.limit(high, low, free),
        }
    }

    /// The limits along a route, its waiting and its overtime.
    fn add_route(&mut self, staff: StaffIndex) {
        let person = &self.day.staff[staff];
        let table = &self.day.travel[person.travel];
        let place = |stop: &Stop| facts::place(self.day, staff, stop.what);
        let stops = &self.plan.routes[staff].stops;
        let (Some(first_stop), Some(last_stop)) = (stops.first(), stops.last()) else { return };
        let first = self.first[staff];
        let way_out = i64::from(table.between(person.start_place, place(first_stop)));
        let way_home = i64::from(table.between(place(last_stop), person.end_place));
        let arrival = i64::from(person.shift.start) + way_out;
        self.not_before(first, arrival);
        if self.day.leave_at_shift_start {
            self.charge_wait(first, ZERO, arrival);
        }
        let mut is_at_work = false;
        for (number, stop) in (first..).zip(stops) {
            if let What::Break { number: owed, .. } = stop.what
                && let Some(owed) = person.breaks.get(owed)
            {
                self.not_before(number, i64::from(owed.window.start));
                self.problem.limit(number, ZERO, i64::from(owed.window.end - owed.length));
            }
            is_at_work |= matches!(stop.what, What::Task { .. });
            if let Some(next) = stops.get(number + 1 - first) {
                let apart = length(stop) + i64::from(table.between(place(stop), place(next)));
                self.problem.limit(number, number + 1, -apart);
                if is_at_work {
                    self.charge_wait(number + 1, number, apart);
                }
            }
        }
        let last = first + stops.len() - 1;
        let free = i64::from(person.shift.end) - length(last_stop) - way_home;
        self.charge(CostPart::Overtime, (last, ZERO), free);
    }

    /// Charges the time from one moment to another as waiting, as far as it is longer than need be.
    fn charge_wait(&mut self, late: usize, early: usize, need: i64) {
        // It cannot be shorter, so that it is charged evenly and cuts see one slope for a whole route.
        let free = if self.day.prices.of(CostPart::Waiting) == Price::Hard { need } else { ALWAYS };
        self.charge(CostPart::Waiting, (late, early), free);
    }

    /// The emptiest shift: what is not worked in it, which grows with overtime alone while the routes stand.
    fn add_worst_idle(&mut self) {
        let facts = facts::read(self.day, self.plan);
        let worst = facts.shifts.iter().map(|shift| shift.idle).max().unwrap_or(0);
        let Some(number) = self.worst(CostPart::WorstIdle, worst) else { return };
        for (staff, shift) in facts.shifts.iter().enumerate() {
            let least = shift.idle - shift.overtime;
            self.not_before(number, least);
            let stops = &self.plan.routes[staff].stops;
            if let Some(stop) = stops.last() {
                let person = &self.day.staff[staff];
                let way_home = self.day.travel[person.travel]
                    .between(facts::place(self.day, staff, stop.what), person.end_place);
                let free = i64::from(person.shift.end) - length(stop) - i64::from(way_home);
                self.problem.limit(self.first[staff] + stops.len() - 1, number, free - least);
            }
        }
    }

    /// The number that stands for what is charged at its worst; [`ZERO`] where there must be none of it.
    fn worst(&mut self, part: CostPart, now: i64) -> Option<usize> {
        match self.day.prices.of(part) {
            Price::Free => None,
            Price::Hard => Some(ZERO),
            Price::Each(each) => {
                let number = self.number(now);
                self.not_before(number, 0);
                self.problem.charge(number, ZERO, ALWAYS, each);
                Some(number)
            }
        }
    }

    /// The latest visit.
    fn add_worst_tardiness(&mut self) {
        let tasks: Vec<TaskTime> = self.tasks.iter().flatten().flatten().copied().collect();
        let late = tasks.iter().map(|task| self.moments[task.number] - task.due).max();
        let Some(number) = self.worst(CostPart::WorstTardiness, late.unwrap_or(0).max(0)) else { return };
        tasks.iter().for_each(|task| self.problem.limit(task.number, number, task.due));
    }

    /// What concerns one visit: its window, its wishes, its pair, and what it must come after.
    fn add_visit(&mut self, visit: VisitIndex) {
        let wanted = &self.day.visits[visit];
        let tasks = self.tasks[visit];
        for task in tasks.into_iter().flatten() {
            self.not_before(task.number, task.opens);
            if let Some(closes) = task.closes {
                self.problem.limit(task.number, ZERO, closes);
            }
            self.charge(CostPart::Tardiness, (task.number, ZERO), task.due);
        }
        if let Some(first) = tasks[0] {
            let promised = wanted.promised.as_ref().map(|promise| promise.start);
            let near = [(CostPart::ChangedTime, promised), (CostPart::UnwishedStart, wanted.wished_start)];
            for (part, moment) in near {
                let Some(moment) = moment.map(i64::from) else { continue };
                self.charge(part, (first.number, ZERO), moment);
                self.charge(part, (ZERO, first.number), -moment);
            }
        }
        if let (Pairing::Lag { min, max }, [Some(first), Some(second)]) = (wanted.pairing, tasks) {
            self.problem.limit(first.number, second.number, -i64::from(min));
            self.problem.limit(second.number, first.number, i64::from(max));
        }
        for after in &wanted.after {
            let Some(done) = self.done(after.visit) else { continue };
            for task in tasks.into_iter().flatten() {
                self.charge(CostPart::Precedence, (done, task.number), -i64::from(after.gap));
            }
        }
    }

    /// The number of the moment at which all tasks of a visit are done; `None` where it is not made.
    fn done(&mut self, visit: VisitIndex) -> Option<usize> {
        if self.done[visit].is_none() {
            let tasks: Vec<TaskTime> = self.tasks[visit].into_iter().flatten().collect();
            let end = tasks.iter().map(|task| self.moments[task.number] + task.length).max()?;
            let number = self.number(end);
            tasks.iter().for_each(|task| self.problem.limit(task.number, number, -task.length));
            self.done[visit] = Some(number);
        }
        self.done[visit]
    }
}

fn length(stop: &Stop) -> i64 {
    i64::from(stop.end - stop.start)
}

/// When a task must begin in the window that it has: the last one that has opened.
fn task_time(day: &Day, visit: VisitIndex, stop: &Stop, number: usize) -> TaskTime {
    let windows = &day.visits[visit].windows;
    let opened = windows.iter().rposition(|window| window.start <= stop.start).unwrap_or(0);
    let after = if day.window_kept_at == WindowKeptAt::End { length(stop) } else { 0 };
    TaskTime {
        number,
        length: length(stop),
        opens: i64::from(windows[opened].start),
        closes: windows.get(opened + 1).map(|next| i64::from(next.start) - 1),
        due: i64::from(windows[opened].end) - after,
    }
}

#[cfg(test)]
mod tests {
    use super::super::rank;
    use super::*;
    use crate::checker::{self, Breach};
    use crate::model::{TravelTimes, Window};
    use crate::search;
    use crate::search::tests::random_day;
    use localsearch::budget::Budget;

    /// The latest moment that is tried.
    const LATEST: Ticks = 24;
    /// The most stops whose times are all tried.
    const STOPS_MAX: usize = 3;

    fn unhurried() -> Meter {
        Meter::start(Budget::iterations(1), Default::default())
    }

    /// A random day of three visits at most, one window each, its times forty times shorter.
    fn tiny_day(seed: u64) -> Day {
        let mut day = random_day(seed);
        let small = |time: Ticks| (time + 39) / 40;
        let window = |window: Window| Window { start: small(window.start), end: small(window.end) };
        day.visits.truncate(3);
        let ways = day.travel[0].rows().iter().map(|&way| small(way)).collect();
        day.travel = vec![TravelTimes::new(day.travel[0].places(), ways).unwrap()];
        for staff in &mut day.staff {
            staff.shift = window(staff.shift);
            for owed in &mut staff.breaks {
                (owed.window, owed.length) = (window(owed.window), small(owed.length));
            }
        }
        for visit in &mut day.visits {
            visit.windows = vec![window(visit.windows[0])];
            visit.tasks.iter_mut().for_each(|task| task.duration = small(task.duration));
            visit.promised.iter_mut().for_each(|promise| promise.start = small(promise.start));
            visit.wished_start = visit.wished_start.map(small);
            visit.after.iter_mut().for_each(|after| after.gap = small(after.gap));
            if let Pairing::Lag { min, max } = &mut visit.pairing {
                (*min, *max) = (small(*min), small(*max));
            }
        }
        day.leave_at_shift_start = seed.is_multiple_of(5);
        day
    }

    /// The best of all times from a stop on, those before it being set.
    fn try_all(day: &Day, plan: &mut Plan, stops: &[(usize, usize)], best: &mut (usize, i64)) {
        let Some((&(staff, index), others)) = stops.split_first() else {
            *best = rank(&checker::check(day, plan)).min(*best);
            return;
        };
        let stop = plan.routes[staff].stops[index];
        let earliest = if index > 0 { plan.routes[staff].stops[index - 1].end } else { 0 };
        for start in earliest..=LATEST {
            plan.routes[staff].stops[index] = Stop { start, end: start + (stop.end - stop.start), ..stop };
            try_all(day, plan, others, best);
        }
        plan.routes[staff].stops[index] = stop;
    }

    #[test]
    fn no_other_times_are_cheaper() {
        let (mut tried, mut improved) = (0, 0);
        for seed in 0..400 {
            let day = tiny_day(seed);
            let empty = Plan { routes: vec![Default::default(); day.staff.len()] };
            let solved = search::complete(&day, &empty).unwrap();
            let routes = solved.plan.routes.iter().enumerate();
            let stops: Vec<(usize, usize)> = routes
                .flat_map(|(staff, route)| (0..route.stops.len()).map(move |index| (staff, index)))
                .collect();
            let is_of_time = |breach: &Breach| matches!(breach, Breach::Hard { .. });
            if stops.is_empty() || stops.len() > STOPS_MAX || solved.verdict.breaches.iter().any(is_of_time) {
                continue;
            }
            let found = best_times(&day, &solved.plan, &unhurried()).unwrap();
            let mut best = rank(&solved.verdict);
            try_all(&day, &mut solved.plan.clone(), &stops, &mut best);
            assert_eq!(rank(&checker::check(&day, &found)), best, "day {seed}");
            tried += 1;
            improved += usize::from(best < rank(&solved.verdict));
        }
        assert!(tried >= 100 && improved >= 10, "{tried} {improved}");
    }
}
