//! The day as the search sees it: flat tables of numbers, and what each choice costs, worked out once.
//!
//! Nodes are numbered: first the tasks, then for each member of staff the start and the end of the shift.

use std::ops::Range;

#[cfg(test)]
use localsearch::budget::Budget;
use localsearch::budget::Meter;
use localsearch::parallel;
use localsearch::portfolio::Score;

use crate::model::{self, BreakKind, Day, Pairing, Staff, Ticks, Visit, WindowKeptAt};
use crate::price::{CostPart, Price};

/// No node, unit or staff.
pub(crate) const NONE: u32 = u32::MAX;
/// How many tasks near in place and time each task knows.
const NEIGHBOURS: usize = 30;
/// Tasks whose neighbours are found between two looks at the clock.
const TASKS_PER_STRETCH: usize = 16;

/// What one tick or event costs: in breach of hard rules or in price.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rate {
    pub(crate) hard: i64,
    pub(crate) soft: i64,
}

impl Rate {
    pub(crate) fn times(self, amount: i64) -> Score {
        Score { hard: self.hard * amount, soft: self.soft * amount }
    }

    pub(crate) fn is_free(self) -> bool {
        self.hard == 0 && self.soft == 0
    }
}

/// When a task may start: from `open`, and without being late until `due`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DueWindow {
    pub(crate) open: Ticks,
    pub(crate) due: Ticks,
}

/// One or two tasks that are timed together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unit {
    pub(crate) first: u32,
    pub(crate) second: u32,
    pub(crate) lag_min: Ticks,
    pub(crate) lag_max: Ticks,
    pub(crate) visit: u32,
}

/// A member of staff.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shift {
    pub(crate) start: Ticks,
    pub(crate) end: Ticks,
    /// The first of their breaks.
    pub(crate) first_break: u32,
    /// Their breaks, and those of them that are lunches, as bits from the first break on.
    pub(crate) breaks: u8,
    pub(crate) lunches: u8,
    /// Where this one's travel table begins.
    pub(crate) table: usize,
    /// The most work and travel without overwork.
    pub(crate) work_max: Ticks,
    /// True for those from the substitute pool.
    pub(crate) is_pool: bool,
}

/// A break that someone has a right to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Break {
    pub(crate) staff: u32,
    /// Its place among the breaks of its staff.
    pub(crate) number: u8,
    /// It may begin from here to there, and lasts so long; it cannot be taken where `close` comes first.
    pub(crate) open: Ticks,
    pub(crate) close: Ticks,
    pub(crate) length: Ticks,
}

/// What a unit must come after: the units of one visit, and so long after the last of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Earlier {
    pub(crate) units: (u32, u32),
    pub(crate) gap: Ticks,
}

/// What is charged by the tick or event.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rates {
    pub(crate) travel: Rate,
    pub(crate) tardiness: Rate,
    pub(crate) worst_tardiness: Rate,
    pub(crate) waiting: Rate,
    pub(crate) overtime: Rate,
    pub(crate) worst_idle: Rate,
    pub(crate) balance: Rate,
    pub(crate) work_time: Rate,
    pub(crate) missed_lunch: Rate,
    pub(crate) missed_pause: Rate,
    pub(crate) unserved: Rate,
    pub(crate) changed_time: Rate,
    pub(crate) overwork: Rate,
    pub(crate) pool_work: Rate,
    pub(crate) unwished_start: Rate,
    pub(crate) precedence: Rate,
}

/// The day in flat tables.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) tasks: usize,
    pub(crate) place: Vec<u32>,
    pub(crate) duration: Vec<Ticks>,
    pub(crate) unit_of: Vec<u32>,
    pub(crate) units: Vec<Unit>,
    /// For each visit its first unit and the one after its last.
    pub(crate) visit_units: Vec<(u32, u32)>,
    /// True for visits that may be left out.
    pub(crate) optional: Vec<bool>,
    /// True for visits that nobody on the day may make.
    pub(crate) impossible: Vec<bool>,
    pub(crate) optional_visits: Vec<u32>,
    pub(crate) windows: Vec<DueWindow>,
    pub(crate) windows_of: Vec<(u32, u32)>,
    /// When the first task of a promised visit was to start; `Ticks::MIN` elsewhere.
    pub(crate) promised: Vec<Ticks>,
    /// When the first task of a visit with a wish should start; `Ticks::MIN` elsewhere.
    pub(crate) wished: Vec<Ticks>,
    /// For each unit what it must come after, and the units that must come after it.
    pub(crate) earlier: Vec<Vec<Earlier>>,
    pub(crate) later: Vec<Vec<u32>>,
    pub(crate) shifts: Vec<Shift>,
    pub(crate) breaks: Vec<Break>,
    /// The breaks that can be taken at all.
    pub(crate) possible_breaks: Vec<u32>,
    places: usize,
    travel: Vec<Ticks>,
    /// For each task the staff who may do it.
    pub(crate) allowed: Vec<Vec<u32>>,
    may: Vec<bool>,
    choice_price: Vec<i64>,
    pub(crate) neighbours: Vec<Vec<u32>>,
    pub(crate) rates: Rates,
    pub(crate) leave_at_shift_start: bool,
    /// Units whose visit has more than one moment to wait for.
    pub(crate) choosing_units: Vec<u32>,
}

impl Instance {
    /// The tables that a search by moves needs.
    #[cfg(test)]
    pub(crate) fn new(day: &Day) -> Self {
        let mut instance = Instance::without_neighbours(day);
        instance.find_neighbours(1, &Meter::start(Budget::iterations(1), Default::default()));
        instance
    }

    /// Finds each task's neighbours, which a search by moves needs. Once out of time it leaves tasks without.
    pub(crate) fn find_neighbours(&mut self, threads: usize, meter: &Meter) {
        let stretches: Vec<Range<usize>> = (0..self.tasks)
            .step_by(TASKS_PER_STRETCH)
            .map(|begin| begin..self.tasks.min(begin + TASKS_PER_STRETCH))
            .collect();
        let find = |stretch: &Range<usize>| {
            if meter.is_out_of_time() { vec![Vec::new(); stretch.len()] } else { self.nearest(stretch) }
        };
        self.neighbours = parallel::map(threads, &stretches, &find).into_iter().flatten().collect();
    }

    /// The tables without each task's neighbours, which cost most to make and which insertion does not ask for.
    pub(crate) fn without_neighbours(day: &Day) -> Self {
        let mut instance = Instance::empty(day);
        for visit in &day.visits {
            instance.add_visit(day, visit);
        }
        instance.add_order(day);
        instance.tasks = instance.place.len();
        for staff in &day.staff {
            instance.place.extend([staff.start_place as u32, staff.end_place as u32]);
            instance.duration.extend([0, 0]);
        }
        instance
    }

    fn empty(day: &Day) -> Self {
        let places = day.travel[0].places();
        let mut breaks = Vec::new();
        let mut shifts = Vec::with_capacity(day.staff.len());
        for (index, staff) in day.staff.iter().enumerate() {
            shifts.push(shift(staff, breaks.len(), places));
            breaks.extend(breaks_of(staff, index));
        }
        let is_possible = |index: &u32| {
            let owed: Break = breaks[*index as usize];
            owed.open <= owed.close
        };
        Instance {
            tasks: 0,
            place: Vec::new(),
            duration: Vec::new(),
            unit_of: Vec::new(),
            units: Vec::new(),
            visit_units: Vec::new(),
            optional: Vec::new(),
            impossible: Vec::new(),
            optional_visits: Vec::new(),
            windows: Vec::new(),
            windows_of: Vec::new(),
            promised: Vec::new(),
            wished: Vec::new(),
            earlier: Vec::new(),
            later: Vec::new(),
            possible_breaks: (0..breaks.len() as u32).filter(is_possible).collect(),
            breaks,
            shifts,
            places,
            travel: day.travel.iter().flat_map(|table| table.rows()).copied().collect(),
            allowed: Vec::new(),
            may: Vec::new(),
            choice_price: Vec::new(),
            neighbours: Vec::new(),
            rates: rates(day),
            leave_at_shift_start: day.leave_at_shift_start,
            choosing_units: Vec::new(),
        }
    }

    fn add_visit(&mut self, day: &Day, visit: &Visit) {
        let first_unit = self.units.len() as u32;
        let number = self.visit_units.len() as u32;
        let first_task = self.place.len() as u32;
        for task in 0..visit.tasks.len() {
            self.add_task(day, visit, task);
        }
        let second = if visit.tasks.len() == 2 { first_task + 1 } else { NONE };
        let unit =
            |first, second, (lag_min, lag_max)| Unit { first, second, lag_min, lag_max, visit: number };
        match visit.pairing {
            Pairing::Lag { min, max } if second != NONE => {
                self.units.push(unit(first_task, second, (min, max)));
            }
            Pairing::Lag { .. } | Pairing::Independent => {
                let tasks = [first_task, second].into_iter().filter(|&task| task != NONE);
                self.units.extend(tasks.map(|task| unit(task, NONE, (0, 0))));
            }
        }
        for index in first_unit as usize..self.units.len() {
            let Unit { first, second, .. } = self.units[index];
            for task in [first, second] {
                if task != NONE {
                    self.unit_of.push(index as u32);
                }
            }
            if self.task_windows(first as usize).len() > 1 {
                self.choosing_units.push(index as u32);
            }
        }
        self.visit_units.push((first_unit, self.units.len() as u32));
        self.optional.push(visit.optional);
        self.impossible.push(!self.is_possible(first_task, second, visit.pairing));
        if visit.optional && !self.impossible[number as usize] {
            self.optional_visits.push(number);
        }
    }

    fn add_order(&mut self, day: &Day) {
        self.earlier = vec![Vec::new(); self.units.len()];
        self.later = vec![Vec::new(); self.units.len()];
        // Where nobody asks for an order, nothing waits for it.
        let asked = if self.rates.precedence.is_free() { &[][..] } else { &day.visits };
        for (visit, wanted) in asked.iter().enumerate() {
            let (begin, end) = self.visit_units[visit];
            for after in &wanted.after {
                let units = self.visit_units[after.visit];
                for unit in begin..end {
                    self.earlier[unit as usize].push(Earlier { units, gap: after.gap });
                    (units.0..units.1).for_each(|earlier| self.later[earlier as usize].push(unit));
                }
            }
        }
    }

    fn is_possible(&self, first: u32, second: u32, pairing: Pairing) -> bool {
        let who = |task: u32| &self.allowed[task as usize];
        match pairing {
            _ if second == NONE => !who(first).is_empty(),
            Pairing::Independent => !who(first).is_empty() && !who(second).is_empty(),
            Pairing::Lag { .. } => who(first).iter().any(|one| who(second).iter().any(|other| one != other)),
        }
    }

    fn add_task(&mut self, day: &Day, visit: &Visit, index: usize) {
        let task = &visit.tasks[index];
        self.place.push(visit.place as u32);
        self.duration.push(task.duration);
        let begin = self.windows.len() as u32;
        let after = if day.window_kept_at == WindowKeptAt::End { task.duration } else { 0 };
        let promise = visit.promised.as_ref().map(|promise| promise.start);
        let kept = promise.filter(|_| !self.rates.changed_time.is_free());
        let wish = visit.wished_start.filter(|_| !self.rates.unwished_start.is_free());
        for (number, window) in visit.windows.iter().enumerate() {
            let due = window.end - after;
            self.windows.push(DueWindow { open: window.start, due });
            // What was promised or wished for is one more moment to wait for, in the window that it lies in.
            let next = visit.windows.get(number + 1).map_or(Ticks::MAX, |next| next.start);
            let mut moments: Vec<Ticks> = [kept, wish].into_iter().flatten().collect();
            moments.sort_unstable();
            moments.dedup();
            let inside = moments.into_iter().filter(|&moment| window.start < moment && moment < next);
            self.windows.extend(inside.map(|open| DueWindow { open, due }));
        }
        self.windows_of.push((begin, self.windows.len() as u32));
        self.promised.push(promise.filter(|_| index == 0).unwrap_or(Ticks::MIN));
        self.wished.push(visit.wished_start.filter(|_| index == 0).unwrap_or(Ticks::MIN));
        let mut allowed = Vec::new();
        for staff in 0..day.staff.len() {
            let price = choice_price(day, visit, index, staff);
            self.may.push(price.is_some());
            self.choice_price.push(price.unwrap_or(0));
            if price.is_some() {
                allowed.push(staff as u32);
            }
        }
        self.allowed.push(allowed);
    }

    /// For each of some tasks those that could best follow or precede it, nearest first.
    ///
    /// Tasks in a row mostly lie in a row in the travel table too: taking them together reads each of its lines once.
    fn nearest(&self, tasks: &Range<usize>) -> Vec<Vec<u32>> {
        let mut ranked = vec![Vec::with_capacity(self.tasks); tasks.len()];
        for other in 0..self.tasks {
            for (task, ranked) in tasks.clone().zip(&mut ranked) {
                let may_follow =
                    || self.allowed[task].iter().any(|&staff| self.may_do(other, staff as usize));
                if self.unit_of[other] != self.unit_of[task] && may_follow() {
                    let nearness = self.succession(task, other).min(self.succession(other, task));
                    ranked.push((nearness, other as u32));
                }
            }
        }
        ranked.into_iter().map(least).collect()
    }

    /// What it takes to do one task right after another: the way, the least wait, the least delay.
    fn succession(&self, earlier: usize, later: usize) -> i64 {
        let (from, to) = (self.span(earlier), self.span(later));
        let way = i64::from(self.travel[self.cell(self.place[earlier], self.place[later])]);
        let done = i64::from(self.duration[earlier]) + way;
        let wait = (i64::from(to.open) - i64::from(from.due) - done).max(0);
        let delay = (i64::from(from.open) + done - i64::from(to.due)).max(0);
        way + wait / 2 + 2 * delay
    }

    fn span(&self, task: usize) -> DueWindow {
        let windows = self.task_windows(task);
        DueWindow { open: windows[0].open, due: windows[windows.len() - 1].due }
    }

    pub(crate) fn task_windows(&self, task: usize) -> &[DueWindow] {
        let (begin, end) = self.windows_of[task];
        &self.windows[begin as usize..end as usize]
    }

    fn cell(&self, from: u32, to: u32) -> usize {
        from as usize * self.places + to as usize
    }

    /// The way of a member of staff between two nodes.
    #[inline]
    pub(crate) fn way(&self, staff: usize, from: u32, to: u32) -> Ticks {
        let cell = self.cell(self.place[from as usize], self.place[to as usize]);
        self.travel[self.shifts[staff].table + cell]
    }

    #[inline]
    pub(crate) fn may_do(&self, task: usize, staff: usize) -> bool {
        self.may[task * self.shifts.len() + staff]
    }

    #[inline]
    pub(crate) fn choice_price(&self, task: usize, staff: usize) -> i64 {
        self.choice_price[task * self.shifts.len() + staff]
    }

    /// The breaks of someone that are set in `bits`, in order, each with its bit.
    #[inline]
    pub(crate) fn breaks_in(&self, staff: usize, bits: u8) -> impl DoubleEndedIterator<Item = (u8, &Break)> {
        let first = self.shifts[staff].first_break as usize;
        let numbers = 0..(u8::BITS - bits.leading_zeros()) as usize;
        let set = numbers.filter(move |number| bits & (1 << number) != 0);
        set.map(move |number| (1 << number, &self.breaks[first + number]))
    }

    pub(crate) fn nodes(&self) -> usize {
        self.place.len()
    }

    #[inline]
    pub(crate) fn start_node(&self, staff: usize) -> u32 {
        (self.tasks + 2 * staff) as u32
    }

    #[inline]
    pub(crate) fn end_node(&self, staff: usize) -> u32 {
        (self.tasks + 2 * staff + 1) as u32
    }

    #[inline]
    pub(crate) fn is_task(&self, node: u32) -> bool {
        (node as usize) < self.tasks
    }
}

/// The nearest of tasks with their nearness, nearest first.
fn least(mut ranked: Vec<(i64, u32)>) -> Vec<u32> {
    if ranked.len() > NEIGHBOURS {
        ranked.select_nth_unstable(NEIGHBOURS);
        ranked.truncate(NEIGHBOURS);
    }
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, other)| other).collect()
}

fn shift(staff: &Staff, first_break: usize, places: usize) -> Shift {
    let bits = |counts: &dyn Fn(&model::Break) -> bool| {
        let owed = staff.breaks.iter().enumerate().filter(|(_, owed)| counts(owed));
        owed.fold(0, |bits, (number, _)| bits | 1_u8 << number)
    };
    Shift {
        start: staff.shift.start,
        end: staff.shift.end,
        first_break: first_break as u32,
        breaks: bits(&|_| true),
        lunches: bits(&|owed| owed.kind == BreakKind::Lunch),
        table: staff.travel * places * places,
        work_max: staff.work_max.unwrap_or(Ticks::MAX),
        is_pool: staff.is_pool,
    }
}

fn breaks_of(staff: &Staff, index: usize) -> impl Iterator<Item = Break> {
    staff.breaks.iter().enumerate().map(move |(number, owed)| Break {
        staff: index as u32,
        number: number as u8,
        open: owed.window.start,
        close: owed.window.end - owed.length,
        length: owed.length,
    })
}

fn rates(day: &Day) -> Rates {
    let rate = |part| match day.prices.of(part) {
        Price::Free => Rate::default(),
        Price::Each(each) => Rate { hard: 0, soft: each },
        Price::Hard => Rate { hard: 1, soft: 0 },
    };
    Rates {
        travel: rate(CostPart::Travel),
        tardiness: rate(CostPart::Tardiness),
        worst_tardiness: rate(CostPart::WorstTardiness),
        waiting: rate(CostPart::Waiting),
        overtime: rate(CostPart::Overtime),
        worst_idle: rate(CostPart::WorstIdle),
        balance: rate(CostPart::LoadBalance),
        work_time: rate(CostPart::WorkTime),
        missed_lunch: rate(CostPart::MissedLunch),
        missed_pause: rate(CostPart::MissedPause),
        unserved: rate(CostPart::Unserved),
        changed_time: rate(CostPart::ChangedTime),
        overwork: rate(CostPart::Overwork),
        pool_work: rate(CostPart::PoolWork),
        unwished_start: rate(CostPart::UnwishedStart),
        precedence: rate(CostPart::Precedence),
    }
}

/// What it costs that this one does this task; `None` where it is forbidden.
fn choice_price(day: &Day, visit: &Visit, task: usize, staff: usize) -> Option<i64> {
    if visit.pinned.get(task).copied().flatten().is_some_and(|pinned| pinned != staff) {
        return None;
    }
    let is_other = |list: Option<&Vec<usize>>| list.is_some_and(|list| !list.contains(&staff));
    let events = [
        (CostPart::Unqualified, !day.staff[staff].is_skilled(visit, task)),
        (CostPart::WithoutKey, !day.staff[staff].gets_in(visit)),
        (CostPart::Excluded, visit.excluded.contains(&staff)),
        (CostPart::Preference, is_other(visit.preferred.as_ref())),
        (CostPart::Continuity, is_other(visit.known.as_ref())),
        (CostPart::ChangedStaff, is_other(visit.promised.as_ref().map(|promise| &promise.staff))),
    ];
    events.into_iter().filter(|(_, happens)| *happens).try_fold(0, |sum, (part, _)| {
        let (hard, soft) = day.prices.charge(part, 1);
        (hard == 0).then_some(sum + soft)
    })
}
