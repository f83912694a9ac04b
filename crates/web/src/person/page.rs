//! One person: who, where, whom to call, their devices and alarms, and who changed or looked at what.

use access::Action;
use app::{
    AppError,
    person::view::{View, view},
};
use askama::Template;
use axum::extract::{Path, State};
use base::PersonId;

use super::reason;
use crate::{
    alarm::{
        card::{PersonShown, show_person},
        read_id,
        shown::{alarm_table, telephone},
    },
    audit::shown::action_in_words,
    device::{condition, moment},
    history,
    reply::{Frame, Reply, page as framed},
    server::Web,
    table::{CellShown, TableShown},
    text::Words,
    visit::Visit,
};

/// What is to be said beside what is known.
#[derive(Default)]
pub(crate) struct Said {
    /// The whole identity number, once.
    pub(crate) identity: Option<String>,
    /// Why a reason was not taken.
    pub(crate) problem: Option<String>,
}

/// Someone close.
struct KinShown {
    name: String,
    relation: String,
    number: String,
    address: String,
    has_key: bool,
}

/// The page.
#[derive(Template)]
#[template(path = "person/page.html")]
pub(crate) struct PersonPage {
    words: Words,
    form_secret: String,
    id: String,
    person: PersonShown,
    phone: String,
    phone_address: String,
    area: String,
    said: Said,
    kin: Vec<KinShown>,
    devices: TableShown,
    alarms: TableShown,
    changes: Option<TableShown>,
    looks: Option<TableShown>,
    can_write: bool,
    can_reveal: bool,
}

/// The page; the question for a reason where one is needed.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    shown(&web, &visit, read_id(&id)?, Said::default()).await
}

/// The page with something to say.
pub(crate) async fn shown(web: &Web, visit: &Visit, id: PersonId, said: Said) -> Reply {
    let view = match view(&web.app, visit.actor()?, id, "").await {
        Err(AppError::NeedsReason(_)) => return reason::ask(web, visit, id, None),
        other => other?,
    };
    let words = visit.words;
    let keeps = visit.may(Action::PersonWrite);
    let phone = view.person.phone.reveal().clone();
    let part = PersonPage {
        words,
        form_secret: visit.form_secret().to_owned(),
        id: id.to_string(),
        person: show_person(&view.person, words, web.app.now()),
        phone_address: telephone(&phone),
        phone,
        area: view.area.clone(),
        said,
        kin: view
            .kin
            .iter()
            .map(|kin| KinShown {
                name: kin.name.reveal().clone(),
                relation: kin.relation.reveal().clone(),
                number: kin.phone.reveal().clone(),
                address: telephone(kin.phone.reveal()),
                has_key: kin.has_key,
            })
            .collect(),
        devices: devices(&view, words),
        alarms: alarm_table(&view.alarms, words),
        changes: keeps.then(|| {
            // The identity number stays hidden here too: only that it was changed is told.
            let value = |field: &str, text: &str| {
                if field == "identity" { words.say("person-hidden") } else { text.to_owned() }
            };
            history::table(&view.changes, &view.names, "person-field-", words, value)
        }),
        looks: keeps.then(|| looks(&view, words)),
        can_write: keeps,
        can_reveal: visit.may(Action::PersonReveal),
    };
    framed(web, visit, "person-title", Frame::default(), &part)
}

fn devices(view: &View, words: Words) -> TableShown {
    TableShown {
        name: words.say("person-devices"),
        headings: [
            "devices-serial",
            "devices-stage",
            "device-field-room",
            "devices-last-contact",
            "devices-condition",
        ]
        .map(|name| words.say(name))
        .to_vec(),
        rows: view
            .devices
            .iter()
            .map(|device| {
                vec![
                    CellShown::link(device.serial.clone(), format!("/devices/{}", device.id)),
                    CellShown::text(words.of(device.stage.text())),
                    CellShown::text(device.room.clone()),
                    CellShown::text(moment(device.contact.last_contact_at, words)),
                    condition(&device.contact, words),
                ]
            })
            .collect(),
        none: words.say("person-devices-none"),
    }
}

fn looks(view: &View, words: Words) -> TableShown {
    TableShown {
        name: words.say("person-looks"),
        headings: ["history-when", "history-who", "person-looks-what", "person-reason"]
            .map(|name| words.say(name))
            .to_vec(),
        rows: view
            .looks
            .iter()
            .map(|look| {
                vec![
                    CellShown::text(words.moment(look.at)),
                    history::who(look.user, &view.names, words),
                    CellShown::text(action_in_words(&look.action, words)),
                    CellShown::text(look.reason.reveal().clone()),
                ]
            })
            .collect(),
        none: words.say("person-looks-none"),
    }
}
