//! Tokens of other systems: listed, created with a secret that is shown once, and taken back.

use access::Scope;
use app::login::token::{create, list, revoke, scopes_of};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use super::form::once;
use crate::{
    alarm::read_id,
    choice::Choice,
    fields::Fields,
    reply::{Frame, Reply, lead_to, whole_page},
    server::Web,
    told::Told,
    visit::Visit,
};

/// One token.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) name: String,
    /// What it opens, by the names that systems know.
    pub(crate) scopes: Vec<&'static str>,
    pub(crate) created: String,
    pub(crate) used: String,
    /// When it was taken back; empty while it works.
    pub(crate) revoked: String,
}

/// The page.
#[derive(Template)]
#[template(path = "login/tokens.html")]
pub(crate) struct Tokens {
    pub(crate) visit: Visit,
    pub(crate) lines: Vec<Line>,
    /// What was written as the name of a new one.
    pub(crate) written: String,
    pub(crate) scopes: Vec<Choice>,
    pub(crate) told: Told,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    shown(&web, &visit, "", &[], Told::default()).await
}

async fn shown(web: &Web, visit: &Visit, name: &str, scopes: &[String], told: Told) -> Reply {
    let words = visit.words;
    let tokens = list(&web.app, visit.actor()?).await?;
    let lines = tokens
        .iter()
        .map(|token| Line {
            id: token.id.to_string(),
            name: token.name.clone(),
            scopes: scopes_of(token).into_iter().map(Scope::name).collect(),
            created: words.moment(token.created_at),
            used: token.used_at.map_or_else(|| words.say("token-never"), |at| words.moment(at)),
            revoked: token.revoked_at.map(|at| words.moment(at)).unwrap_or_default(),
        })
        .collect();
    let failed = !told.is_empty();
    let scopes = Scope::ALL
        .map(|scope| {
            let text = format!("{} ({})", words.of(scope.text()), scope.name());
            Choice::among(scope.name(), text, scopes)
        })
        .to_vec();
    let part = Tokens { visit: visit.clone(), lines, written: name.to_owned(), scopes, told };
    let mut response = whole_page(web, visit, "token-title", Frame::default(), &part)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// Creates a token and shows its secret.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, fields: Fields) -> Reply {
    let name = fields.text("name");
    let scopes: Vec<String> = fields.every("scopes").map(str::to_owned).collect();
    match create(&web.app, visit.actor()?, name, &scopes).await {
        Ok((_, secret)) => once(&web, &visit, "token", "", &secret, "/tokens"),
        Err(error) => {
            let told = Told::of(error, visit.words)?;
            shown(&web, &visit, name, &scopes, told).await
        }
    }
}

/// Takes a token back.
pub(crate) async fn take_back(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    revoke(&web.app, visit.actor()?, read_id(&id)?).await?;
    Ok(lead_to(&visit, "/tokens"))
}
