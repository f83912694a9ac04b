//! Tasks done by someone the person does not prefer.

use base::language::Text;

use crate::checker::{Call, Facts};
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::Preference,
    name: "preference",
    unit: Unit::Count,
    sentence: Text::new(
        "{amount} insatser görs av någon som personen inte önskat.",
        "{amount} tasks are done by someone the person did not ask for.",
    ),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    let unwanted = |call: &&Call| {
        let preferred = facts.day.visits[call.visit].preferred.as_ref();
        preferred.is_some_and(|preferred| !preferred.contains(&call.staff))
    };
    facts.calls.iter().filter(unwanted).count() as i64
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 1);
    }
}
