//! Logging in and out, the first administrator, and keeping logins.

pub(crate) mod choose;
pub(crate) mod first;
pub(crate) mod keep;
pub(crate) mod news;
pub(crate) mod sign_in;
pub(crate) mod sign_out;

use axum_extra::extract::cookie::{Cookie, SameSite};
use login::Secret;

use crate::server::Web;

/// The cookie of a new session. It ends with the browser; the server ends the session earlier or later on its own.
fn session_cookie(web: &Web, secret: Secret) -> Cookie<'static> {
    Cookie::build((web.config.session_cookie(), secret.into_revealed()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(web.config.secure_cookies)
        .build()
}
