//! Every way to put a unit into a solution, with what each costs.

use localsearch::portfolio::Score;
use localsearch::rng::Rng;

use super::instance::NONE;
use super::moves::{put_in, take_out};
use super::state::State;
use crate::model::Ticks;

/// Gaps that are tried in earnest for a task, of all that a glance ranks.
const LIKELY_GAPS: usize = 60;
/// Persons that are tried in earnest for the other task of a pair.
const LIKELY_PARTNERS: usize = 6;

/// One way to put a unit into a solution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) slot: u32,
    pub(crate) staff: [usize; 2],
    /// The score of the whole solution with the unit there.
    pub(crate) score: Score,
    /// When the first task would start.
    pub(crate) start: Ticks,
}

/// Every way to put in a unit that stands in no route, best first. The solution is left as it was.
pub(crate) fn seats(state: &mut State<'_>, unit: usize, rng: &mut Rng) -> Vec<Seat> {
    let instance = state.instance;
    let parts = instance.units[unit];
    let mut found = Vec::new();
    for (lead, follow) in [(parts.first, parts.second), (parts.second, parts.first)] {
        if lead == NONE {
            continue;
        }
        for &staff in &instance.allowed[lead as usize] {
            let mut before = instance.start_node(staff as usize);
            while before != instance.end_node(staff as usize) {
                let after = state.next[before as usize];
                if let Some(slot) = state.free_slot(state.slot_after(before), state.slot_of(after), rng) {
                    try_partners(
                        state,
                        unit,
                        slot,
                        (staff as usize, lead == parts.first),
                        follow,
                        &mut found,
                    );
                }
                before = after;
            }
        }
    }
    found.sort_by_key(|seat| (seat.score, seat.slot, seat.staff));
    found
}

fn try_partners(
    state: &mut State<'_>,
    unit: usize,
    slot: u32,
    (staff, leads): (usize, bool),
    follow: u32,
    found: &mut Vec<Seat>,
) {
    if follow == NONE {
        found.push(try_seat(state, unit, slot, [staff, 0]));
        return;
    }
    for &partner in
        state.instance.allowed[follow as usize].iter().filter(|&&partner| partner as usize != staff)
    {
        let partner = partner as usize;
        found.push(try_seat(state, unit, slot, if leads { [staff, partner] } else { [partner, staff] }));
    }
}

fn try_seat(state: &mut State<'_>, unit: usize, slot: u32, staff: [usize; 2]) -> Seat {
    state.begin();
    put_in(state, unit, slot, staff);
    state.propagate();
    let task = state.instance.units[unit].first as usize;
    let start = if state.keeps_latest() { state.latest[task] } else { state.start[task] };
    let seat = Seat { slot, staff, score: state.score(), start };
    state.undo();
    seat
}

/// One place in a route where a task could stand.
#[derive(Debug, Clone, Copy)]
struct Gap {
    staff: usize,
    before: u32,
    after: u32,
    guess: Score,
}

/// What it costs to do a task in a gap, as far as the gap itself shows: the way, lateness here and at the next stop.
fn guess(state: &State<'_>, task: usize, staff: usize, before: u32, after: u32) -> Score {
    let instance = state.instance;
    let rates = &instance.rates;
    let (way_there, way_on) =
        (instance.way(staff, before, task as u32), instance.way(staff, task as u32, after));
    let way = way_there + way_on - instance.way(staff, before, after);
    let window = instance.task_windows(task)[0];
    let free = state.start[before as usize] + instance.duration[before as usize];
    let start = (free + way_there).max(window.open);
    let next = start + instance.duration[task] + way_on;
    let (due, overrun) = if instance.is_task(after) {
        let windows = instance.task_windows(after as usize);
        (windows[windows.len() - 1].due.max(state.start[after as usize]), 0)
    } else {
        (Ticks::MAX, (next - instance.shifts[staff].end).max(0))
    };
    let late = (start - window.due).max(0) + (next - due).max(0);
    let parts = [
        rates.travel.times(i64::from(way)),
        rates.tardiness.times(i64::from(late)),
        rates.overtime.times(i64::from(overrun)),
        Score { hard: 0, soft: instance.choice_price(task, staff) },
    ];
    parts.into_iter().fold(Score { hard: 0, soft: 0 }, |sum, part| Score {
        hard: sum.hard + part.hard,
        soft: sum.soft + part.soft,
    })
}

/// The gaps that look best for a task, best first.
fn likely_gaps(state: &State<'_>, task: usize) -> Vec<Gap> {
    let instance = state.instance;
    let mut gaps = Vec::new();
    for &staff in &instance.allowed[task] {
        let staff = staff as usize;
        let mut before = instance.start_node(staff);
        while before != instance.end_node(staff) {
            let after = state.next[before as usize];
            gaps.push(Gap { staff, before, after, guess: guess(state, task, staff, before, after) });
            before = after;
        }
    }
    gaps.sort_by_key(|gap| (gap.guess, gap.staff, gap.before));
    gaps.truncate(LIKELY_GAPS);
    gaps
}

/// Those who look best for the other task of a pair at a slot.
fn likely_partners(state: &State<'_>, task: usize, slot: u32, except: usize) -> Vec<usize> {
    let mut ranked: Vec<(Score, usize)> = state.instance.allowed[task]
        .iter()
        .map(|&staff| staff as usize)
        .filter(|&staff| staff != except)
        .map(|staff| {
            let after = state.seat(staff, slot as usize);
            (guess(state, task, staff, state.previous[after as usize], after), staff)
        })
        .collect();
    ranked.sort_unstable();
    ranked.truncate(LIKELY_PARTNERS);
    ranked.into_iter().map(|(_, staff)| staff).collect()
}

/// The best of the likely ways to put in a unit that stands in no route. The solution is left as it was.
fn best_likely_seat(state: &mut State<'_>, unit: usize, rng: &mut Rng) -> Option<Seat> {
    let parts = state.instance.units[unit];
    let mut found = Vec::new();
    for (lead, follow) in [(parts.first, parts.second), (parts.second, parts.first)] {
        if lead == NONE {
            continue;
        }
        for gap in likely_gaps(state, lead as usize) {
            let (low, high) = (state.slot_after(gap.before), state.slot_of(gap.after));
            let Some(slot) = state.free_slot(low, high, rng) else { continue };
            if follow == NONE {
                found.push(try_seat(state, unit, slot, [gap.staff, 0]));
                continue;
            }
            for partner in likely_partners(state, follow as usize, slot, gap.staff) {
                let pair = if lead == parts.first { [gap.staff, partner] } else { [partner, gap.staff] };
                found.push(try_seat(state, unit, slot, pair));
            }
        }
    }
    found.into_iter().min_by_key(|seat| (seat.score, seat.slot, seat.staff))
}

/// Puts every visit that must be made, can be, and is not, where it costs least.
pub(crate) fn insert_missing(state: &mut State<'_>, rng: &mut Rng) {
    let instance = state.instance;
    for visit in 0..instance.visit_units.len() {
        if state.served[visit] || instance.optional[visit] || instance.impossible[visit] {
            continue;
        }
        let (begin, end) = instance.visit_units[visit];
        for unit in begin as usize..end as usize {
            if state.slot[unit] != NONE {
                continue;
            }
            // Where the order has no room left between two neighbours, it is spread out once.
            let best = best_likely_seat(state, unit, rng).or_else(|| {
                state.spread_slots();
                best_likely_seat(state, unit, rng)
            });
            let Some(best) = best else { return };
            state.begin();
            put_in(state, unit, best.slot, best.staff);
            state.propagate();
            state.commit();
        }
        state.begin();
        state.serve(visit, true);
        state.propagate();
        state.commit();
    }
}

/// Leaves a visit out.
pub(crate) fn remove(state: &mut State<'_>, visit: usize) {
    let (begin, end) = state.instance.visit_units[visit];
    state.begin();
    for unit in begin as usize..end as usize {
        if state.slot[unit] != NONE {
            take_out(state, unit);
        }
    }
    state.serve(visit, false);
    state.propagate();
    state.commit();
}
