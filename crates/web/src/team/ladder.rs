//! Every ladder, with its rungs in words, in the order they are tried.

use ::alarm::ladder::{Rung, Tell};
use access::Action;
use app::team::{area::areas, ladder::ladders, responders::teams};
use askama::Template;
use axum::extract::State;
use base::TeamId;

use super::{area_names, hours};
use crate::{
    reply::{Frame, Reply, page as framed},
    server::Web,
    text::{Words, show_seconds},
    visit::Visit,
};

/// One ladder.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) name: String,
    /// For which kinds, areas and hours.
    pub(crate) fits: String,
    /// The rungs in words.
    pub(crate) rungs: Vec<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "team/ladders.html")]
pub(crate) struct Ladders {
    pub(crate) words: Words,
    pub(crate) lines: Vec<Line>,
    pub(crate) may_change: bool,
}

fn rung(rung: &Rung, names: &[(TeamId, String)], words: Words) -> String {
    let whom = match rung.tell {
        Tell::Operators => words.say("ladder-operators"),
        Tell::Supervisor => words.say("ladder-supervisor"),
        Tell::NextTeam => words.say("ladder-next-team"),
        Tell::Team(team) => names
            .iter()
            .find(|(id, _)| *id == team)
            .map_or_else(|| words.say("ladder-gone"), |(_, name)| name.clone()),
    };
    let after = show_seconds(u64::from(rung.after_seconds));
    words.with("ladder-rung", &[("after", &after), ("whom", &whom)])
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    let (words, actor) = (visit.words, visit.actor()?);
    let known: Vec<_> = areas(&web.app, actor).await?.into_iter().map(|area| (area.id, area.name)).collect();
    let names: Vec<_> = teams(&web.app, actor).await?.into_iter().map(|team| (team.id, team.name)).collect();
    let ladders = ladders(&web.app, actor).await?;
    let lines = ladders
        .iter()
        .map(|ladder| {
            let kinds: Vec<&str> = ladder.kinds.iter().map(|kind| words.of(kind.text())).collect();
            let kinds = if kinds.is_empty() { words.say("ladder-all-kinds") } else { kinds.join(", ") };
            let (areas, hours) = (area_names(&ladder.areas, &known, words), hours(ladder.hours, words));
            Line {
                id: ladder.id.to_string(),
                name: ladder.name.clone(),
                fits: format!("{kinds} · {areas} · {hours}"),
                rungs: ladder.rungs.iter().map(|step| rung(step, &names, words)).collect(),
            }
        })
        .collect();
    let part = Ladders { words, lines, may_change: visit.may(Action::TeamWrite) };
    framed(&web, &visit, "ladder-title", Frame::default(), &part)
}
