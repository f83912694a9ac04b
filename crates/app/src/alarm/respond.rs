//! The responder's verbs, on the phone.

use access::{Action, Actor};
use base::{AlarmId, DispatchId};

use super::change::{Outcome, change};
use crate::{App, AppError, error::require};

/// Takes it: on the way.
pub async fn accept(app: &App, actor: &Actor, alarm: AlarmId, dispatch: DispatchId) -> Outcome {
    change(app, actor, Action::AlarmRespond, alarm, |alarm, _| ::alarm::accept(alarm, dispatch)).await
}

/// Cannot take it. The next team is asked at once.
pub async fn decline(
    app: &App,
    actor: &Actor,
    alarm: AlarmId,
    dispatch: DispatchId,
    reason: &str,
) -> Outcome {
    let declined =
        change(app, actor, Action::AlarmRespond, alarm, |alarm, _| ::alarm::decline(alarm, dispatch, reason))
            .await?;
    super::escalate::ask_next_team(app, declined).await
}

/// Stands by the person.
pub async fn arrive(app: &App, actor: &Actor, alarm: AlarmId, dispatch: DispatchId) -> Outcome {
    change(app, actor, Action::AlarmRespond, alarm, |alarm, _| ::alarm::arrive(alarm, dispatch, actor.user))
        .await
}

/// Writes what was found and done.
pub async fn report(app: &App, actor: &Actor, alarm: AlarmId, dispatch: DispatchId, text: &str) -> Outcome {
    change(app, actor, Action::AlarmRespond, alarm, |alarm, _| {
        ::alarm::report(alarm, dispatch, actor.user, text)
    })
    .await
}

/// The open alarms of the actor's teams, newest sending first.
pub async fn mine(app: &App, actor: &Actor) -> Result<Vec<::alarm::Alarm>, AppError> {
    require(actor, Action::DispatchList, access::Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let mut alarms = store::alarm::of_teams(&mut transaction, &actor.teams).await?;
    alarms.sort_by_key(|alarm| std::cmp::Reverse(alarm.dispatches.last().map(|dispatch| dispatch.sent_at)));
    Ok(alarms)
}
