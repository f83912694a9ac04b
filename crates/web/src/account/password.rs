//! Choosing a new password.

use app::{
    AppError,
    login::change_password::{ChangePassword, Changed, change_password},
};
use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use base::Private;

use crate::{
    fields::Fields,
    reply::{Frame, Reply, page as framed},
    server::Web,
    visit::Visit,
};

/// What can be said about the form after it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    /// Nothing yet.
    Nothing,
    /// The new password holds.
    Changed,
    /// A field cannot be used: which, and the text of why.
    Field(&'static str, String),
}

/// The page of one's own account.
#[derive(Template)]
#[template(path = "account/password.html")]
pub(crate) struct Account {
    pub(crate) visit: Visit,
    pub(crate) said: Said,
    pub(crate) must_change: bool,
}

impl Account {
    /// The text beside a field, if there is anything to say about it.
    fn problem(&self, field: &str) -> Option<&str> {
        match &self.said {
            Said::Field(named, text) if *named == field => Some(text),
            _ => None,
        }
    }

    fn any_problem(&self) -> Option<(&str, &str)> {
        match &self.said {
            Said::Field(named, text) => Some((named, text)),
            _ => None,
        }
    }
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    shown(&web, &visit, Said::Nothing)
}

fn shown(web: &Web, visit: &Visit, said: Said) -> Reply {
    let must_change =
        said != Said::Changed && visit.visitor.as_ref().is_some_and(|visitor| visitor.must_change_password);
    let failed = matches!(said, Said::Field(..));
    let part = Account { visit: visit.clone(), said, must_change };
    let mut response: Response = framed(web, visit, "account-title", Frame::default(), &part)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response.into_response())
}

/// Takes the new password.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, jar: CookieJar, fields: Fields) -> Reply {
    let words = visit.words;
    if fields.text("new_password") != fields.text("new_password_again") {
        return shown(&web, &visit, Said::Field("new_password_again", words.say("account-not-the-same")));
    }
    let private = |name: &str| Private::new(fields.text(name).to_owned());
    let command = ChangePassword {
        current: private("current_password"),
        new: private("new_password"),
        session_secret: Private::new(
            jar.get(web.config.session_cookie()).map(|cookie| cookie.value().to_owned()).unwrap_or_default(),
        ),
        origin: visit.origin.clone(),
    };
    let said = match change_password(&web.app, visit.actor()?, command).await {
        Ok(Changed::Yes) => Said::Changed,
        Ok(Changed::Wrong) => Said::Field("current_password", words.say("account-wrong-password")),
        Ok(Changed::Locked(until)) => {
            Said::Field("current_password", words.with("login-locked", &[("until", &words.clock(until))]))
        }
        Err(AppError::Field { .. }) => Said::Field("new_password", words.say("account-password-rule")),
        Err(other) => return Err(other.into()),
    };
    shown(&web, &visit, said)
}
