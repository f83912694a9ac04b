//! Time worked beyond the most that is asked of someone.

use base::language::Text;

use crate::checker::Facts;
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::Overwork,
    name: "overwork",
    unit: Unit::Time,
    sentence: Text::new(
        "Mer arbete än överenskommet sammanlagt {amount} min.",
        "Work beyond what was agreed {amount} min in all.",
    ),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    let shifts = facts.day.staff.iter().zip(&facts.shifts);
    let beyond = shifts.filter_map(|(staff, shift)| {
        let most = i64::from(staff.work_max?);
        Some((shift.service + shift.travel - most).max(0))
    });
    beyond.sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 20);
    }
}
