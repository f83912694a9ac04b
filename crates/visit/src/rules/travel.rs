//! Time on the road.

use base::language::Text;

use crate::checker::Facts;
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::Travel,
    name: "travel",
    unit: Unit::Time,
    sentence: Text::new("Total resid {amount} min.", "Total travel {amount} min."),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    facts.shifts.iter().map(|shift| shift.travel).sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 80);
    }
}
