//! Closed alarms, newest first: kinds and times; the person is behind the link.

use app::alarm::queue::history;
use askama::Template;
use axum::extract::{Query, State};
use base::Timestamp;
use serde::Deserialize;

use super::shown::KindShown;
use crate::{
    reply::{Frame, Reply, page as framed},
    server::Web,
    text::{Words, show_seconds},
    visit::Visit,
};

/// How many are shown on one page.
pub(crate) const LINES_SHOWN: i64 = 50;

/// One closed alarm.
#[derive(Debug, Clone)]
pub(crate) struct ClosedLine {
    pub(crate) id: String,
    pub(crate) kind: KindShown,
    pub(crate) received: String,
    pub(crate) answered_after: String,
    pub(crate) closed: String,
    pub(crate) outcome: &'static str,
}

/// The page.
#[derive(Template)]
#[template(path = "alarm/closed.html")]
pub(crate) struct Closed {
    pub(crate) words: Words,
    pub(crate) lines: Vec<ClosedLine>,
    /// The moment that the next page begins before; empty on the last page.
    pub(crate) older: String,
}

/// Which page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// A moment in the form of RFC 3339; one that does not read means now.
    #[serde(default)]
    before: String,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let before = asked.before.parse::<Timestamp>().unwrap_or_else(|_| web.app.now());
    let alarms = history(&web.app, visit.actor()?, before, LINES_SHOWN).await?;
    let words = visit.words;
    let last = alarms.last().map(|alarm| alarm.received_at.to_string());
    let full = i64::try_from(alarms.len()).is_ok_and(|shown| shown >= LINES_SHOWN);
    let lines = alarms
        .iter()
        .map(|alarm| ClosedLine {
            id: alarm.id.to_string(),
            kind: KindShown::of(alarm.kind, words),
            received: words.moment(alarm.received_at),
            answered_after: alarm
                .answered_at
                .map(|at| {
                    show_seconds(u64::try_from(at.duration_since(alarm.received_at).as_secs()).unwrap_or(0))
                })
                .unwrap_or_default(),
            closed: alarm.closed.as_ref().map(|(at, _)| words.moment(*at)).unwrap_or_default(),
            outcome: alarm.closed.as_ref().map_or("", |(_, closing)| words.of(closing.outcome.text())),
        })
        .collect();
    let part = Closed { words, lines, older: last.filter(|_| full).unwrap_or_default() };
    framed(&web, &visit, "closed-title", Frame::default(), &part)
}
