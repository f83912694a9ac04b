//! The register of devices as a file, with no personal data in it.

use access::{Action, Actor, Relation};
use store::device::Filter;

use crate::{
    App, AppError,
    audit::{About, record},
    error::require,
    sheet::Sheet,
};

/// How many devices are read at a time.
const PAGE: i64 = 1_000;
/// The headings, which an import reads back.
pub const HEADINGS: [&str; 9] = [
    "serial",
    "controller_id",
    "model",
    "generation",
    "stage",
    "accessories",
    "network_operator",
    "area",
    "room",
];

/// Every device that fits a filter, by serial number.
pub async fn export(app: &App, actor: &Actor, filter: &Filter) -> Result<Sheet, AppError> {
    require(actor, Action::DeviceRead, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let models = store::device::models(&mut transaction).await?;
    let areas = store::team::areas(&mut transaction).await?;
    let mut sheet = Sheet::new("enheter", &HEADINGS);
    let mut offset = 0;
    loop {
        let (devices, _) = store::device::list(&mut transaction, filter, offset, PAGE).await?;
        if devices.is_empty() {
            break;
        }
        offset += PAGE;
        for device in devices {
            let model = models.iter().find(|model| model.id == device.model);
            let area = areas.iter().find(|area| Some(area.id) == device.area);
            sheet.push(vec![
                device.serial,
                device.controller_id,
                model.map(|model| model.name.clone()).unwrap_or_default(),
                model.map(|model| model.generation.name().to_owned()).unwrap_or_default(),
                device.stage.name().to_owned(),
                device.accessories,
                device.network_operator,
                area.map(|area| area.name.clone()).unwrap_or_default(),
                device.room,
            ]);
        }
    }
    let about = About { subject: "device:export".to_owned(), ..About::default() };
    record(app, &mut transaction, actor, Action::DeviceRead, about).await?;
    transaction.commit().await?;
    Ok(sheet)
}
