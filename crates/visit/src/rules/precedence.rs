//! Time that tasks begin before the visits that they must come after are done.

use base::language::Text;

use crate::checker::{Call, Facts};
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::Precedence,
    name: "precedence",
    unit: Unit::Time,
    sentence: Text::new(
        "Insatser börjar sammanlagt {amount} min före det de skulle komma efter.",
        "Tasks begin {amount} min in all before what they must come after.",
    ),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    let visits = &facts.day.visits;
    let mut done: Vec<Option<i64>> = vec![None; visits.len()];
    for call in &facts.calls {
        let end = i64::from(call.start) + i64::from(visits[call.visit].tasks[call.task].duration);
        done[call.visit] = done[call.visit].max(Some(end));
    }
    let early = |call: &Call| -> i64 {
        let waits_for = visits[call.visit].after.iter();
        let until = waits_for.filter_map(|after| Some(done[after.visit]? + i64::from(after.gap)));
        until.map(|until| (until - i64::from(call.start)).max(0)).sum()
    };
    facts.calls.iter().map(early).sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 15);
    }
}
