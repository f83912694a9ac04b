//! Time worked after the end of a shift.

use base::language::Text;

use crate::checker::Facts;
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::Overtime,
    name: "overtime",
    unit: Unit::Time,
    sentence: Text::new("Övertid sammanlagt {amount} min.", "Overtime {amount} min in all."),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    facts.shifts.iter().map(|shift| shift.overtime).sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 10);
    }
}
