//! The last step of a search: better times for fixed routes.
//!
//! The search starts everything as soon, or as late, as it costs nobody anything. Where waiting, a wish or a promise
//! has a price, starting something later or earlier on purpose may pay. Who does what and in which order stands. All
//! that times cost is about differences of moments, so that the best times are found exactly, each visit in the window
//! that it has; whether another window would be better is tried stop by stop.

mod climb;
mod exact;

use localsearch::budget::Meter;

use crate::checker::{self, Verdict};
use crate::model::Day;
use crate::plan::Plan;
use crate::price::{CostPart, Price};

/// True where other times for the same routes may be cheaper.
pub(crate) fn is_worth_it(day: &Day) -> bool {
    let priced = [CostPart::Waiting, CostPart::ChangedTime, CostPart::UnwishedStart];
    priced.into_iter().any(|part| day.prices.of(part) != Price::Free)
}

/// A plan with the same routes that costs no more, as good as it became in time, and what the checker says of it.
pub(crate) fn retime(day: &Day, plan: Plan, verdict: Verdict, meter: &Meter) -> (Plan, Verdict) {
    if !is_worth_it(day) {
        return (plan, verdict);
    }
    let mut best = (plan, verdict);
    let is_exact = take_exact(day, &mut best, meter);
    let has_choice = day.visits.iter().any(|visit| visit.windows.len() > 1);
    if !is_exact || has_choice {
        let before = rank(&best.1);
        best = climb::climb(day, best, meter);
        if rank(&best.1) < before {
            take_exact(day, &mut best, meter);
        }
    }
    best
}

/// Takes over the exact times where there are any; false where there are none.
fn take_exact(day: &Day, best: &mut (Plan, Verdict), meter: &Meter) -> bool {
    let Some(plan) = exact::best_times(day, &best.0, meter) else { return false };
    let verdict = checker::check(day, &plan);
    if rank(&verdict) < rank(&best.1) {
        *best = (plan, verdict);
    }
    true
}

fn rank(verdict: &Verdict) -> (usize, i64) {
    (verdict.breaches.len(), verdict.price())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::price::Price;
    use crate::rules::sample;
    use crate::search::tests::random_day;
    use crate::search::{Settings, solve};
    use localsearch::budget::Budget;
    use std::sync::Arc;

    fn unhurried() -> Meter {
        Meter::start(Budget::iterations(1), Default::default())
    }

    #[test]
    fn a_late_visit_is_made_later_still_where_that_saves_waiting() {
        let mut day = sample::day();
        day.prices =
            day.prices.with(CostPart::Waiting, Price::Each(5)).with(CostPart::Tardiness, Price::Each(1));
        let plan = sample::plan();
        // Ada waits 20 minutes before the double visit: the morning is late already, and later costs less than waiting.
        let before = checker::check(&day, &plan);
        let late = Meter::with_clock(Budget::seconds(1.0), Default::default(), Arc::new(|| 1.0));
        assert_eq!(retime(&day, plan.clone(), before.clone(), &late), (plan.clone(), before.clone()));
        let (plan, after) = retime(&day, plan, before.clone(), &unhurried());
        assert!(after.is_valid());
        let waiting = |verdict: &Verdict| verdict.part(CostPart::Waiting).amount;
        assert!(waiting(&after) < waiting(&before), "{} {}", waiting(&after), waiting(&before));
        assert!(after.price() < before.price());
        assert_eq!(plan.task_count(), sample::plan().task_count());
    }

    #[test]
    fn never_dearer_and_never_more_broken() {
        for seed in 0..100 {
            let day = random_day(seed);
            let settings = Settings {
                budget: Budget::iterations(300),
                seed,
                threads: 1,
                stop: Default::default(),
                enough: None,
            };
            let solved = solve(&day, &settings, &mut |_| ()).unwrap();
            let before = rank(&solved.verdict);
            let (plan, verdict) = retime(&day, solved.plan, solved.verdict, &unhurried());
            assert!(rank(&verdict) <= before, "day {seed}");
            assert_eq!(checker::check(&day, &plan), verdict, "day {seed}");
        }
    }
}
