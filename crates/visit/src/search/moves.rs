//! The small changes that the search tries.
//!
//! A move edits the solution between `begin` and `propagate`; it returns `None` where it found nothing to change,
//! and then what it did must be abandoned. Both tasks of a pair always move together.

use localsearch::rng::Rng;

use super::instance::NONE;
use super::state::State;
use crate::model::Ticks;

/// How often each kind of move is tried, of [`SHARES`] in all.
const RELOCATE: usize = 45;
const SWAP_STAFF: usize = 62;
const SWAP_PLACES: usize = 72;
const EXCHANGE_TAILS: usize = 82;
const EXCHANGE_STRETCH: usize = 90;
const SHARES: usize = 100;
/// Of so many visits that move, one draws the window that it waits for anew.
const RELOCATE_DRAWS_WINDOW: usize = 4;

/// One move, drawn at random.
pub(crate) fn any(state: &mut State<'_>, rng: &mut Rng) -> Option<()> {
    match rng.below(SHARES) {
        draw if draw < RELOCATE => relocate(state, rng),
        draw if draw < SWAP_STAFF => swap_staff(state, rng),
        draw if draw < SWAP_PLACES => swap_places(state, rng),
        draw if draw < EXCHANGE_TAILS => exchange_tails(state, rng),
        draw if draw < EXCHANGE_STRETCH => exchange_stretch(state, rng),
        _ => special(state, rng),
    }
}

/// Moves that only some days have: optional visits, breaks, several windows.
fn special(state: &mut State<'_>, rng: &mut Rng) -> Option<()> {
    let instance = state.instance;
    let kinds = [
        !instance.optional_visits.is_empty(),
        !instance.possible_breaks.is_empty(),
        !instance.choosing_units.is_empty(),
    ];
    let count = kinds.iter().filter(|&&has| has).count();
    let chosen = rng.below(count);
    let kind = (0..kinds.len()).filter(|&kind| kinds[kind]).nth(chosen);
    match kind {
        Some(0) if rng.below(2) == 0 => toggle_visit(state, rng),
        Some(0) => replace_visit(state, rng),
        Some(1) => move_break(state, rng),
        Some(2) => change_window(state, rng),
        _ => relocate(state, rng),
    }
}

fn is_served(state: &State<'_>, unit: usize) -> bool {
    state.slot[unit] != NONE
}

/// A task that someone does, drawn at random.
fn served_task(state: &State<'_>, rng: &mut Rng) -> Option<usize> {
    let task = rng.below(state.instance.tasks);
    (state.instance.tasks > 0 && state.staff_of[task] != NONE).then_some(task)
}

/// A task near this one that someone does.
fn served_neighbour(state: &State<'_>, task: usize, rng: &mut Rng) -> Option<usize> {
    let near = rng.pick(&state.instance.neighbours[task])?;
    (state.staff_of[*near as usize] != NONE).then_some(*near as usize)
}

/// A member of staff who may do the task and does not do its partner's.
fn other_staff(state: &State<'_>, task: usize, partner_staff: u32, rng: &mut Rng) -> Option<usize> {
    let staff = *rng.pick(&state.instance.allowed[task])?;
    (staff != partner_staff).then_some(staff as usize)
}

/// Takes a unit's tasks out of their routes and the unit out of the order.
pub(crate) fn take_out(state: &mut State<'_>, unit: usize) {
    for task in state.tasks_of(unit) {
        state.unlink(task);
    }
    state.set_slot(unit, NONE);
}

/// Puts a unit at a free slot, its tasks with these staff.
pub(crate) fn put_in(state: &mut State<'_>, unit: usize, slot: u32, staff: [usize; 2]) {
    state.set_slot(unit, slot);
    for (task, staff) in state.tasks_of(unit).zip(staff) {
        let seat = state.seat(staff, slot as usize);
        state.link(task, staff, seat);
    }
}

/// Moves a unit next to a task near it, or to another member of staff at the same time.
fn relocate(state: &mut State<'_>, rng: &mut Rng) -> Option<()> {
    let task = served_task(state, rng)?;
    let unit = state.instance.unit_of[task] as usize;
    let partner = state.partner(task);
    let old_partner_staff = partner.map_or(NONE, |partner| state.staff_of[partner]);
    let old_slot = state.slot[unit];
    if rng.below(8) == 0 {
        let staff = other_staff(state, task, old_partner_staff, rng)?;
        if staff as u32 == state.staff_of[task] {
            return None;
        }
        state.unlink(task);
        let seat = state.seat(staff, old_slot as usize);
        state.link(task, staff, seat);
        return Some(());
    }
    let near = served_neighbour(state, task, rng)?;
    let staff = state.staff_of[near] as usize;
    if !state.instance.may_do(task, staff) {
        return None;
    }
    let after_near = rng.below(2) == 0;
    let partner_staff = match partner {
        None => 0,
        Some(_) if old_partner_staff as usize != staff && rng.below(3) > 0 => old_partner_staff as usize,
        Some(partner) => other_staff(state, partner, staff as u32, rng)?,
    };
    take_out(state, unit);
    let (low, high) = if after_near {
        (state.slot_after(near as u32), state.slot_of(state.next[near]))
    } else {
        (state.slot_after(state.previous[near]), state.slot_of(near as u32))
    };
    let slot = state.free_slot(low, high, rng)?;
    let is_first = state.instance.units[unit].first as usize == task;
    put_in(state, unit, slot, if is_first { [staff, partner_staff] } else { [partner_staff, staff] });
    // A visit that waits for its window, or for the moment that was promised, seldom does so rightly elsewhere too.
    let windows = state.windows_of(unit);
    if windows > 1 && rng.below(RELOCATE_DRAWS_WINDOW) == 0 {
        let choice = rng.below(windows) as u8;
        if choice != state.choice[unit] {
            state.set_choice(unit, choice);
        }
    }
    Some(())
}

/// True where these two tasks can change staff with each other.
fn may_swap(state: &State<'_>, one: usize, other: usize) -> bool {
    let (staff, other_staff) = (state.staff_of[one], state.staff_of[other]);
    let partner_has =
        |task: usize, staff: u32| state.partner(task).is_some_and(|task| state.staff_of[task] == staff);
    staff != other_staff
        && state.instance.may_do(one, other_staff as usize)
        && state.instance.may_do(other, staff as usize)
        && !partner_has(one, other_staff)
        && !partner_has(other, staff)
}

/// Two tasks change staff and keep their places in the order.
fn swap_staff(state: &mut State<'_>, rng: &mut Rng) -> Option<()> {
    let one = served_task(state, rng)?;
    let other = served_neighbour(state, one, rng)?;
    if !may_swap(state, one, other) {
        return None;
    }
    let (staff, other_staff) = (state.staff_of[one] as usize, state.staff_of[other] as usize);
    state.unlink(one);
    state.unlink(other);
    for (task, staff) in [(one, other_staff), (other, staff)] {
        let seat = state.seat(staff, state.slot_of(task as u32));
        state.link(task, staff, seat);
    }
    Some(())
}

/// Two units change places: slot and staff, task by task.
fn swap_places(state: &mut State<'_>, rng: &mut Rng) -> Option<()> {
    let task = served_task(state, rng)?;
    let other_task = served_neighbour(state, task, rng)?;
    let (one, other) = (state.instance.unit_of[task] as usize, state.instance.unit_of[other_task] as usize);
    let new_staff = |unit: usize, from: usize, meeting: (usize, usize)| {
        // The two drawn tasks change staff; a partner keeps its own.
        let staff =
            |task: usize| if task == meeting.0 { state.staff_of[meeting.1] } else { state.staff_of[task] };
        let mut tasks = state.tasks_of(unit);
        let first = tasks.next()?;
        let second = tasks.next();
        let pair = [staff(first), second.map_or(NONE, staff)];
        let may = |task: usize, staff: u32| state.instance.may_do(task, staff as usize);
        let fits =
            may(first, pair[0]) && second.is_none_or(|second| may(second, pair[1])) && pair[0] != pair[1];
        fits.then_some((pair.map(|staff| staff as usize), state.slot[from]))
    };
    let (one_staff, one_slot) = new_staff(one, other, (task, other_task))?;
    let (other_staff, other_slot) = new_staff(other, one, (other_task, task))?;
    take_out(state, one);
    take_out(state, other);
    put_in(state, one, one_slot, one_staff);
    put_in(state, other, other_slot, other_staff);
    Some(())
}

/// Two members of staff change everything they do between two slots.
fn exchange(state: &mut State<'_>, staff: [usize; 2], low: usize, high: usize) -> Option<()> {
    let mut moved = [Vec::new(), Vec::new()];
    for side in 0..2 {
        let (from, to) = (staff[side], staff[1 - side]);
        let mut node = state.seat(from, low);
        while state.instance.is_task(node) && state.slot_of(node) < high {
            let task = node as usize;
            let partner_there =
                state.partner(task).is_some_and(|partner| state.staff_of[partner] == to as u32);
            if partner_there || !state.instance.may_do(task, to) {
                return None;
            }
            moved[side].push(task);
            node = state.next[task];
        }
    }
    if moved.iter().all(Vec::is_empty) {
        return None;
    }
    // Breaks are drawn along with a task; here each keeps theirs where they are in the order, at the seam.
    for &task in moved.iter().flatten() {
        state.unlink(task);
    }
    for (side, tasks) in moved.iter().enumerate() {
        let to = staff[1 - side];
        let seat = state.seat(to, low);
        for &task in tasks {
            state.link(task, to, seat);
        }
    }
    Some(())
}

/// Two members of staff change the rest of their days after a task.
fn exchange_tails(state: &mut State<'_>, rng: &mut Rng) -> Option<()> {
    let one = served_task(state, rng)?;
    let other = served_neighbour(state, one, rng)?;
    let staff = [state.staff_of[one] as usize, state.staff_of[other] as usize];
    if staff[0] == staff[1] {
        return None;
    }
    let low = state.slot_of(one as u32) + 1;
    exchange(state, staff, low, usize::MAX)
}

/// Two members of staff change a short stretch of their days.
fn exchange_stretch(state: &mut State<'_>, rng: &mut Rng) -> Option<()> {
    let one = served_task(state, rng)?;
    let other = served_neighbour(state, one, rng)?;
    let staff = [state.staff_of[one] as usize, state.staff_of[other] as usize];
    if staff[0] == staff[1] {
        return None;
    }
    let mut last = one as u32;
    for _ in 0..=rng.below(3) {
        let next = state.next[last as usize];
        if state.instance.is_task(next) {
            last = next;
        }
    }
    exchange(state, staff, state.slot_of(one as u32), state.slot_of(last) + 1)
}

/// Leaves an optional visit out, or makes one that was left out.
fn toggle_visit(state: &mut State<'_>, rng: &mut Rng) -> Option<()> {
    let visit = *rng.pick(&state.instance.optional_visits)? as usize;
    let (first, after) = state.instance.visit_units[visit];
    let is_made = state.served[visit];
    for unit in first as usize..after as usize {
        if is_made {
            take_out(state, unit);
        } else {
            put_near(state, unit, rng)?;
        }
    }
    state.serve(visit, !is_made);
    Some(())
}

/// Makes a visit that was left out in place of one near it that may be left out.
fn replace_visit(state: &mut State<'_>, rng: &mut Rng) -> Option<()> {
    let instance = state.instance;
    let wanted = *rng.pick(&instance.optional_visits)? as usize;
    if state.served[wanted] {
        return None;
    }
    let (first_unit, after_units) = instance.visit_units[wanted];
    let first = instance.units[first_unit as usize].first as usize;
    let near = served_neighbour(state, first, rng)?;
    let near_unit = instance.units[instance.unit_of[near] as usize];
    let given_up = near_unit.visit as usize;
    let (staff, slot) = (state.staff_of[near] as usize, state.slot_of(near as u32) as u32);
    if !instance.optional[given_up] || !instance.may_do(first, staff) {
        return None;
    }
    let (begin, end) = instance.visit_units[given_up];
    (begin..end).for_each(|unit| take_out(state, unit as usize));
    state.serve(given_up, false);
    let second = instance.units[first_unit as usize].second;
    let partner_staff =
        if second == NONE { 0 } else { other_staff(state, second as usize, staff as u32, rng)? };
    put_in(state, first_unit as usize, slot, [staff, partner_staff]);
    for unit in first_unit + 1..after_units {
        put_near(state, unit as usize, rng)?;
    }
    state.serve(wanted, true);
    Some(())
}

/// Puts a unit that stands in no route next to a task near it, or into any route at its time.
fn put_near(state: &mut State<'_>, unit: usize, rng: &mut Rng) -> Option<()> {
    debug_assert!(!is_served(state, unit));
    let parts = state.instance.units[unit];
    let first = parts.first as usize;
    let near = served_neighbour(state, first, rng)
        .filter(|&near| state.instance.may_do(first, state.staff_of[near] as usize));
    let (staff, before) = match near {
        Some(near) if rng.below(2) == 0 => (state.staff_of[near] as usize, near as u32),
        Some(near) => (state.staff_of[near] as usize, state.next[near]),
        None => {
            let staff = *rng.pick(&state.instance.allowed[first])? as usize;
            let open = rng.pick(state.instance.task_windows(first))?.open;
            (staff, first_from(state, staff, open))
        }
    };
    let partner_staff =
        if parts.second == NONE { 0 } else { other_staff(state, parts.second as usize, staff as u32, rng)? };
    let low = state.slot_after(state.previous[before as usize]);
    let slot = state.free_slot(low, state.slot_of(before), rng)?;
    put_in(state, unit, slot, [staff, partner_staff]);
    Some(())
}

/// The first node of a route that starts at a moment or later.
fn first_from(state: &State<'_>, staff: usize, moment: Ticks) -> u32 {
    let mut node = state.next[state.instance.start_node(staff) as usize];
    while state.instance.is_task(node) && state.start[node as usize] < moment {
        node = state.next[node as usize];
    }
    node
}

/// Takes a break at another point of a route, or not at all.
fn move_break(state: &mut State<'_>, rng: &mut Rng) -> Option<()> {
    let index = *rng.pick(&state.instance.possible_breaks)? as usize;
    let staff = state.instance.breaks[index].staff as usize;
    let old = state.break_at[index];
    let end = state.instance.end_node(staff);
    let node = if old == NONE || rng.below(8) == 0 {
        // Anywhere: a node of the route, each as likely as the one before it.
        let mut node = state.next[state.instance.start_node(staff) as usize];
        while node != end && rng.below(4) > 0 {
            node = state.next[node as usize];
        }
        node
    } else if rng.below(8) == 0 {
        NONE
    } else if rng.below(2) == 0 && old != end {
        state.next[old as usize]
    } else {
        let before = state.previous[old as usize];
        if state.instance.is_task(before) { before } else { old }
    };
    if node == old {
        return None;
    }
    state.set_break(index, node);
    Some(())
}

/// Has a unit wait for another of its windows.
fn change_window(state: &mut State<'_>, rng: &mut Rng) -> Option<()> {
    let unit = *rng.pick(&state.instance.choosing_units)? as usize;
    if !is_served(state, unit) {
        return None;
    }
    let choice = rng.below(state.windows_of(unit)) as u8;
    if choice == state.choice[unit] {
        return None;
    }
    state.set_choice(unit, choice);
    // A later window belongs later in the order; with half the draws the unit moves there at once.
    if rng.below(2) == 0 {
        let staff: Vec<usize> = state.tasks_of(unit).map(|task| state.staff_of[task] as usize).collect();
        let open =
            state.instance.task_windows(state.instance.units[unit].first as usize)[usize::from(choice)].open;
        take_out(state, unit);
        let node = first_from(state, staff[0], open);
        let low = state.slot_after(state.previous[node as usize]);
        let slot = state.free_slot(low, state.slot_of(node), rng)?;
        put_in(state, unit, slot, [staff[0], staff.get(1).copied().unwrap_or(0)]);
    }
    Some(())
}
