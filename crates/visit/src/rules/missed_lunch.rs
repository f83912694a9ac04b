//! Lunches that staff have a right to and miss.

use base::language::Text;

use crate::checker::Facts;
use crate::price::CostPart;
use crate::rules::{CostRule, Unit};

pub(super) const RULE: CostRule = CostRule {
    part: CostPart::MissedLunch,
    name: "missed_lunch",
    unit: Unit::Count,
    sentence: Text::new("{amount} i personalen missar lunchen.", "{amount} staff miss their lunch."),
    amount,
};

fn amount(facts: &Facts<'_>) -> i64 {
    let owed = facts.day.staff.iter().zip(&facts.shifts);
    owed.filter(|(staff, shift)| staff.lunch.is_some() && !shift.has_lunch).count() as i64
}

#[cfg(test)]
mod tests {
    #[test]
    fn measures_the_sample() {
        crate::rules::sample::check(&super::RULE, 1);
    }
}
