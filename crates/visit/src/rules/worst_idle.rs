//! The largest part of a shift without work, over the staff.

use base::language::Text;

use crate::checker::Facts;
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::WorstIdle,
    name: "worst_idle",
    unit: Unit::Time,
    sentence: Text::new(
        "Den som har minst att göra är ledig {amount} min av sitt pass.",
        "The one with least to do is idle {amount} min of the shift.",
    ),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    facts.shifts.iter().map(|shift| shift.idle).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 150);
    }
}
