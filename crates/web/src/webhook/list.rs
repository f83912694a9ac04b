//! Every receiver, and adding one: the secret of its signatures is shown once.

use app::webhook::keep::{create, list};
use askama::Template;
use axum::{extract::State, http::StatusCode};

use crate::{
    fields::Fields,
    login::keep::form::once,
    reply::{Frame, Reply, whole_page},
    server::Web,
    told::Told,
    visit::Visit,
};

/// One receiver.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) active: bool,
}

/// The page.
#[derive(Template)]
#[template(path = "webhook/list.html")]
pub(crate) struct List {
    pub(crate) visit: Visit,
    pub(crate) lines: Vec<Line>,
    pub(crate) written_name: String,
    pub(crate) written_url: String,
    pub(crate) told: Told,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    shown(&web, &visit, &Fields::default(), Told::default()).await
}

async fn shown(web: &Web, visit: &Visit, fields: &Fields, told: Told) -> Reply {
    let receivers = list(&web.app, visit.actor()?).await?;
    let line = |receiver: app::webhook::keep::Webhook| Line {
        id: receiver.id.to_string(),
        name: receiver.name,
        url: receiver.url,
        active: receiver.active,
    };
    let failed = !told.is_empty();
    let part = List {
        visit: visit.clone(),
        lines: receivers.into_iter().map(line).collect(),
        written_name: fields.text("name").to_owned(),
        written_url: fields.text("url").to_owned(),
        told,
    };
    let mut response = whole_page(web, visit, "webhook-title", Frame::default(), &part)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// Adds a receiver and shows its secret.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, fields: Fields) -> Reply {
    match create(&web.app, visit.actor()?, fields.text("name"), fields.text("url")).await {
        Ok((_, secret)) => once(&web, &visit, "webhook", "", &secret, "/webhooks"),
        Err(error) => {
            let told = Told::of(error, visit.words)?;
            shown(&web, &visit, &fields, told).await
        }
    }
}
