//! Finding people. The area stands in the address; the words, which name someone, go in the form.

use access::Action;
use app::person::search::{Found, Search, search};
use askama::Template;
use axum::extract::{Query, State};
use base::AreaId;
use serde::Deserialize;

use super::area_options;
use crate::{
    fields::Fields,
    form::FieldShown,
    reply::{Frame, Reply, page as framed},
    server::Web,
    table::{CellShown, TableShown},
    text::Words,
    visit::Visit,
};

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    area: String,
}

impl Asked {
    /// Which area; one that does not read is none.
    pub(crate) fn area(&self) -> Option<AreaId> {
        self.area.parse().ok()
    }
}

/// The page.
#[derive(Template)]
#[template(path = "person/search.html")]
pub(crate) struct SearchPage {
    words: Words,
    form_secret: String,
    area: String,
    areas: Vec<(String, String)>,
    field: FieldShown,
    found: TableShown,
    more: bool,
    can_write: bool,
    can_print: bool,
}

/// The people of an area, or of everywhere.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Query(asked): Query<Asked>) -> Reply {
    shown(&web, &visit, asked.area(), "").await
}

/// Those who fit the words.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Query(asked): Query<Asked>,
    fields: Fields,
) -> Reply {
    shown(&web, &visit, asked.area(), fields.text("words")).await
}

async fn shown(web: &Web, visit: &Visit, area: Option<AreaId>, text: &str) -> Reply {
    let words = visit.words;
    let result = search(&web.app, visit.actor()?, text, area).await?;
    let part = SearchPage {
        words,
        form_secret: visit.form_secret().to_owned(),
        area: area.map(|area| area.to_string()).unwrap_or_default(),
        areas: [vec![(String::new(), words.say("people-everywhere"))], area_options(web, visit).await?]
            .concat(),
        field: FieldShown::line("words", words.say("people-words"), text),
        found: people_table(&result, words, words.say("people-none")),
        more: result.more,
        can_write: visit.may(Action::PersonWrite),
        can_print: visit.may(Action::FallbackRead),
    };
    framed(web, visit, "people-title", Frame::default(), &part)
}

/// People as a table with no more than it takes to choose the right one; `none` is said instead of an empty one.
pub(crate) fn people_table(found: &Search, words: Words, none: String) -> TableShown {
    let row = |person: &Found| {
        let mut name = person.name.reveal().clone();
        if person.protected {
            name = format!("{name} ({})", words.say("person-protected"));
        }
        let street = person.street.as_ref().map_or_else(|| "–".to_owned(), |street| street.reveal().clone());
        vec![
            CellShown::link(name, format!("/people/{}", person.id)),
            CellShown::text(person.masked_identity.reveal().clone()),
            CellShown::text(street),
            CellShown::text(person.area.clone()),
        ]
    };
    TableShown {
        name: words.say("people-title"),
        headings: ["people-name", "person-identity", "person-field-street", "person-field-area"]
            .map(|name| words.say(name))
            .to_vec(),
        rows: found.people.iter().map(row).collect(),
        none,
    }
}
