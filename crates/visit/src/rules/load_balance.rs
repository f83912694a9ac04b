//! How unevenly work is shared: each one's distance from the mean, summed.

use base::language::Text;

use crate::checker::Facts;
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::LoadBalance,
    name: "load_balance",
    unit: Unit::Time,
    sentence: Text::new(
        "Arbetet är ojämnt fördelat: {amount} min från medelvärdet sammanlagt.",
        "Work is shared unevenly: {amount} min from the mean in all.",
    ),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    let load = |shift: &crate::checker::ShiftFacts| shift.service + shift.travel;
    let staff = facts.shifts.len() as i64;
    let total: i64 = facts.shifts.iter().map(load).sum();
    // |load - total / staff| rounded up to a whole tick, as the public validator does.
    let distance = |shift| (load(shift) * staff - total).abs();
    facts.shifts.iter().map(|shift| (distance(shift) + staff - 1) / staff).sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 60);
    }
}
