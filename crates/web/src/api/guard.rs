//! What every request of a system passes before its handler: a valid token, its scope, and its share of the minute.

use access::{Action, Actor, Scope};
use app::login::token::system;
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base::Private;

use super::{
    idempotency::once,
    limit::{Left, REQUESTS_PER_MINUTE},
    problem::{ApiProblem, BROKEN, NO_TOKEN, SCOPE_MISSING, TOO_MANY},
};
use crate::{server::Web, trouble::unbroken};

/// Longer than any token of ours: what is longer is none, and is not looked up.
const TOKEN_CHARACTERS_MAX: usize = 200;
const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// The system that asks.
#[derive(Debug, Clone)]
pub(crate) struct System(pub(crate) Actor);

impl<S: Send + Sync> FromRequestParts<S> for System {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiProblem> {
        // The guard has put it there; a route without the guard lets nobody in.
        parts.extensions.get::<System>().cloned().ok_or_else(|| ApiProblem::new(BROKEN, "No guard."))
    }
}

/// Lets a system's request through to its handler.
pub(crate) async fn guard(
    State((web, action)): State<(Web, Option<Action>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let actor = match arrive(&web, request.headers()).await {
        Ok(actor) => actor,
        Err(problem) => return problem.into_response(),
    };
    let left = web.limits.count(actor.user, web.app.now());
    let mut response = if !left.passes {
        let detail = format!("At most {REQUESTS_PER_MINUTE} requests in a minute.");
        ApiProblem::new(TOO_MANY, detail).with(header::RETRY_AFTER, left.reset_seconds).into_response()
    } else if let Some(missing) = missing_scope(&actor, action) {
        missing.into_response()
    } else {
        request.extensions_mut().insert(System(actor.clone()));
        let answer = unbroken(once(&web, &actor, request, next)).await;
        answer.unwrap_or_else(|| ApiProblem::new(BROKEN, "The answer could not be made.").into_response())
    };
    tell(response.headers_mut(), left);
    response
}

async fn arrive(web: &Web, headers: &HeaderMap) -> Result<Actor, ApiProblem> {
    let Some(shown) = headers.get(header::AUTHORIZATION) else {
        return Err(ApiProblem::new(NO_TOKEN, "There is no Authorization header.")
            .with(header::WWW_AUTHENTICATE, "Bearer realm=\"tryggve\""));
    };
    let refused = || {
        ApiProblem::new(NO_TOKEN, "The token is not valid.")
            .with(header::WWW_AUTHENTICATE, "Bearer realm=\"tryggve\", error=\"invalid_token\"")
    };
    let (scheme, secret) = shown.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(refused)?;
    let secret = secret.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || secret.is_empty() || secret.len() > TOKEN_CHARACTERS_MAX {
        return Err(refused());
    }
    system(&web.app, &Private::new(secret.to_owned())).await?.ok_or_else(refused)
}

/// The refusal of a token that does not open an action. The use cases ask again; this one names the scope.
fn missing_scope(actor: &Actor, action: Option<Action>) -> Option<ApiProblem> {
    let scope = Scope::of(action?)?;
    if actor.scopes.contains(&scope) {
        return None;
    }
    let name = scope.name();
    let challenge = format!("Bearer realm=\"tryggve\", error=\"insufficient_scope\", scope=\"{name}\"");
    Some(
        ApiProblem::new(SCOPE_MISSING, format!("This needs the scope {name}."))
            .with(header::WWW_AUTHENTICATE, challenge),
    )
}

fn tell(headers: &mut HeaderMap, left: Left) {
    headers.insert(LIMIT, HeaderValue::from(REQUESTS_PER_MINUTE));
    headers.insert(REMAINING, HeaderValue::from(left.requests));
    headers.insert(RESET, HeaderValue::from(left.reset_seconds));
}
