//! One alarm with everything its operator or responder needs to see. The look is logged.

use ::alarm::{Alarm, team::Team};
use ::device::{Device, Model};
use access::{Action, Actor};
use base::{AlarmId, Timestamp};
use person::{Kin, Person};
use store::{Transaction, alarm::Numbered, message::Message};

use super::change::relation;
use crate::{
    App, AppError,
    audit::{About, record_look},
    error::require,
    registry::Memory,
};

/// How many earlier alarms of the person are shown.
pub const EARLIER_SHOWN_MAX: i64 = 8;

/// One alarm, whole.
#[derive(Debug, Clone)]
pub struct View {
    /// The alarm.
    pub alarm: Alarm,
    /// Who calls for help.
    pub person: Option<Person>,
    /// Those close to them, in call order.
    pub kin: Vec<Kin>,
    /// The device.
    pub device: Option<Device>,
    /// The device's model.
    pub model: Option<Model>,
    /// Whose device an unproven sender says that it is.
    pub claimed: Option<Claimed>,
    /// The history, oldest first.
    pub events: Vec<Numbered>,
    /// The raw messages.
    pub messages: Vec<Message>,
    /// Earlier alarms of the same person, newest first, without this one.
    pub earlier: Vec<Alarm>,
    /// The teams that could be sent, the first choice first.
    pub teams: Vec<Team>,
    /// When it goes back to the queue unless something is done before.
    pub left_due: Option<Timestamp>,
    /// Names of the logins in the history.
    pub names: std::collections::HashMap<base::UserId, String>,
    /// Every team's name, also of those that cannot be sent now.
    pub team_names: std::collections::HashMap<base::TeamId, String>,
}

/// Whose device an unproven sender says that it is: a guess to call on, never a proof.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The name that the sender gave, which belongs to a registered device.
    pub controller_id: String,
    /// Whom that device helps.
    pub person: Person,
}

/// Reads one alarm.
pub async fn view(app: &App, actor: &Actor, id: AlarmId) -> Result<View, AppError> {
    let mut transaction = app.store.read().await?;
    let alarm = store::alarm::load(&mut transaction, id).await?.ok_or(AppError::NotFound("alarm"))?;
    require(actor, Action::AlarmRead, relation(actor, &alarm))?;
    let (person, kin, earlier) = match alarm.person {
        None => (None, Vec::new(), Vec::new()),
        Some(person) => (
            store::person::load(&mut transaction, person).await?,
            store::person::kin(&mut transaction, person).await?,
            store::alarm::of_person(&mut transaction, person, EARLIER_SHOWN_MAX + 1).await?,
        ),
    };
    let device = match alarm.device {
        None => None,
        Some(device) => store::device::load(&mut transaction, device).await?,
    };
    let models = store::device::models(&mut transaction).await?;
    let memory = app.registry.memory();
    let messages = store::message::of_alarm(&mut transaction, id).await?;
    let claimed = match alarm.device {
        Some(_) => None,
        None => claimed(&mut transaction, &memory, &messages).await?,
    };
    let teams = ::alarm::team::next_teams(&memory.teams, &alarm, app.now()).into_iter().cloned().collect();
    let view = View {
        events: store::alarm::events(&mut transaction, id).await?,
        messages,
        claimed,
        earlier: earlier.into_iter().filter(|other| other.id != id).collect(),
        model: device.as_ref().and_then(|device| models.into_iter().find(|model| model.id == device.model)),
        names: store::login::all(&mut transaction)
            .await?
            .into_iter()
            .map(|login| (login.id, login.shown_name))
            .collect(),
        team_names: memory.teams.iter().map(|team| (team.id, team.name.clone())).collect(),
        teams,
        left_due: ::alarm::follow_up::left_due(&alarm, super::escalate::limits(app)),
        person,
        kin,
        device,
        alarm,
    };
    let seen = view.alarm.person.or(view.claimed.as_ref().map(|claimed| claimed.person.id));
    let about = About { person: seen, subject: format!("alarm:{id}"), reason: String::new() };
    drop(transaction);
    record_look(app, actor, Action::AlarmRead, about).await?;
    Ok(view)
}

/// Looks the name of the last message that gave one up among the registered devices.
async fn claimed(
    transaction: &mut Transaction,
    memory: &Memory,
    messages: &[Message],
) -> Result<Option<Claimed>, AppError> {
    let named = messages.iter().rev().map(|message| &message.controller_id).find(|name| !name.is_empty());
    let Some(controller_id) = named else { return Ok(None) };
    let Some(person) = memory.device(controller_id).and_then(|entry| entry.person) else { return Ok(None) };
    let person = store::person::load(transaction, person).await?;
    Ok(person.map(|person| Claimed { controller_id: controller_id.clone(), person }))
}
