//! Tasks done by someone without a skill that the task or the visit needs.

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
        let visit = &facts.day.visits[call.visit];
        let mut needed = visit.needs.iter().chain([&visit.tasks[call.task].skill]);
        needed.any(|skill| !facts.day.staff[call.staff].skills.contains(skill))
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
