//! Tasks done by someone who must not come.

use base::language::Text;

use crate::checker::{Call, Facts};
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::Excluded,
    name: "excluded",
    unit: Unit::Count,
    sentence: Text::new(
        "{amount} insatser görs av någon som inte får komma.",
        "{amount} tasks are done by someone who must not come.",
    ),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    let must_not = |call: &&Call| facts.day.visits[call.visit].excluded.contains(&call.staff);
    facts.calls.iter().filter(must_not).count() as i64
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 1);
    }
}
