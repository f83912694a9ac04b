//! Choosing a password by the link that an administrator gave.

use app::login::{
    set_password::{link_owner, set_password},
    sign_in::SignedIn,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use axum_extra::extract::CookieJar;
use base::Private;

use crate::{
    fields::Fields,
    reply::{Frame, Reply, whole_page},
    server::Web,
    told::Told,
    visit::Visit,
};

/// The form, or that the link no longer works.
#[derive(Template)]
#[template(path = "login/choose.html")]
pub(crate) struct Choose {
    pub(crate) visit: Visit,
    /// Whose link it is; `None` when it no longer works.
    pub(crate) owner: Option<String>,
    pub(crate) told: Told,
}

/// Shows the form while the link works.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(secret): Path<String>) -> Reply {
    shown(&web, &visit, &secret, Told::default()).await
}

async fn shown(web: &Web, visit: &Visit, secret: &str, told: Told) -> Reply {
    let owner = link_owner(&web.app, &Private::new(secret.to_owned())).await?;
    let status = match (&owner, told.is_empty()) {
        (None, _) => StatusCode::NOT_FOUND,
        (Some(_), false) => StatusCode::UNPROCESSABLE_ENTITY,
        (Some(_), true) => StatusCode::OK,
    };
    let part = Choose { visit: visit.clone(), owner, told };
    let mut response = whole_page(web, visit, "choose-title", Frame::default(), &part)?;
    *response.status_mut() = status;
    Ok(response)
}

/// Sets the password and logs its owner in.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    jar: CookieJar,
    Path(secret): Path<String>,
    fields: Fields,
) -> Reply {
    if fields.text("password") != fields.text("password_again") {
        let told = Told::one("password_again", visit.words.say("account-not-the-same"));
        return shown(&web, &visit, &secret, told).await;
    }
    let password = Private::new(fields.text("password").to_owned());
    match set_password(&web.app, &Private::new(secret.clone()), password, &visit.origin).await {
        Ok(SignedIn::Yes(session)) => {
            Ok((jar.add(super::session_cookie(&web, session)), Redirect::to("/")).into_response())
        }
        Ok(SignedIn::Wrong | SignedIn::Locked(_) | SignedIn::HeldBack) => {
            shown(&web, &visit, &secret, Told::default()).await
        }
        Err(error) => {
            let told = Told::of(error, visit.words)?;
            shown(&web, &visit, &secret, told).await
        }
    }
}
