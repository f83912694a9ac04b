//! What is disturbed right now, for the whole municipality: behind a login for everyone, or by a link without one.

use app::status::{Status, status};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderName, HeaderValue},
    response::Response,
};

use crate::{
    device::outages,
    reply::{Frame, Reply, page as framed},
    server::Web,
    table::TableShown,
    text::Words,
    trouble::Problem,
    visit::Visit,
};

/// The browser fetches the page again by itself after so many seconds.
const REFRESH_SECONDS: &str = "20";

/// The page.
#[derive(Template)]
#[template(path = "status.html")]
pub(crate) struct Page {
    words: Words,
    at: String,
    /// What is told of the line, and whether all is well with it.
    line: String,
    well: bool,
    open: TableShown,
    over: TableShown,
}

/// The page for those who are logged in.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    show(&web, &visit).await
}

/// The page for whoever has the link.
pub(crate) async fn by_link(State(web): State<Web>, visit: Visit, Path(secret): Path<String>) -> Reply {
    let right = web.config.status_secret.as_ref().is_some_and(|known| {
        !known.reveal().is_empty() && crate::guard::equal_in_constant_time(known.reveal(), &secret)
    });
    if right { show(&web, &visit).await } else { Err(Problem::NoSuchPage) }
}

async fn show(web: &Web, visit: &Visit) -> Reply {
    let words = visit.words;
    let found = status(&web.app).await?;
    let (line, well) = line(&found, words);
    let part = Page {
        words,
        at: words.moment_with_seconds(found.at),
        line,
        well,
        open: outages::told(&found.open, words, "status-open"),
        over: outages::told(&found.over, words, "status-over"),
    };
    let mut response: Response = framed(web, visit, "status-title", Frame::default(), &part)?;
    let refresh = (HeaderName::from_static("refresh"), HeaderValue::from_static(REFRESH_SECONDS));
    response.headers_mut().insert(refresh.0, refresh.1);
    Ok(response)
}

fn line(status: &Status, words: Words) -> (String, bool) {
    match (status.line_open, status.database_away_since) {
        (Some(false), _) => (words.say("status-line-closed"), false),
        (_, Some(since)) => (words.with("status-database-away", &[("since", &words.clock(since))]), false),
        (Some(true), None) => (words.say("status-line-open"), true),
        (None, None) => (words.say("status-line-unknown"), false),
    }
}
