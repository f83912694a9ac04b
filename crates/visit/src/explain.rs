//! Why this person, why not another, why not at all: one visit of a plan, explained.

use base::Language;
use base::language::Text;

use crate::model::{Day, DayError, StaffIndex, VisitIndex};
use crate::plan::Plan;
use crate::price::{CostPart, Price};
use crate::slots::{BestSlot, best_slots};

/// One visit of a plan, explained.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The visit.
    pub visit: VisitIndex,
    /// Who makes it, task by task, as the plan has it.
    pub staff: Vec<Option<StaffIndex>>,
    /// What the cheapest way to make it costs with those who make it now; `None` where nobody does.
    pub price: Option<i64>,
    /// For each member of staff and the first task: what it would cost, or what forbids it.
    pub others: Vec<(StaffIndex, Reason)>,
}

/// Why a member of staff does or does not make a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// They make it.
    Chosen,
    /// They could, and the plan would cost so much more (or less, had the search more time).
    Costs {
        /// The rise of the price against the plan as it is.
        more: i64,
        /// The breach of hard rules that it would bring.
        breach: i64,
    },
    /// A rule forbids it.
    Forbidden {
        /// Which.
        rule: CostPart,
    },
    /// The visit is pinned to someone else.
    Pinned,
    /// No room in their order of work.
    NoRoom,
}

/// Explains one visit of a plan.
pub fn explain(day: &Day, plan: &Plan, visit: VisitIndex) -> Result<Explanation, DayError> {
    let wanted = day.visits.get(visit).ok_or_else(|| DayError {
        subject: format!("visit number {visit}"),
        fault: format!("there are {} visits", day.visits.len()),
    })?;
    let staff: Vec<Option<StaffIndex>> =
        (0..wanted.tasks.len()).map(|task| plan.find(visit, task).map(|(staff, _)| staff)).collect();
    let slots = best_slots(day, plan, visit, usize::MAX)?;
    let is_chosen = |slot: &&BestSlot| slot.staff.iter().zip(&staff).all(|(one, other)| Some(*one) == *other);
    let price = slots.iter().find(is_chosen).map(|slot| slot.price);
    let now = price.unwrap_or(0);
    let others = (0..day.staff.len()).map(|person| {
        let reason = if staff.first() == Some(&Some(person)) {
            Reason::Chosen
        } else if let Some(reason) = forbids(day, visit, person) {
            reason
        } else {
            let cheapest = slots
                .iter()
                .filter(|slot| slot.staff[0] == person)
                .min_by_key(|slot| (slot.breach, slot.price));
            cheapest
                .map_or(Reason::NoRoom, |slot| Reason::Costs { more: slot.price - now, breach: slot.breach })
        };
        (person, reason)
    });
    Ok(Explanation { visit, others: others.collect(), staff, price })
}

/// The hard rule that keeps someone from a visit's first task.
fn forbids(day: &Day, visit: VisitIndex, staff: StaffIndex) -> Option<Reason> {
    let wanted = &day.visits[visit];
    if wanted.pinned.first().copied().flatten().is_some_and(|pinned| pinned != staff) {
        return Some(Reason::Pinned);
    }
    let is_other = |list: Option<&Vec<StaffIndex>>| list.is_some_and(|list| !list.contains(&staff));
    let happens = [
        (CostPart::Unqualified, !day.staff[staff].is_skilled(wanted, 0)),
        (CostPart::WithoutKey, !day.staff[staff].gets_in(wanted)),
        (CostPart::Excluded, wanted.excluded.contains(&staff)),
        (CostPart::Preference, is_other(wanted.preferred.as_ref())),
        (CostPart::Continuity, is_other(wanted.known.as_ref())),
        (CostPart::ChangedStaff, is_other(wanted.promised.as_ref().map(|promise| &promise.staff))),
    ];
    let rule = happens.into_iter().find(|(part, happens)| *happens && day.prices.of(*part) == Price::Hard)?.0;
    Some(Reason::Forbidden { rule })
}

impl Reason {
    /// The reason in one sentence about a member of staff.
    pub fn sentence(&self, day: &Day, staff: StaffIndex, language: Language) -> String {
        let fill = |text: Text, amount: String| {
            text.get(language).replace("{name}", &day.staff[staff].name).replace("{amount}", &amount)
        };
        let cost = |price: i64| format!("{:+.1}", day.shown_cost(price));
        match self {
            Reason::Chosen => {
                fill(Text::new("{name} gör besöket.", "{name} makes the visit."), String::new())
            }
            Reason::Costs { more, breach: 0 } => fill(
                Text::new(
                    "{name} kan: kostnaden ändras med {amount}.",
                    "{name} can: the cost changes by {amount}.",
                ),
                cost(*more),
            ),
            Reason::Costs { breach, .. } => fill(
                Text::new(
                    "{name} kan inte utan att hårda regler bryts ({amount}).",
                    "{name} cannot without breaking hard rules ({amount}).",
                ),
                breach.to_string(),
            ),
            Reason::Forbidden { rule } => fill(
                Text::new("{name} får inte: {amount}", "{name} may not: {amount}"),
                why_not(*rule).get(language).to_owned(),
            ),
            Reason::Pinned => fill(
                Text::new(
                    "Besöket är låst till någon annan än {name}.",
                    "The visit is pinned to someone other than {name}.",
                ),
                String::new(),
            ),
            Reason::NoRoom => fill(
                Text::new(
                    "{name} kan inte utan att bryta upp dubbelbesök.",
                    "{name} cannot without breaking up double visits.",
                ),
                String::new(),
            ),
        }
    }
}

/// What a rule about persons says to the one it keeps out.
fn why_not(rule: CostPart) -> Text {
    match rule {
        CostPart::Unqualified => {
            Text::new("saknar kompetensen som behövs.", "lacks the skill that is needed.")
        }
        CostPart::WithoutKey => Text::new("har ingen nyckel.", "has no key."),
        CostPart::Excluded => Text::new("får inte komma till personen.", "must not come to this person."),
        CostPart::Preference => Text::new("är inte önskad av personen.", "is not asked for by the person."),
        CostPart::Continuity => Text::new("är inte känd av personen.", "is not known to the person."),
        CostPart::ChangedStaff => Text::new("är inte den som utlovats.", "is not the one who was promised."),
        CostPart::Travel
        | CostPart::Tardiness
        | CostPart::WorstTardiness
        | CostPart::Waiting
        | CostPart::Overtime
        | CostPart::WorstIdle
        | CostPart::LoadBalance
        | CostPart::WorkTime
        | CostPart::MissedLunch
        | CostPart::MissedPause
        | CostPart::Unserved
        | CostPart::ChangedTime
        | CostPart::Overwork
        | CostPart::PoolWork
        | CostPart::UnwishedStart
        | CostPart::Precedence => Text::new("regeln gäller inte personer.", "the rule is not about persons."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sample;
    use expect_test::{Expect, expect};

    fn check(visit: usize, expected: &Expect) {
        let mut day = sample::day();
        day.prices = day
            .prices
            .with(CostPart::Travel, Price::Each(1))
            .with(CostPart::Tardiness, Price::Each(3))
            .with(CostPart::Unqualified, Price::Hard)
            .with(CostPart::Unserved, Price::Each(100));
        let mut plan = sample::plan();
        // Bo does what takes medication, as the rule asks.
        plan.routes.swap(0, 1);
        let explained = explain(&day, &plan, visit).unwrap();
        let mut lines = Vec::new();
        for (staff, reason) in &explained.others {
            for language in Language::ALL {
                lines.push(reason.sentence(&day, *staff, language));
            }
        }
        expected.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn says_who_and_why_not_another() {
        check(
            0,
            &expect![[r#"
            Ada kan: kostnaden ändras med +0.0.
            Ada can: the cost changes by +0.0.
            Bo gör besöket.
            Bo makes the visit."#]],
        );
        check(
            1,
            &expect![[r#"
            Ada får inte: saknar kompetensen som behövs.
            Ada may not: lacks the skill that is needed.
            Bo gör besöket.
            Bo makes the visit."#]],
        );
        check(
            3,
            &expect![[r#"
            Ada kan: kostnaden ändras med -60.0.
            Ada can: the cost changes by -60.0.
            Bo kan: kostnaden ändras med -40.0.
            Bo can: the cost changes by -40.0."#]],
        );
    }
}
