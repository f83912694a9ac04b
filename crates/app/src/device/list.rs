//! Devices, filtered, a page at a time; and those whose test alarm is overdue.

use crate::{App, AppError, error::require};
use ::device::{Device, Model};
use access::{Action, Actor, Relation};

pub use store::device::{Filter, Order};

/// How many devices one page shows.
pub const DEVICES_SHOWN: i64 = 50;
/// The highest page that is read.
pub const PAGES_MAX: i64 = 100_000;

/// One page of devices.
#[derive(Debug, Clone)]
pub struct Page {
    /// The devices, by serial number.
    pub devices: Vec<Device>,
    /// Every model, for names and for the filter.
    pub models: Vec<Model>,
    /// How many devices fit the filter in all.
    pub total: i64,
    /// Which page, from 1.
    pub page: i64,
    /// How many pages.
    pub pages: i64,
}

/// Reads one page, from 1; a page beyond the last is the last.
pub async fn list(app: &App, actor: &Actor, filter: &Filter, page: i64) -> Result<Page, AppError> {
    require(actor, Action::DeviceRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let models = store::device::models(&mut transaction).await?;
    let mut page = page.clamp(1, PAGES_MAX);
    let read = |page: i64| (page - 1) * DEVICES_SHOWN;
    let (mut devices, total) =
        store::device::list(&mut transaction, filter, read(page), DEVICES_SHOWN).await?;
    let pages = ((total + DEVICES_SHOWN - 1) / DEVICES_SHOWN).max(1);
    if page > pages {
        page = pages;
        devices = store::device::list(&mut transaction, filter, read(page), DEVICES_SHOWN).await?.0;
    }
    Ok(Page { devices, models, total, page, pages })
}

/// The most devices with an overdue test that one page shows.
pub const OVERDUE_SHOWN_MAX: i64 = 500;

/// Installed devices whose last stored test alarm is older than their model asks, the oldest first.
pub async fn tests_overdue(app: &App, actor: &Actor) -> Result<Vec<Device>, AppError> {
    require(actor, Action::DeviceRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    Ok(store::device::tests_overdue(&mut transaction, app.now(), OVERDUE_SHOWN_MAX).await?)
}
