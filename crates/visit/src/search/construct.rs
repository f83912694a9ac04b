//! A first solution: visits by the end of their windows, each to those who can be there with the least harm.

use localsearch::rng::Rng;

use super::instance::{Instance, NONE};
use super::moves::put_in;
use super::state::State;
use crate::model::Ticks;

/// A solution with every visit that must be made and can be.
pub(crate) fn construct<'a>(instance: &'a Instance, rng: &mut Rng) -> State<'a> {
    let mut state = State::empty(instance);
    let mut order: Vec<usize> = (0..instance.units.len())
        .filter(|&unit| !instance.impossible[instance.units[unit].visit as usize])
        .collect();
    order.sort_by_key(|&unit| due(instance, unit));
    let count = order.len().max(1);
    let slots = 8 * instance.units.len().max(8);
    for (position, unit) in order.into_iter().enumerate() {
        let slot = ((2 * position + 1) * slots / (2 * count)) as u32;
        place(&mut state, unit, slot, rng);
    }
    choose_breaks(&mut state);
    state
}

fn due(instance: &Instance, unit: usize) -> Ticks {
    instance.task_windows(instance.units[unit].first as usize)[0].due
}

fn place(state: &mut State<'_>, unit: usize, slot: u32, rng: &mut Rng) {
    let parts = state.instance.units[unit];
    let Some(first) = soonest(state, parts.first as usize, NONE, rng) else { return };
    let second =
        if parts.second == NONE { Some(0) } else { soonest(state, parts.second as usize, first as u32, rng) };
    // Where the only one for the second task was taken for the first, the first goes to another.
    let pair = match second {
        Some(second) => Some([first, second]),
        None => soonest(state, parts.second as usize, NONE, rng)
            .and_then(|second| Some([soonest(state, parts.first as usize, second as u32, rng)?, second])),
    };
    let Some(pair) = pair else { return };
    state.begin();
    put_in(state, unit, slot, pair);
    state.serve(parts.visit as usize, true);
    state.propagate();
    state.commit();
}

/// Who could begin the task with the least lateness, travel and price, of all who may; not `except`.
fn soonest(state: &State<'_>, task: usize, except: u32, rng: &mut Rng) -> Option<usize> {
    let instance = state.instance;
    let windows = instance.task_windows(task);
    let mut best: Option<(i64, usize)> = None;
    for &staff in instance.allowed[task].iter().filter(|&&staff| staff != except) {
        let staff = staff as usize;
        let last = state.previous[instance.end_node(staff) as usize];
        let free = state.start[last as usize] + instance.duration[last as usize];
        let way = instance.way(staff, last, task as u32);
        let begin = (free + way).max(windows[0].open);
        let late = (begin - windows[0].due).max(0);
        let wait = begin - free - way;
        let beyond = (begin + instance.duration[task] - instance.shifts[staff].end).max(0);
        let harm = i64::from(way) + i64::from(wait) / 4 + 3 * i64::from(late) + 3 * i64::from(beyond);
        let harm = harm * 8 + rng.below(8) as i64;
        if best.is_none_or(|(least, _)| harm < least) {
            best = Some((harm, staff));
        }
    }
    best.map(|(_, staff)| staff)
}

/// Gives everyone each of their breaks at the first point where it delays least.
fn choose_breaks(state: &mut State<'_>) {
    let instance = state.instance;
    for &index in &instance.possible_breaks {
        let owed = instance.breaks[index as usize];
        let mut node = state.next[instance.start_node(owed.staff as usize) as usize];
        while instance.is_task(node) && state.start[node as usize] < owed.open + owed.length {
            node = state.next[node as usize];
        }
        state.begin();
        state.set_break(index as usize, node);
        state.propagate();
        state.commit();
    }
}
