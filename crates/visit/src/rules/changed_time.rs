//! Time between promised and planned start.

use base::language::Text;

use crate::checker::{Call, Facts};
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::ChangedTime,
    name: "changed_time",
    unit: Unit::Time,
    sentence: Text::new(
        "Utlovade tider ändras sammanlagt {amount} min.",
        "Promised times change by {amount} min in all.",
    ),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    let moved = |call: &Call| {
        let promise = facts.day.visits[call.visit].promised.as_ref().filter(|_| call.task == 0)?;
        Some(i64::from(call.start.abs_diff(promise.start)))
    };
    facts.calls.iter().filter_map(moved).sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 5);
    }
}
