//! The page where one logs in.

use app::login::sign_in::{SignedIn, sign_in};
use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use axum_extra::extract::CookieJar;
use base::Private;
use login::Proof;

use crate::{
    fields::Fields,
    reply::{Frame, Reply, lead_to, whole_page},
    server::Web,
    visit::Visit,
};

/// The form.
#[derive(Template)]
#[template(path = "login/sign_in.html")]
pub(crate) struct SignInPage {
    pub(crate) visit: Visit,
    /// What they typed as their name, kept.
    pub(crate) username: String,
    /// Why they are not let in.
    pub(crate) refusal: Option<String>,
}

/// Shows the form, or leads on whoever is logged in.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    if visit.visitor.is_some() {
        return Ok(lead_to(&visit, "/"));
    }
    let part = SignInPage { visit: visit.clone(), username: String::new(), refusal: None };
    whole_page(&web, &visit, "login-title", Frame::default(), &part)
}

/// Takes name and password.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, jar: CookieJar, fields: Fields) -> Reply {
    let username = fields.text("username").to_owned();
    let proof = Proof::Password {
        login_name: username.clone(),
        password: Private::new(fields.text("password").to_owned()),
    };
    let refusal = match sign_in(&web.app, proof, &visit.origin).await? {
        SignedIn::Yes(secret) => {
            let jar = jar.add(super::session_cookie(&web, secret));
            return Ok((jar, Redirect::to("/")).into_response());
        }
        SignedIn::Wrong => visit.words.say("login-wrong"),
        SignedIn::HeldBack => visit.words.say("login-held-back"),
        SignedIn::Locked(until) => visit.words.with("login-locked", &[("until", &visit.words.clock(until))]),
    };
    let part = SignInPage { visit: visit.clone(), username, refusal: Some(refusal) };
    let mut response = whole_page(&web, &visit, "login-title", Frame::default(), &part)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}
