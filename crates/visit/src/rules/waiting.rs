//! Time that staff wait between stops.

use base::language::Text;

use crate::checker::Facts;
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::Waiting,
    name: "waiting",
    unit: Unit::Time,
    sentence: Text::new("Personal väntar sammanlagt {amount} min.", "Staff wait {amount} min in all."),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    facts.shifts.iter().map(|shift| shift.waiting).sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 30);
    }
}
