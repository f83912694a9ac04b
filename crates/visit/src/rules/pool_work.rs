//! Time worked by staff from the substitute pool.

use base::language::Text;

use crate::checker::Facts;
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::PoolWork,
    name: "pool_work",
    unit: Unit::Time,
    sentence: Text::new(
        "Vikariers arbete sammanlagt {amount} min.",
        "Work by substitutes {amount} min in all.",
    ),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    let shifts = facts.day.staff.iter().zip(&facts.shifts);
    shifts.filter(|(staff, _)| staff.is_pool).map(|(_, shift)| shift.service + shift.travel).sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 80);
    }
}
