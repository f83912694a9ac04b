//! The best slots for a visit in a plan: who could make it, when, and what that costs.

use localsearch::rng::Rng;

use crate::checker;
use crate::model::{Day, DayError, StaffIndex, Ticks, VisitIndex};
use crate::plan::Plan;
use crate::search::Workbench;

/// One way to make a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BestSlot {
    /// Who does each task.
    pub staff: Vec<StaffIndex>,
    /// When the first task starts.
    pub start: Ticks,
    /// What the plan's price rises by; below 0 where making the visit costs less than leaving it out.
    pub price: i64,
    /// What it adds to the breach of hard rules; 0 where it may be used.
    pub breach: i64,
}

/// The cheapest ways to make a visit that the plan leaves out (or makes: then it is taken out first), at most `count`,
/// one per choice of staff.
pub fn best_slots(
    day: &Day,
    plan: &Plan,
    visit: VisitIndex,
    count: usize,
) -> Result<Vec<BestSlot>, DayError> {
    day.validate()?;
    let mut bench = Workbench::new(day, plan);
    bench.remove(visit);
    let without = bench.score();
    let tasks = day.visits[visit].tasks.len();
    let mut slots: Vec<BestSlot> = Vec::new();
    for seat in bench.seats(visit, &mut Rng::new(1)) {
        let staff: Vec<StaffIndex> = seat.staff[..tasks].to_vec();
        if slots.iter().any(|slot| slot.staff == staff) {
            continue;
        }
        let price = seat.score.soft - without.soft;
        // The visit's own absence is a breach where it must be made; making it takes that away.
        slots.push(BestSlot {
            staff,
            start: seat.start,
            price,
            breach: seat.score.hard - without.hard + bench.owed(visit),
        });
        if slots.len() == count {
            break;
        }
    }
    Ok(slots)
}

/// What a visit costs as the plan makes it: how much the plan's price would fall without it, its own absence not counted.
pub fn price_of(day: &Day, plan: &Plan, visit: VisitIndex) -> i64 {
    let with = checker::check(day, plan).price();
    let mut bench = Workbench::new(day, plan);
    bench.remove(visit);
    with - bench.score().soft
}
