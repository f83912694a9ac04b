//! Every login, with what it may do and whether it can log in.

use app::login::keep::{Kept, list};
use askama::Template;
use axum::extract::State;

use crate::{
    reply::{Frame, Reply, page as framed},
    server::Web,
    text::Words,
    visit::Visit,
};

/// One login.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) shown_name: String,
    pub(crate) login_name: String,
    pub(crate) roles: String,
    pub(crate) teams: String,
    pub(crate) state: String,
}

/// The page.
#[derive(Template)]
#[template(path = "login/list.html")]
pub(crate) struct List {
    pub(crate) words: Words,
    pub(crate) lines: Vec<Line>,
}

fn state(kept: &Kept, words: Words) -> String {
    match (kept.active, kept.locked_until, kept.has_password) {
        (false, _, _) => words.say("keep-stopped"),
        (true, Some(until), _) => words.with("keep-locked", &[("until", &words.clock(until))]),
        (true, None, false) => words.say("keep-no-password"),
        (true, None, true) => words.say("keep-works"),
    }
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    let (words, actor) = (visit.words, visit.actor()?);
    let teams = app::team::responders::teams(&web.app, actor).await?;
    let logins = list(&web.app, actor).await?;
    let lines = logins
        .iter()
        .map(|kept| Line {
            id: kept.id.to_string(),
            shown_name: kept.shown_name.clone(),
            login_name: kept.login_name.clone(),
            roles: kept.roles.iter().map(|role| words.of(role.text())).collect::<Vec<_>>().join(", "),
            teams: teams
                .iter()
                .filter(|team| kept.teams.contains(&team.id))
                .map(|team| team.name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            state: state(kept, words),
        })
        .collect();
    framed(&web, &visit, "keep-title", Frame::default(), &List { words, lines })
}
