//! Logging out.

use app::login::session::sign_out;
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue},
    response::IntoResponse,
};
use axum_extra::extract::{CookieJar, cookie::Cookie};

use crate::{
    reply::{Reply, lead_to},
    server::Web,
    visit::{SESSION_COOKIE, Visit},
};

/// What a browser keeps of us is wiped: texts that a responder had begun are about a person.
const CLEAR: (HeaderName, HeaderValue) =
    (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));

/// Ends the session.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, jar: CookieJar) -> Reply {
    if let Some(cookie) = jar.get(SESSION_COOKIE) {
        sign_out(&web.app, cookie.value()).await?;
    }
    let jar = jar.remove(Cookie::build(SESSION_COOKIE).path("/"));
    Ok((jar, [CLEAR], lead_to(&visit, "/login")).into_response())
}
