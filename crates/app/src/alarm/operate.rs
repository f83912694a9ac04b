//! The operator's verbs. Each is access, load, decide, save, publish; the deciding stands in the `alarm` crate.

use ::alarm::{Measure, Outcome as Found};
use access::{Action, Actor};
use base::{AlarmId, DispatchId, SignedDuration, TeamId};

use super::change::{Outcome, change};
use crate::App;

/// Takes an alarm.
pub async fn answer(app: &App, actor: &Actor, id: AlarmId) -> Outcome {
    change(app, actor, Action::AlarmAnswer, id, |alarm, _| ::alarm::answer(alarm, actor.user)).await
}

/// Gives an alarm back to the queue.
pub async fn release(app: &App, actor: &Actor, id: AlarmId) -> Outcome {
    change(app, actor, Action::AlarmAnswer, id, |alarm, _| ::alarm::release(alarm)).await
}

/// Still has it, such as in the middle of a long call.
pub async fn attend(app: &App, actor: &Actor, id: AlarmId) -> Outcome {
    change(app, actor, Action::AlarmAnswer, id, |alarm, _| ::alarm::attend(alarm, actor.user)).await
}

/// Notes that someone was called.
pub async fn call_person(app: &App, actor: &Actor, id: AlarmId, to: &str) -> Outcome {
    change(app, actor, Action::AlarmNote, id, |alarm, _| ::alarm::call_person(alarm, to)).await
}

/// Writes a note.
pub async fn note(app: &App, actor: &Actor, id: AlarmId, text: &str) -> Outcome {
    change(app, actor, Action::AlarmNote, id, |_, _| ::alarm::note(text)).await
}

/// Sends to a team, which must answer within its own time.
pub async fn send(app: &App, actor: &Actor, id: AlarmId, team: TeamId) -> Outcome {
    let memory = app.registry.memory();
    let found = memory.teams.iter().find(|known| known.id == team);
    let answer_seconds = found.map(|team| team.answer_seconds).ok_or(crate::AppError::NotFound("team"))?;
    let dispatch = DispatchId::fresh(app.ids.as_ref(), app.now());
    change(app, actor, Action::AlarmSend, id, |alarm, now| {
        ::alarm::send(alarm, dispatch, team, now + SignedDuration::from_secs(i64::from(answer_seconds)))
    })
    .await
}

/// How an alarm is closed.
#[derive(Debug, Clone)]
pub struct Close {
    /// Which alarm.
    pub alarm: AlarmId,
    /// What it turned out to be.
    pub outcome: Found,
    /// What was done.
    pub measures: Vec<Measure>,
    /// In words.
    pub text: String,
}

/// Closes an alarm.
pub async fn close(app: &App, actor: &Actor, command: Close) -> Outcome {
    change(app, actor, Action::AlarmClose, command.alarm, |alarm, _| {
        ::alarm::close(alarm, command.outcome, command.measures, &command.text)
    })
    .await
}

/// Opens a closed alarm again.
pub async fn reopen(app: &App, actor: &Actor, id: AlarmId, reason: &str) -> Outcome {
    change(app, actor, Action::AlarmClose, id, |alarm, _| ::alarm::reopen(alarm, reason)).await
}
