//! Refusals as RFC 9457 has them: what kind, what happened here, and which fields are wrong.

use app::AppError;
use axum::{
    Json,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base::{Language, language::Text};
use serde_json::{Value, json};

/// Where the kinds are described, before their names.
pub(crate) const TYPE_PREFIX: &str = "/api#problem-";
/// How long a system should wait when the database does not answer, in seconds.
const UNAVAILABLE_SECONDS: u32 = 5;

/// A kind of refusal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Its name at the end of its address.
    pub(crate) name: &'static str,
    /// The status that it comes with.
    pub(crate) status: u16,
    /// Its short title.
    pub(crate) title: &'static str,
    /// What to do about it.
    pub(crate) told: Text,
}

macro_rules! kinds {
    ($($name:ident = $slug:literal, $status:literal, $title:literal, $swedish:literal, $english:literal;)+) => {
        $(pub(crate) const $name: &Kind =
            &Kind { name: $slug, status: $status, title: $title, told: Text::new($swedish, $english) };)+
        /// Every kind.
        pub(crate) const KINDS: &[&Kind] = &[$($name),+];
    };
}

kinds! {
    UNREADABLE = "unreadable", 400, "The request cannot be read",
        "Något i adressen eller kroppen har fel form. Texten säger vad.",
        "Something in the address or the body has the wrong form. The text says what.";
    NO_TOKEN = "no-token", 401, "A valid token is needed",
        "Skicka Authorization: Bearer och en nyckel som inte är återkallad.",
        "Send Authorization: Bearer with a token that was not taken back.";
    SCOPE_MISSING = "scope-missing", 403, "The token does not open this",
        "Be en administratör om en nyckel som får göra det här.",
        "Ask an administrator for a token that may do this.";
    NOT_FOUND = "not-found", 404, "There is no such thing",
        "Adressen eller id:t finns inte.",
        "The address or the id does not exist.";
    METHOD = "method-not-allowed", 405, "The address does not take this method",
        "Rubriken Allow säger vilka metoder som går.",
        "The header Allow says which methods work.";
    NOT_POSSIBLE = "not-possible", 409, "It cannot be done as things stand",
        "Larmets eller enhetens läge tillåter det inte. Läs om och se efter.",
        "The state of the alarm or the device does not allow it. Read it again and look.";
    CHANGED = "changed-meanwhile", 409, "Someone else changed it in between",
        "Läs om, gör din ändring igen och skicka den nya versionen.",
        "Read it again, make your change again, and send the new version.";
    UNDER_WAY = "under-way", 409, "The same request is being done right now",
        "Vänta så många sekunder som Retry-After säger och skicka den igen.",
        "Wait for as many seconds as Retry-After says, and send it again.";
    TOO_LARGE = "too-large", 413, "The body is too large",
        "Skicka mindre åt gången.",
        "Send less at a time.";
    NOT_JSON = "not-json", 415, "The body must be JSON",
        "Skicka Content-Type: application/json.",
        "Send Content-Type: application/json.";
    WRONG_FIELDS = "wrong-fields", 422, "Fields hold what cannot be used",
        "Varje fel står under errors med fältets namn.",
        "Each mistake stands under errors with the name of its field.";
    KEY_USED = "key-used", 422, "The key belongs to another request",
        "Idempotency-Key har redan skickats med en annan kropp eller till en annan adress. Ta en ny nyckel.",
        "This Idempotency-Key was sent before with another body or to another address. Take a new key.";
    TOO_MANY = "too-many-requests", 429, "Too many requests",
        "Vänta så många sekunder som Retry-After säger.",
        "Wait for as many seconds as Retry-After says.";
    BROKEN = "broken", 500, "Something broke in Tryggve",
        "Felet är vårt och står i loggen. Försök igen senare.",
        "The mistake is ours and stands in the log. Try again later.";
    UNAVAILABLE = "unavailable", 503, "The database does not answer",
        "Ingenting ändrades. Försök igen om en stund.",
        "Nothing was changed. Try again in a while.";
}

/// One refusal.
#[derive(Debug)]
pub(crate) struct ApiProblem {
    pub(crate) kind: &'static Kind,
    /// What happened here. Never about a person.
    pub(crate) detail: String,
    /// The fields that are wrong, each with a sentence.
    pub(crate) errors: Vec<(String, String)>,
    /// Headers besides.
    pub(crate) headers: Vec<(HeaderName, String)>,
}

impl ApiProblem {
    /// A refusal of a kind.
    pub(crate) fn new(kind: &'static Kind, detail: impl Into<String>) -> Self {
        ApiProblem { kind, detail: detail.into(), errors: Vec::new(), headers: Vec::new() }
    }

    /// With a header.
    pub(crate) fn with(mut self, name: HeaderName, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }
}

impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": format!("{TYPE_PREFIX}{}", self.kind.name),
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
        });
        if !self.errors.is_empty() {
            let errors: Vec<Value> =
                self.errors.iter().map(|(field, told)| json!({ "field": field, "detail": told })).collect();
            body["errors"] = json!(errors);
        }
        let status = StatusCode::from_u16(self.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        response
    }
}

impl From<AppError> for ApiProblem {
    fn from(error: AppError) -> Self {
        let detail = error.to_string();
        match error {
            AppError::Denied(_) | AppError::NeedsReason(_) => ApiProblem::new(SCOPE_MISSING, detail),
            AppError::NotFound(_) => ApiProblem::new(NOT_FOUND, detail),
            AppError::Refused(
                ::alarm::Refusal::TextMissing { .. } | ::alarm::Refusal::TextTooLong { .. },
            ) => {
                let mut problem = ApiProblem::new(WRONG_FIELDS, "One field cannot be used.");
                problem.errors.push(("text".to_owned(), detail));
                problem
            }
            AppError::Refused(_) | AppError::Stage(_) | AppError::Forecast(_) => {
                ApiProblem::new(NOT_POSSIBLE, detail)
            }
            AppError::Conflict => ApiProblem::new(CHANGED, detail),
            AppError::Field { field, problem } => {
                let mut told = ApiProblem::new(WRONG_FIELDS, "One field cannot be used.");
                told.errors.push((field.to_owned(), problem));
                told
            }
            AppError::Invalid(problems) => {
                let errors: Vec<(String, String)> = problems
                    .all()
                    .iter()
                    .map(|(field, problem)| ((*field).to_owned(), problem.sentence(Language::English)))
                    .collect();
                let detail = format!("{} of the fields cannot be used.", errors.len());
                ApiProblem { errors, ..ApiProblem::new(WRONG_FIELDS, detail) }
            }
            AppError::Store(_) | AppError::Login(_) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "A system's request could not be answered"
                );
                ApiProblem::new(UNAVAILABLE, "Nothing was changed.")
                    .with(header::RETRY_AFTER, UNAVAILABLE_SECONDS)
            }
        }
    }
}

/// Whether an address belongs to the API, so that what goes wrong is told as a problem and not as a page.
pub(crate) fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}

/// The answer to a method that an address of the API does not take.
pub(crate) fn wrong_method(method: &axum::http::Method) -> Response {
    ApiProblem::new(METHOD, format!("{method} is not for this address.")).into_response()
}
