//! The worst time after a window's end.

use base::language::Text;

use crate::checker::Facts;
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::WorstTardiness,
    name: "worst_tardiness",
    unit: Unit::Time,
    sentence: Text::new(
        "Det mest försenade besöket är {amount} min sent.",
        "The latest visit is {amount} min late.",
    ),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    facts.calls.iter().map(|call| i64::from(call.tardiness)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 15);
    }
}
