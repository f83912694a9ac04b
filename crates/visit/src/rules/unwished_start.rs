//! Time between wished and planned start.

use base::language::Text;

use crate::checker::{Call, Facts};
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::UnwishedStart,
    name: "unwished_start",
    unit: Unit::Time,
    sentence: Text::new(
        "Besök börjar sammanlagt {amount} min från önskad tid.",
        "Visits begin {amount} min in all from their wished time.",
    ),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    let away = |call: &Call| {
        let wish = facts.day.visits[call.visit].wished_start.filter(|_| call.task == 0)?;
        Some(i64::from(call.start.abs_diff(wish)))
    };
    facts.calls.iter().filter_map(away).sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 20);
    }
}
