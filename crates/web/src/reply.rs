//! How handlers answer: a part to htmx, the whole page to everyone else, or the way to another page.

use app::login::news::News;
use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode},
    response::{Html, IntoResponse, Redirect, Response},
};

use crate::{
    guard::action_of, login::news, routes::NAVIGATION, server::Web, statics, trouble::Problem, visit::Visit,
};

/// What every handler answers.
pub(crate) type Reply = Result<Response, Problem>;

/// One entry of the left navigation.
pub(crate) struct Entry {
    /// Where it leads.
    pub(crate) path: &'static str,
    /// What it says.
    pub(crate) text: String,
    /// Whether the visitor is there now.
    pub(crate) here: bool,
}

/// The frame around every page: top bar, navigation, content, one place for messages.
#[derive(Template)]
#[template(path = "layout/page.html")]
struct Page<'a> {
    visit: &'a Visit,
    municipality: &'a str,
    title: String,
    entries: Vec<Entry>,
    shown_name: &'a str,
    /// What the visitor is told of their own login, once.
    news: Vec<String>,
    /// Whether that is more than the last login.
    grave: bool,
    wide: bool,
    live: bool,
    /// Whether they may search from any page.
    searches: bool,
    /// Our own rendered template: the one place where text goes out unescaped, since it has been escaped already.
    content: String,
}

impl Page<'_> {
    fn file(&self, name: &str) -> String {
        statics::address(name)
    }
}

/// How a page is framed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Frame {
    /// Whether it uses the whole width of the screen.
    pub(crate) wide: bool,
    /// Whether it follows live events.
    pub(crate) live: bool,
}

/// The part for htmx, or the part within the whole page.
pub(crate) fn page(web: &Web, visit: &Visit, title: &str, frame: Frame, part: &impl Template) -> Reply {
    if visit.partial {
        return Ok(Html(part.render()?).into_response());
    }
    whole_page(web, visit, title, frame, part)
}

/// The part within the whole page, whoever asks.
pub(crate) fn whole_page(web: &Web, visit: &Visit, title: &str, frame: Frame, part: &impl Template) -> Reply {
    let entries = NAVIGATION
        .iter()
        .filter(|(path, _)| action_of(path).is_some_and(|action| visit.may(action)))
        .map(|(path, text)| Entry { path, text: visit.words.say(text), here: is_here(&visit.path, path) })
        .collect();
    let page = Page {
        visit,
        municipality: &web.config.municipality,
        title: visit.words.say(title),
        entries,
        shown_name: visit.visitor.as_ref().map_or("", |visitor| &visitor.shown_name),
        news: visit.news.as_ref().map(|found| news::lines(found, visit.words)).unwrap_or_default(),
        grave: visit.news.as_ref().is_some_and(News::is_grave),
        wide: frame.wide,
        live: frame.live,
        searches: action_of("/search").is_some_and(|action| visit.may(action)),
        content: part.render()?,
    };
    Ok(Html(page.render()?).into_response())
}

/// Whether an address lies at or below an entry; the closest entry wins.
fn is_here(address: &str, entry: &str) -> bool {
    let below = |entry: &str| address == entry || address.starts_with(&format!("{entry}/"));
    let closer = NAVIGATION.iter().any(|(other, _)| other.len() > entry.len() && below(other));
    below(entry) && !closer
}

/// Leads a browser to another page, whether it asked with or without htmx.
pub(crate) fn lead_to(visit: &Visit, address: &str) -> Response {
    if !visit.partial {
        return Redirect::to(address).into_response();
    }
    match HeaderValue::from_str(address) {
        Ok(value) => (StatusCode::OK, [("hx-redirect", value)]).into_response(),
        Err(_) => Redirect::to("/").into_response(),
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "A page could not be written");
        Problem::Broken
    }
}
