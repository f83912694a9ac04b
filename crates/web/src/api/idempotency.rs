//! A POST with an `Idempotency-Key` is done once, however often it is sent.

use access::Actor;
use app::idempotency::{Answer, CUT_OFF_SECONDS, KEY_CHARACTERS_MAX, Standing, begin, finish};
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::problem::{ApiProblem, BROKEN, KEY_USED, TOO_LARGE, UNDER_WAY, UNREADABLE};
use crate::server::{FORM_BYTES_MAX, Web};

/// The header that carries the key.
pub(crate) const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that the answer is that of an earlier request.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The most bytes of an answer that is kept.
const ANSWER_BYTES_MAX: usize = 65_536;

/// Passes a request on, once for each key.
pub(crate) async fn once(web: &Web, actor: &Actor, request: Request, next: Next) -> Response {
    let key = request.headers().get(KEY).filter(|_| request.method() == Method::POST).cloned();
    let Some(key) = key else { return next.run(request).await };
    match under_key(web, actor, &key, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn under_key(
    web: &Web,
    actor: &Actor,
    key: &HeaderValue,
    request: Request,
    next: Next,
) -> Result<Response, ApiProblem> {
    let key = key.to_str().ok().filter(|key| !key.is_empty() && key.len() <= KEY_CHARACTERS_MAX);
    let unreadable = format!("Idempotency-Key has 1 to {KEY_CHARACTERS_MAX} characters of ASCII.");
    let key = key.ok_or_else(|| ApiProblem::new(UNREADABLE, unreadable))?;
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, FORM_BYTES_MAX)
        .await
        .map_err(|_| ApiProblem::new(TOO_LARGE, "The body is too large."))?;
    let asked = format!("{} {}\n{}", parts.method, parts.uri, String::from_utf8_lossy(&body));
    match begin(&web.app, actor, key, &asked).await? {
        Standing::Done(answer) => replayed(answer),
        Standing::OtherRequest => {
            Err(ApiProblem::new(KEY_USED, "The key was sent before with another address or body."))
        }
        Standing::UnderWay => Err(ApiProblem::new(UNDER_WAY, "The same request is being done.")
            .with(header::RETRY_AFTER, CUT_OFF_SECONDS)),
        Standing::Do(asked) => {
            let response = next.run(Request::from_parts(parts, Body::from(body))).await;
            let (head, body) = response.into_parts();
            let body = to_bytes(body, ANSWER_BYTES_MAX)
                .await
                .map_err(|_| ApiProblem::new(BROKEN, "The answer could not be kept."))?;
            let answer = head.status.is_success().then(|| kept(head.status, &head.headers, &body));
            // What was done is done: an answer that could not be kept is told all the same.
            if let Err(error) = finish(&web.app, &asked, answer.as_ref()).await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "An answer was not kept under its key"
                );
            }
            Ok(Response::from_parts(head, Body::from(body)))
        }
    }
}

fn kept(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Answer {
    let location = headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
    Answer {
        status: status.as_u16(),
        location: location.unwrap_or_default().to_owned(),
        body: String::from_utf8_lossy(body).into_owned(),
    }
}

fn replayed(answer: Answer) -> Result<Response, ApiProblem> {
    let broken = || ApiProblem::new(BROKEN, "The answer that was kept cannot be read.");
    let status = StatusCode::from_u16(answer.status).map_err(|_| broken())?;
    let has_body = !answer.body.is_empty();
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    if has_body {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    if !answer.location.is_empty() {
        headers.insert(header::LOCATION, HeaderValue::from_str(&answer.location).map_err(|_| broken())?);
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}
