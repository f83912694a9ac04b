//! The headers that every answer carries.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::api::problem::is_api;

/// Everything from ourselves, nothing inline. MapLibre draws from `blob:` and starts its worker from our own file.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; worker-src 'self' blob:; \
    manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    ),
];

/// Where cookies travel over TLS only, so does everything else for a year to come (RFC 6797).
const TLS_ONLY: &str = "max-age=31536000";

/// What a system reads is a file to a browser, so that no browser shows it as a page.
const FILE_FOR_SYSTEMS: &str = "attachment; filename=\"api.json\"";

/// Adds the headers. What does not say otherwise is not kept by any cache: it may be about a person.
pub(crate) async fn secure(State(tls_only): State<bool>, request: Request, next: Next) -> Response {
    let for_systems = is_api(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if tls_only {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TLS_ONLY));
    }
    if for_systems {
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(FILE_FOR_SYSTEMS));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
