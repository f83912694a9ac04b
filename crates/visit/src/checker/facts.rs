//! What a plan amounts to, read from the day and the plan alone.

use crate::model::{BREAKS_MAX, BreakKind, Day, PlaceIndex, StaffIndex, Ticks, VisitIndex, WindowKeptAt};
use crate::plan::{Plan, Stop, What};

/// What a plan amounts to; the rules measure it.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// The day that is planned.
    pub day: &'a Day,
    /// Every task that is done.
    pub calls: Vec<Call>,
    /// What each member of staff's shift holds, in the order of the day's staff.
    pub shifts: Vec<ShiftFacts>,
    /// The visits that nobody makes.
    pub unserved: Vec<VisitIndex>,
}

/// One task, done by one member of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// The visit.
    pub visit: VisitIndex,
    /// Which of its tasks.
    pub task: usize,
    /// Who does it.
    pub staff: StaffIndex,
    /// When it begins.
    pub start: Ticks,
    /// How long after its window it begins (or ends, where that is what counts).
    pub tardiness: Ticks,
}

/// What one member of staff's shift holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ShiftFacts {
    /// Time on the road.
    pub travel: i64,
    /// Time of tasks.
    pub service: i64,
    /// Time that is waited between stops.
    pub waiting: i64,
    /// Part of the shift before leaving, waiting, and after coming back.
    pub idle: i64,
    /// Time worked after the shift's end.
    pub overtime: i64,
    /// When they leave; the shift's start where they have nothing to do.
    pub leaves: Ticks,
    /// For each of their breaks whether it is taken.
    pub takes_break: [bool; BREAKS_MAX],
}

impl Facts<'_> {
    /// How many breaks of a kind staff miss.
    pub fn missed(&self, kind: BreakKind) -> i64 {
        let missed = self.day.staff.iter().zip(&self.shifts).map(|(staff, shift)| {
            let owed = staff.breaks.iter().zip(shift.takes_break);
            owed.filter(|(one, is_taken)| one.kind == kind && !is_taken).count() as i64
        });
        missed.sum()
    }
}

/// Reads the facts of a plan. Stops that name nothing on the day are passed over; the checker reports them.
pub fn read<'a>(day: &'a Day, plan: &Plan) -> Facts<'a> {
    let mut facts =
        Facts { day, calls: Vec::new(), shifts: Vec::with_capacity(day.staff.len()), unserved: Vec::new() };
    let nothing = Vec::new();
    for staff in 0..day.staff.len() {
        let stops = plan.routes.get(staff).map_or(&nothing, |route| &route.stops);
        let stops: Vec<Stop> = stops.iter().copied().filter(|stop| is_known(day, stop.what)).collect();
        facts.shifts.push(read_shift(day, staff, &stops));
        facts.calls.extend(stops.iter().filter_map(|stop| read_call(day, staff, stop)));
    }
    let mut served = vec![false; day.visits.len()];
    facts.calls.iter().for_each(|call| served[call.visit] = true);
    facts.unserved = (0..served.len()).filter(|&visit| !served[visit]).collect();
    facts
}

/// True where the stop's visit and task are on the day.
pub(crate) fn is_known(day: &Day, what: What) -> bool {
    match what {
        What::Task { visit, task } => day.visits.get(visit).is_some_and(|found| task < found.tasks.len()),
        What::Break { at, .. } => at.is_none_or(|visit| visit < day.visits.len()),
    }
}

/// Where a stop takes place.
pub(crate) fn place(day: &Day, staff: StaffIndex, what: What) -> PlaceIndex {
    match what {
        What::Task { visit, .. } | What::Break { at: Some(visit), .. } => day.visits[visit].place,
        What::Break { at: None, .. } => day.staff[staff].start_place,
    }
}

fn read_call(day: &Day, staff: StaffIndex, stop: &Stop) -> Option<Call> {
    let What::Task { visit, task } = stop.what else { return None };
    let windows = &day.visits[visit].windows;
    // The window that counts is the last one that has opened.
    let window = windows.iter().rev().find(|window| window.start <= stop.start).or(windows.first())?;
    let moment = if day.window_kept_at == WindowKeptAt::Start { stop.start } else { stop.end };
    Some(Call { visit, task, staff, start: stop.start, tardiness: (moment - window.end).max(0) })
}

fn read_shift(day: &Day, staff: StaffIndex, stops: &[Stop]) -> ShiftFacts {
    let person = &day.staff[staff];
    let shift_length = i64::from(person.shift.end - person.shift.start);
    let (Some(first), Some(last)) = (stops.first(), stops.last()) else {
        return ShiftFacts { idle: shift_length, leaves: person.shift.start, ..ShiftFacts::default() };
    };
    let table = &day.travel[person.travel];
    let from_start = table.between(person.start_place, place(day, staff, first.what));
    let to_end = table.between(place(day, staff, last.what), person.end_place);
    let leaves = if day.leave_at_shift_start { person.shift.start } else { first.start - from_start };
    let mut facts = ShiftFacts { leaves, travel: i64::from(from_start + to_end), ..ShiftFacts::default() };
    let mut waited = i64::from(first.start - from_start - leaves);
    facts.waiting = waited;
    let mut is_at_work = false;
    for pair in stops.windows(2) {
        let (earlier, later) = (&pair[0], &pair[1]);
        let time = table.between(place(day, staff, earlier.what), place(day, staff, later.what));
        let wait = i64::from((later.start - earlier.end - time).max(0));
        facts.travel += i64::from(time);
        waited += wait;
        // Waiting after a break that opens the day is a longer break to the one who waits, not time at a door.
        is_at_work |= matches!(earlier.what, What::Task { .. });
        if is_at_work {
            facts.waiting += wait;
        }
    }
    for stop in stops {
        match stop.what {
            What::Task { .. } => facts.service += i64::from(stop.end - stop.start),
            What::Break { number, .. } => {
                facts.takes_break.iter_mut().skip(number).take(1).for_each(|taken| *taken = true);
            }
        }
    }
    let back = last.end + to_end;
    facts.overtime = i64::from((back - person.shift.end).max(0));
    let before = i64::from((leaves - person.shift.start).max(0));
    facts.idle = before + waited + i64::from((person.shift.end - back).max(0));
    facts
}
