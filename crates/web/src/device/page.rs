//! One device: what it is, how it is, its life, its messages and its alarms.

use access::Action;
use app::device::view::{View, view};
use askama::Template;
use axum::extract::{Path, State};
use base::DeviceId;
use device::Stage;

use super::{condition, moment};
use crate::{
    alarm::{read_id, shown::alarm_table},
    history,
    reply::{Frame, Reply, page as framed},
    server::Web,
    table::{CellShown, TableShown},
    text::Words,
    visit::Visit,
};

/// The page.
#[derive(Template)]
#[template(path = "device/page.html")]
pub(crate) struct DevicePage {
    words: Words,
    form_secret: String,
    id: String,
    version: i64,
    serial: String,
    /// What is known, as label and value.
    facts: Vec<(String, String)>,
    condition: CellShown,
    /// Whom it helps, with their id; for those who may see names.
    person: Option<(String, String)>,
    /// The steps that its life allows, but for installing: value and text.
    next: Vec<(&'static str, &'static str)>,
    can_install: bool,
    can_write: bool,
    /// A password that was just set; shown once.
    password: Option<String>,
    password_problem: Option<String>,
    step_problem: Option<String>,
    life: TableShown,
    messages: TableShown,
    alarms: TableShown,
    changes: TableShown,
}

/// What is to be said beside what is known.
#[derive(Default)]
pub(crate) struct Said {
    /// A password that was just set.
    pub(crate) password: Option<String>,
    /// Why a password was not taken.
    pub(crate) password_problem: Option<String>,
    /// Why a step was not taken.
    pub(crate) step_problem: Option<String>,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    shown(&web, &visit, read_id(&id)?, Said::default()).await
}

/// The page with something to say.
pub(crate) async fn shown(web: &Web, visit: &Visit, id: DeviceId, said: Said) -> Reply {
    let view = view(&web.app, visit.actor()?, id).await?;
    let words = visit.words;
    let device = &view.device;
    let can_write = visit.may(Action::DeviceWrite);
    let next = device.stage.next();
    let person = view.person_name.as_ref().zip(device.person);
    let part = DevicePage {
        words,
        form_secret: visit.form_secret().to_owned(),
        id: id.to_string(),
        version: view.version,
        serial: device.serial.clone(),
        facts: facts(&view, words),
        condition: condition(&device.contact, words),
        person: person.map(|(name, id)| (name.reveal().clone(), id.to_string())),
        next: next
            .iter()
            .filter(|stage| **stage != Stage::Installed)
            .map(|stage| (stage.name(), words.of(stage.text())))
            .collect(),
        can_install: can_write && next.contains(&Stage::Installed),
        can_write,
        password: said.password,
        password_problem: said.password_problem,
        step_problem: said.step_problem,
        life: life(&view, words),
        messages: messages(&view, words),
        alarms: alarm_table(&view.alarms, words),
        changes: history::table(&view.changes, &view.names, "device-field-", words, |_, value| {
            view.known.get(value).map_or_else(|| value.to_owned(), Clone::clone)
        }),
    };
    framed(web, visit, "device-title", Frame::default(), &part)
}

fn facts(view: &View, words: Words) -> Vec<(String, String)> {
    let device = &view.device;
    let model = view.model.as_ref();
    let all = [
        ("device-field-model", model.map(|model| model.name.clone()).unwrap_or_default()),
        ("devices-generation", model.map(|model| model.generation.name().to_owned()).unwrap_or_default()),
        (
            "device-category",
            model.map(|model| words.of(model.category.text()).to_owned()).unwrap_or_default(),
        ),
        ("device-profile", view.profile.as_ref().map(|profile| profile.name.clone()).unwrap_or_default()),
        ("devices-stage", words.of(device.stage.text()).to_owned()),
        ("device-field-controller_id", device.controller_id.clone()),
        ("device-field-accessories", device.accessories.clone()),
        ("device-field-network_operator", device.network_operator.clone()),
        ("device-field-area", view.area.clone()),
        ("device-field-room", device.room.clone()),
        ("devices-last-contact", moment(device.contact.last_contact_at, words)),
        ("device-tested-at", moment(device.contact.last_test_at, words)),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (words.say(name), value))
        .collect()
}

fn life(view: &View, words: Words) -> TableShown {
    TableShown {
        name: words.say("device-life"),
        headings: ["history-when", "history-who", "devices-stage", "device-note"]
            .map(|name| words.say(name))
            .to_vec(),
        rows: view
            .steps
            .iter()
            .rev()
            .map(|step| {
                let to = format!("{} → {}", words.of(step.from.text()), words.of(step.to.text()));
                vec![
                    CellShown::text(words.moment(step.at)),
                    history::who(step.user, &view.names, words),
                    CellShown::text(to),
                    CellShown::text(step.note.clone()),
                ]
            })
            .collect(),
        none: words.say("device-life-none"),
    }
}

fn messages(view: &View, words: Words) -> TableShown {
    TableShown {
        name: words.say("device-messages"),
        headings: ["history-when", "message-signal", "message-transport", "message-detail"]
            .map(|name| words.say(name))
            .to_vec(),
        rows: view
            .messages
            .iter()
            .map(|message| {
                let told =
                    if message.trouble.is_empty() { message.detail.reveal() } else { &message.trouble };
                vec![
                    CellShown::text(words.moment(message.received_at)),
                    CellShown::text(super::signal(&message.signal, words)),
                    CellShown::text(super::transport(&message.transport, words)),
                    CellShown::text(told.clone()),
                ]
            })
            .collect(),
        none: words.say("device-messages-none"),
    }
}
