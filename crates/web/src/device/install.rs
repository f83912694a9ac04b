//! Choosing whom a device is to help, or where it is to stand. The words of the search go in the form, never in the
//! address, for they name someone.

use app::{device::view::view, person::search::search, team::area::areas};
use askama::Template;
use axum::extract::{Path, State};
use base::DeviceId;

use crate::{
    alarm::read_id,
    fields::Fields,
    reply::{Frame, Reply, page as framed},
    server::Web,
    text::Words,
    visit::Visit,
};

/// Someone who can be chosen.
struct Candidate {
    id: String,
    name: String,
    told: String,
}

/// The page.
#[derive(Template)]
#[template(path = "device/install.html")]
pub(crate) struct Install {
    words: Words,
    form_secret: String,
    id: String,
    version: i64,
    serial: String,
    searched: Option<String>,
    found: Vec<Candidate>,
    more: bool,
    areas: Vec<(String, String)>,
}

/// The page before anyone was searched for.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    shown(&web, &visit, read_id(&id)?, None).await
}

/// The page with those who were found.
pub(crate) async fn find(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    shown(&web, &visit, read_id(&id)?, Some(fields.text("words").to_owned())).await
}

async fn shown(web: &Web, visit: &Visit, id: DeviceId, searched: Option<String>) -> Reply {
    let actor = visit.actor()?;
    let known = view(&web.app, actor, id).await?;
    let search = match &searched {
        Some(words) => search(&web.app, actor, words, None).await?,
        None => app::person::search::Search::default(),
    };
    let candidates = search.people.into_iter().map(|person| {
        let street = person.street.map(base::Private::into_revealed).unwrap_or_default();
        let told = [street, person.area, person.masked_identity.into_revealed()];
        Candidate {
            id: person.id.to_string(),
            name: person.name.into_revealed(),
            told: told.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
        }
    });
    let part = Install {
        words: visit.words,
        form_secret: visit.form_secret().to_owned(),
        id: id.to_string(),
        version: known.version,
        serial: known.device.serial,
        searched,
        found: candidates.collect(),
        more: search.more,
        areas: areas(&web.app, actor)
            .await?
            .into_iter()
            .map(|area| (area.id.to_string(), area.name))
            .collect(),
    };
    framed(web, visit, "device-install", Frame::default(), &part)
}
