//! One person for another system: who and where, without notes on health and entry. Every read is logged.

use access::{Action, Actor, Relation};
use base::PersonId;
use person::Person;

use super::relation::subject;
use crate::{
    App, AppError,
    audit::{About, record},
    error::require,
};

/// What a system is told of a person.
#[derive(Debug, Clone)]
pub enum Told {
    /// Who and where.
    Open(Box<Person>),
    /// Protected identity: only that there is such a person.
    Protected(PersonId),
}

/// Reads one person. The read is logged each time, before anything is told.
pub async fn read(app: &App, actor: &Actor, id: PersonId) -> Result<Told, AppError> {
    require(actor, Action::PersonReadBySystem, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let person = store::person::load(&mut transaction, id).await?.ok_or(AppError::NotFound("person"))?;
    let about = About { person: Some(id), subject: subject(id), reason: String::new() };
    record(app, &mut transaction, actor, Action::PersonReadBySystem, about).await?;
    transaction.commit().await?;
    Ok(if person.protected { Told::Protected(id) } else { Told::Open(Box::new(person)) })
}
