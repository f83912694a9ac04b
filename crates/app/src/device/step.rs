//! A step of a device's life: out to someone, back, tested, used again or scrapped; with who, when and why.

use ::alarm::{Event, Lane};
use ::device::Stage;
use access::{Action, Actor, Relation};
use base::{AreaId, DeviceId, Language, PersonId};
use store::{Transaction, alarm::open_key, device::Step};

use super::subject;
use crate::{
    App, AppError,
    alarm::change::apply,
    audit::{About, record},
    error::require,
    live::Change,
    person::write::area_ids,
    problem::{Problem, Problems},
    team::refresh,
};

/// The longest note, in characters.
pub const NOTE_CHARACTERS_MAX: usize = 500;

/// What is to happen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Take {
    /// Where the device goes.
    pub to: Stage,
    /// Whom it is to help, when it is installed.
    pub person: Option<PersonId>,
    /// The area it is to stand in, when it is installed for no person.
    pub area: Option<AreaId>,
    /// The room it is to stand in.
    pub room: String,
    /// Why, in words; needed for scrapping.
    pub note: String,
}

/// Takes a step. Installing ties the device to a person or an area; leaving a home unties it and forgets what was
/// last heard of it, and closes what was wrong with the device.
pub async fn take_step(
    app: &App,
    actor: &Actor,
    id: DeviceId,
    read_version: i64,
    command: &Take,
) -> Result<(), AppError> {
    require(actor, Action::DeviceWrite, Relation::NoPerson)?;
    let now = app.now();
    let mut transaction = app.store.write().await?;
    let known = store::device::load(&mut transaction, id).await?.ok_or(AppError::NotFound("device"))?;
    store::device::claim(&mut transaction, id, read_version).await?;
    let mut device = known.clone();
    device.stage = known.stage.step(command.to)?;
    let mut problems = Problems::default();
    let note = problems.text("note", &command.note, NOTE_CHARACTERS_MAX);
    if command.to == Stage::Scrapped && note.is_empty() {
        problems.add("note", Problem::Missing);
    }
    (device.person, device.area, device.position) = (None, None, None);
    device.room = String::new();
    if command.to == Stage::Installed {
        device.room = problems.text("room", &command.room, ::device::NAME_CHARACTERS_MAX);
        (device.person, device.area) = (command.person, command.area);
        if command.person.is_none() && command.area.is_none() {
            problems.add("person", Problem::Missing);
        }
        if let Some(person) = command.person
            && store::person::load(&mut transaction, person).await?.is_none()
        {
            problems.add("person", Problem::Unknown);
        }
        if let Some(area) = command.area
            && !area_ids(&mut transaction).await?.contains(&area)
        {
            problems.add("area", Problem::Unknown);
        }
    }
    problems.finish()?;
    store::device::save_many(&mut transaction, std::slice::from_ref(&device), now).await?;
    if known.stage == Stage::Installed || command.to == Stage::Installed {
        store::device::forget_contact(&mut transaction, id).await?;
    }
    let step = Step { device: id, from: known.stage, to: command.to, at: now, user: Some(actor.user), note };
    store::device::add_step(&mut transaction, app.ids.next(now), &step).await?;
    let mut changes = vec![Change::Device(id)];
    if command.to != Stage::Installed {
        changes.extend(close_technical(app, &mut transaction, actor, &step).await?);
    }
    let about = About {
        person: device.person.or(known.person),
        subject: subject(id),
        reason: command.to.name().to_owned(),
    };
    record(app, &mut transaction, actor, Action::DeviceWrite, about).await?;
    transaction.commit().await?;
    refresh(app).await?;
    for change in changes {
        app.live.publish(change);
    }
    Ok(())
}

/// What was wrong with a device that is no longer with anyone is over: its technical alarm is closed by whoever took
/// the step, and the history says why.
async fn close_technical(
    app: &App,
    transaction: &mut Transaction,
    actor: &Actor,
    step: &Step,
) -> Result<Option<Change>, AppError> {
    let key = open_key(&step.device.to_string(), Lane::Technical);
    let Some((_, found)) = store::alarm::open_by_keys(transaction, vec![key]).await?.pop() else {
        return Ok(None);
    };
    let id = found.id;
    let Some(alarm) = store::alarm::load(transaction, id).await? else { return Ok(None) };
    let stage = step.to.text().get(Language::Swedish).to_lowercase();
    let reason = match step.note.as_str() {
        "" => format!("Enheten är {stage}"),
        note => format!("Enheten är {stage}: {note}"),
    };
    let what = ::alarm::close_with_device(&alarm, &reason)?;
    let event = Event { at: step.at, actor: ::alarm::Actor::User(actor.user), what };
    let person = alarm.person;
    apply(transaction, alarm, &event).await?;
    let about = About { person, subject: format!("alarm:{id}"), reason: step.to.name().to_owned() };
    record(app, transaction, actor, Action::AlarmClose, about).await?;
    Ok(Some(Change::AlarmChanged(id)))
}
