//! Reading what systems send, and answering them.

use axum::{
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::JsonRejection},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use login::hash_secret;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    problem::{ApiProblem, BROKEN, NOT_FOUND, NOT_JSON, TOO_LARGE, UNREADABLE, WRONG_FIELDS},
    shape::Page,
};

/// What every handler answers.
pub(crate) type Reply = Result<Response, ApiProblem>;

/// What stands behind the question mark.
pub(crate) struct Ask<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Ask<T> {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiProblem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(asked)) => Ok(Ask(asked)),
            Err(rejection) => Err(ApiProblem::new(UNREADABLE, rejection.body_text())),
        }
    }
}

/// A body of JSON.
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiProblem;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiProblem> {
        let rejection = match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => return Ok(Body(body)),
            Err(rejection) => rejection,
        };
        let told = rejection.body_text();
        Err(match rejection {
            JsonRejection::MissingJsonContentType(_) => ApiProblem::new(NOT_JSON, told),
            JsonRejection::JsonDataError(_) => ApiProblem::new(WRONG_FIELDS, told),
            JsonRejection::BytesRejection(rejection)
                if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE =>
            {
                ApiProblem::new(TOO_LARGE, told)
            }
            _ => ApiProblem::new(UNREADABLE, told),
        })
    }
}

/// The id in an address. One that is none leads nowhere.
pub(crate) struct IdOf<T>(pub(crate) T);

impl<S: Send + Sync, T: std::str::FromStr> FromRequestParts<S> for IdOf<T> {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiProblem> {
        let text = Path::<String>::from_request_parts(parts, state).await.map(|Path(text)| text);
        let read = text.ok().and_then(|text| text.parse().ok());
        read.map(IdOf).ok_or_else(|| ApiProblem::new(NOT_FOUND, "The address holds no id."))
    }
}

/// A body with its fingerprint; only the head when the system has it already.
pub(crate) fn found(asked: &HeaderMap, body: &impl Serialize) -> Reply {
    let Ok(text) = serde_json::to_string(body) else {
        return Err(ApiProblem::new(BROKEN, "The answer could not be written."));
    };
    let tag = format!("\"{}\"", hash_secret(&text));
    let known =
        asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(|tags| {
            tags.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
        });
    // A private copy may be kept, and must be asked for each time.
    let kept = (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    let mut response = if known {
        (StatusCode::NOT_MODIFIED, [kept]).into_response()
    } else {
        let json = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        ([json, kept], text).into_response()
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

/// A page of a list, with the way to the next one as a link too (RFC 8288).
pub(crate) fn found_page<T: Serialize>(asked: &HeaderMap, uri: &Uri, page: &Page<T>) -> Reply {
    let mut response = found(asked, page)?;
    if let Some(next) = &page.next {
        let others = uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|part| !part.is_empty() && !part.starts_with("after="));
        let after = format!("after={next}");
        let query: Vec<&str> = others.chain([after.as_str()]).collect();
        let link = format!("<{}?{}>; rel=\"next\"", uri.path(), query.join("&"));
        if let Ok(link) = HeaderValue::from_str(&link) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(response)
}

/// Cuts a list that was read with one more than wanted, and says where the next page begins.
pub(crate) fn page_of<T, B>(
    mut found: Vec<T>,
    limit: i64,
    body: impl Fn(&T) -> B,
    cursor: impl Fn(&T) -> String,
) -> Page<B> {
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > wanted;
    found.truncate(wanted);
    let next = if more { found.last().map(cursor) } else { None };
    Page { items: found.iter().map(body).collect(), next }
}
