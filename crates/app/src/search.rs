//! One search over people and devices: by name, identity number, address, serial number or controller id.

use ::device::Device;
use access::{Action, Actor, Relation};
use store::device::Filter;

use crate::{App, AppError, error::require, person};

/// The most devices that one search shows.
pub const DEVICES_FOUND_MAX: i64 = 25;
/// The shortest text that is looked for, in characters: fewer would list everyone.
pub const CHARACTERS_MIN: usize = 2;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// People; `None` for those who may not search them.
    pub people: Option<person::search::Search>,
    /// Devices with their models' names, by serial number.
    pub devices: Vec<(Device, String)>,
    /// Whether there are more devices than are shown.
    pub more_devices: bool,
}

/// Searches. Nothing shorter than [`CHARACTERS_MIN`] is looked for.
pub async fn search(app: &App, actor: &Actor, words: &str) -> Result<Found, AppError> {
    require(actor, Action::DeviceRead, Relation::NoPerson)?;
    let words = words.trim();
    if words.chars().count() < CHARACTERS_MIN {
        return Ok(Found::default());
    }
    let may_search_people = Action::PersonSearch.roles().iter().any(|role| actor.has(*role));
    let people =
        if may_search_people { Some(person::search::search(app, actor, words, None).await?) } else { None };
    let mut transaction = app.store.read().await?;
    let models = store::device::models(&mut transaction).await?;
    let filter = Filter { words: words.to_owned(), ..Filter::default() };
    let (devices, total) = store::device::list(&mut transaction, &filter, 0, DEVICES_FOUND_MAX).await?;
    let name = |device: &Device| {
        let model = models.iter().find(|model| model.id == device.model);
        model.map(|model| model.name.clone()).unwrap_or_default()
    };
    let devices = devices.into_iter().map(|device| (name(&device), device));
    Ok(Found {
        people,
        devices: devices.map(|(name, device)| (device, name)).collect(),
        more_devices: total > DEVICES_FOUND_MAX,
    })
}
