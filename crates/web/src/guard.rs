//! What every request passes before its handler: who is it, may they, and did their own page send it?

use std::sync::Arc;

use access::Action;
use app::login::session::visitor;
use axum::{
    Form, RequestExt,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use base::Language;

use crate::{
    fields::{FIELDS_MAX, FORM_SECRET_FIELD, Fields},
    login::news,
    origin::origin,
    reply,
    routes::Gate,
    server::Web,
    text::Words,
    trouble::{Problem, show, unbroken},
    upload::{self, Upload},
    visit::{LANGUAGE_COOKIE, Visit, wants_part},
};

/// Where someone with a password that must be changed may go.
const ALLOWED_BEFORE_PASSWORD: [&str; 4] = ["/account", "/account/password", "/logout", "/language"];

/// Lets a request through to its handler, and shows whatever trouble comes of it in the visitor's language.
pub(crate) async fn guard(State((web, gate)): State<(Web, Gate)>, request: Request, next: Next) -> Response {
    let (visit, request) = match arrive(&web, request).await {
        Ok(arrived) => arrived,
        Err((visit, problem)) => return show(&web, &visit, &problem),
    };
    if let Some(answer) = turn_away(&visit, gate) {
        return answer.unwrap_or_else(|problem| show(&web, &visit, &problem));
    }
    let (mut visit, mut request) = (visit, request);
    let reads = request.method() == Method::GET;
    visit.news = news::untold(&web, &visit, reads).await;
    if request.method() == Method::POST {
        request = match checked_form(request, &visit).await {
            Ok(request) => request,
            Err(problem) => return show(&web, &visit, &problem),
        };
    }
    request.extensions_mut().insert(visit.clone());
    let Some(mut response) = unbroken(next.run(request)).await else {
        return show(&web, &visit, &Problem::Broken);
    };
    match response.extensions_mut().remove::<Arc<Problem>>() {
        Some(problem) => show(&web, &visit, &problem),
        None => {
            if news::is_page(&response) {
                news::told(&web, &visit).await;
            }
            response
        }
    }
}

/// Finds out who asks.
async fn arrive(web: &Web, request: Request) -> Result<(Visit, Request), (Visit, Problem)> {
    let headers = request.headers();
    let cookies = CookieJar::from_headers(headers);
    let language = language_before_login(&cookies, headers);
    let mut visit = Visit {
        visitor: None,
        words: Words::new(language),
        partial: wants_part(headers),
        path: request.uri().path().to_owned(),
        origin: origin(&web.config.proxies, &request),
        news: None,
    };
    if let Some(cookie) = cookies.get(web.config.session_cookie()) {
        match visitor(&web.app, cookie.value()).await {
            Ok(found) => visit.visitor = found,
            Err(error) => return Err((visit, Problem::App(error))),
        }
    }
    if let Some(visitor) = &visit.visitor {
        visit.words = Words::new(visitor.language);
    }
    Ok((visit, request))
}

/// The language of a browser that is not logged in: its own choice, or the first of ours that it asks for.
pub(crate) fn language_before_login(cookies: &CookieJar, headers: &HeaderMap) -> Language {
    let chosen = cookies.get(LANGUAGE_COOKIE).and_then(|cookie| Language::from_tag(cookie.value()));
    let asked = || {
        let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        accepted.split(',').find_map(Language::from_tag)
    };
    chosen.or_else(asked).unwrap_or_default()
}

/// The answer to those who may not pass; `None` for those who may.
fn turn_away(visit: &Visit, gate: Gate) -> Option<Result<Response, Problem>> {
    let Gate::Login(action) = gate else { return None };
    let Some(visitor) = &visit.visitor else {
        return Some(if visit.path == "/events" || visit.path.ends_with(".json") {
            Ok(StatusCode::UNAUTHORIZED.into_response())
        } else {
            Ok(reply::lead_to(visit, "/login"))
        });
    };
    if visitor.must_change_password && !ALLOWED_BEFORE_PASSWORD.contains(&visit.path.as_str()) {
        return Some(Ok(Redirect::to("/account").into_response()));
    }
    (!visit.may(action)).then_some(Err(Problem::App(app::AppError::Denied(action))))
}

/// Reads a form and proves that one of our own pages sent it.
async fn checked_form(request: Request, visit: &Visit) -> Result<Request, Problem> {
    if !is_from_own_page(request.headers()) {
        return Err(Problem::ForeignForm);
    }
    let (parts, body) = request.into_parts();
    let copy = Request::from_parts(parts.clone(), body);
    let (fields, file) = if upload::is_in_parts(&copy) {
        upload::read(copy).await?
    } else {
        (plain_fields(copy).await?, Upload::default())
    };
    if fields.len() > FIELDS_MAX {
        return Err(Problem::TooLarge);
    }
    let secret = visit.form_secret();
    // Before login there is no session to ride on, so the check of where the form came from is the whole one.
    if visit.visitor.is_some() && !equal_in_constant_time(fields.text(FORM_SECRET_FIELD), secret) {
        return Err(Problem::ForeignForm);
    }
    let mut request = Request::from_parts(parts, axum::body::Body::empty());
    request.extensions_mut().insert(fields);
    request.extensions_mut().insert(file);
    Ok(request)
}

async fn plain_fields(request: Request) -> Result<Fields, Problem> {
    match request.extract::<Form<Vec<(String, String)>>, _>().await {
        Ok(Form(fields)) => Ok(Fields::new(fields)),
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(Problem::TooLarge),
        Err(_) => Err(Problem::Unreadable),
    }
}

/// Whether a browser says that the form came from our own page. Every browser says so with a POST, one way or
/// the other; silence is refused.
fn is_from_own_page(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => {
            let host = text("host");
            host.is_some() && origin.split_once("://").map(|(_, host)| host) == host
        }
        (None, None) => false,
    }
}

pub(crate) fn equal_in_constant_time(left: &str, right: &str) -> bool {
    let differing = left.bytes().zip(right.bytes()).fold(0, |sum, (left, right)| sum | (left ^ right));
    left.len() == right.len() && !right.is_empty() && differing == 0
}

/// The gate of an address, for the navigation.
pub(crate) fn action_of(path: &str) -> Option<Action> {
    crate::routes::all().into_iter().find_map(|route| match route.gate {
        Gate::Login(action) if route.path == path => Some(action),
        _ => None,
    })
}
