//! Tasks done by someone other than promised.

use base::language::Text;

use crate::checker::{Call, Facts};
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::ChangedStaff,
    name: "changed_staff",
    unit: Unit::Count,
    sentence: Text::new(
        "{amount} insatser görs av någon annan än utlovat.",
        "{amount} tasks are done by someone other than promised.",
    ),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    let changed = |call: &&Call| {
        let promise = facts.day.visits[call.visit].promised.as_ref();
        promise.is_some_and(|promise| !promise.staff.contains(&call.staff))
    };
    facts.calls.iter().filter(changed).count() as i64
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 1);
    }
}
