//! The whole identity number: shown only for a stated reason, each time logged.

use access::{Action, Actor, Relation};
use base::{PersonId, Private};

use super::relation::{REASON_CHARACTERS_MAX, REASON_CHARACTERS_MIN, require_for, subject};
use crate::{
    App, AppError,
    audit::{About, record},
    problem::{Problem, Problems},
};

/// The number as people write it, such as `19121212-1212`.
pub async fn reveal(
    app: &App,
    actor: &Actor,
    id: PersonId,
    reason: &str,
) -> Result<Private<String>, AppError> {
    let mut problems = Problems::default();
    let reason = problems.required("reason", reason, REASON_CHARACTERS_MAX);
    if !reason.is_empty() && reason.chars().count() < REASON_CHARACTERS_MIN {
        problems.add("reason", Problem::Form { example: "Den enskilde ringer och behöver hjälp" });
    }
    problems.finish()?;
    let mut transaction = app.store.write().await?;
    require_for(actor, Action::PersonReveal, Relation::StatedReason, true)?;
    let person = store::person::load(&mut transaction, id).await?.ok_or(AppError::NotFound("person"))?;
    let about = About { person: Some(id), subject: subject(id), reason };
    record(app, &mut transaction, actor, Action::PersonReveal, about).await?;
    transaction.commit().await?;
    Ok(person.identity.map(|identity| identity.written()))
}
