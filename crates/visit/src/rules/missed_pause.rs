//! Pauses that staff have a right to and miss.

use base::language::Text;

use crate::checker::Facts;
use crate::model::BreakKind;
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::MissedPause,
    name: "missed_pause",
    unit: Unit::Count,
    sentence: Text::new("Missade pauser: {amount}.", "Pauses missed: {amount}."),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    facts.missed(BreakKind::Pause)
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 1);
    }
}
