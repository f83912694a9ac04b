//! Time after a window's end, summed over the tasks.

use base::language::Text;

use crate::checker::Facts;
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::Tardiness,
    name: "tardiness",
    unit: Unit::Time,
    sentence: Text::new(
        "Besök börjar sammanlagt {amount} min för sent.",
        "Visits are {amount} min late in all.",
    ),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    facts.calls.iter().map(|call| i64::from(call.tardiness)).sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 25);
    }
}
