//! A device that falls silent alone is a technical alarm on that device. Its voice takes the alarm back, and so does
//! an outage that it turns out to belong to: many lost together are one outage and no wall of alarms.

use std::collections::HashMap;

use ::alarm::{Actor, Alarm, Event, Kind, Lane, ladder::Climb};
use ::device::{Device, Signal, report::Technical, transport::Transport};
use base::{AlarmId, DeviceId, Language, MessageId, Private, Timestamp, time::show_moment};
use store::{Transaction, alarm::open_key, message::Message};

use crate::{App, AppError, live::Change, registry::Memory};

/// What stands where other messages name the wire they came over.
const TRANSPORT: &str = Transport::Supervision.name();

/// Why an alarm about a silence is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    /// The device was heard.
    Heard,
    /// It turned out to be part of an outage.
    PartOfOutage,
}

/// What became of silences.
#[derive(Debug, Default)]
pub(crate) struct Raised {
    /// What to tell those who listen.
    pub(crate) changes: Vec<Change>,
    /// The alarm of each device.
    pub(crate) alarms: Vec<(DeviceId, AlarmId)>,
}

/// Raises a technical alarm for each device; one that has an open technical alarm gets a line on it instead.
pub(crate) async fn raise(
    app: &App,
    transaction: &mut Transaction,
    memory: &Memory,
    devices: &[DeviceId],
) -> Result<Raised, AppError> {
    let now = app.now();
    let mut silent = store::device::load_many(transaction, devices).await?;
    silent.sort_by_key(|device| device.id);
    let mut open = open_alarms(transaction, devices).await?;
    let mut done = Raised::default();
    let (mut messages, mut events) = (Vec::new(), Vec::new());
    let (mut raised, mut touched) = (Vec::new(), Vec::new());
    for device in &silent {
        let mut message = message(app, device, Technical::LinkLost, told(device), now);
        if let Some(alarm) = open.remove(&device.id) {
            let what = ::alarm::repeat(message.id, Kind::Technical);
            message.alarm = Some(alarm.id);
            done.alarms.push((device.id, alarm.id));
            touched.push((alarm, what));
        } else {
            let id = AlarmId::fresh(app.ids.as_ref(), now);
            let entry = memory.device(&device.controller_id);
            let area = entry.map_or(device.area, |entry| entry.area);
            let climb = Climb::start(memory.rungs(Kind::Technical, area, now), now);
            let place = (Some(device.id), device.person, area);
            let (alarm, event) = ::alarm::receive(id, message.id, Kind::Technical, place, climb, now);
            // Nobody but Tryggve noticed.
            let event = Event { actor: Actor::System, ..event };
            message.alarm = Some(id);
            done.alarms.push((device.id, id));
            done.changes.push(Change::AlarmNew(id));
            events.push((id, event));
            raised.push((open_key(&device.id.to_string(), Lane::Technical), alarm));
        }
        messages.push(message);
    }
    store::message::insert(transaction, messages).await?;
    let new: Vec<(String, &Alarm)> = raised.iter().map(|(key, alarm)| (key.clone(), alarm)).collect();
    store::alarm::insert(transaction, &new).await?;
    done.changes.extend(apply(transaction, touched, now, &mut events).await?);
    let events: Vec<(AlarmId, &Event)> = events.iter().map(|(id, event)| (*id, event)).collect();
    store::alarm::add_events(transaction, &events).await?;
    Ok(done)
}

/// Takes back the alarms that stand only for the silence of these devices. One that tells of anything else, such as
/// a battery, stays: that was not mended by being heard.
pub(crate) async fn withdraw(
    app: &App,
    transaction: &mut Transaction,
    devices: &[DeviceId],
    over: Over,
) -> Result<Vec<Change>, AppError> {
    let now = app.now();
    let open = open_alarms(transaction, devices).await?;
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let mut known = store::device::load_many(transaction, devices).await?;
    known.sort_by_key(|device| device.id);
    let lost = Signal::Technical(Technical::LinkLost).name();
    let (mut messages, mut touched) = (Vec::new(), Vec::new());
    for device in &known {
        let Some(alarm) = open.get(&device.id).filter(|alarm| alarm.withdrawn_at.is_none()) else { continue };
        let said = store::message::of_alarm(transaction, alarm.id).await?;
        let only_silent = said.iter().all(|message| message.transport == TRANSPORT && message.signal == lost);
        if !only_silent {
            continue;
        }
        let text = match over {
            Over::Heard => "Enheten hörs igen",
            Over::PartOfOutage => "Enheten hör till ett gemensamt avbrott",
        };
        let mut message = message(app, device, Technical::LinkBack, text.to_owned(), now);
        message.alarm = Some(alarm.id);
        touched.push((alarm.clone(), ::alarm::withdraw(message.id)));
        messages.push(message);
    }
    store::message::insert(transaction, messages).await?;
    let mut events = Vec::new();
    let changes = apply(transaction, touched, now, &mut events).await?;
    let events: Vec<(AlarmId, &Event)> = events.iter().map(|(id, event)| (*id, event)).collect();
    store::alarm::add_events(transaction, &events).await?;
    Ok(changes)
}

/// Applies what happened to alarms that stand, and writes them as they stand then.
async fn apply(
    transaction: &mut Transaction,
    touched: Vec<(Alarm, ::alarm::What)>,
    now: Timestamp,
    events: &mut Vec<(AlarmId, Event)>,
) -> Result<Vec<Change>, AppError> {
    let mut after = Vec::new();
    for (mut alarm, what) in touched {
        let read_version = alarm.version;
        let event = Event { at: now, actor: Actor::System, what };
        alarm.apply(&event);
        events.push((alarm.id, event));
        after.push((alarm, read_version));
    }
    let written: Vec<(&Alarm, u64)> = after.iter().map(|(alarm, version)| (alarm, *version)).collect();
    store::alarm::touch(transaction, &written).await?;
    Ok(after.iter().map(|(alarm, _)| Change::AlarmChanged(alarm.id)).collect())
}

/// The open technical alarm of each device that has one.
async fn open_alarms(
    transaction: &mut Transaction,
    devices: &[DeviceId],
) -> Result<HashMap<DeviceId, Alarm>, AppError> {
    let keys = devices.iter().map(|device| open_key(&device.to_string(), Lane::Technical)).collect();
    let found = store::alarm::open_by_keys(transaction, keys).await?;
    Ok(found.into_iter().filter_map(|(_, alarm)| alarm.device.map(|device| (device, alarm))).collect())
}

/// Since when it is silent, for the one who is to mend it.
fn told(device: &Device) -> String {
    match device.contact.last_contact_at {
        Some(at) => format!("Har inte hörts sedan {}", show_moment(at, Language::Swedish)),
        None => "Har aldrig hörts sedan den installerades".to_owned(),
    }
}

fn message(app: &App, device: &Device, what: Technical, detail: String, now: Timestamp) -> Message {
    let id = MessageId::fresh(app.ids.as_ref(), now);
    Message {
        id,
        received_at: now,
        transport: TRANSPORT.to_owned(),
        source: String::new(),
        device: Some(device.id),
        controller_id: device.controller_id.clone(),
        reference: String::new(),
        signal: Signal::Technical(what).name().to_owned(),
        detail: Private::new(detail),
        trouble: String::new(),
        // Equal to no other: a second silence is no copy of the first.
        duplicate_key: id.to_string(),
        alarm: None,
        raw: Private::default(),
    }
}
