use super::*;
use crate::model::Window;
use crate::rules::sample;
use base::Language;
use expect_test::{Expect, expect};

fn check_breaches(change: impl Fn(&mut Day, &mut Plan), expected: &Expect) {
    let (mut day, mut plan) = (sample::day(), sample::plan());
    change(&mut day, &mut plan);
    let verdict = check(&day, &plan);
    let sentences: Vec<_> =
        verdict.breaches.iter().map(|breach| breach.sentence(&day, Language::English)).collect();
    expected.assert_eq(&sentences.join("\n"));
    assert!(verdict.breaches.iter().all(|breach| !breach.sentence(&day, Language::Swedish).is_empty()));
}

#[test]
fn a_sound_plan_passes() {
    check_breaches(|_, _| (), &expect![""]);
}

#[test]
fn every_breach_is_found() {
    check_breaches(
        |_, plan| plan.routes.truncate(1),
        &expect![[r#"
        The plan has 1 routes but 2 staff.
        Visit double: task 2 is done 0 times instead of once."#]],
    );
    check_breaches(
        |_, plan| plan.routes[1].stops[0].what = What::Task { visit: 9, task: 0 },
        &expect![[r#"
        The route of Bo names a visit that does not exist.
        Visit double: task 2 is done 0 times instead of once."#]],
    );
    check_breaches(
        |_, plan| plan.routes[0].stops[0].start = 35,
        &expect!["Visit morning lasts 35 min instead of 30 min."],
    );
    check_breaches(
        |_, plan| plan.routes[0].stops[3].start = 140,
        &expect![[r#"
        Ada is to begin at 140 min but arrives at 150 min at the earliest.
        The lunch of Ada at 140 min does not follow the rules."#]],
    );
    check_breaches(
        |_, plan| plan.routes[1].stops[0].start = 101,
        &expect![[r#"
        Visit double lasts 39 min instead of 40 min.
        Visit double: the second task begins 1 min after the first; it should be 0 to 0 min."#]],
    );
    check_breaches(
        |day, _| day.visits[3].optional = false,
        &expect!["Visit extra must be made but is not planned."],
    );
    check_breaches(
        |day, _| day.visits[0].pinned = vec![Some(1)],
        &expect!["Visit morning is made by Ada but pinned to Bo."],
    );
    check_breaches(
        |day, _| day.visits[0].windows[0] = Window { start: 45, end: 50 },
        &expect!["Visit morning begins at 40 min, before its time 45 min."],
    );
    check_breaches(
        |day, _| day.prices = day.prices.with(CostPart::Overtime, Price::Hard),
        &expect!["Forbidden this day: Overtime 10 min in all."],
    );
    check_breaches(
        |_, plan| {
            let again = plan.routes[0].stops[3];
            plan.routes[0].stops.push(again);
        },
        &expect![[r#"
            Ada is to begin at 150 min but arrives at 230 min at the earliest.
            Ada has lunch twice."#]],
    );
    check_breaches(
        |_, plan| {
            let stop = plan.routes[1].stops.remove(0);
            plan.routes[0].stops.insert(3, stop);
        },
        &expect![[r#"
            Ada is to begin at 100 min but arrives at 140 min at the earliest.
            Visit double needs two persons but Ada does both tasks."#]],
    );
}

#[test]
fn breaks_out_of_order_are_found() {
    check_breaches(
        |_, plan| plan.routes[0].stops[1].what = What::Break { number: 2, at: Some(1) },
        &expect!["The pause of Ada at 85 min does not follow the rules."],
    );
    check_breaches(
        |day, plan| {
            day.staff[0].breaks[1].window.end = 100;
            plan.routes[0].stops[3].what = What::Break { number: 1, at: Some(2) };
        },
        &expect![[r#"
            The pause of Ada at 150 min does not follow the rules.
            Ada has the same pause twice."#]],
    );
}
