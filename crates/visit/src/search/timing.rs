//! Times a solution: forward to the earliest starts, backward to the latest that cost no more.
//!
//! Only what a move changes is timed anew. Forward, every task starts as soon as its staff, its window and its
//! partner allow; that is optimal for being on time. Where waiting costs, the days of staff should then begin as
//! late as they can: backward, every task starts as late as it can without being later than its window (or than
//! it already is), with the last task of each route held. What a member of staff waits is the time from the first
//! start to the last, less the work between: it follows from the two ends alone.

use localsearch::portfolio::Score;

use super::instance::NONE;
use super::state::{Field, State};
use crate::model::Ticks;

/// Breaks that are taken before a node.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    /// Which, as bits from the first break of the staff on.
    pub(crate) breaks: u8,
    /// When the last of them ends; the arrival where none is taken.
    free: Ticks,
    /// How long is waited for them to begin.
    waited: Ticks,
    /// How long they last together.
    length: Ticks,
}

impl State<'_> {
    /// Brings all times and costs up to date with the changes since the last call.
    pub(crate) fn propagate(&mut self) {
        let mut at = 0;
        while let Some(slot) = self.forward.take_from(at) {
            self.time_forward(self.unit_at[slot] as usize);
            at = slot;
        }
        if self.keeps_latest {
            let mut at = self.unit_at.len() - 1;
            while let Some(slot) = self.backward.take_to(at) {
                self.time_backward(self.unit_at[slot] as usize);
                at = slot;
            }
        }
        while let Some(staff) = self.touched.pop() {
            self.is_touched[staff as usize] = false;
            self.charge_staff(staff as usize);
        }
        self.find_worst();
    }

    /// When a node's staff are ready to begin there, breaks taken where they are due.
    fn ready(&self, node: u32) -> Ticks {
        let staff = self.staff_of[node as usize] as usize;
        let before = self.previous[node as usize];
        let way = self.instance.way(staff, before, node);
        if self.breaks_before[node as usize] == 0 {
            return self.free_after(before) + way;
        }
        let (arrival, way_left) = self.break_arrival(node, staff);
        self.take_breaks(node, staff, arrival).free + way_left
    }

    fn free_after(&self, node: u32) -> Ticks {
        self.start[node as usize] + self.instance.duration[node as usize]
    }

    /// When one comes to where breaks before a node are taken, and the way left from there: they are had at the next
    /// task's place, or before the way home.
    fn break_arrival(&self, node: u32, staff: usize) -> (Ticks, Ticks) {
        let before = self.previous[node as usize];
        let way = self.instance.way(staff, before, node);
        let free = self.free_after(before);
        if self.instance.is_task(node) { (free + way, 0) } else { (free, way) }
    }

    /// The breaks before a node, one after the other from the arrival on; those that it is too late for are missed.
    fn take_breaks(&self, node: u32, staff: usize, arrival: Ticks) -> Taken {
        let mut taken = Taken { breaks: 0, free: arrival, waited: 0, length: 0 };
        for (bit, owed) in self.instance.breaks_in(staff, self.breaks_before[node as usize]) {
            let begin = taken.free.max(owed.open);
            if begin <= owed.close {
                taken.breaks |= bit;
                taken.waited += begin - taken.free;
                taken.length += owed.length;
                taken.free = begin + owed.length;
            }
        }
        taken
    }

    /// The breaks before a node of a route.
    pub(crate) fn taken_before(&self, node: u32, staff: usize) -> Taken {
        self.take_breaks(node, staff, self.break_arrival(node, staff).0)
    }

    /// All breaks of someone's day; `waited` and `free` have no meaning here.
    fn taken_breaks(&self, staff: usize) -> Taken {
        let shift = &self.instance.shifts[staff];
        let mut all = Taken { breaks: 0, free: 0, waited: 0, length: 0 };
        let mut left = shift.breaks;
        while left != 0 {
            let number = left.trailing_zeros();
            let node = self.break_at[(shift.first_break + number) as usize];
            left &= !(1 << number);
            if node != NONE {
                let taken = self.taken_before(node, staff);
                all.breaks |= taken.breaks;
                all.length += taken.length;
                left &= !self.breaks_before[node as usize];
            }
        }
        all
    }

    fn time_forward(&mut self, unit: usize) {
        // A slot may have been left since it was marked.
        if unit == NONE as usize {
            return;
        }
        let parts = self.instance.units[unit];
        let first = parts.first as usize;
        let open = self.instance.task_windows(first)[usize::from(self.choice[unit])].open;
        let open = open.max(self.after_earlier(unit));
        let mut start = self.ready(parts.first).max(open);
        if parts.second != NONE {
            let second = parts.second as usize;
            let second_start = self.ready(parts.second).max(open).max(start + parts.lag_min);
            start = start.max(second_start - parts.lag_max);
            self.set_start(second, second_start);
        }
        self.set_start(first, start);
        self.note_order(unit);
    }

    /// When all is done that a unit must come after and that stands before it in the order.
    fn after_earlier(&self, unit: usize) -> Ticks {
        let mut moment = Ticks::MIN;
        for earlier in &self.instance.earlier[unit] {
            for other in earlier.units.0..earlier.units.1 {
                if self.slot[other as usize] < self.slot[unit] {
                    moment = moment.max(self.done(other as usize) + earlier.gap);
                }
            }
        }
        moment
    }

    /// When the last task of a unit ends.
    fn done(&self, unit: usize) -> Ticks {
        self.tasks_of(unit).map(|task| self.free_after(task as u32)).max().unwrap_or(Ticks::MIN)
    }

    /// True where a unit stands in the order before something that it must come after, or after something that must
    /// come after it; then neither is held back, and what is wrong is charged.
    fn is_disordered(&self, unit: usize) -> bool {
        let slot = self.slot[unit];
        let is_after = |other: u32| self.slot[other as usize] != NONE && self.slot[other as usize] > slot;
        let mut earlier =
            self.instance.earlier[unit].iter().flat_map(|earlier| earlier.units.0..earlier.units.1);
        let mut later = self.instance.later[unit].iter();
        earlier.any(is_after) || later.any(|&other| self.slot[other as usize] < slot)
    }

    /// Charges what starts too early now that a unit has been timed: its own tasks, and those that should have waited.
    fn note_order(&mut self, unit: usize) {
        let instance = self.instance;
        if !instance.earlier[unit].is_empty() {
            self.set_early(unit, self.earliness(unit));
        }
        for &later in &instance.later[unit] {
            if self.slot[later as usize] < self.slot[unit] {
                self.set_early(later as usize, self.earliness(later as usize));
            }
        }
    }

    /// How much the tasks of a unit start before what they must come after is done.
    fn earliness(&self, unit: usize) -> Ticks {
        let mut early = 0;
        for earlier in &self.instance.earlier[unit] {
            let served =
                (earlier.units.0..earlier.units.1).filter(|&other| self.slot[other as usize] != NONE);
            let Some(done) = served.map(|other| self.done(other as usize)).max() else { continue };
            for task in self.tasks_of(unit) {
                early += (done + earlier.gap - self.start[task]).max(0);
            }
        }
        early
    }

    fn set_start(&mut self, task: usize, start: Ticks) {
        self.set_late(task, self.lateness(task, start));
        if self.instance.promised[task] != Ticks::MIN {
            self.set_moved(task, (start - self.instance.promised[task]).abs());
        }
        if self.instance.wished[task] != Ticks::MIN {
            self.set_unwished(task, (start - self.instance.wished[task]).abs());
        }
        let old = self.start[task];
        if old == start {
            return;
        }
        self.touch_later(task);
        if self.keeps_latest {
            self.backward.add(self.slot_of(task as u32));
        }
        self.note(Field::Start, task, i64::from(old));
        self.start[task] = start;
        let after = self.next[task];
        if self.instance.is_task(after) {
            self.forward.add(self.slot_of(after));
        }
        self.touch_staff(self.staff_of[task] as usize);
    }

    /// Has what must come after a task timed anew, where it stands behind it in the order.
    fn touch_later(&mut self, task: usize) {
        let instance = self.instance;
        let unit = instance.unit_of[task] as usize;
        for &later in &instance.later[unit] {
            let slot = self.slot[later as usize];
            if slot != NONE && slot > self.slot[unit] {
                self.forward.add(slot as usize);
            }
        }
    }

    /// How late a task is at a start: after the end of the last window that has opened.
    #[inline]
    fn lateness(&self, task: usize, start: Ticks) -> Ticks {
        (start - self.due(task, start)).max(0)
    }

    /// Until when a task may start without being late, in the window that counts at a start.
    #[inline]
    fn due(&self, task: usize, start: Ticks) -> Ticks {
        let windows = self.instance.task_windows(task);
        windows.iter().rev().find(|window| window.open <= start).unwrap_or(&windows[0]).due
    }

    fn time_backward(&mut self, unit: usize) {
        if unit == NONE as usize {
            return;
        }
        let parts = self.instance.units[unit];
        let before_later = self.before_later(unit);
        let mut first = self.limit(parts.first, before_later);
        if parts.second != NONE {
            let second = self.limit(parts.second, before_later);
            first = first.min(second - parts.lag_min);
            self.set_latest(parts.second as usize, second.min(first + parts.lag_max));
        }
        self.set_latest(parts.first as usize, first);
    }

    /// By when a unit must be done for what must come after it; `None` where it is held for being out of order.
    fn before_later(&self, unit: usize) -> Option<Ticks> {
        let instance = self.instance;
        if instance.earlier[unit].is_empty() && instance.later[unit].is_empty() {
            return Some(Ticks::MAX);
        }
        if self.is_disordered(unit) {
            return None;
        }
        let mut moment = Ticks::MAX;
        for &later in instance.later[unit].iter().filter(|&&later| self.slot[later as usize] != NONE) {
            let begins = self.latest[instance.units[later as usize].first as usize];
            for earlier in &instance.earlier[later as usize] {
                if (earlier.units.0..earlier.units.1).contains(&(unit as u32)) {
                    moment = moment.min(begins - earlier.gap);
                }
            }
        }
        Some(moment)
    }

    /// How late a task may start as far as itself, its follower and what comes after its unit are concerned.
    fn limit(&self, node: u32, before_later: Option<Ticks>) -> Ticks {
        let task = node as usize;
        let (start, after) = (self.start[task], self.next[task]);
        let is_held = self.late[task] > 0
            || self.instance.promised[task] != Ticks::MIN
            || self.instance.wished[task] != Ticks::MIN;
        let Some(before_later) = before_later.filter(|_| !is_held && self.instance.is_task(after)) else {
            return start;
        };
        let staff = self.staff_of[task] as usize;
        let mut next = self.latest[after as usize];
        if self.breaks_before[after as usize] != 0 {
            next = self.latest_break(after, staff, next);
        }
        let free = next.saturating_sub(self.instance.way(staff, node, after)).min(before_later)
            - self.instance.duration[task];
        free.min(self.due(task, start))
    }

    fn set_latest(&mut self, task: usize, latest: Ticks) {
        let old = self.latest[task];
        if old == latest {
            return;
        }
        self.note(Field::Latest, task, i64::from(old));
        self.latest[task] = latest;
        self.touch_earlier(task);
        let before = self.previous[task];
        if self.instance.is_task(before) {
            self.backward.add(self.slot_of(before));
        } else {
            self.touch_staff(self.staff_of[task] as usize);
        }
    }

    /// Has what must come before a task held back anew, where it stands before it in the order.
    fn touch_earlier(&mut self, task: usize) {
        let instance = self.instance;
        let unit = instance.unit_of[task] as usize;
        for earlier in &instance.earlier[unit] {
            for other in earlier.units.0..earlier.units.1 {
                if self.slot[other as usize] < self.slot[unit] {
                    self.backward.add(self.slot[other as usize] as usize);
                }
            }
        }
    }

    /// When the first of the breaks that are taken before a task must begin for the task to begin at a moment.
    fn latest_break(&self, task: u32, staff: usize, begin: Ticks) -> Ticks {
        let taken = self.taken_before(task, staff).breaks;
        let breaks = self.instance.breaks_in(staff, taken).rev();
        breaks.fold(begin, |next, (_, owed)| (next - owed.length).min(owed.close))
    }

    /// Works out what a member of staff's day costs.
    fn charge_staff(&mut self, staff: usize) {
        let rates = &self.instance.rates;
        let shift = self.instance.shifts[staff];
        let end = self.instance.end_node(staff);
        let taken = self.taken_breaks(staff);
        let is_away = taken.breaks != 0 || self.previous[end as usize] != self.instance.start_node(staff);
        let travel = if is_away { self.travel[staff] } else { 0 };
        let overtime = if is_away { (self.ready(end) - shift.end).max(0) } else { 0 };
        let service = self.service[staff];
        let idle = shift.end - shift.start + overtime - travel - service - taken.length;
        let missed = |owed: u8| i64::from((owed & !taken.breaks).count_ones());
        let (lunches, pauses) = (missed(shift.lunches), missed(shift.breaks & !shift.lunches));
        let work = i64::from(travel + service);
        let overwork = (work - i64::from(shift.work_max)).max(0);
        let pool_work = if shift.is_pool { work } else { 0 };
        let mut parts = charges(
            [
                rates.travel,
                rates.overtime,
                rates.work_time,
                rates.missed_lunch,
                rates.missed_pause,
                rates.overwork,
                rates.pool_work,
            ],
            [i64::from(travel), i64::from(overtime), work, lunches, pauses, overwork, pool_work],
        );
        if !rates.waiting.is_free() {
            let waiting = rates.waiting.times(i64::from(self.waiting(staff, taken.length)));
            parts.hard += waiting.hard;
            parts.soft += waiting.soft;
        }
        self.note(Field::Idle, staff, i64::from(self.idle[staff]));
        self.idle[staff] = idle;
        self.note(Field::StaffHard, staff, self.staff_hard[staff]);
        self.note(Field::StaffSoft, staff, self.staff_soft[staff]);
        self.charge(Score {
            hard: parts.hard - self.staff_hard[staff],
            soft: parts.soft - self.staff_soft[staff],
        });
        self.staff_hard[staff] = parts.hard;
        self.staff_soft[staff] = parts.soft;
    }

    /// What a member of staff waits: first start to last start, less the work and the breaks between.
    fn waiting(&self, staff: usize, breaks: Ticks) -> Ticks {
        let instance = self.instance;
        let (start, end) = (instance.start_node(staff), instance.end_node(staff));
        let (first, last) = (self.next[start as usize], self.previous[end as usize]);
        if first == end {
            return if instance.leave_at_shift_start && breaks > 0 {
                self.opening_wait(end, staff)
            } else {
                0
            };
        }
        let way_out = instance.way(staff, start, first);
        let way_home = instance.way(staff, last, end);
        let last_length = instance.duration[last as usize];
        let mut between = self.service[staff] - last_length + self.travel[staff] - way_out - way_home;
        let mut after_last = 0;
        if breaks > 0 {
            let at_end = self.taken_before(end, staff);
            between += breaks - at_end.length - self.taken_before(first, staff).length;
            after_last = at_end.waited;
        }
        let begin = if self.keeps_latest {
            self.latest[first as usize]
        } else {
            self.start[first as usize] - self.opening_wait(first, staff)
        };
        self.start[last as usize] - begin - between + after_last
    }

    /// What someone who leaves when the shift starts waits for the first thing of the day, a break or the first node.
    fn opening_wait(&self, first: u32, staff: usize) -> Ticks {
        let (arrival, way_left) = self.break_arrival(first, staff);
        let taken = self.take_breaks(first, staff, arrival).breaks;
        match self.instance.breaks_in(staff, taken).next() {
            Some((_, owed)) => (owed.open - arrival).max(0),
            None => self.start[first as usize] - arrival - way_left,
        }
    }

    fn find_worst(&mut self) {
        if std::mem::take(&mut self.worst_late_fell) {
            self.sums.worst_late = self.late.iter().copied().max().unwrap_or(0);
        }
        if !self.instance.rates.worst_idle.is_free() {
            self.sums.worst_idle = self.idle.iter().copied().max().unwrap_or(0);
        }
        if !self.instance.rates.balance.is_free() {
            self.sums.balance = self.balance();
        }
    }

    /// How unevenly work is shared: each one's distance from the mean, rounded up, summed.
    fn balance(&self) -> i64 {
        let staff = self.idle.len() as i64;
        let load = |one: usize| i64::from(self.service[one]) + i64::from(self.loaded_travel(one));
        let total: i64 = (0..self.idle.len()).map(load).sum();
        (0..self.idle.len()).map(|one| ((load(one) * staff - total).abs() + staff - 1) / staff).sum()
    }

    fn loaded_travel(&self, staff: usize) -> Ticks {
        let is_away = self.taken_breaks(staff).breaks != 0
            || self.previous[self.instance.end_node(staff) as usize] != self.instance.start_node(staff);
        if is_away { self.travel[staff] } else { 0 }
    }

    /// True where hard rules are broken that another solution might keep.
    pub(crate) fn is_broken(&self) -> bool {
        self.score().hard > 0
    }

    /// The score of the solution.
    pub(crate) fn score(&self) -> Score {
        let rates = &self.instance.rates;
        let worst = [
            rates.worst_tardiness.times(i64::from(self.sums.worst_late)),
            rates.worst_idle.times(i64::from(self.sums.worst_idle)),
            rates.balance.times(self.sums.balance),
        ];
        worst.into_iter().fold(Score { hard: self.sums.hard, soft: self.sums.soft }, |sum, part| Score {
            hard: sum.hard + part.hard,
            soft: sum.soft + part.soft,
        })
    }
}

fn charges<const COUNT: usize>(rates: [super::instance::Rate; COUNT], amounts: [i64; COUNT]) -> Score {
    rates.into_iter().zip(amounts).fold(Score { hard: 0, soft: 0 }, |sum, (rate, amount)| {
        let part = rate.times(amount);
        Score { hard: sum.hard + part.hard, soft: sum.soft + part.soft }
    })
}
