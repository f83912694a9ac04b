//! A solution under search, with every time and cost kept up to date, and a log that takes a move back.
//!
//! A solution is an order of all units and a member of staff for every task; a route is the tasks of one member
//! of staff in that order. Because both tasks of a pair stand at one point of the order, no two routes can wait
//! for each other in a circle, and one pass through the order times everything.
//!
//! The order is kept as slots: numbers with gaps, so that a unit moves without moving the others.

use localsearch::bits::BitSet;
use localsearch::portfolio::Score;
use localsearch::rng::Rng;

use super::instance::{Instance, NONE};
use crate::model::Ticks;

/// Slots per unit: enough gaps that a free one is nearly always at hand.
const SLOTS_PER_UNIT: usize = 8;

/// What is written in one step of a move, so that it can be taken back.
#[derive(Debug, Clone, Copy)]
pub(super) enum Field {
    Previous,
    Next,
    StaffOf,
    Slot,
    Start,
    Latest,
    Late,
    Moved,
    Unwished,
    Early,
    BreakAt,
    Choice,
    Travel,
    Service,
    Idle,
    StaffHard,
    StaffSoft,
    Served,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    field: Field,
    index: u32,
    old: i64,
}

/// Sums that are kept as moves are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sums {
    pub(super) hard: i64,
    pub(super) soft: i64,
    pub(super) worst_late: Ticks,
    pub(super) worst_idle: Ticks,
    pub(super) balance: i64,
}

/// What makes a solution; everything else follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Genes {
    pub(crate) slot: Vec<u32>,
    pub(crate) staff_of: Vec<u32>,
    pub(crate) break_at: Vec<u32>,
    pub(crate) choice: Vec<u8>,
}

/// A solution under search.
#[derive(Debug)]
pub(crate) struct State<'a> {
    pub(crate) instance: &'a Instance,
    pub(crate) previous: Vec<u32>,
    pub(crate) next: Vec<u32>,
    pub(crate) staff_of: Vec<u32>,
    pub(crate) slot: Vec<u32>,
    pub(super) unit_at: Vec<u32>,
    pub(crate) start: Vec<Ticks>,
    pub(crate) latest: Vec<Ticks>,
    pub(super) late: Vec<Ticks>,
    /// How far a promised task starts from what was promised.
    moved: Vec<Ticks>,
    /// How far a task with a wish starts from what was wished.
    unwished: Vec<Ticks>,
    /// How much the tasks of a unit start before what they must come after, in all.
    early: Vec<Ticks>,
    /// For each break the node of its route before which it is taken.
    pub(crate) break_at: Vec<u32>,
    /// For each node the breaks before it, as bits from the first break of its staff on.
    pub(super) breaks_before: Vec<u8>,
    pub(crate) choice: Vec<u8>,
    pub(super) travel: Vec<Ticks>,
    pub(super) service: Vec<Ticks>,
    pub(super) idle: Vec<Ticks>,
    pub(super) staff_hard: Vec<i64>,
    pub(super) staff_soft: Vec<i64>,
    pub(crate) served: Vec<bool>,
    pub(super) sums: Sums,
    before: Sums,
    log: Vec<Entry>,
    pub(super) forward: BitSet,
    pub(super) backward: BitSet,
    pub(super) touched: Vec<u32>,
    pub(super) is_touched: Vec<bool>,
    pub(super) worst_late_fell: bool,
    /// True where waiting is charged, so that latest starts are kept too.
    pub(super) keeps_latest: bool,
}

impl<'a> State<'a> {
    /// Nobody has anything to do yet.
    pub(crate) fn empty(instance: &'a Instance) -> Self {
        let (nodes, staff, units) = (instance.nodes(), instance.shifts.len(), instance.units.len());
        let slots = (SLOTS_PER_UNIT * units).max(64);
        let mut state = State {
            instance,
            previous: vec![NONE; nodes],
            next: vec![NONE; nodes],
            staff_of: vec![NONE; nodes],
            slot: vec![NONE; units],
            unit_at: vec![NONE; slots],
            start: vec![0; nodes],
            latest: vec![0; nodes],
            late: vec![0; instance.tasks],
            moved: vec![0; instance.tasks],
            unwished: vec![0; instance.tasks],
            early: vec![0; units],
            break_at: vec![NONE; instance.breaks.len()],
            breaks_before: vec![0; nodes],
            choice: vec![0; units],
            travel: vec![0; staff],
            service: vec![0; staff],
            idle: vec![0; staff],
            staff_hard: vec![0; staff],
            staff_soft: vec![0; staff],
            served: vec![false; instance.visit_units.len()],
            sums: Sums::default(),
            before: Sums::default(),
            log: Vec::new(),
            forward: BitSet::new(slots),
            backward: BitSet::new(slots),
            touched: Vec::new(),
            is_touched: vec![false; staff],
            worst_late_fell: false,
            keeps_latest: !instance.rates.waiting.is_free() && !instance.leave_at_shift_start,
        };
        state.reset();
        state
    }

    /// True where waiting is charged, so that plans start as late as they can.
    pub(crate) fn keeps_latest(&self) -> bool {
        self.keeps_latest
    }

    fn reset(&mut self) {
        let instance = self.instance;
        self.staff_of.fill(NONE);
        self.slot.fill(NONE);
        self.unit_at.fill(NONE);
        self.late.fill(0);
        self.moved.fill(0);
        self.unwished.fill(0);
        self.early.fill(0);
        self.break_at.fill(NONE);
        self.breaks_before.fill(0);
        self.choice.fill(0);
        self.served.fill(false);
        self.service.fill(0);
        self.staff_hard.fill(0);
        self.staff_soft.fill(0);
        self.idle.fill(0);
        self.sums = Sums::default();
        for visit in 0..self.served.len() {
            self.charge(instance.rates.unserved.times(1));
            if !instance.optional[visit] {
                self.charge(Score { hard: 1, soft: 0 });
            }
        }
        for staff in 0..self.travel.len() {
            let (start, end) = (instance.start_node(staff), instance.end_node(staff));
            self.next[start as usize] = end;
            self.previous[end as usize] = start;
            self.staff_of[start as usize] = staff as u32;
            self.staff_of[end as usize] = staff as u32;
            self.start[start as usize] = instance.shifts[staff].start;
            self.travel[staff] = instance.way(staff, start, end);
            self.touch_staff(staff);
        }
        self.propagate();
        self.commit();
    }

    /// Takes over a solution made of genes, for this instance.
    pub(crate) fn load(&mut self, genes: &Genes) {
        self.reset();
        self.begin();
        let mut units: Vec<usize> = (0..genes.slot.len()).filter(|&unit| genes.slot[unit] != NONE).collect();
        units.sort_unstable_by_key(|&unit| genes.slot[unit]);
        for unit in units {
            self.set_slot(unit, genes.slot[unit]);
            self.set_choice(unit, genes.choice[unit]);
            for task in self.tasks_of(unit) {
                let staff = genes.staff_of[task] as usize;
                self.link(task, staff, self.instance.end_node(staff));
            }
            self.serve(self.instance.units[unit].visit as usize, true);
        }
        for (index, &node) in genes.break_at.iter().enumerate() {
            self.set_break(index, node);
        }
        self.propagate();
        self.commit();
    }

    /// The genes of this solution, written into `genes`.
    pub(crate) fn save(&self, genes: &mut Genes) {
        genes.slot.clone_from(&self.slot);
        genes.staff_of.clear();
        genes.staff_of.extend_from_slice(&self.staff_of[..self.instance.tasks]);
        genes.break_at.clone_from(&self.break_at);
        genes.choice.clone_from(&self.choice);
    }

    // -- moves are made of the following, between `begin` and `commit` or `undo` --

    pub(crate) fn begin(&mut self) {
        self.log.clear();
        self.before = self.sums;
    }

    pub(crate) fn commit(&mut self) {
        self.log.clear();
    }

    /// Takes back everything since `begin`.
    pub(crate) fn undo(&mut self) {
        while let Some(Entry { field, index, old }) = self.log.pop() {
            let index = index as usize;
            match field {
                Field::Previous => self.previous[index] = old as u32,
                Field::Next => self.next[index] = old as u32,
                Field::StaffOf => self.staff_of[index] = old as u32,
                Field::Slot => self.write_slot(index, old as u32),
                Field::Start => self.start[index] = old as Ticks,
                Field::Latest => self.latest[index] = old as Ticks,
                Field::Late => self.late[index] = old as Ticks,
                Field::Moved => self.moved[index] = old as Ticks,
                Field::Unwished => self.unwished[index] = old as Ticks,
                Field::Early => self.early[index] = old as Ticks,
                Field::BreakAt => self.write_break(index, old as u32),
                Field::Choice => self.choice[index] = old as u8,
                Field::Travel => self.travel[index] = old as Ticks,
                Field::Service => self.service[index] = old as Ticks,
                Field::Idle => self.idle[index] = old as Ticks,
                Field::StaffHard => self.staff_hard[index] = old,
                Field::StaffSoft => self.staff_soft[index] = old,
                Field::Served => self.served[index] = old != 0,
            }
        }
        self.sums = self.before;
    }

    /// Takes back a move that was given up before it was timed.
    pub(crate) fn abandon(&mut self) {
        while self.forward.take_from(0).is_some() {}
        if self.keeps_latest {
            while self.backward.take_from(0).is_some() {}
        }
        while let Some(staff) = self.touched.pop() {
            self.is_touched[staff as usize] = false;
        }
        self.worst_late_fell = false;
        self.undo();
    }

    #[inline]
    pub(super) fn note(&mut self, field: Field, index: usize, old: i64) {
        self.log.push(Entry { field, index: index as u32, old });
    }

    pub(super) fn charge(&mut self, score: Score) {
        self.sums.hard += score.hard;
        self.sums.soft += score.soft;
    }

    /// The one or two tasks of a unit.
    pub(crate) fn tasks_of(&self, unit: usize) -> impl Iterator<Item = usize> + use<> {
        let unit = self.instance.units[unit];
        [unit.first, unit.second].into_iter().filter(|&task| task != NONE).map(|task| task as usize)
    }

    /// The other task of a pair.
    pub(crate) fn partner(&self, task: usize) -> Option<usize> {
        let unit = self.instance.units[self.instance.unit_of[task] as usize];
        match (unit.first as usize == task, unit.second) {
            (_, NONE) => None,
            (true, second) => Some(second as usize),
            (false, _) => Some(unit.first as usize),
        }
    }

    /// Where a node stands in the order; the ends of shifts stand beyond all.
    #[inline]
    pub(crate) fn slot_of(&self, node: u32) -> usize {
        if self.instance.is_task(node) {
            self.slot[self.instance.unit_of[node as usize] as usize] as usize
        } else if (node as usize - self.instance.tasks).is_multiple_of(2) {
            0
        } else {
            self.unit_at.len()
        }
    }

    /// The first slot after a node that another node of its route may take.
    #[inline]
    pub(crate) fn slot_after(&self, node: u32) -> usize {
        if self.instance.is_task(node) { self.slot_of(node) + 1 } else { 0 }
    }

    fn write_slot(&mut self, unit: usize, slot: u32) {
        let old = self.slot[unit];
        if old != NONE && self.unit_at[old as usize] == unit as u32 {
            self.unit_at[old as usize] = NONE;
        }
        if slot != NONE {
            self.unit_at[slot as usize] = unit as u32;
        }
        self.slot[unit] = slot;
    }

    /// Gives a unit a slot, which must be free, or takes it out of the order. Its tasks must not be linked.
    pub(crate) fn set_slot(&mut self, unit: usize, slot: u32) {
        self.note(Field::Slot, unit, i64::from(self.slot[unit]));
        self.write_slot(unit, slot);
        if slot == NONE {
            self.set_early(unit, 0);
        }
        self.touch_order(unit);
    }

    /// Has everything timed anew that must come before or after a unit: their order may have changed.
    fn touch_order(&mut self, unit: usize) {
        let instance = self.instance;
        if instance.earlier[unit].is_empty() && instance.later[unit].is_empty() {
            return;
        }
        let earlier = instance.earlier[unit].iter().flat_map(|earlier| earlier.units.0..earlier.units.1);
        for other in earlier.chain(instance.later[unit].iter().copied()).chain([unit as u32]) {
            let slot = self.slot[other as usize];
            if slot != NONE {
                self.forward.add(slot as usize);
                if self.keeps_latest {
                    self.backward.add(slot as usize);
                }
            }
        }
    }

    /// A free slot from `low` up to but not including `high`, drawn at random.
    pub(crate) fn free_slot(&self, low: usize, high: usize, rng: &mut Rng) -> Option<u32> {
        let drawn = rng.between(low, high);
        let is_free = |slot: &usize| self.unit_at[*slot] == NONE;
        let found = (drawn..high).find(is_free).or_else(|| (low..drawn).rev().find(is_free));
        found.map(|slot| slot as u32)
    }

    /// The node of a route before which a task with this slot belongs.
    pub(crate) fn seat(&self, staff: usize, slot: usize) -> u32 {
        let mut node = self.next[self.instance.start_node(staff) as usize];
        while self.instance.is_task(node) && self.slot_of(node) < slot {
            node = self.next[node as usize];
        }
        node
    }

    #[inline]
    pub(super) fn touch_staff(&mut self, staff: usize) {
        if !std::mem::replace(&mut self.is_touched[staff], true) {
            self.touched.push(staff as u32);
        }
    }

    /// Has a node timed anew: forward from it, and backward from the node before it.
    #[inline]
    fn touch(&mut self, node: u32) {
        if self.instance.is_task(node) {
            self.forward.add(self.slot_of(node));
        }
        self.touch_staff(self.staff_of[node as usize] as usize);
        let before = self.previous[node as usize];
        if self.keeps_latest && self.instance.is_task(before) {
            self.backward.add(self.slot_of(before));
        }
    }

    fn set_next(&mut self, node: u32, value: u32) {
        self.note(Field::Next, node as usize, i64::from(self.next[node as usize]));
        self.next[node as usize] = value;
    }

    fn set_previous(&mut self, node: u32, value: u32) {
        self.note(Field::Previous, node as usize, i64::from(self.previous[node as usize]));
        self.previous[node as usize] = value;
    }

    /// Takes a task out of its route.
    pub(crate) fn unlink(&mut self, task: usize) {
        let staff = self.staff_of[task] as usize;
        let node = task as u32;
        let (before, after) = (self.previous[task], self.next[task]);
        let instance = self.instance;
        let way = instance.way(staff, before, after)
            - instance.way(staff, before, node)
            - instance.way(staff, node, after);
        self.add_work(staff, way, -instance.duration[task]);
        self.charge(Score { hard: 0, soft: -instance.choice_price(task, staff) });
        self.set_next(before, after);
        self.set_previous(after, before);
        if self.breaks_before[task] != 0 {
            self.pass_breaks(task, after);
        }
        self.touch(after);
        self.set_late(task, 0);
        self.set_moved(task, 0);
        self.set_unwished(task, 0);
        self.note(Field::StaffOf, task, staff as i64);
        self.staff_of[task] = NONE;
    }

    /// Puts a task into a route, before a node of it.
    pub(crate) fn link(&mut self, task: usize, staff: usize, after: u32) {
        let node = task as u32;
        let before = self.previous[after as usize];
        let instance = self.instance;
        let way = instance.way(staff, before, node) + instance.way(staff, node, after)
            - instance.way(staff, before, after);
        self.add_work(staff, way, instance.duration[task]);
        self.charge(Score { hard: 0, soft: instance.choice_price(task, staff) });
        self.set_next(before, node);
        self.set_previous(after, node);
        self.set_next(node, after);
        self.set_previous(node, before);
        self.note(Field::StaffOf, task, i64::from(self.staff_of[task]));
        self.staff_of[task] = staff as u32;
        self.touch(node);
        self.touch(after);
    }

    fn add_work(&mut self, staff: usize, way: Ticks, service: Ticks) {
        self.note(Field::Travel, staff, i64::from(self.travel[staff]));
        self.travel[staff] += way;
        self.note(Field::Service, staff, i64::from(self.service[staff]));
        self.service[staff] += service;
    }

    fn write_break(&mut self, index: usize, node: u32) {
        let bit = 1 << self.instance.breaks[index].number;
        let old = std::mem::replace(&mut self.break_at[index], node);
        if old != NONE {
            self.breaks_before[old as usize] &= !bit;
        }
        if node != NONE {
            self.breaks_before[node as usize] |= bit;
        }
    }

    /// Has the breaks before a task taken before the node that comes after it.
    fn pass_breaks(&mut self, task: usize, after: u32) {
        let first = self.instance.shifts[self.staff_of[task] as usize].first_break as usize;
        while self.breaks_before[task] != 0 {
            let index = first + self.breaks_before[task].trailing_zeros() as usize;
            self.note(Field::BreakAt, index, i64::from(self.break_at[index]));
            self.write_break(index, after);
        }
    }

    /// Has a break taken before a node of the route of its staff, or not at all.
    pub(crate) fn set_break(&mut self, index: usize, node: u32) {
        let old = self.break_at[index];
        self.note(Field::BreakAt, index, i64::from(old));
        self.write_break(index, node);
        for changed in [old, node] {
            if changed != NONE {
                self.touch(changed);
            }
        }
        self.touch_staff(self.instance.breaks[index].staff as usize);
    }

    /// How many windows a unit has to choose from.
    pub(crate) fn windows_of(&self, unit: usize) -> usize {
        self.instance.task_windows(self.instance.units[unit].first as usize).len()
    }

    /// Has a unit wait for its window of this number.
    pub(crate) fn set_choice(&mut self, unit: usize, choice: u8) {
        self.note(Field::Choice, unit, i64::from(self.choice[unit]));
        self.choice[unit] = choice;
        if self.slot[unit] != NONE {
            self.forward.add(self.slot[unit] as usize);
        }
    }

    /// Says whether a visit is made.
    pub(crate) fn serve(&mut self, visit: usize, served: bool) {
        if self.served[visit] == served {
            return;
        }
        self.note(Field::Served, visit, i64::from(self.served[visit]));
        self.served[visit] = served;
        let sign = if served { -1 } else { 1 };
        self.charge(self.instance.rates.unserved.times(sign));
        if !self.instance.optional[visit] {
            self.charge(Score { hard: sign, soft: 0 });
        }
    }

    pub(super) fn set_late(&mut self, task: usize, late: Ticks) {
        let old = self.late[task];
        if old == late {
            return;
        }
        self.note(Field::Late, task, i64::from(old));
        self.late[task] = late;
        self.charge(self.instance.rates.tardiness.times(i64::from(late - old)));
        if late >= self.sums.worst_late {
            self.sums.worst_late = late;
        } else if old == self.sums.worst_late {
            self.worst_late_fell = true;
        }
    }

    pub(super) fn set_moved(&mut self, task: usize, moved: Ticks) {
        let old = self.moved[task];
        if old != moved {
            self.note(Field::Moved, task, i64::from(old));
            self.moved[task] = moved;
            self.charge(self.instance.rates.changed_time.times(i64::from(moved - old)));
        }
    }

    pub(super) fn set_unwished(&mut self, task: usize, unwished: Ticks) {
        let old = self.unwished[task];
        if old != unwished {
            self.note(Field::Unwished, task, i64::from(old));
            self.unwished[task] = unwished;
            self.charge(self.instance.rates.unwished_start.times(i64::from(unwished - old)));
        }
    }

    pub(super) fn set_early(&mut self, unit: usize, early: Ticks) {
        let old = self.early[unit];
        if old != early {
            self.note(Field::Early, unit, i64::from(old));
            self.early[unit] = early;
            self.charge(self.instance.rates.precedence.times(i64::from(early - old)));
        }
    }

    /// Spreads the slots evenly again, keeping the order. Not part of a move.
    pub(crate) fn spread_slots(&mut self) {
        let order: Vec<u32> = self.unit_at.iter().copied().filter(|&unit| unit != NONE).collect();
        self.unit_at.fill(NONE);
        let (slots, count) = (self.unit_at.len(), order.len().max(1));
        for (position, unit) in order.into_iter().enumerate() {
            let slot = (2 * position + 1) * slots / (2 * count);
            self.slot[unit as usize] = slot as u32;
            self.unit_at[slot] = unit;
        }
    }
}
