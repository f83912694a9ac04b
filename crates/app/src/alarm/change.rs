//! The shape that every verb on one alarm shares: access, load, decide, save, publish.

use ::alarm::{Alarm, Event, Refusal, What, ladder::Tell};
use access::{Action, Actor, Relation};
use base::{AlarmId, Timestamp};
use store::{
    Transaction,
    alarm::{OpenKey, open_key},
};

use crate::{
    App, AppError,
    audit::{About, record},
    error::require,
    live::Change,
};

/// The alarm after a verb.
pub type Outcome = Result<Alarm, AppError>;

/// How an actor relates to the person of an alarm.
pub(crate) fn relation(actor: &Actor, alarm: &Alarm) -> Relation {
    if actor.has(access::Role::Operator) {
        return Relation::Alarm;
    }
    let theirs = alarm.dispatches.iter().any(|dispatch| actor.teams.contains(&dispatch.team));
    if theirs { Relation::Dispatch } else { Relation::None }
}

/// Does one verb: `decide` sees the alarm as it stands and says what happened.
pub(crate) async fn change(
    app: &App,
    actor: &Actor,
    action: Action,
    id: AlarmId,
    decide: impl FnOnce(&Alarm, Timestamp) -> Result<What, Refusal>,
) -> Outcome {
    let mut transaction = app.store.write().await?;
    let alarm = store::alarm::load(&mut transaction, id).await?.ok_or(AppError::NotFound("alarm"))?;
    require(actor, action, relation(actor, &alarm))?;
    let now = app.now();
    let what = decide(&alarm, now)?;
    let event = Event { at: now, actor: ::alarm::Actor::User(actor.user), what };
    let alarm = apply(&mut transaction, alarm, &event).await?;
    let about = About { person: alarm.person, subject: format!("alarm:{id}"), reason: String::new() };
    record(app, &mut transaction, actor, action, about).await?;
    transaction.commit().await?;
    app.live.publish(Change::AlarmChanged(id));
    Ok(alarm)
}

/// Applies an event and writes both, in one transaction.
pub(crate) async fn apply(
    transaction: &mut Transaction,
    before: Alarm,
    event: &Event,
) -> Result<Alarm, AppError> {
    let mut alarm = before.clone();
    alarm.apply(event);
    let key = match &event.what {
        What::Closed(_) => OpenKey::Clear,
        What::Reopened { .. } => reopened_key(transaction, &alarm).await?,
        _ => OpenKey::Keep,
    };
    store::alarm::save(transaction, &alarm, before.version, key).await?;
    store::follow_up::save(transaction, &before, &alarm).await?;
    store::alarm::add_events(transaction, &[(alarm.id, event)]).await?;
    Ok(alarm)
}

/// An alarm that is opened again takes its key back, unless a newer alarm of the sender holds it by now.
async fn reopened_key(transaction: &mut Transaction, alarm: &Alarm) -> Result<OpenKey, AppError> {
    let Some(device) = alarm.device else { return Ok(OpenKey::Keep) };
    let key = open_key(&device.to_string(), alarm.kind.lane());
    let holder = store::alarm::open_by_keys(transaction, vec![key.clone()]).await?;
    Ok(if holder.is_empty() { OpenKey::Set(key) } else { OpenKey::Keep })
}

/// What a rung asks for, as a word for the logs.
pub(crate) fn tell_name(tell: Tell) -> &'static str {
    match tell {
        Tell::Operators => "operators",
        Tell::Supervisor => "supervisor",
        Tell::NextTeam => "next_team",
        Tell::Team(_) => "team",
    }
}
