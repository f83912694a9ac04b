//! Every team, in the order they are asked.

use access::Action;
use app::team::{
    area::{areas, providers},
    responders::teams,
};
use askama::Template;
use axum::extract::State;

use super::{area_names, hours};
use crate::{
    reply::{Frame, Reply, page as framed},
    server::Web,
    text::Words,
    visit::Visit,
};

/// One team.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) provider: String,
    pub(crate) areas: String,
    pub(crate) hours: String,
    pub(crate) answer_seconds: u32,
    pub(crate) order: u16,
    pub(crate) phone: String,
}

/// The page.
#[derive(Template)]
#[template(path = "team/list.html")]
pub(crate) struct List {
    pub(crate) words: Words,
    pub(crate) lines: Vec<Line>,
    pub(crate) may_change: bool,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    let (words, actor) = (visit.words, visit.actor()?);
    let known: Vec<_> = areas(&web.app, actor).await?.into_iter().map(|area| (area.id, area.name)).collect();
    let providers = providers(&web.app, actor).await?;
    let teams = teams(&web.app, actor).await?;
    let lines = teams
        .iter()
        .map(|team| Line {
            id: team.id.to_string(),
            name: team.name.clone(),
            provider: providers
                .iter()
                .find(|provider| Some(provider.id) == team.provider)
                .map(|provider| provider.name.clone())
                .unwrap_or_default(),
            areas: area_names(&team.areas, &known, words),
            hours: hours(team.hours, words),
            answer_seconds: team.answer_seconds,
            order: team.order,
            phone: team.phone.clone(),
        })
        .collect();
    let part = List { words, lines, may_change: visit.may(Action::TeamWrite) };
    framed(&web, &visit, "team-title", Frame::default(), &part)
}
