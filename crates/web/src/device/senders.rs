//! Messages of senders that nobody has registered, as they came. A click leads to the form that registers them.

use access::Action;
use app::alarm::unknown_sender::{Unproven, unknown_senders, unproven_devices};
use askama::Template;
use axum::extract::State;

use super::list::encode;
use crate::{
    reply::{Frame, Reply, page as framed},
    server::Web,
    table::{CellShown, TableShown},
    text::Words,
    visit::Visit,
};

/// One message.
struct HeardShown {
    at: String,
    transport: String,
    source: String,
    controller_id: String,
    signal: String,
    trouble: String,
    alarm: Option<String>,
    raw: String,
    /// The address of the form with what is known filled in.
    register: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "device/senders.html")]
pub(crate) struct Senders {
    words: Words,
    /// Registered devices that did not prove who they are.
    unproven: TableShown,
    heard: Vec<HeardShown>,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    let messages = unknown_senders(&web.app, visit.actor()?).await?;
    let can_write = visit.may(Action::DeviceWrite);
    let heard = messages.into_iter().map(|message| HeardShown {
        at: visit.words.moment(message.received_at),
        transport: super::transport(&message.transport, visit.words),
        source: message.source,
        controller_id: message.controller_id,
        signal: super::signal(&message.signal, visit.words),
        trouble: message.trouble,
        alarm: message.alarm.map(|alarm| alarm.to_string()),
        raw: message.raw.into_revealed(),
        register: message.register.filter(|_| can_write).map(|form| {
            format!(
                "/devices/new?serial={}&controller_id={}",
                encode(&form.serial),
                encode(&form.controller_id)
            )
        }),
    });
    let unproven = table(&unproven_devices(&web.app, visit.actor()?).await?, &visit);
    let part = Senders { words: visit.words, unproven, heard: heard.collect() };
    framed(&web, &visit, "senders-title", Frame::default(), &part)
}

fn table(unproven: &[Unproven], visit: &Visit) -> TableShown {
    let words = visit.words;
    let row = |one: &Unproven| {
        let name = one.controller_id.clone();
        let proven = one.proven_at.map_or_else(|| words.say("unproven-never"), |at| words.moment(at));
        let since = words.moment(one.first_at);
        let lasts = one.proven_at.is_none_or(|at| at < one.last_at);
        vec![
            if visit.may(Action::DeviceRead) {
                CellShown::link(name, format!("/devices/{}", one.device))
            } else {
                CellShown::text(name)
            },
            if lasts { CellShown::flag(one.trouble.clone()) } else { CellShown::text(one.trouble.clone()) },
            CellShown::text(since),
            CellShown::text(words.moment(one.last_at)),
            CellShown::text(one.messages.to_string()),
            CellShown::text(one.source.clone()),
            CellShown::text(proven),
        ]
    };
    TableShown {
        name: words.say("unproven-title"),
        headings: ["device", "trouble", "since", "last", "messages", "source", "proven"]
            .map(|field| words.say(format!("unproven-{field}")))
            .to_vec(),
        rows: unproven.iter().map(row).collect(),
        none: words.say("unproven-none"),
    }
}
