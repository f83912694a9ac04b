//! From a plan to a solution under search, so that a search can go on from it.

use super::instance::{Instance, NONE};
use super::state::Genes;
use crate::model::{Day, Ticks};
use crate::plan::{Plan, What};

/// The genes of a plan: who does what, in the order of starts, breaks where they are taken.
///
/// Tasks that only half of a pair or visit has are left out, so that the visit is put in anew as a whole.
pub(crate) fn genes(day: &Day, instance: &Instance, plan: &Plan) -> Genes {
    let mut tasks_before = Vec::with_capacity(day.visits.len());
    let mut count = 0;
    for visit in &day.visits {
        tasks_before.push(count);
        count += visit.tasks.len();
    }
    let task_of = |visit: usize, number: usize| {
        let is_known = day.visits.get(visit).is_some_and(|wanted| number < wanted.tasks.len());
        is_known.then(|| tasks_before[visit] + number)
    };
    let mut genes = Genes {
        slot: vec![NONE; instance.units.len()],
        staff_of: vec![NONE; instance.tasks],
        break_at: vec![NONE; instance.breaks.len()],
        choice: vec![0; instance.units.len()],
    };
    let mut starts: Vec<Ticks> = vec![0; instance.tasks];
    for (staff, route) in plan.routes.iter().enumerate().take(instance.shifts.len()) {
        let shift = &instance.shifts[staff];
        let mut waiting = Vec::new();
        for stop in &route.stops {
            match stop.what {
                What::Break { number, .. } if number < shift.breaks.count_ones() as usize => {
                    waiting.push(shift.first_break as usize + number);
                }
                What::Break { .. } => {}
                What::Task { visit, task } => {
                    let Some(task) = task_of(visit, task).filter(|&task| instance.may_do(task, staff)) else {
                        continue;
                    };
                    genes.staff_of[task] = staff as u32;
                    starts[task] = stop.start;
                    waiting.drain(..).for_each(|index| genes.break_at[index] = task as u32);
                }
            }
        }
        waiting.into_iter().for_each(|index| genes.break_at[index] = instance.end_node(staff));
    }
    drop_halves(instance, &mut genes);
    number(instance, &mut genes, &starts);
    genes
}

fn drop_halves(instance: &Instance, genes: &mut Genes) {
    for &(begin, end) in &instance.visit_units {
        let units = &instance.units[begin as usize..end as usize];
        let tasks = || units.iter().flat_map(|unit| [unit.first, unit.second]).filter(|&task| task != NONE);
        if tasks().any(|task| genes.staff_of[task as usize] == NONE) {
            for task in tasks() {
                let staff = std::mem::replace(&mut genes.staff_of[task as usize], NONE);
                if staff == NONE {
                    continue;
                }
                let shift = &instance.shifts[staff as usize];
                let first = shift.first_break as usize;
                let breaks = &mut genes.break_at[first..first + shift.breaks.count_ones() as usize];
                for node in breaks.iter_mut().filter(|node| **node == task) {
                    *node = instance.end_node(staff as usize);
                }
            }
        }
    }
}

fn number(instance: &Instance, genes: &mut Genes, starts: &[Ticks]) {
    let is_done = |unit: &usize| genes.staff_of[instance.units[*unit].first as usize] != NONE;
    let mut order: Vec<usize> = (0..instance.units.len()).filter(is_done).collect();
    let start = |unit: usize| {
        let parts = instance.units[unit];
        let second = if parts.second == NONE { Ticks::MIN } else { starts[parts.second as usize] };
        starts[parts.first as usize].max(second)
    };
    order.sort_by_key(|&unit| start(unit));
    let count = order.len().max(1);
    let slots = (8 * instance.units.len()).max(64);
    for (position, &unit) in order.iter().enumerate() {
        genes.slot[unit] = ((2 * position + 1) * slots / (2 * count)) as u32;
        let first = instance.units[unit].first as usize;
        let windows = instance.task_windows(first);
        let opened = windows.iter().rposition(|window| window.open <= starts[first]).unwrap_or(0);
        genes.choice[unit] = opened as u8;
    }
}
