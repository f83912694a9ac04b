//! One device with its life, its messages and its alarms.

use ::alarm::Alarm;
use ::device::{Device, Model, Profile};
use access::{Action, Actor, Relation};
use base::{DeviceId, Private};
use store::{change::FieldChange, device::Step, message::Message};

use super::subject;
use crate::{
    App, AppError,
    audit::{About, record_look},
    error::require,
    history::CHANGES_SHOWN_MAX,
};

/// How many messages and alarms are shown.
pub const LINES_SHOWN_MAX: i64 = 50;

/// One device, whole.
#[derive(Debug, Clone)]
pub struct View {
    /// The device.
    pub device: Device,
    /// The version that a change must name.
    pub version: i64,
    /// Its model.
    pub model: Option<Model>,
    /// Its profile.
    pub profile: Option<Profile>,
    /// The name of the person it helps; `None` for none, or for a protected person.
    pub person_name: Option<Private<String>>,
    /// The area's name.
    pub area: String,
    /// Its life, oldest first.
    pub steps: Vec<Step>,
    /// Its last messages, newest first. What a message says may be about the person, so it is for those who may
    /// answer alarms; others see when and what kind.
    pub messages: Vec<Message>,
    /// Its last alarms, newest first.
    pub alarms: Vec<Alarm>,
    /// What was changed, newest first.
    pub changes: Vec<FieldChange>,
    /// Names of the models and areas that changes may tell of, by their ids as they stand there.
    pub known: std::collections::HashMap<String, String>,
    /// Names of the logins in steps and changes.
    pub names: std::collections::HashMap<base::UserId, String>,
}

/// Reads one device.
pub async fn view(app: &App, actor: &Actor, id: DeviceId) -> Result<View, AppError> {
    require(actor, Action::DeviceRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let device = store::device::load(&mut transaction, id).await?.ok_or(AppError::NotFound("device"))?;
    let models = store::device::models(&mut transaction).await?;
    let areas = store::team::areas(&mut transaction).await?;
    let known = models
        .iter()
        .map(|model| (model.id.to_string(), model.name.clone()))
        .chain(areas.iter().map(|area| (area.id.to_string(), area.name.clone())))
        .collect();
    let model = models.into_iter().find(|model| model.id == device.model);
    let profiles = store::device::profiles(&mut transaction).await?;
    let person = match device.person {
        Some(person) => store::person::load(&mut transaction, person).await?,
        None => None,
    };
    let area = person.as_ref().and_then(|person| person.area).or(device.area);
    let sees_people = Action::AlarmList.roles().iter().any(|role| actor.has(*role));
    let mut messages = store::message::of_device(&mut transaction, id, LINES_SHOWN_MAX).await?;
    if !sees_people {
        for message in &mut messages {
            message.detail = Private::default();
            message.raw = Private::default();
        }
    }
    let view = View {
        version: store::device::version(&mut transaction, id).await?,
        profile: model
            .as_ref()
            .and_then(|model| profiles.into_iter().find(|profile| profile.id == model.profile)),
        model,
        person_name: person
            .as_ref()
            .filter(|person| sees_people && !person.protected)
            .map(::person::Person::full_name),
        known,
        area: areas
            .into_iter()
            .find(|found| Some(found.id) == area)
            .map(|found| found.name)
            .unwrap_or_default(),
        steps: store::device::steps(&mut transaction, id).await?,
        messages,
        alarms: store::alarm::of_device(&mut transaction, id, LINES_SHOWN_MAX).await?,
        changes: store::change::of_subject(&mut transaction, &subject(id), CHANGES_SHOWN_MAX).await?,
        names: crate::login::names(&mut transaction).await?,
        device,
    };
    drop(transaction);
    let about = About { person: view.device.person, subject: subject(id), reason: String::new() };
    record_look(app, actor, Action::DeviceRead, about).await?;
    Ok(view)
}
