//! Visits that nobody makes.

use base::language::Text;

use crate::checker::Facts;
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::Unserved,
    name: "unserved",
    unit: Unit::Count,
    sentence: Text::new("{amount} besök blir inte av.", "{amount} visits are not made."),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    facts.unserved.len() as i64
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 1);
    }
}
