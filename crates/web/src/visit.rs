//! One request of someone who is logged in: who they are, their language, and whether a part of a page is enough.

use access::{Action, Actor};
use app::login::{news::News, origin::Origin, session::Visitor};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};

use crate::{text::Words, trouble::Problem};

/// The cookie that holds the language before login.
pub(crate) const LANGUAGE_COOKIE: &str = "tryggve_language";

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    /// Who; `None` before login.
    pub(crate) visitor: Option<Visitor>,
    /// The texts in their language.
    pub(crate) words: Words,
    /// Whether htmx asks, so that a part of the page is enough.
    pub(crate) partial: bool,
    /// The address that was asked for.
    pub(crate) path: String,
    /// Where the request comes from.
    pub(crate) origin: Origin,
    /// What the visitor has not been told yet of their own login.
    pub(crate) news: Option<News>,
}

impl Visit {
    /// Who is logged in. The guard lets nobody else reach a handler that asks.
    pub(crate) fn actor(&self) -> Result<&Actor, Problem> {
        self.visitor.as_ref().map(|visitor| &visitor.actor).ok_or(Problem::NotLoggedIn)
    }

    /// The secret that this session's forms must carry; empty before login.
    pub(crate) fn form_secret(&self) -> &str {
        self.visitor.as_ref().map_or("", |visitor| &visitor.form_secret)
    }

    /// Whether a role of theirs may do this at all.
    pub(crate) fn may(&self, action: Action) -> bool {
        self.visitor
            .as_ref()
            .is_some_and(|visitor| visitor.actor.roles.iter().any(|role| action.roles().contains(role)))
    }
}

/// Whether htmx asks for a part of a page. Going back in the browser asks for the whole page.
pub(crate) fn wants_part(headers: &HeaderMap) -> bool {
    headers.contains_key("hx-request") && !headers.contains_key("hx-history-restore-request")
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Visit>().cloned().ok_or(Problem::NotLoggedIn)
    }
}
