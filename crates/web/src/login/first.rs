//! The first administrator, through the link that is printed at the first start.

use app::{
    AppError,
    login::{
        first_administrator::{Create, create, link_works},
        sign_in::SignedIn,
    },
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
    visit::Visit,
};

/// The form, or why the link no longer works.
#[derive(Template)]
#[template(path = "login/first.html")]
pub(crate) struct First {
    pub(crate) visit: Visit,
    /// The address of the form: the link itself.
    pub(crate) address: String,
    pub(crate) works: bool,
    pub(crate) login_name: String,
    pub(crate) shown_name: String,
    /// What cannot be used: the field, and why.
    pub(crate) problem: Option<(&'static str, String)>,
}

impl First {
    fn problem_of(&self, field: &str) -> Option<&str> {
        self.problem.as_ref().filter(|(named, _)| *named == field).map(|(_, text)| text.as_str())
    }
}

/// Shows the form while the link works.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(secret): Path<String>) -> Reply {
    let works = link_works(&web.app, &Private::new(secret)).await?;
    shown(&web, &visit, works, &Fields::default(), None)
}

fn shown(
    web: &Web,
    visit: &Visit,
    works: bool,
    fields: &Fields,
    problem: Option<(&'static str, String)>,
) -> Reply {
    let status = match (works, &problem) {
        (false, _) => StatusCode::NOT_FOUND,
        (true, Some(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        (true, None) => StatusCode::OK,
    };
    let part = First {
        visit: visit.clone(),
        address: visit.path.clone(),
        works,
        login_name: fields.text("login_name").to_owned(),
        shown_name: fields.text("shown_name").to_owned(),
        problem,
    };
    let mut response = whole_page(web, visit, "first-title", Frame::default(), &part)?;
    *response.status_mut() = status;
    Ok(response)
}

/// Creates the administrator and logs them in.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    jar: CookieJar,
    Path(secret): Path<String>,
    fields: Fields,
) -> Reply {
    let words = visit.words;
    if fields.text("password") != fields.text("password_again") {
        let problem = ("password_again", words.say("account-not-the-same"));
        return shown(&web, &visit, true, &fields, Some(problem));
    }
    let command = Create {
        secret: Private::new(secret),
        login_name: fields.text("login_name").to_owned(),
        shown_name: fields.text("shown_name").to_owned(),
        password: Private::new(fields.text("password").to_owned()),
        language: words.language,
    };
    match create(&web.app, command, &visit.origin).await {
        Ok(SignedIn::Yes(secret)) => {
            Ok((jar.add(super::session_cookie(&web, secret)), Redirect::to("/")).into_response())
        }
        Ok(SignedIn::Wrong | SignedIn::Locked(_) | SignedIn::HeldBack) => {
            shown(&web, &visit, false, &fields, None)
        }
        Err(AppError::Field { field: "password", .. }) => {
            shown(&web, &visit, true, &fields, Some(("password", words.say("account-password-rule"))))
        }
        Err(AppError::Field { .. }) => {
            shown(&web, &visit, true, &fields, Some(("login_name", words.say("first-name-missing"))))
        }
        Err(other) => Err(other.into()),
    }
}
