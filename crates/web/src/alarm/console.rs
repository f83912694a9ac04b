//! The console: queue, alarm and history on one screen. Every alarm has an address of its own.

use app::alarm::{aside::picture, view::view};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse},
};
use base::AlarmId;

use super::{
    aside::{self, AsideCard},
    card::Card,
    queue::{QueueShown, read},
    read_id,
};
use crate::{
    reply::{Frame, Reply, whole_page},
    server::Web,
    statics,
    text::Words,
    visit::Visit,
};

/// The whole console.
#[derive(Template)]
#[template(path = "alarm/console.html")]
pub(crate) struct Console {
    pub(crate) words: Words,
    pub(crate) queue: QueueShown,
    pub(crate) alarm: AlarmPart,
}

impl Console {
    fn file(&self, name: &str) -> String {
        statics::address(name)
    }
}

/// The two columns beside the queue: the alarm, and its history and map; or what to do while it is quiet.
#[derive(Template)]
#[template(path = "alarm/alarm.html")]
pub(crate) struct AlarmPart {
    pub(crate) words: Words,
    pub(crate) card: Option<Card>,
    /// What is known of the alarm while the database is away.
    pub(crate) aside: Option<AsideCard>,
}

/// The console without an alarm before the operator.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    let console = Console {
        words: visit.words,
        queue: read(&web, &visit, "").await?,
        alarm: AlarmPart { words: visit.words, card: None, aside: None },
    };
    whole_page(&web, &visit, "console-title", Frame { wide: true, live: true }, &console)
}

/// The console with one alarm; to htmx the alarm alone.
pub(crate) async fn page_with_alarm(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id: AlarmId = read_id(&id)?;
    if visit.partial {
        return alarm_part(&web, &visit, id).await;
    }
    let alarm = read_alarm(&web, &visit, id).await?;
    let queue = read(&web, &visit, &id.to_string()).await?;
    let console = Console { words: visit.words, queue, alarm };
    whole_page(&web, &visit, "console-title", Frame { wide: true, live: true }, &console)
}

/// One alarm alone.
pub(crate) async fn alarm_part(web: &Web, visit: &Visit, id: AlarmId) -> Reply {
    Ok(Html(read_alarm(web, visit, id).await?.render()?).into_response())
}

async fn read_alarm(web: &Web, visit: &Visit, id: AlarmId) -> Result<AlarmPart, crate::trouble::Problem> {
    if let Some(picture) = picture(&web.app, visit.actor()?)? {
        let aside = Some(aside::card(&picture, visit, id, web.app.now()));
        return Ok(AlarmPart { words: visit.words, card: None, aside });
    }
    let view = view(&web.app, visit.actor()?, id).await?;
    let card = Some(Card::of(&view, visit, web.app.now()));
    Ok(AlarmPart { words: visit.words, card, aside: None })
}
