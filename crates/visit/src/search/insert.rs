//! Every way to put a unit into a solution, with what each costs.

use localsearch::portfolio::Score;
use localsearch::rng::Rng;

use super::instance::NONE;
use super::moves::{put_in, take_out};
use super::state::State;
use crate::model::Ticks;

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
            let best = seats(state, unit, rng).first().copied().or_else(|| {
                state.spread_slots();
                seats(state, unit, rng).first().copied()
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
