//! Registering a person, and changing one.

use ::person::Person;
use access::{Action, Actor, Relation};
use base::{AreaId, PersonId, time::stockholm};
use store::Transaction;

use super::{
    form::{Form, fields},
    relation::subject,
};
use crate::{
    App, AppError,
    audit::{About, record},
    error::require,
    history,
    problem::{Problem, Problems},
};

/// Registers a new person.
pub async fn register(app: &App, actor: &Actor, form: &Form) -> Result<PersonId, AppError> {
    require(actor, Action::PersonWrite, Relation::NoPerson)?;
    let now = app.now();
    let mut transaction = app.store.write().await?;
    let areas = area_ids(&mut transaction).await?;
    let id = PersonId::fresh(app.ids.as_ref(), now);
    let person = form.read(id, None, &areas, now.to_zoned(stockholm()).date()).map_err(AppError::Invalid)?;
    refuse_taken(&mut transaction, &person).await?;
    store::person::save(&mut transaction, &person, now).await?;
    let about = About { person: Some(id), subject: subject(id), reason: String::new() };
    record(app, &mut transaction, actor, Action::PersonWrite, about).await?;
    transaction.commit().await?;
    Ok(id)
}

/// Changes a person who was read at a version. Fields that differ are kept in the history.
pub async fn change(
    app: &App,
    actor: &Actor,
    id: PersonId,
    read_version: i64,
    form: &Form,
) -> Result<(), AppError> {
    require(actor, Action::PersonWrite, Relation::NoPerson)?;
    let now = app.now();
    let mut transaction = app.store.write().await?;
    let known = store::person::load(&mut transaction, id).await?.ok_or(AppError::NotFound("person"))?;
    store::person::claim(&mut transaction, id, read_version).await?;
    let areas = area_ids(&mut transaction).await?;
    let today = now.to_zoned(stockholm()).date();
    let person = form.read(id, Some(&known), &areas, today).map_err(AppError::Invalid)?;
    refuse_taken(&mut transaction, &person).await?;
    store::person::save(&mut transaction, &person, now).await?;
    history::record(app, &mut transaction, actor, &subject(id), &fields(&known), &fields(&person)).await?;
    if known.area != person.area {
        // Reception knows a device by its person's area.
        store::device::raise_registry_version(&mut transaction).await?;
    }
    let about = About { person: Some(id), subject: subject(id), reason: String::new() };
    record(app, &mut transaction, actor, Action::PersonWrite, about).await?;
    transaction.commit().await?;
    Ok(())
}

pub(crate) async fn area_ids(transaction: &mut Transaction) -> Result<Vec<AreaId>, AppError> {
    Ok(store::team::areas(transaction).await?.into_iter().map(|area| area.id).collect())
}

async fn refuse_taken(transaction: &mut Transaction, person: &Person) -> Result<(), AppError> {
    match store::person::by_identity(transaction, person.identity.reveal()).await? {
        Some(other) if other != person.id => {
            Err(AppError::Invalid(Problems::one("identity", Problem::Taken)))
        }
        _ => Ok(()),
    }
}
