//! Tasks done by someone without the skill.

use base::language::Text;

use crate::checker::{Call, Facts};
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::Unqualified,
    name: "unqualified",
    unit: Unit::Count,
    sentence: Text::new(
        "{amount} insatser görs av någon utan rätt kompetens.",
        "{amount} tasks are done by someone without the skill.",
    ),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    let lacks = |call: &&Call| {
        let skill = facts.day.visits[call.visit].tasks[call.task].skill;
        !facts.day.staff[call.staff].skills.contains(&skill)
    };
    facts.calls.iter().filter(lacks).count() as i64
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 1);
    }
}
