//! A made-up colleague, so that the queue of an unattended demo does not grow for ever.
//!
//! It leaves every alarm alone for a good while, so that whoever looks at the demo comes first.

use std::time::Duration;

use alarm::{Alarm, Outcome, State};
use app::{
    App,
    alarm::{operate, queue, respond},
};
use base::{SignedDuration, Timestamp};
use sim::Town;

/// How long an alarm waits before the colleague takes it, in seconds.
const LEFT_ALONE_SECONDS: i64 = 240;
/// How long the colleague has an alarm before closing it, in seconds.
const TAKES_SECONDS: i64 = 60;
/// How many minutes a responder is on the way.
const DRIVES_SECONDS: i64 = 90;

/// Works until told to stop. What cannot be done now is done on the next turn.
pub(crate) async fn work(app: App, town: Town) {
    let operator = town.logins.iter().rev().find(|login| login.roles.contains(&access::Role::Operator));
    let Some(operator) = operator.map(sim::town::TownLogin::actor) else { return };
    let responders: Vec<access::Actor> = town
        .logins
        .iter()
        .filter(|login| login.roles.contains(&access::Role::Responder))
        .map(sim::town::TownLogin::actor)
        .collect();
    let mut turn = tokio::time::interval(Duration::from_secs(5));
    loop {
        turn.tick().await;
        let Ok(found) = queue::queue(&app, &operator).await else { continue };
        for line in found.lines {
            step(&app, &operator, &responders, &line.alarm, app.now()).await;
        }
    }
}

/// One step on one alarm. A refusal means that a person was faster.
async fn step(
    app: &App,
    operator: &access::Actor,
    responders: &[access::Actor],
    alarm: &Alarm,
    now: Timestamp,
) {
    let since = |at: Timestamp, seconds: i64| now.duration_since(at) >= SignedDuration::from_secs(seconds);
    let mine = alarm.answered_by == Some(operator.user);
    match alarm.state {
        State::Waiting if since(alarm.received_at, LEFT_ALONE_SECONDS) => {
            let _ = operate::answer(app, operator, alarm.id).await;
        }
        State::Answered if mine && since(alarm.answered_at.unwrap_or(now), TAKES_SECONDS) => {
            let close = operate::Close {
                alarm: alarm.id,
                outcome: if alarm.repeats > 0 { Outcome::Talked } else { Outcome::Mistake },
                measures: Vec::new(),
                text: "Avslutat av den påhittade kollegan".to_owned(),
            };
            let _ = operate::close(app, operator, close).await;
        }
        State::Sent | State::OnSite => respond_to(app, responders, alarm, now).await,
        _ => {}
    }
    let reported = alarm.dispatches.last().and_then(|dispatch| dispatch.reported_at);
    if matches!(alarm.state, State::Sent | State::OnSite)
        && reported.is_some_and(|at| since(at, LEFT_ALONE_SECONDS))
    {
        let text = "Utryckaren har rapporterat".to_owned();
        let close = operate::Close { alarm: alarm.id, outcome: Outcome::Helped, measures: Vec::new(), text };
        let _ = operate::close(app, operator, close).await;
    }
}

/// A made-up responder of the team goes, unless someone at the demo does first.
async fn respond_to(app: &App, responders: &[access::Actor], alarm: &Alarm, now: Timestamp) {
    let Some(dispatch) = alarm.current_dispatch() else { return };
    let Some(responder) = responders.iter().find(|actor| actor.teams.contains(&dispatch.team)) else {
        return;
    };
    let since = |at: Option<Timestamp>, seconds: i64| {
        at.is_some_and(|at| now.duration_since(at) >= SignedDuration::from_secs(seconds))
    };
    let half_the_time = dispatch.answer_due.duration_since(dispatch.sent_at).as_secs() / 2;
    match dispatch.state {
        alarm::DispatchState::Waiting if since(Some(dispatch.sent_at), half_the_time) => {
            let _ = respond::accept(app, responder, alarm.id, dispatch.id).await;
        }
        alarm::DispatchState::Accepted
            if dispatch.responder == Some(responder.user) && since(dispatch.accepted_at, DRIVES_SECONDS) =>
        {
            let _ = respond::arrive(app, responder, alarm.id, dispatch.id).await;
        }
        alarm::DispatchState::OnSite
            if dispatch.responder == Some(responder.user) && since(dispatch.arrived_at, DRIVES_SECONDS) =>
        {
            let _ = respond::report(app, responder, alarm.id, dispatch.id, "Påhittat besök: allt väl").await;
        }
        _ => {}
    }
}
