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
    let start_of = |task: usize| if state.keeps_latest() { state.latest[task] } else { state.start[task] };
    let has_lunch = state.has_lunch(staff);
    let mut stops = Vec::new();
    let mut before = instance.start_node(staff);
    let mut free = instance.shifts[staff].start;
    loop {
        let node = state.next[before as usize];
        let task = instance.is_task(node).then_some(node as usize);
        if has_lunch && state.lunch_at[staff] == node {
            // Lunch is taken at the place one comes to next, or at the last one.
            let at = if task.is_some() { node } else { before };
            let arrival = free + if task.is_some() { instance.way(staff, before, node) } else { 0 };
            let shift = &instance.shifts[staff];
            // The first lunch of a day waits for its visit, so that nobody leaves home too early.
            let begin = match task {
                Some(task) => (start_of(task) - shift.lunch_length).min(shift.lunch_close),
                None => arrival,
            };
            let start = begin.max(arrival).max(shift.lunch_open);
            let at = instance.is_task(at).then(|| names[at as usize].0);
            stops.push(Stop { what: What::Lunch { at }, start, end: start + shift.lunch_length });
        }
        let Some(task) = task else { break };
        let (visit, number) = names[task];
        let start: Ticks = start_of(task);
        free = start + instance.duration[task];
        stops.push(Stop { what: What::Task { visit, task: number }, start, end: free });
        before = node;
        debug_assert_ne!(before, NONE);
    }
    Route { stops }
}
