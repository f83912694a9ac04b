//! The audit log as a page and as a file. The address carries ids only.

use std::collections::HashMap;

use app::audit::{Entry, Filter, LINES_SHOWN_MAX, export, list, names};
use askama::Template;
use axum::extract::{Query, State};
use base::{AuditId, Timestamp, UserId};
use serde::Deserialize;

use super::shown::{action_in_words, actions, reason_in_words, subject_in_words};
use crate::{
    reply::{Frame, Reply, page as framed},
    server::Web,
    table::words_file,
    text::Words,
    visit::Visit,
};

/// What to look for. A part that does not read is left out.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Asked {
    /// The name of an action, or its beginning.
    #[serde(default)]
    action: String,
    /// The id of a login.
    #[serde(default)]
    login: String,
    /// The id of a person.
    #[serde(default)]
    person: String,
    /// `kind:id`.
    #[serde(default)]
    subject: String,
    /// The last line of the page before, as moment and id.
    #[serde(default)]
    before: String,
}

impl Asked {
    fn filter(&self) -> Filter {
        let line = |text: &str| {
            let (at, id) = text.split_once('_')?;
            Some((at.parse::<Timestamp>().ok()?, id.parse::<AuditId>().ok()?))
        };
        Filter {
            before: line(&self.before),
            user: self.login.parse().ok(),
            person: self.person.parse().ok(),
            action: self.action.clone(),
            subject: self.subject.clone(),
        }
    }

    /// The filter as an address, without the page.
    fn address(&self) -> String {
        let kept = |c: char| c.is_ascii_alphanumeric() || "._:-".contains(c);
        let clean = |text: &str| text.chars().filter(|c| kept(*c)).collect::<String>();
        format!(
            "action={}&login={}&person={}&subject={}",
            clean(&self.action),
            clean(&self.login),
            clean(&self.person),
            clean(&self.subject)
        )
    }
}

/// One line.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) at: String,
    pub(crate) who: String,
    pub(crate) action: String,
    pub(crate) subject: String,
    pub(crate) subject_id: String,
    pub(crate) person: String,
    pub(crate) reason: String,
    pub(crate) address: String,
}

/// The page.
#[derive(Template)]
#[template(path = "audit/list.html")]
pub(crate) struct List {
    pub(crate) words: Words,
    pub(crate) lines: Vec<Line>,
    /// Name and words of every action.
    pub(crate) actions: Vec<(&'static str, String)>,
    /// Id and name of everyone who can stand in the log.
    pub(crate) logins: Vec<(String, String)>,
    pub(crate) asked: Asked,
    /// The filter as an address.
    pub(crate) address: String,
    /// Where the next page begins; empty on the last one.
    pub(crate) older: String,
}

impl List {
    fn is_narrowed(&self) -> bool {
        !(self.asked.person.is_empty() && self.asked.subject.is_empty())
    }
}

fn who(entry: &Entry, names: &HashMap<UserId, String>, words: Words) -> String {
    match entry.user {
        None => words.say("audit-tryggve"),
        Some(user) => names.get(&user).cloned().unwrap_or_else(|| words.say("audit-unknown")),
    }
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let (words, actor) = (visit.words, visit.actor()?);
    let names = names(&web.app, actor).await?;
    let entries = list(&web.app, actor, &asked.filter()).await?;
    let full = i64::try_from(entries.len()).is_ok_and(|shown| shown >= LINES_SHOWN_MAX);
    let older = entries.last().filter(|_| full).map(|last| format!("{}_{}", last.at, last.id));
    let lines = entries
        .iter()
        .map(|entry| Line {
            at: words.moment_with_seconds(entry.at),
            who: who(entry, &names, words),
            action: action_in_words(&entry.action, words),
            subject: subject_in_words(&entry.subject, words),
            subject_id: entry.subject.clone(),
            person: entry.person.map(|id| id.to_string()).unwrap_or_default(),
            reason: reason_in_words(entry, words),
            address: entry.address.reveal().clone(),
        })
        .collect();
    let mut logins: Vec<(String, String)> =
        names.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    logins.sort_by(|left, right| left.1.cmp(&right.1));
    let part = List {
        words,
        lines,
        actions: actions().map(|name| (name, action_in_words(name, words))).collect(),
        logins,
        address: asked.address(),
        asked,
        older: older.unwrap_or_default(),
    };
    framed(&web, &visit, "audit-title", Frame::default(), &part)
}

/// The file: ids in full, moments in UTC.
pub(crate) async fn file(State(web): State<Web>, visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let (words, actor) = (visit.words, visit.actor()?);
    let names = names(&web.app, actor).await?;
    let entries = export(&web.app, actor, &asked.filter()).await?;
    let headings = [
        words.say("audit-at"),
        words.say("audit-who"),
        words.say("audit-what"),
        words.say("audit-action-name"),
        words.say("audit-about"),
        words.say("audit-person"),
        words.say("audit-why"),
        words.say("audit-from"),
    ];
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| {
            vec![
                entry.at.to_string(),
                who(entry, &names, words),
                action_in_words(&entry.action, words),
                entry.action.clone(),
                entry.subject.clone(),
                entry.person.map(|id| id.to_string()).unwrap_or_default(),
                reason_in_words(entry, words),
                entry.address.reveal().clone(),
            ]
        })
        .collect();
    words_file("logg", &headings, &rows)
}
