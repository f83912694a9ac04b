//! How Tryggve itself is, for the one who runs it: ages and counts, no data of a person.

use app::health::{Health, health};
use askama::Template;
use axum::extract::State;
use base::{SignedDuration, Timestamp};

use crate::{
    reply::{Frame, Reply, page as framed},
    server::Web,
    text::{Words, show_seconds},
    visit::Visit,
};

/// A ladder's rung that is so many seconds late means that nobody climbs: the program wakes every second.
const LADDER_LATE_SECONDS: i64 = 10;
/// A database that takes longer to answer one question is worth a look, in milliseconds.
const DATABASE_SLOW_MILLISECONDS: i128 = 250;
/// Events that have waited longer for a receiver are worth a look, in seconds.
const WEBHOOK_LATE_SECONDS: i64 = 300;

/// One figure.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub(crate) name: String,
    pub(crate) text: String,
    /// Whether it is worth a look.
    pub(crate) warns: bool,
}

/// The page.
#[derive(Template)]
#[template(path = "health/page.html")]
pub(crate) struct Page {
    pub(crate) words: Words,
    pub(crate) at: String,
    pub(crate) facts: Vec<Fact>,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    let words = visit.words;
    let found = health(&web.app, visit.actor()?).await?;
    let part = Page { words, at: words.clock(found.at), facts: facts(&found, words) };
    framed(&web, &visit, "health-title", Frame::default(), &part)
}

fn facts(health: &Health, words: Words) -> Vec<Fact> {
    let age = |since: Timestamp| health.at.duration_since(since).max(SignedDuration::ZERO);
    let shown = |since: Timestamp| show_seconds(age(since).as_secs().unsigned_abs());
    let or_nothing = |since: Option<Timestamp>| since.map_or_else(|| words.say("health-nothing"), shown);
    let fact = |name: &str, text: String, warns: bool| Fact { name: words.say(name), text, warns };
    let late = |since: Option<Timestamp>, seconds: i64| since.is_some_and(|at| age(at).as_secs() > seconds);
    vec![
        fact("health-listening", words.moment_with_seconds(health.listening_since), false),
        fact(
            "health-heard",
            health.heard_at.map_or_else(
                || words.say("health-never"),
                |at| words.with("health-ago", &[("age", &shown(at))]),
            ),
            health.heard_at.is_none(),
        ),
        fact("health-devices", health.devices.to_string(), false),
        fact("health-silent", health.silent.to_string(), health.silent > 0),
        fact("health-open", health.open_alarms.to_string(), false),
        fact("health-waits", or_nothing(health.waits_since), false),
        fact("health-ladder", or_nothing(health.ladder_due), late(health.ladder_due, LADDER_LATE_SECONDS)),
        fact("health-webhooks", health.webhooks.deliveries.to_string(), false),
        fact(
            "health-webhooks-age",
            or_nothing(health.webhooks.since),
            late(health.webhooks.since, WEBHOOK_LATE_SECONDS),
        ),
        fact("health-engine", health.engine.to_owned(), false),
        fact(
            "health-took",
            format!("{} ms", health.database_took.as_millis()),
            health.database_took.as_millis() > DATABASE_SLOW_MILLISECONDS,
        ),
    ]
}
