//! Messages of senders that nobody has registered, as they came. A click leads to the form that registers them.

use access::Action;
use app::alarm::unknown_sender::unknown_senders;
use askama::Template;
use axum::extract::State;

use super::list::encode;
use crate::{
    reply::{Frame, Reply, page as framed},
    server::Web,
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
    let part = Senders { words: visit.words, heard: heard.collect() };
    framed(&web, &visit, "senders-title", Frame::default(), &part)
}
