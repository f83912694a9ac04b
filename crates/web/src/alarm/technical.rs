//! The technical list: devices that need help. Those that the device itself says are over are closed all at once.

use access::Action;
use alarm::Alarm;
use app::{
    AppError,
    alarm::technical::{close_recovered, technical},
};
use askama::Template;
use axum::extract::State;

use super::shown::KindShown;
use crate::{
    fields::Fields,
    form::FieldShown,
    reply::{Frame, Reply, page as framed},
    server::Web,
    table::{CellShown, TableShown},
    text::Words,
    visit::Visit,
};

/// The page.
#[derive(Template)]
#[template(path = "alarm/technical.html")]
pub(crate) struct Technical {
    words: Words,
    form_secret: String,
    table: TableShown,
    /// The button that closes those that are over by the device's own word; none where none is.
    close: Option<String>,
    field: FieldShown,
    closed: Option<String>,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    shown(&web, &visit, None).await
}

async fn shown(web: &Web, visit: &Visit, closed: Option<usize>) -> Reply {
    let words = visit.words;
    let alarms = technical(&web.app, visit.actor()?).await?;
    let over = alarms.iter().filter(|alarm| alarm.withdrawn_at.is_some()).count();
    let part = Technical {
        words,
        form_secret: visit.form_secret().to_owned(),
        close: (visit.may(Action::AlarmClose) && over > 0).then(|| words.count("technical-close", over)),
        table: table(&alarms, words),
        field: FieldShown::line("text", words.say("technical-text"), &words.say("technical-text-usual"))
            .required(),
        closed: closed.map(|count| words.count("technical-closed", count)),
    };
    framed(web, visit, "technical-title", Frame::default(), &part)
}

fn table(alarms: &[Alarm], words: Words) -> TableShown {
    let row = |alarm: &Alarm| {
        let over = match alarm.withdrawn_at {
            Some(at) => CellShown::text(words.with("technical-over-since", &[("since", &words.moment(at))])),
            None => CellShown::flag(words.say("technical-remains")),
        };
        vec![
            CellShown::link(words.moment(alarm.received_at), format!("/alarms/{}", alarm.id)),
            CellShown::text(KindShown::of(alarm.kind, words).text),
            CellShown::text(words.of(alarm.state.text())),
            over,
        ]
    };
    TableShown {
        name: words.say("technical-title"),
        headings: ["closed-received", "closed-kind", "alarm-state", "devices-condition"]
            .map(|name| words.say(name))
            .to_vec(),
        rows: alarms.iter().map(row).collect(),
        none: words.say("technical-none"),
    }
}

/// Closes all that are over.
pub(crate) async fn close(State(web): State<Web>, visit: Visit, fields: Fields) -> Reply {
    let closed = match close_recovered(&web.app, visit.actor()?, fields.text("text")).await {
        Ok(closed) => closed.len(),
        // Each alarm is closed for itself: what others were closed before stands, and the page shows it.
        Err(AppError::Conflict) => 0,
        Err(other) => return Err(other.into()),
    };
    shown(&web, &visit, Some(closed)).await
}
