//! How an actor relates to a person, by what the database says.

use access::{Action, Actor, Relation, Role};
use base::{PersonId, SignedDuration};
use store::Transaction;

use crate::{App, AppError};

/// For so long after an alarm was closed, calls about it still come, in seconds: one day.
pub const AFTER_ALARM_SECONDS: i64 = 86_400;
/// A stated reason holds for so long, so that it is not asked for at every click, in seconds.
pub const REASON_HOLDS_SECONDS: i64 = 900;
/// The shortest reason, in characters: a word at least.
pub const REASON_CHARACTERS_MIN: usize = 5;
/// The longest reason, in characters.
pub const REASON_CHARACTERS_MAX: usize = 500;

/// What a look at a person is about in the audit log.
pub(crate) fn subject(person: PersonId) -> String {
    format!("person:{person}")
}

/// Finds the relation. A protected person needs an alarm, a sending or a reason from everyone.
pub(crate) async fn relation_to(
    app: &App,
    transaction: &mut Transaction,
    actor: &Actor,
    action: Action,
    person: PersonId,
    reason: &str,
) -> Result<Relation, AppError> {
    if reason.trim().chars().count() >= REASON_CHARACTERS_MIN {
        return Ok(Relation::StatedReason);
    }
    let now = app.now();
    let since = now - SignedDuration::from_secs(AFTER_ALARM_SECONDS);
    if actor.has(Role::Operator) && store::alarm::had_since(transaction, person, since).await? {
        return Ok(Relation::Alarm);
    }
    if actor.has(Role::Responder)
        && store::alarm::sent_to_since(transaction, person, &actor.teams, since).await?
    {
        return Ok(Relation::Dispatch);
    }
    let lately = now - SignedDuration::from_secs(REASON_HOLDS_SECONDS);
    let subject = subject(person);
    let stated =
        store::audit::reason_stated_since(transaction, actor.user, action.name(), &subject, lately).await?;
    Ok(if stated { Relation::StatedReason } else { Relation::None })
}

/// Asks the access rules about a person. A protected person is shown to nobody without a relation or a reason,
/// not even to an administrator.
pub(crate) fn require_for(
    actor: &Actor,
    action: Action,
    relation: Relation,
    protected: bool,
) -> Result<(), AppError> {
    crate::error::require(actor, action, relation)?;
    if protected && relation == Relation::None {
        return Err(AppError::NeedsReason(action));
    }
    Ok(())
}
