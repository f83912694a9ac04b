//! One receiver: its form, its last deliveries, and changing and removing it.

use app::webhook::{
    deliver::ATTEMPTS_MAX,
    keep::{Delivery, change, remove as remove_receiver, view},
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use base::WebhookId;

use crate::{
    alarm::read_id,
    fields::Fields,
    reply::{Frame, Reply, lead_to, whole_page},
    server::Web,
    told::Told,
    visit::Visit,
};

/// One delivery.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) sequence: i64,
    pub(crate) state: String,
    pub(crate) attempts: u32,
    pub(crate) error: String,
}

/// The page.
#[derive(Template)]
#[template(path = "webhook/edit.html")]
pub(crate) struct Edit {
    pub(crate) visit: Visit,
    pub(crate) id: String,
    pub(crate) written_name: String,
    pub(crate) written_url: String,
    pub(crate) active: bool,
    pub(crate) lines: Vec<Line>,
    pub(crate) told: Told,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    shown(&web, &visit, read_id(&id)?, None, Told::default()).await
}

fn line(delivery: &Delivery, visit: &Visit) -> Line {
    let words = visit.words;
    let state = match delivery.delivered_at {
        Some(at) => words.with("webhook-delivered", &[("at", &words.moment_with_seconds(at))]),
        None if delivery.attempts >= ATTEMPTS_MAX => words.say("webhook-given-up"),
        None => words.with("webhook-waits", &[("at", &words.moment_with_seconds(delivery.next_attempt_at))]),
    };
    Line {
        sequence: delivery.sequence,
        state,
        attempts: delivery.attempts,
        error: delivery.last_error.clone(),
    }
}

async fn shown(web: &Web, visit: &Visit, id: WebhookId, written: Option<&Fields>, told: Told) -> Reply {
    let (receiver, deliveries) = view(&web.app, visit.actor()?, id).await?;
    let failed = !told.is_empty();
    let field = |name: &str, known: &str| {
        written.map_or_else(|| known.to_owned(), |fields| fields.text(name).to_owned())
    };
    let part = Edit {
        id: id.to_string(),
        written_name: field("name", &receiver.name),
        written_url: field("url", &receiver.url),
        active: written.map_or(receiver.active, is_active),
        lines: deliveries.iter().map(|delivery| line(delivery, visit)).collect(),
        told,
        visit: visit.clone(),
    };
    let mut response = whole_page(web, visit, "webhook-title", Frame::default(), &part)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn is_active(fields: &Fields) -> bool {
    fields.text("active") == "yes"
}

/// Changes the receiver.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    let id = read_id(&id)?;
    let (name, url) = (fields.text("name"), fields.text("url"));
    match change(&web.app, visit.actor()?, id, name, url, is_active(&fields)).await {
        Ok(()) => Ok(lead_to(&visit, "/webhooks")),
        Err(error) => {
            let told = Told::of(error, visit.words)?;
            shown(&web, &visit, id, Some(&fields), told).await
        }
    }
}

/// Removes the receiver with its queue.
pub(crate) async fn remove(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    remove_receiver(&web.app, visit.actor()?, read_id(&id)?).await?;
    Ok(lead_to(&visit, "/webhooks"))
}
