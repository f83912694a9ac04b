//! What machines ask: is the program alive, can it work, and its figures.

pub(crate) mod page;

use std::net::{IpAddr, SocketAddr};

use axum::{
    Extension,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::server::Web;

/// Whether the program runs.
pub(crate) async fn live() -> &'static str {
    "live\n"
}

/// Whether the program can work: its database answers.
pub(crate) async fn ready(State(web): State<Web>) -> Response {
    match app::alarm::escalate::next_due(&web.app).await {
        Ok(_) => "ready\n".into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "The database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

/// The figures, for a collector on the same machine or one that holds the token.
pub(crate) async fn metrics(
    State(web): State<Web>,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Response {
    let Some(metrics) = &web.config.metrics else { return StatusCode::NOT_FOUND.into_response() };
    // A proxy on the same machine would make the whole world look local.
    let through_proxy = headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
    let local = !through_proxy && from.is_some_and(|Extension(ConnectInfo(from))| is_loopback(from.ip()));
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let held = shown.and_then(|value| value.strip_prefix("Bearer "));
    let token = web.config.metrics_token.as_ref().map(|token| token.reveal().as_str());
    let known = token.is_some_and(|token| !token.is_empty() && held == Some(token));
    if local || known {
        ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], metrics.render()).into_response()
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}
