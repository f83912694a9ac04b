//! The fallback list: everyone with an alarm, by area, with whom to call and how to get in. It is printed, so that
//! the day's work goes on without Tryggve.

use std::collections::HashMap;

use ::device::Device;
use ::person::{Kin, Person};
use access::{Action, Actor, Relation};
use base::{AreaId, PersonId, Timestamp};
use store::Transaction;

use crate::{
    App, AppError,
    audit::{About, record},
    error::require,
};

/// One person on the list.
#[derive(Debug, Clone)]
pub struct Holder {
    /// Who.
    pub person: Person,
    /// Those close to them, in call order.
    pub kin: Vec<Kin>,
    /// Their installed devices.
    pub devices: Vec<Device>,
}

/// The list of one area.
#[derive(Debug, Clone)]
pub struct AreaList {
    /// The area's name; empty for those without one.
    pub area: String,
    /// The people, by street and name.
    pub holders: Vec<Holder>,
}

/// The whole list.
#[derive(Debug, Clone)]
pub struct Fallback {
    /// Area by area, by name.
    pub areas: Vec<AreaList>,
    /// When it was read: printed on every sheet.
    pub at: Timestamp,
}

/// Reads the list of one area or of all. Printing it is logged.
pub async fn fallback(app: &App, actor: &Actor, area: Option<AreaId>) -> Result<Fallback, AppError> {
    require(actor, Action::FallbackRead, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let areas = read(&mut transaction, area).await?;
    let subject = area.map(|area| format!("area:{area}")).unwrap_or_default();
    record(app, &mut transaction, actor, Action::FallbackRead, About { subject, ..About::default() }).await?;
    transaction.commit().await?;
    Ok(Fallback { areas, at: app.now() })
}

/// Reads the whole list for the file beside the database, and remembers its people for the console.
pub async fn refresh(app: &App) -> Result<Fallback, AppError> {
    let mut transaction = app.store.read().await?;
    let areas = read(&mut transaction, None).await?;
    drop(transaction);
    let holders = areas.iter().flat_map(|list| &list.holders);
    app.aside.remember_holders(holders.map(|holder| (holder.person.id, holder.clone())).collect());
    Ok(Fallback { areas, at: app.now() })
}

async fn read(transaction: &mut Transaction, area: Option<AreaId>) -> Result<Vec<AreaList>, AppError> {
    let people = store::person::alarm_holders(transaction, area).await?;
    let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    let mut kin: HashMap<PersonId, Vec<Kin>> = HashMap::new();
    for found in store::person::kin_of_many(transaction, &ids).await? {
        kin.entry(found.person).or_default().push(found);
    }
    let mut devices: HashMap<PersonId, Vec<Device>> = HashMap::new();
    for found in store::device::of_people(transaction, &ids).await? {
        if let (Some(person), ::device::Stage::Installed) = (found.person, found.stage) {
            devices.entry(person).or_default().push(found);
        }
    }
    let mut lists: Vec<AreaList> = Vec::new();
    let names = store::team::areas(transaction).await?;
    let mut holders: HashMap<Option<AreaId>, Vec<Holder>> = HashMap::new();
    for person in people {
        let holder = Holder {
            kin: kin.remove(&person.id).unwrap_or_default(),
            devices: devices.remove(&person.id).unwrap_or_default(),
            person,
        };
        holders.entry(holder.person.area).or_default().push(holder);
    }
    for found in names {
        if let Some(holders) = holders.remove(&Some(found.id)) {
            lists.push(AreaList { area: found.name, holders });
        }
    }
    if let Some(holders) = holders.remove(&None) {
        lists.push(AreaList { area: String::new(), holders });
    }
    Ok(lists)
}
