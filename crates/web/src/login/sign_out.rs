//! Logging out.

use app::login::session::sign_out;
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue},
    response::IntoResponse,
};
use axum_extra::extract::CookieJar;
use login::Secret;

use crate::{
    reply::{Reply, lead_to},
    server::Web,
    visit::Visit,
};

/// What a browser keeps of us is wiped: texts that a responder had begun are about a person.
const CLEAR: (HeaderName, HeaderValue) =
    (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));

/// Ends the session.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, jar: CookieJar) -> Reply {
    if let Some(cookie) = jar.get(web.config.session_cookie()) {
        sign_out(&web.app, cookie.value()).await?;
    }
    // With every mark that it was set with: a browser lets nothing else replace it.
    let jar = jar.remove(super::session_cookie(&web, Secret::default()));
    Ok((jar, [CLEAR], lead_to(&visit, "/login")).into_response())
}
