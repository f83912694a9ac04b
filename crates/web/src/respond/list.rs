//! The alarms of the responder's own teams.

use alarm::{Alarm, DispatchState};
use app::alarm::{respond::mine, view::view};
use askama::Template;
use axum::extract::State;

use crate::{
    alarm::shown::KindShown,
    reply::{Frame, Reply, page as framed},
    server::Web,
    text::Words,
    trouble::Problem,
    visit::Visit,
};

/// One alarm of the list.
#[derive(Debug, Clone)]
pub(crate) struct TaskLine {
    pub(crate) id: String,
    pub(crate) kind: KindShown,
    pub(crate) name: String,
    pub(crate) street: String,
    pub(crate) state: String,
    pub(crate) waits: bool,
    pub(crate) sent: String,
}

/// The page.
#[derive(Template)]
#[template(path = "respond/list.html")]
pub(crate) struct List {
    pub(crate) words: Words,
    pub(crate) lines: Vec<TaskLine>,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    let mut lines = Vec::new();
    for alarm in mine(&web.app, visit.actor()?).await? {
        lines.push(line(&web, &visit, &alarm).await?);
    }
    let part = List { words: visit.words, lines };
    framed(&web, &visit, "respond-title", Frame { wide: false, live: true }, &part)
}

async fn line(web: &Web, visit: &Visit, alarm: &Alarm) -> Result<TaskLine, Problem> {
    let (actor, words) = (visit.actor()?, visit.words);
    let view = view(&web.app, actor, alarm.id).await?;
    let dispatch = alarm.dispatches.iter().rev().find(|dispatch| actor.teams.contains(&dispatch.team));
    Ok(TaskLine {
        id: alarm.id.to_string(),
        kind: KindShown::of(alarm.kind, words),
        name: match &view.person {
            Some(person) => person.full_name().into_revealed(),
            None => words.say("queue-no-person"),
        },
        street: view.person.as_ref().map(|person| person.address.reveal().street.clone()).unwrap_or_default(),
        state: dispatch.map(|dispatch| words.say(super::task::own_text(dispatch.state))).unwrap_or_default(),
        waits: dispatch.is_some_and(|dispatch| dispatch.state == DispatchState::Waiting),
        sent: dispatch.map(|dispatch| words.clock(dispatch.sent_at)).unwrap_or_default(),
    })
}
