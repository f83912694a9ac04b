//! Whole lives of alarms, written as scripts: a second, a verb, and what the alarm looks like after.

use base::{
    AlarmId, AreaId, DispatchId, MessageId, Private, SignedDuration, TeamId, Timestamp, UserId, id::Uuid,
};
use expect_test::{Expect, expect};
use proptest::prelude::*;

use crate::{
    Actor, Alarm, Event, Kind, Measure, Outcome, Refusal, State, What,
    follow_up::{self, Limits},
    ladder::{self, Climb, Rung, Tell},
    team::{Hours, Team, next_teams},
    urgency,
};

const LIMITS: Limits = Limits { left_seconds: 300, technical_left_seconds: 3_600, overdue_seconds: 900 };

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + second).unwrap()
}

fn user(number: u128) -> UserId {
    UserId(Uuid::from_u128(number))
}

fn dispatch(number: u128) -> DispatchId {
    DispatchId(Uuid::from_u128(number))
}

fn team(number: u128) -> TeamId {
    TeamId(Uuid::from_u128(number))
}

fn message(number: u128) -> MessageId {
    MessageId(Uuid::from_u128(number))
}

fn new_alarm() -> Alarm {
    let climb = Climb::start(ladder::BUILT_IN.to_vec(), at(0));
    crate::receive(AlarmId(Uuid::nil()), message(0), Kind::Manual, (None, None, None), climb, at(0)).0
}

/// Plays a script of `second verb words` lines and compares the states with what is expected.
fn check(script: &str, expected: Expect) {
    let mut alarm = new_alarm();
    let mut shown = String::new();
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (second, step) = line.split_once(' ').unwrap();
        let now = at(second.parse().unwrap());
        match play(&alarm, step, now) {
            Ok((actor, what)) => {
                alarm.apply(&Event { at: now, actor, what });
                shown.push_str(&format!("{line}: {}\n", picture(&alarm)));
            }
            Err(refusal) => shown.push_str(&format!("{line}: refused, {refusal}\n")),
        }
    }
    expected.assert_eq(&shown);
}

fn play(alarm: &Alarm, step: &str, now: Timestamp) -> Result<(Actor, What), Refusal> {
    let mut words = step.splitn(3, ' ');
    let (verb, number) =
        (words.next().unwrap(), words.next().and_then(|word| word.parse().ok()).unwrap_or(1));
    let text = words.next().unwrap_or_default();
    let what = match verb {
        "answers" => crate::answer(alarm, user(number))?,
        "releases" => crate::release(alarm)?,
        "stays" => crate::attend(alarm, user(number))?,
        "calls" => crate::call_person(alarm, "anhörig")?,
        "notes" => crate::note("Hör av mig igen")?,
        "sends" => crate::send(alarm, dispatch(number), team(number), now + SignedDuration::from_secs(60))?,
        "accepts" => crate::accept(alarm, dispatch(number))?,
        "declines" => crate::decline(alarm, dispatch(number), text)?,
        "arrives" => crate::arrive(alarm, dispatch(number), user(9))?,
        "reports" => crate::report(alarm, dispatch(number), user(9), text)?,
        "closes" => crate::close(alarm, Outcome::Helped, vec![Measure::HelpedUp], text)?,
        "reopens" => crate::reopen(alarm, text)?,
        "expires" => return Ok((Actor::System, crate::expire(alarm, dispatch(number), now)?)),
        "presses" => return Ok((Actor::Device, crate::repeat(message(number), Kind::Manual))),
        "burns" => return Ok((Actor::Device, crate::repeat(message(number), Kind::Fire))),
        "withdraws" => return Ok((Actor::Device, crate::withdraw(message(number)))),
        "rung" => {
            let (rung, _) = alarm.climb.due(now).expect("a rung is due");
            return Ok((Actor::System, What::Escalated { rung }));
        }
        "follows" => {
            let what = follow_up::due(alarm, LIMITS, now).expect("something is due");
            return Ok((Actor::System, what));
        }
        other => panic!("no verb {other}"),
    };
    let who = if matches!(verb, "accepts" | "declines" | "arrives" | "reports") { 9 } else { number };
    Ok((Actor::User(user(who)), what))
}

fn picture(alarm: &Alarm) -> String {
    let due = alarm.climb.poll_timeout().map(|(due, _)| due.duration_since(at(0)).as_secs());
    let sent: Vec<&str> = alarm.dispatches.iter().map(|dispatch| dispatch.state.name()).collect();
    let left = follow_up::poll_timeout(alarm, LIMITS);
    let left =
        left.map_or(String::new(), |(due, why)| format!(" {why}={}", due.duration_since(at(0)).as_secs()));
    let overdue = if follow_up::is_overdue(alarm) { " overdue" } else { "" };
    let withdrawn = if alarm.withdrawn_at.is_some() { " withdrawn" } else { "" };
    format!(
        "{} {}{withdrawn}{overdue} +{} next={due:?}{left} {sent:?}",
        alarm.kind.name(),
        alarm.state.name(),
        alarm.repeats
    )
}

#[test]
fn an_alarm_is_answered_sent_reached_and_closed() {
    check(
        "10 answers 1
         20 sends 1
         30 accepts 1
         40 arrives 1
         50 reports 1 Hjälpte upp
         60 closes 1 Allt väl",
        expect![[r#"
            10 answers 1: manual answered +0 next=None left=310 []
            20 sends 1: manual sent +0 next=None ["waiting"]
            30 accepts 1: manual sent +0 next=None overdue=930 ["accepted"]
            40 arrives 1: manual on_site +0 next=None ["on_site"]
            50 reports 1 Hjälpte upp: manual on_site +0 next=None ["reported"]
            60 closes 1 Allt väl: manual closed +0 next=None ["reported"]
        "#]],
    );
}

#[test]
fn a_second_operator_and_a_second_key_press_change_nothing() {
    check(
        "5 answers 1
         6 answers 1
         7 answers 2
         8 releases 1
         9 answers 2",
        expect![[r#"
            5 answers 1: manual answered +0 next=None left=305 []
            6 answers 1: refused, operator 00000000-0000-0000-0000-000000000001 has this alarm already
            7 answers 2: refused, operator 00000000-0000-0000-0000-000000000001 has this alarm already
            8 releases 1: manual waiting +0 next=Some(68) []
            9 answers 2: manual answered +0 next=None left=309 []
        "#]],
    );
}

#[test]
fn repeats_are_counted_and_only_raise_the_kind() {
    check(
        "5 presses 1
         6 burns 2
         7 presses 3
         8 withdraws 4",
        expect![[r#"
            5 presses 1: manual waiting +1 next=Some(60) []
            6 burns 2: fire waiting +2 next=Some(60) []
            7 presses 3: fire waiting +3 next=Some(60) []
            8 withdraws 4: fire waiting withdrawn +3 next=Some(60) []
        "#]],
    );
}

#[test]
fn a_withdrawn_alarm_still_waits_for_a_person_to_close_it() {
    check(
        "5 withdraws 1
         6 closes 1 Återtaget
         7 answers 1
         8 closes 1 Återtaget",
        expect![[r#"
            5 withdraws 1: manual waiting withdrawn +0 next=Some(60) []
            6 closes 1 Återtaget: refused, cannot close an alarm that is waiting
            7 answers 1: manual answered withdrawn +0 next=None left=307 []
            8 closes 1 Återtaget: manual closed withdrawn +0 next=None []
        "#]],
    );
}

#[test]
fn a_team_that_says_no_gives_the_alarm_back_and_the_ladder_starts_anew() {
    check(
        "5 answers 1
         10 sends 1
         20 declines 1 Punktering
         25 sends 2
         85 expires 2
         90 accepts 2",
        expect![[r#"
            5 answers 1: manual answered +0 next=None left=305 []
            10 sends 1: manual sent +0 next=None ["waiting"]
            20 declines 1 Punktering: manual answered +0 next=Some(80) left=320 ["declined"]
            25 sends 2: manual sent +0 next=None ["declined", "waiting"]
            85 expires 2: manual answered +0 next=Some(145) left=385 ["declined", "unanswered"]
            90 accepts 2: refused, dispatch 00000000-0000-0000-0000-000000000002 is not waiting for this step
        "#]],
    );
}

#[test]
fn a_responder_on_site_reports_before_anyone_closes_in_silence() {
    check(
        "5 answers 1
         10 sends 1
         20 accepts 1
         30 arrives 1
         40 closes 1
         50 closes 1 Läget är lugnt",
        expect![[r#"
            5 answers 1: manual answered +0 next=None left=305 []
            10 sends 1: manual sent +0 next=None ["waiting"]
            20 accepts 1: manual sent +0 next=None overdue=920 ["accepted"]
            30 arrives 1: manual on_site +0 next=None ["on_site"]
            40 closes 1: refused, a responder is still on site without a report: write it, or say why none will come
            50 closes 1 Läget är lugnt: manual closed +0 next=None ["on_site"]
        "#]],
    );
}

#[test]
fn a_reopened_alarm_waits_and_climbs_again() {
    check(
        "5 answers 1
         6 closes 1 Klart
         7 answers 2
         100 reopens 1 Hon ringde igen
         160 rung
         170 answers 2",
        expect![[r#"
            5 answers 1: manual answered +0 next=None left=305 []
            6 closes 1 Klart: manual closed +0 next=None []
            7 answers 2: refused, cannot answer an alarm that is closed
            100 reopens 1 Hon ringde igen: manual waiting +0 next=Some(160) []
            160 rung: manual waiting +0 next=Some(280) []
            170 answers 2: manual answered +0 next=None left=470 []
        "#]],
    );
}

#[test]
fn after_a_long_sleep_every_rung_is_reached_once_and_in_order() {
    let mut alarm = new_alarm();
    let mut reached = Vec::new();
    // The process slept for an hour; then the clock jumps back and forth.
    for second in [3_600, 3_600, 10, 7_200] {
        while let Some((rung, _)) = alarm.climb.due(at(second)) {
            alarm.apply(&Event { at: at(second), actor: Actor::System, what: What::Escalated { rung } });
            reached.push(rung);
        }
    }
    assert_eq!(reached, [0, 1, 2]);
}

#[test]
fn an_alarm_of_the_future_waits_for_no_clock() {
    // The machine came back from a power cut with its clock three hours behind; half a minute is only another node's.
    let climb = Climb::start(ladder::BUILT_IN.to_vec(), at(3 * 3_600));
    assert_eq!(climb.due(at(3 * 3_600 - 30)), None);
    let mut alarm = Alarm { climb, ..new_alarm() };
    let mut reached = Vec::new();
    while let Some((rung, _)) = alarm.climb.due(at(0)) {
        alarm.apply(&Event { at: at(0), actor: Actor::System, what: What::Escalated { rung } });
        reached.push(rung);
    }
    assert_eq!(reached, [0, 1, 2]);
}

#[test]
fn a_ladder_is_written_and_read_back_and_bad_ones_say_why() {
    let rungs = vec![
        Rung { after_seconds: 0, tell: Tell::Operators },
        Rung { after_seconds: 60, tell: Tell::Supervisor },
        Rung { after_seconds: 90, tell: Tell::Team(team(7)) },
        Rung { after_seconds: 120, tell: Tell::NextTeam },
    ];
    assert_eq!(ladder::read_rungs(&ladder::write_rungs(&rungs)).unwrap(), rungs);
    for (text, expected) in [
        ("", "a ladder needs at least one rung"),
        (
            "60:operators 30:supervisor",
            "rung 2 comes after 30 s, before the rung above it: order rungs by time",
        ),
        ("99999999:operators", "rung 1 comes after 99999999 s: at most 86400 s"),
        (
            "60:granny",
            "rung \"60:granny\" does not read: expected SECONDS:operators, SECONDS:supervisor, SECONDS:next_team or SECONDS:team=ID",
        ),
    ] {
        assert_eq!(ladder::read_rungs(text).unwrap_err().to_string(), expected);
    }
}

#[test]
fn the_gravest_comes_first_and_nobody_waits_for_ever() {
    let alarm = |kind, second| {
        let climb = Climb::start(Vec::new(), at(second));
        crate::receive(AlarmId(Uuid::nil()), message(0), kind, (None, None, None), climb, at(second)).0
    };
    let order = |now| {
        let mut queue = [alarm(Kind::Technical, 0), alarm(Kind::Manual, 300), alarm(Kind::Fire, 590)];
        queue.sort_by(|left, right| urgency::compare(left, right, 120, at(now)));
        queue.map(|alarm| alarm.kind.name())
    };
    assert_eq!(order(600), ["fire", "manual", "technical"]);
    // After three steps of 120 s the press of a button is as grave as a fire, and older. A device never is.
    assert_eq!(order(660), ["manual", "fire", "technical"]);
}

#[test]
fn night_teams_serve_across_midnight_and_daylight_saving() {
    let night = Hours { from_minute: 21 * 60 + 30, to_minute: 7 * 60 };
    for (moment, expected) in [
        ("2026-03-28T20:29:00Z", false), // 21.29 in winter time
        ("2026-03-28T20:30:00Z", true),
        ("2026-03-29T01:30:00Z", true), // 03.30, an hour after the clock went forward
        ("2026-03-29T04:59:00Z", true), // 06.59 in summer time
        ("2026-03-29T05:00:00Z", false),
    ] {
        assert_eq!(night.contain(moment.parse().unwrap()), expected, "{moment}");
    }
}

#[test]
fn the_next_team_serves_the_area_and_has_not_been_asked() {
    let area = |number| AreaId(Uuid::from_u128(number));
    let make = |number, areas: &[u128], order| Team {
        id: team(number),
        name: String::new(),
        provider: None,
        areas: areas.iter().map(|number| area(*number)).collect(),
        hours: Hours::ALWAYS,
        answer_seconds: 60,
        order,
        phone: String::new(),
    };
    let teams = [make(1, &[1], 2), make(2, &[], 9), make(3, &[2], 1), make(4, &[1, 2], 1)];
    let mut alarm = Alarm { area: Some(area(1)), ..new_alarm() };
    let names = |alarm: &Alarm| -> Vec<u128> {
        next_teams(&teams, alarm, at(0)).iter().map(|team| team.id.0.as_u128()).collect()
    };
    assert_eq!(names(&alarm), [4, 1, 2]);
    let what = crate::send(&alarm, dispatch(1), team(4), at(60)).unwrap();
    alarm.apply(&Event { at: at(0), actor: Actor::User(user(1)), what });
    assert_eq!(names(&alarm), [1, 2]);
}

#[test]
fn an_answered_alarm_that_is_left_waits_again_and_climbs() {
    check(
        "10 answers 1
         200 notes
         300 stays 1
         301 stays 2
         400 presses 1
         600 follows
         660 rung
         700 answers 2",
        expect![[r#"
            10 answers 1: manual answered +0 next=None left=310 []
            200 notes: manual answered +0 next=None left=500 []
            300 stays 1: manual answered +0 next=None left=600 []
            301 stays 2: refused, operator 00000000-0000-0000-0000-000000000001 has this alarm already
            400 presses 1: manual answered +1 next=None left=600 []
            600 follows: manual waiting +1 next=Some(660) []
            660 rung: manual waiting +1 next=Some(780) []
            700 answers 2: manual answered +1 next=None left=1000 []
        "#]],
    );
}

#[test]
fn being_left_does_not_put_off_a_climb_that_is_under_way() {
    check(
        "10 answers 1
         20 sends 1
         30 declines 1 Punktering
         90 rung
         330 follows
         331 answers 2",
        expect![[r#"
            10 answers 1: manual answered +0 next=None left=310 []
            20 sends 1: manual sent +0 next=None ["waiting"]
            30 declines 1 Punktering: manual answered +0 next=Some(90) left=330 ["declined"]
            90 rung: manual answered +0 next=Some(210) left=330 ["declined"]
            330 follows: manual waiting +0 next=Some(210) ["declined"]
            331 answers 2: manual answered +0 next=None left=631 ["declined"]
        "#]],
    );
}

#[test]
fn a_responder_who_does_not_come_is_told_once_until_someone_stands_there() {
    check(
        "10 answers 1
         20 sends 1
         30 accepts 1
         930 follows
         940 sends 2
         950 accepts 2
         960 arrives 2",
        expect![[r#"
            10 answers 1: manual answered +0 next=None left=310 []
            20 sends 1: manual sent +0 next=None ["waiting"]
            30 accepts 1: manual sent +0 next=None overdue=930 ["accepted"]
            930 follows: manual sent overdue +0 next=None ["accepted"]
            940 sends 2: manual sent overdue +0 next=None ["accepted", "waiting"]
            950 accepts 2: manual sent overdue +0 next=None overdue=1850 ["accepted", "accepted"]
            960 arrives 2: manual on_site +0 next=None ["accepted", "on_site"]
        "#]],
    );
}

#[test]
fn help_that_is_overdue_stands_among_those_that_wait() {
    let mut alarms = [new_alarm(), new_alarm(), new_alarm()];
    for (alarm, script) in
        alarms.iter_mut().zip([&[][..], &["answers 1"], &["answers 1", "sends 1", "accepts 1", "follows"]])
    {
        for step in script {
            let now = at(if *step == "follows" { 2_000 } else { 10 });
            let (actor, what) = play(alarm, step, now).unwrap();
            alarm.apply(&Event { at: now, actor, what });
        }
    }
    alarms.sort_by(|left, right| urgency::compare(left, right, 120, at(2_000)));
    assert_eq!(alarms.map(|alarm| alarm.state), [State::Waiting, State::Sent, State::Answered]);
}

fn any_what() -> impl Strategy<Value = (u8, u128)> {
    (0_u8..15, 0_u128..4)
}

proptest! {
    /// Whatever order events come in, an alarm is never lost: it is closed only by a closing, and while it is open and
    /// nobody has answered, someone is still to be told.
    #[test]
    fn only_a_closing_closes_and_a_waiting_alarm_keeps_climbing(steps in proptest::collection::vec(any_what(), 0..40)) {
        let mut alarm = new_alarm();
        let mut closed = false;
        for (second, (verb, number)) in steps.into_iter().enumerate() {
            let now = at(i64::try_from(second).unwrap());
            let name = ["answers", "releases", "sends", "accepts", "declines", "arrives", "reports", "closes", "reopens", "presses", "withdraws", "stays", "calls", "notes", "burns"][usize::from(verb)];
            if let Ok((actor, what)) = play(&alarm, &format!("{name} {number} text"), now) {
                match what {
                    What::Closed(_) => closed = true,
                    What::Reopened { .. } => closed = false,
                    _ => {}
                }
                alarm.apply(&Event { at: now, actor, what });
            }
            prop_assert_eq!(!alarm.is_open(), closed);
            if alarm.state == crate::State::Waiting {
                prop_assert!(alarm.climb.poll_timeout().is_some(), "{}", picture(&alarm));
            }
        }
    }

    /// However staff come and go, and however late Tryggve looks: a taken alarm is never forgotten, what falls due
    /// is told once, and looking again at the same moment tells nothing more.
    #[test]
    fn what_someone_took_is_followed_up_once(
        steps in proptest::collection::vec((any_what(), 0_i64..600), 0..40),
    ) {
        let mut alarm = new_alarm();
        let mut now = at(0);
        let mut told = Vec::new();
        for ((verb, number), seconds) in steps {
            now += SignedDuration::from_secs(seconds);
            while let Some(what) = follow_up::due(&alarm, LIMITS, now) {
                let due = follow_up::poll_timeout(&alarm, LIMITS).map(|(due, _)| due);
                prop_assert!(due.is_some_and(|due| due <= now), "told before its time");
                if let What::Overdue { dispatch } = what {
                    prop_assert!(!told.contains(&dispatch), "told twice");
                    told.push(dispatch);
                }
                alarm.apply(&Event { at: now, actor: Actor::System, what });
            }
            let name = ["answers", "releases", "sends", "accepts", "declines", "arrives", "reports", "closes", "reopens", "presses", "withdraws", "stays", "calls", "notes", "burns"][usize::from(verb)];
            // Each sending has a number of its own, as each has an id of its own.
            let number = if name == "sends" { alarm.dispatches.len() as u128 + 1 } else { number };
            if let Ok((actor, what)) = play(&alarm, &format!("{name} {number} text"), now) {
                alarm.apply(&Event { at: now, actor, what });
            }
            let next = follow_up::poll_timeout(&alarm, LIMITS);
            prop_assert_eq!(alarm.attended_at.is_some(), alarm.state == State::Answered);
            prop_assert!(next.is_none_or(|(due, _)| due > now - SignedDuration::from_secs(1)), "{}", picture(&alarm));
            match alarm.state {
                State::Answered => prop_assert!(next.is_some(), "{}", picture(&alarm)),
                State::Sent => {
                    let coming = alarm.dispatches.iter().any(|dispatch| dispatch.state == crate::DispatchState::Accepted);
                    prop_assert!(!coming || next.is_some() || follow_up::is_overdue(&alarm), "{}", picture(&alarm));
                }
                State::Waiting | State::OnSite | State::Closed => prop_assert!(next.is_none()),
            }
        }
    }
}

#[test]
fn texts_have_limits_and_never_show_in_a_log() {
    let long = "a".repeat(crate::TEXT_CHARACTERS_MAX + 1);
    assert_eq!(
        crate::note(&long).unwrap_err(),
        Refusal::TextTooLong { field: "text", characters: crate::TEXT_CHARACTERS_MAX + 1 }
    );
    assert_eq!(crate::note("  ").unwrap_err(), Refusal::TextMissing { field: "text" });
    let noted = What::Noted { text: Private::new("hemligt".to_owned()) };
    assert!(!format!("{noted:?}").contains("hemligt"));
}
