//! Time of tasks and travel.

use base::language::Text;

use crate::checker::Facts;
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::WorkTime,
    name: "work_time",
    unit: Unit::Time,
    sentence: Text::new("Arbetstid sammanlagt {amount} min.", "Work time {amount} min in all."),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    facts.shifts.iter().map(|shift| shift.service + shift.travel).sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 220);
    }
}
