//! Choosing the language of the pages, before and after login.

use app::login::change_language::change_language;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use base::Language;

use crate::{
    fields::Fields,
    reply::Reply,
    server::Web,
    trouble::Problem,
    visit::{LANGUAGE_COOKIE, Visit},
};

/// Takes the choice and leads back to the page it was made on.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, jar: CookieJar, fields: Fields) -> Reply {
    let language = Language::from_tag(fields.text("language")).ok_or(Problem::Unreadable)?;
    if visit.visitor.is_some() {
        change_language(&web.app, visit.actor()?, language).await?;
    }
    let cookie = Cookie::build((LANGUAGE_COOKIE, language.tag()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(web.config.secure_cookies)
        .permanent();
    let back = own_address(fields.text("back"));
    Ok((jar.add(cookie), Redirect::to(back)).into_response())
}

/// An address within Tryggve, or the first page: nobody is led to another host.
pub(crate) fn own_address(address: &str) -> &str {
    let own = address.starts_with('/')
        && !address.starts_with("//")
        && address.chars().all(|c| c.is_ascii_alphanumeric() || "/-_".contains(c));
    if own { address } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_host() {
        for (address, led_to) in [
            ("/alarms", "/alarms"),
            ("/login", "/login"),
            ("//example.invalid", "/"),
            ("https://example.invalid", "/"),
            ("/\\example.invalid", "/"),
            ("", "/"),
        ] {
            assert_eq!(own_address(address), led_to, "{address}");
        }
    }
}
