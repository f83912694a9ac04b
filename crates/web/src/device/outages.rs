//! What is silent: outages, where many devices were lost together, and every silent device. Kept up to date live.

use app::device::{
    list::{Filter, list},
    outage::{Named, outage, silence},
};
use askama::Template;
use axum::extract::{Path, State};
use device::{Device, Model, supervision::Cause};

use super::moment;
use crate::{
    alarm::read_id,
    reply::{Frame, Reply, page as framed},
    server::Web,
    table::{CellShown, TableShown},
    text::Words,
    trouble::Problem,
    visit::Visit,
};

/// The page of all outages, or of one.
#[derive(Template)]
#[template(path = "device/outages.html")]
pub(crate) struct Outages {
    words: Words,
    title: String,
    /// The page's own address, from which it fetches itself anew.
    address: String,
    outages: TableShown,
    silent: TableShown,
    silent_total: String,
}

const LIVE: Frame = Frame { wide: false, live: true };

/// Everything that is silent.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    let words = visit.words;
    let found = silence(&web.app, visit.actor()?).await?;
    let part = Outages {
        words,
        title: words.say("outages-title"),
        address: "/outages".to_owned(),
        outages: table(&found.outages, words),
        silent_total: words.count("outages-silent-total", found.silent_total),
        silent: devices(&web, &visit, &found.silent).await?,
    };
    framed(&web, &visit, "outages-title", LIVE, &part)
}

/// One outage with the devices that are still silent.
pub(crate) async fn detail(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let words = visit.words;
    let (named, silent) = outage(&web.app, visit.actor()?, read_id(&id)?).await?;
    let part = Outages {
        words,
        title: format!("{} – {}", words.say("outage-title"), named.cause),
        address: format!("/outages/{}", named.outage.id),
        silent_total: words.count("outages-silent-total", silent.len()),
        outages: table(&[named], words),
        silent: devices(&web, &visit, &silent).await?,
    };
    framed(&web, &visit, "outage-title", LIVE, &part)
}

fn table(outages: &[Named], words: Words) -> TableShown {
    let row = |named: &Named| {
        let outage = &named.outage;
        let shared = match outage.cause {
            Cause::NetworkOperator(_) => words.say("outage-by-operator"),
            Cause::Area(_) => words.say("outage-by-area"),
            Cause::Model(_) => words.say("outage-by-model"),
        };
        let ended = match outage.ended_at {
            Some(at) => CellShown::text(words.moment(at)),
            None => CellShown::flag(words.say("outage-open")),
        };
        vec![
            CellShown::link(named.cause.clone(), format!("/outages/{}", outage.id)),
            CellShown::text(shared),
            CellShown::text(words.moment(outage.began_at)),
            ended,
            CellShown::text(outage.devices_lost.to_string()),
            CellShown::text(outage.devices_silent.to_string()),
        ]
    };
    TableShown {
        name: words.say("outages-title"),
        headings: [
            "outage-cause",
            "outage-shared",
            "outage-began",
            "outage-ended",
            "outage-lost",
            "outage-silent",
        ]
        .map(|name| words.say(name))
        .to_vec(),
        rows: outages.iter().map(row).collect(),
        none: words.say("outages-none"),
    }
}

/// Outages for everyone in the municipality: without a way to the devices.
pub(crate) fn told(outages: &[Named], words: Words, name: &str) -> TableShown {
    let mut shown = table(outages, words);
    for (row, named) in shown.rows.iter_mut().zip(outages) {
        if let Some(cell) = row.first_mut() {
            *cell = CellShown::text(named.cause.clone());
        }
    }
    TableShown { name: words.say(name), ..shown }
}

async fn devices(web: &Web, visit: &Visit, silent: &[Device]) -> Result<TableShown, Problem> {
    let words = visit.words;
    let models: Vec<Model> = list(&web.app, visit.actor()?, &Filter::default(), 1).await?.models;
    let row = |device: &Device| {
        let model = models.iter().find(|model| model.id == device.model);
        vec![
            CellShown::link(device.serial.clone(), format!("/devices/{}", device.id)),
            CellShown::text(model.map(|model| model.name.clone()).unwrap_or_default()),
            CellShown::text(device.network_operator.clone()),
            CellShown::text(moment(device.contact.silent_since, words)),
            CellShown::text(moment(device.contact.last_contact_at, words)),
        ]
    };
    Ok(TableShown {
        name: words.say("outages-silent"),
        headings: [
            "devices-serial",
            "devices-model",
            "device-field-network_operator",
            "outages-silent-since",
            "devices-last-contact",
        ]
        .map(|name| words.say(name))
        .to_vec(),
        rows: silent.iter().map(row).collect(),
        none: words.say("outages-silent-none"),
    })
}
