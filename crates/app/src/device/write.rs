//! Registering a device, and changing one.

use ::device::Device;
use access::{Action, Actor, Relation};
use base::DeviceId;
use store::Transaction;

use super::{
    form::{Form, fields},
    subject,
};
use crate::{
    App, AppError,
    audit::{About, record},
    error::require,
    history,
    live::Change,
    person::write::area_ids,
    problem::{Problem, Problems},
    team::refresh,
};

/// Registers a new device, in stock.
pub async fn register(app: &App, actor: &Actor, form: &Form) -> Result<DeviceId, AppError> {
    require(actor, Action::DeviceWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let models = store::device::models(&mut transaction).await?;
    let areas = area_ids(&mut transaction).await?;
    let id = DeviceId::fresh(app.ids.as_ref(), app.now());
    let device = form.read(id, None, &models, &areas).map_err(AppError::Invalid)?;
    refuse_taken(&mut transaction, &device).await?;
    save(app, transaction, actor, &device).await?;
    Ok(id)
}

/// Changes a device that was read at a version.
pub async fn change(
    app: &App,
    actor: &Actor,
    id: DeviceId,
    read_version: i64,
    form: &Form,
) -> Result<(), AppError> {
    require(actor, Action::DeviceWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let known = store::device::load(&mut transaction, id).await?.ok_or(AppError::NotFound("device"))?;
    store::device::claim(&mut transaction, id, read_version).await?;
    let models = store::device::models(&mut transaction).await?;
    let areas = area_ids(&mut transaction).await?;
    let device = form.read(id, Some(&known), &models, &areas).map_err(AppError::Invalid)?;
    refuse_taken(&mut transaction, &device).await?;
    history::record(app, &mut transaction, actor, &subject(id), &fields(&known), &fields(&device)).await?;
    save(app, transaction, actor, &device).await
}

async fn save(
    app: &App,
    mut transaction: Transaction,
    actor: &Actor,
    device: &Device,
) -> Result<(), AppError> {
    store::device::save_many(&mut transaction, std::slice::from_ref(device), app.now()).await?;
    let about = About { person: device.person, subject: subject(device.id), reason: String::new() };
    record(app, &mut transaction, actor, Action::DeviceWrite, about).await?;
    transaction.commit().await?;
    refresh(app).await?;
    app.live.publish(Change::Device(device.id));
    Ok(())
}

async fn refuse_taken(transaction: &mut Transaction, device: &Device) -> Result<(), AppError> {
    let names = |name: &String| vec![name.clone()];
    let found =
        store::device::by_names(transaction, names(&device.serial), names(&device.controller_id)).await?;
    let mut problems = Problems::default();
    for other in found.iter().filter(|other| other.id != device.id) {
        if other.serial == device.serial {
            problems.add("serial", Problem::Taken);
        }
        if other.controller_id == device.controller_id {
            problems.add("controller_id", Problem::Taken);
        }
    }
    problems.finish()
}
