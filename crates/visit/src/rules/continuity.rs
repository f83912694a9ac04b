//! Tasks done by someone the person does not know.

use base::language::Text;

use crate::checker::{Call, Facts};
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::Continuity,
    name: "continuity",
    unit: Unit::Count,
    sentence: Text::new(
        "{amount} insatser görs av någon som personen inte känner.",
        "{amount} tasks are done by someone the person does not know.",
    ),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    let unknown = |call: &&Call| {
        let known = facts.day.visits[call.visit].known.as_ref();
        known.is_some_and(|known| !known.contains(&call.staff))
    };
    facts.calls.iter().filter(unknown).count() as i64
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 2);
    }
}
