//! Devices that are silent: together as an outage, or alone.

use ::device::{Device, supervision::Cause};
use access::{Action, Actor, Relation};
use base::OutageId;
use store::{device::Filter, supervision::Outage};

use crate::{App, AppError, error::require};

/// How many outages are shown.
pub const OUTAGES_SHOWN_MAX: i64 = 100;
/// How many silent devices are shown.
pub const SILENT_SHOWN_MAX: i64 = 500;

/// An outage with the name of what its devices share.
#[derive(Debug, Clone)]
pub struct Named {
    /// The outage.
    pub outage: Outage,
    /// The operator, area or model by name.
    pub cause: String,
}

/// Everything that is silent.
#[derive(Debug, Clone)]
pub struct Silence {
    /// Outages, open ones first, newest first.
    pub outages: Vec<Named>,
    /// Silent devices, whether alone or in an outage, by serial number.
    pub silent: Vec<Device>,
    /// How many are silent in all.
    pub silent_total: i64,
}

/// Reads what is silent.
pub async fn silence(app: &App, actor: &Actor) -> Result<Silence, AppError> {
    require(actor, Action::OutageRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let found = store::supervision::outages(&mut transaction, false, OUTAGES_SHOWN_MAX).await?;
    let outages = name_all(&mut transaction, found).await?;
    let filter = Filter { silent: true, ..Filter::default() };
    let (silent, silent_total) = store::device::list(&mut transaction, &filter, 0, SILENT_SHOWN_MAX).await?;
    Ok(Silence { outages, silent, silent_total })
}

/// One outage with the devices that are still silent.
pub async fn outage(app: &App, actor: &Actor, id: OutageId) -> Result<(Named, Vec<Device>), AppError> {
    require(actor, Action::OutageRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let outage =
        store::supervision::outage(&mut transaction, id).await?.ok_or(AppError::NotFound("outage"))?;
    let devices = store::supervision::of_outage(&mut transaction, id).await?;
    Ok((Named { cause: cause_in_words(&mut transaction, &outage.cause).await?, outage }, devices))
}

/// Outages with the names of what their devices share.
pub(crate) async fn name_all(
    transaction: &mut store::Transaction,
    found: Vec<Outage>,
) -> Result<Vec<Named>, AppError> {
    let mut named = Vec::with_capacity(found.len());
    for outage in found {
        named.push(Named { cause: cause_in_words(transaction, &outage.cause).await?, outage });
    }
    Ok(named)
}

async fn cause_in_words(transaction: &mut store::Transaction, cause: &Cause) -> Result<String, AppError> {
    Ok(match cause {
        Cause::NetworkOperator(name) => name.clone(),
        Cause::Area(id) => {
            let areas = store::team::areas(transaction).await?;
            areas.into_iter().find(|area| area.id == *id).map(|area| area.name).unwrap_or_default()
        }
        Cause::Model(id) => {
            let models = store::device::models(transaction).await?;
            models.into_iter().find(|model| model.id == *id).map(|model| model.name).unwrap_or_default()
        }
    })
}
