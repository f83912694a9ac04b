//! Devices for other systems: page after page, and one with the version that a change must name.

use ::device::{Device, Model};
use access::{Action, Actor, Relation};
use base::{DeviceId, OutageId};
pub use store::page::Devices as Filter;
pub use store::{supervision::Outage, team::Area};

use super::subject;
use crate::{
    App, AppError,
    audit::{About, record_look},
    error::require,
};

/// Devices in the order they were registered, after one of them.
pub async fn list(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    after: Option<DeviceId>,
    limit: i64,
) -> Result<Vec<Device>, AppError> {
    require(actor, Action::DeviceRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let devices = store::page::devices(&mut transaction, filter, after, limit).await?;
    drop(transaction);
    let subject = filter.person.map_or_else(|| "device:list".to_owned(), crate::person::relation::subject);
    let about = About { person: filter.person, subject, ..About::default() };
    record_look(app, actor, Action::DeviceRead, about).await?;
    Ok(devices)
}

/// One device, and the version that a change must name.
pub async fn one(app: &App, actor: &Actor, id: DeviceId) -> Result<(Device, i64), AppError> {
    require(actor, Action::DeviceRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let device = store::device::load(&mut transaction, id).await?.ok_or(AppError::NotFound("device"))?;
    let version = store::device::version(&mut transaction, id).await?;
    drop(transaction);
    let about = About { person: device.person, subject: subject(id), reason: String::new() };
    record_look(app, actor, Action::DeviceRead, about).await?;
    Ok((device, version))
}

/// Every area, by name.
pub async fn areas(app: &App, actor: &Actor) -> Result<Vec<Area>, AppError> {
    require(actor, Action::DeviceRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    Ok(store::team::areas(&mut transaction).await?)
}

/// Outages, newest first, before one of them; `open` asks only for those that last, or only for those that are over.
pub async fn outages(
    app: &App,
    actor: &Actor,
    open: Option<bool>,
    before: Option<OutageId>,
    limit: i64,
) -> Result<Vec<Outage>, AppError> {
    require(actor, Action::OutageRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    Ok(store::page::outages(&mut transaction, open, before, limit).await?)
}

/// One outage, with the devices that are still silent.
pub async fn one_outage(app: &App, actor: &Actor, id: OutageId) -> Result<(Outage, Vec<DeviceId>), AppError> {
    require(actor, Action::OutageRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let outage =
        store::supervision::outage(&mut transaction, id).await?.ok_or(AppError::NotFound("outage"))?;
    let silent = store::supervision::of_outage(&mut transaction, id).await?;
    Ok((outage, silent.into_iter().map(|device| device.id).collect()))
}

/// Every model, by name.
pub async fn models(app: &App, actor: &Actor) -> Result<Vec<Model>, AppError> {
    require(actor, Action::DeviceRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    Ok(store::device::models(&mut transaction).await?)
}
