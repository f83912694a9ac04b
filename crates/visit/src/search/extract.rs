//! From a solution under search to a plan.

use super::instance::NONE;
use super::state::State;
use crate::model::{Day, Ticks};
use crate::plan::{Plan, Route, Stop, What};

/// The plan that a solution stands for.
pub(crate) fn extract(day: &Day, state: &State<'_>) -> Plan {
    let names = task_names(day);
    let routes = (0..day.staff.len()).map(|staff| route(state, &names, staff)).collect();
    Plan { routes }
}

/// The visit and task number of each task of the search.
pub(crate) fn task_names(day: &Day) -> Vec<(usize, usize)> {
    let visits = day.visits.iter().enumerate();
    visits.flat_map(|(visit, wanted)| (0..wanted.tasks.len()).map(move |task| (visit, task))).collect()
}

fn route(state: &State<'_>, names: &[(usize, usize)], staff: usize) -> Route {
    let instance = state.instance;
    let mut stops = Vec::new();
    let mut before = instance.start_node(staff);
    let mut free = instance.shifts[staff].start;
    loop {
        let node = state.next[before as usize];
        add_breaks(state, names, (before, node), free, &mut stops);
        if !instance.is_task(node) {
            break;
        }
        let (visit, number) = names[node as usize];
        let start = start_of(state, node);
        free = start + instance.duration[node as usize];
        stops.push(Stop { what: What::Task { visit, task: number }, start, end: free });
        before = node;
        debug_assert_ne!(before, NONE);
    }
    Route { stops }
}

fn start_of(state: &State<'_>, task: u32) -> Ticks {
    if state.keeps_latest() { state.latest[task as usize] } else { state.start[task as usize] }
}

/// Adds the breaks taken between two nodes of a route, at the place one comes to next, or at the last one.
fn add_breaks(
    state: &State<'_>,
    names: &[(usize, usize)],
    (before, node): (u32, u32),
    free: Ticks,
    stops: &mut Vec<Stop>,
) {
    let instance = state.instance;
    let staff = state.staff_of[node as usize] as usize;
    let taken: Vec<_> = instance.breaks_in(staff, state.taken_before(node, staff).breaks).collect();
    let is_task = instance.is_task(node);
    // Breaks before a visit wait for it, so that nobody leaves home too early for one that opens the day. Who leaves
    // when the shift starts gains nothing by that, and would wait for the break.
    let is_opening = before == instance.start_node(staff);
    let mut latest = vec![Ticks::MIN; taken.len()];
    if is_task && !(is_opening && instance.leave_at_shift_start) {
        let mut next = start_of(state, node);
        for (latest, (_, owed)) in latest.iter_mut().zip(&taken).rev() {
            *latest = (next - owed.length).min(owed.close);
            next = *latest;
        }
    }
    let mut arrival = free + if is_task { instance.way(staff, before, node) } else { 0 };
    let at = if is_task { node } else { before };
    let at = instance.is_task(at).then(|| names[at as usize].0);
    for (latest, (_, owed)) in latest.into_iter().zip(taken) {
        let start = latest.max(arrival).max(owed.open);
        arrival = start + owed.length;
        stops.push(Stop { what: What::Break { number: usize::from(owed.number), at }, start, end: arrival });
    }
}
