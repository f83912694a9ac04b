//! The rules that a plan is measured by: one file each, with its figure, its sentence and its test.
//!
//! A rule says how much of something a plan holds. What that costs, or whether it is forbidden, is the day's own
//! choice ([`crate::price::Prices`]): any rule may be free, priced or hard.

mod changed_staff;
mod changed_time;
mod continuity;
mod excluded;
mod load_balance;
mod missed_lunch;
mod missed_pause;
mod overtime;
mod overwork;
mod pool_work;
mod precedence;
mod preference;
#[cfg(test)]
pub(crate) mod sample;
mod tardiness;
mod travel;
mod unqualified;
mod unserved;
mod unwished_start;
mod waiting;
mod without_key;
mod work_time;
mod worst_idle;
mod worst_tardiness;

use base::Language;
use base::language::Text;

use crate::checker::Facts;
use crate::model::Day;
use crate::price::CostPart;

/// One rule.
#[derive(Debug)]
pub struct CostRule {
    /// The part of the cost that it measures.
    pub part: CostPart,
    /// The name that files and reports use; the file's name too.
    pub name: &'static str,
    /// What is counted.
    pub unit: Unit,
    /// What it says of a plan, `{amount}` standing for the amount.
    pub sentence: Text,
    /// How much of it a plan holds.
    pub amount: fn(&Facts<'_>) -> i64,
}

/// What a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Ticks.
    Time,
    /// Events.
    Count,
}

/// All rules, in the order of [`CostPart::ALL`].
pub const ALL: [&CostRule; CostPart::COUNT] = [
    &travel::RULE,
    &tardiness::RULE,
    &worst_tardiness::RULE,
    &waiting::RULE,
    &overtime::RULE,
    &worst_idle::RULE,
    &load_balance::RULE,
    &work_time::RULE,
    &preference::RULE,
    &continuity::RULE,
    &missed_lunch::RULE,
    &missed_pause::RULE,
    &unqualified::RULE,
    &excluded::RULE,
    &unserved::RULE,
    &changed_staff::RULE,
    &changed_time::RULE,
    &without_key::RULE,
    &overwork::RULE,
    &pool_work::RULE,
    &unwished_start::RULE,
    &precedence::RULE,
];

/// The rule of a part of the cost.
pub fn of(part: CostPart) -> &'static CostRule {
    ALL[part as usize]
}

impl CostRule {
    /// What the rule says of a plan with so much of it.
    pub fn sentence(&self, day: &Day, amount: i64, language: Language) -> String {
        let amount = match self.unit {
            Unit::Time => format!("{:.0}", day.minutes(amount)),
            Unit::Count => amount.to_string(),
        };
        self.sentence.get(language).replace("{amount}", &amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_stand_in_the_order_of_the_parts_and_speak_both_languages() {
        for (part, rule) in CostPart::ALL.into_iter().zip(ALL) {
            assert_eq!(rule.part, part);
            for language in Language::ALL {
                assert!(rule.sentence.get(language).contains("{amount}"), "{}", rule.name);
            }
        }
    }
}
