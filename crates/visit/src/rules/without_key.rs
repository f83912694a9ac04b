//! Tasks done by someone who has no key to the door.

use base::language::Text;

use crate::checker::{Call, Facts};
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::WithoutKey,
    name: "without_key",
    unit: Unit::Count,
    sentence: Text::new(
        "{amount} insatser görs av någon utan nyckel.",
        "{amount} tasks are done by someone without the key.",
    ),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    let lacks = |call: &&Call| {
        let key = facts.day.visits[call.visit].key;
        key.is_some_and(|key| !facts.day.staff[call.staff].keys.contains(&key))
    };
    facts.calls.iter().filter(lacks).count() as i64
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 1);
    }
}
