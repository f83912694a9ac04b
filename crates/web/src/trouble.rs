//! What went wrong, in three parts: what happened, what was kept, what to do. One place maps errors to pages.

use std::{panic::AssertUnwindSafe, sync::Arc};

use alarm::Refusal;
use app::{AppError, login::origin::Origin};
use askama::Template;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{Html, IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use futures_util::FutureExt as _;

use crate::{
    api::{
        self,
        problem::{ApiProblem, NOT_FOUND, is_api},
    },
    guard::language_before_login,
    reply::{Frame, Reply, whole_page},
    server::Web,
    text::Words,
    visit::{Visit, wants_part},
};

/// Why a handler has no page to give.
#[derive(Debug)]
pub(crate) enum Problem {
    /// A use case said no.
    App(AppError),
    /// There is no such page, or an id that does not read.
    NoSuchPage,
    /// An address that takes a form and shows no page, or the other way round.
    WrongMethod,
    /// Nobody is logged in.
    NotLoggedIn,
    /// A form that did not come from our own page of this session.
    ForeignForm,
    /// A form larger than the limit.
    TooLarge,
    /// A form that does not read.
    Unreadable,
    /// Something of ours broke.
    Broken,
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        Problem::App(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        // It travels inside the response to the guard, which knows the visitor's language.
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

impl Problem {
    /// The status code: the one place where errors become numbers.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Problem::App(AppError::Denied(_) | AppError::NeedsReason(_)) | Problem::ForeignForm => {
                StatusCode::FORBIDDEN
            }
            Problem::App(AppError::NotFound(_)) | Problem::NoSuchPage => StatusCode::NOT_FOUND,
            Problem::App(AppError::Refused(_) | AppError::Stage(_) | AppError::Conflict) => {
                StatusCode::CONFLICT
            }
            Problem::App(AppError::Field { .. } | AppError::Invalid(_) | AppError::Forecast(_))
            | Problem::Unreadable => StatusCode::UNPROCESSABLE_ENTITY,
            Problem::App(AppError::Store(_) | AppError::Login(_)) => StatusCode::SERVICE_UNAVAILABLE,
            Problem::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Problem::NotLoggedIn => StatusCode::UNAUTHORIZED,
            Problem::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Problem::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The name of its three texts: `trouble-<name>`, `.kept`, `.todo`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Problem::App(AppError::Denied(_)) => "trouble-denied",
            Problem::App(AppError::NeedsReason(_)) => "trouble-needs-reason",
            Problem::App(AppError::NotFound(_)) | Problem::NoSuchPage => "trouble-not-found",
            Problem::App(AppError::Refused(refusal)) => refusal_name(refusal),
            Problem::App(AppError::Stage(_)) => "trouble-stage",
            Problem::App(AppError::Field { .. } | AppError::Invalid(_)) => "trouble-field",
            Problem::App(AppError::Forecast(_)) => "trouble-forecast",
            Problem::App(AppError::Conflict) => "trouble-conflict",
            Problem::App(AppError::Store(_)) => "trouble-store",
            Problem::App(AppError::Login(_)) => "trouble-login",
            Problem::WrongMethod => "trouble-wrong-method",
            Problem::NotLoggedIn => "trouble-not-logged-in",
            Problem::ForeignForm => "trouble-foreign-form",
            Problem::TooLarge => "trouble-too-large",
            Problem::Unreadable => "trouble-unreadable",
            Problem::Broken => "trouble-broken",
        }
    }
}

fn refusal_name(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::WrongState { .. } => "trouble-wrong-state",
        Refusal::AlreadyAnswered { .. } => "trouble-already-answered",
        Refusal::DispatchOver { .. } => "trouble-dispatch-over",
        Refusal::AlreadySent => "trouble-already-sent",
        Refusal::TextMissing { .. } => "trouble-text-missing",
        Refusal::TextTooLong { .. } => "trouble-text-too-long",
        Refusal::TooManyDispatches => "trouble-too-many-dispatches",
        Refusal::ReportMissing => "trouble-report-missing",
    }
}

/// The three parts in words.
#[derive(Template)]
#[template(path = "layout/trouble.html")]
pub(crate) struct Trouble {
    pub(crate) words: Words,
    pub(crate) happened: String,
    pub(crate) kept: String,
    pub(crate) todo: String,
    /// Whether it is the page's whole content.
    pub(crate) whole: bool,
}

impl Trouble {
    /// A problem in words.
    pub(crate) fn of(problem: &Problem, words: Words, whole: bool) -> Self {
        let name = problem.name();
        Trouble {
            words,
            happened: words.say(name),
            kept: words.say(format!("{name}-kept")),
            todo: words.say(format!("{name}-do")),
            whole,
        }
    }
}

/// Shows a problem: as a message to htmx, as a page otherwise.
pub(crate) fn show(web: &Web, visit: &Visit, problem: &Problem) -> Response {
    note(problem);
    if let (Problem::App(AppError::Denied(action)), Some(visitor)) = (problem, &visit.visitor) {
        tracing::warn!(user.id = %visitor.actor.user, action = action.name(), "Access was refused");
    }
    let status = problem.status();
    let trouble = Trouble::of(problem, visit.words, !visit.partial);
    if visit.partial {
        let target = [
            ("hx-retarget", HeaderValue::from_static("#messages")),
            ("hx-reswap", HeaderValue::from_static("innerHTML")),
        ];
        return match trouble.render() {
            Ok(html) => (status, target, Html(html)).into_response(),
            Err(_) => status.into_response(),
        };
    }
    let shown: Reply = whole_page(web, visit, "trouble-title", Frame::default(), &trouble);
    match shown {
        Ok(mut response) => {
            *response.status_mut() = status;
            response
        }
        Err(_) => status.into_response(),
    }
}

/// What operations must know of it. Use-case errors carry no personal data.
fn note(problem: &Problem) {
    match problem {
        Problem::App(error @ (AppError::Store(_) | AppError::Login(_))) => {
            tracing::error!(error = error as &dyn std::error::Error, "A page could not be answered");
        }
        Problem::ForeignForm => {
            tracing::warn!("A form that did not come from the session's own page was refused")
        }
        Problem::TooLarge | Problem::Unreadable => {
            tracing::warn!(problem = problem.name(), "A form that no page of ours sends was refused")
        }
        _ => {}
    }
}

/// The answer of a handler; `None` when it broke, which takes nothing else with it.
pub(crate) async fn unbroken(handler: impl Future<Output = Response>) -> Option<Response> {
    let answered = AssertUnwindSafe(handler).catch_unwind().await;
    if answered.is_err() {
        tracing::error!("A handler broke; the words before this line say where");
    }
    answered.ok()
}

/// The answer to an address that nothing stands behind.
pub(crate) async fn no_such_page(State(web): State<Web>, request: Request) -> Response {
    if is_api(request.uri().path()) {
        return ApiProblem::new(NOT_FOUND, "There is no such address.").into_response();
    }
    show_to_anyone(&web, request.headers(), &Problem::NoSuchPage)
}

/// The answer to a method that an address does not take, such as that of a form whose address was opened as a page.
pub(crate) async fn wrong_method(State(web): State<Web>, request: Request) -> Response {
    // The address may hold the secret of a link, so it is not told.
    tracing::warn!(method = %request.method(), "A method that an address does not take was refused");
    if is_api(request.uri().path()) {
        return api::problem::wrong_method(request.method());
    }
    show_to_anyone(&web, request.headers(), &Problem::WrongMethod)
}

/// Shows a problem to whoever asks, logged in or not.
fn show_to_anyone(web: &Web, headers: &HeaderMap, problem: &Problem) -> Response {
    let visit = Visit {
        visitor: None,
        words: Words::new(language_before_login(&CookieJar::from_headers(headers), headers)),
        partial: wants_part(headers),
        path: String::new(),
        origin: Origin::default(),
        news: None,
    };
    show(web, &visit, problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_handler_that_breaks_takes_nothing_with_it() {
        assert!(unbroken(async { panic!("on purpose") }).await.is_none());
        let answered = unbroken(async { StatusCode::OK.into_response() }).await;
        assert_eq!(answered.map(|response| response.status()), Some(StatusCode::OK));
    }
}
