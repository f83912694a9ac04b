//! The search of the top bar. What was searched for goes in the form, never in the address, for it may name someone.

use app::search::{CHARACTERS_MIN, Found, search};
use askama::Template;
use axum::extract::State;

use crate::{
    device::{condition, moment},
    fields::Fields,
    person::search::people_table,
    reply::{Frame, Reply, page as framed},
    server::Web,
    table::{CellShown, TableShown},
    text::Words,
    visit::Visit,
};

/// The page.
#[derive(Template)]
#[template(path = "layout/search.html")]
pub(crate) struct SearchPage {
    words: Words,
    form_secret: String,
    /// What was searched for; `None` before anything was.
    searched: Option<String>,
    /// People, for those who may search them.
    people: Option<TableShown>,
    more_people: bool,
    devices: TableShown,
    more_devices: bool,
}

/// The page before anything was searched for.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    shown(&web, &visit, None, Found::default())
}

/// What was found.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, fields: Fields) -> Reply {
    let words = fields.text("words").trim().to_owned();
    let found = search(&web.app, visit.actor()?, &words).await?;
    let long_enough = words.chars().count() >= CHARACTERS_MIN;
    shown(&web, &visit, long_enough.then_some(words), found)
}

fn shown(web: &Web, visit: &Visit, searched: Option<String>, found: Found) -> Reply {
    let words = visit.words;
    let part = SearchPage {
        words,
        form_secret: visit.form_secret().to_owned(),
        searched,
        more_people: found.people.as_ref().is_some_and(|people| people.more),
        people: found.people.map(|people| people_table(&people, words, words.say("search-no-people"))),
        devices: devices(&found.devices, words),
        more_devices: found.more_devices,
    };
    framed(web, visit, "search-title", Frame::default(), &part)
}

fn devices(found: &[(device::Device, String)], words: Words) -> TableShown {
    let row = |(device, model): &(device::Device, String)| {
        vec![
            CellShown::link(device.serial.clone(), format!("/devices/{}", device.id)),
            CellShown::text(device.controller_id.clone()),
            CellShown::text(model.clone()),
            CellShown::text(words.of(device.stage.text())),
            CellShown::text(moment(device.contact.last_contact_at, words)),
            condition(&device.contact, words),
        ]
    };
    TableShown {
        name: words.say("devices-title"),
        headings: [
            "devices-serial",
            "devices-controller-id",
            "devices-model",
            "devices-stage",
            "devices-last-contact",
            "devices-condition",
        ]
        .map(|name| words.say(name))
        .to_vec(),
        rows: found.iter().map(row).collect(),
        none: words.say("search-no-devices"),
    }
}
