//! Devices whose labels are to be printed: some that were chosen, or all that fit a filter.

use ::device::{Device, Model};
use access::{Action, Actor, Relation};
use base::DeviceId;
use store::device::Filter;

use crate::{App, AppError, error::require};

/// How many labels are printed at a time.
pub const LABELS_MAX: usize = 500;

/// Which devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// These.
    These(Vec<DeviceId>),
    /// Those that fit.
    Fitting(Filter),
}

/// Devices with what their labels say.
#[derive(Debug, Clone)]
pub struct Labels {
    /// The devices, by serial number, each with its model's name.
    pub devices: Vec<(Device, String)>,
    /// How many more there are than are printed at a time.
    pub left_out: i64,
}

/// Reads what the labels say. A label names no person.
pub async fn labels(app: &App, actor: &Actor, which: &Which) -> Result<Labels, AppError> {
    require(actor, Action::DeviceRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let models = store::device::models(&mut transaction).await?;
    let most = LABELS_MAX as i64;
    let (devices, total) = match which {
        Which::These(ids) => {
            let ids: Vec<DeviceId> = ids.iter().copied().take(LABELS_MAX).collect();
            let mut devices = store::device::load_many(&mut transaction, &ids).await?;
            devices.sort_by(|left, right| left.serial.cmp(&right.serial));
            let total = devices.len() as i64;
            (devices, total)
        }
        Which::Fitting(filter) => store::device::list(&mut transaction, filter, 0, most).await?,
    };
    let left_out = total - devices.len() as i64;
    let name = |device: &Device| model_name(&models, device);
    let devices =
        devices.into_iter().map(|device| (name(&device), device)).map(|(name, device)| (device, name));
    Ok(Labels { devices: devices.collect(), left_out })
}

fn model_name(models: &[Model], device: &Device) -> String {
    models.iter().find(|model| model.id == device.model).map(|model| model.name.clone()).unwrap_or_default()
}
