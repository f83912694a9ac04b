//! The router, and serving it until the program is told to stop.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use app::App;
use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, middleware, routing::MethodRouter};
use tokio::{net::TcpListener, sync::watch};
use tower_http::{compression::CompressionLayer, timeout::TimeoutLayer};

use crate::{
    api::{self, limit::Limits},
    config::WebConfig,
    guard, headers,
    routes::{self, Gate},
    trouble,
    upload::{UPLOAD_BYTES_MAX, UPLOAD_SECONDS_MAX},
};

/// The longest a page may take before its answer is given up, in seconds. Live events are not counted.
pub(crate) const ANSWER_SECONDS_MAX: u64 = 15;
/// The largest form, in bytes: several times the longest text, in its longest encoding.
pub(crate) const FORM_BYTES_MAX: usize = 64 * 1024;

/// What every handler shares.
#[derive(Clone)]
pub(crate) struct Web {
    /// The use cases.
    pub(crate) app: App,
    /// The place where we run.
    pub(crate) config: Arc<WebConfig>,
    /// Becomes true when the program closes, so that live events end and nothing holds the closing up.
    pub(crate) closing: watch::Receiver<bool>,
    /// Kept so that the channel lives as long as the pages do.
    closer: Arc<watch::Sender<bool>>,
    /// What each system has asked for.
    pub(crate) limits: Arc<Limits>,
}

impl Web {
    /// Everything the handlers share.
    pub(crate) fn new(app: App, config: WebConfig) -> Self {
        let (closer, closing) = watch::channel(false);
        Web { app, config: Arc::new(config), closing, closer: Arc::new(closer), limits: Arc::default() }
    }
}

/// Why serving ended.
#[derive(Debug, thiserror::Error)]
#[error("the pages can no longer be served")]
pub struct ServeError(#[from] std::io::Error);

/// All pages as one service.
pub fn router(app: App, config: WebConfig) -> Router {
    build(Web::new(app, config))
}

fn build(web: Web) -> Router {
    let mut router = Router::new();
    for route in routes::all() {
        let (bytes_max, seconds_max) = if route.takes_file {
            (UPLOAD_BYTES_MAX, UPLOAD_SECONDS_MAX)
        } else {
            (FORM_BYTES_MAX, ANSWER_SECONDS_MAX)
        };
        let seconds_max = Duration::from_secs(seconds_max);
        let guarded: MethodRouter<Web> = match route.gate {
            Gate::System(action) => {
                let gate = (web.clone(), action);
                route.handler.layer(middleware::from_fn_with_state(gate, api::guard::guard))
            }
            gate => {
                let gate = (web.clone(), gate);
                route.handler.layer(middleware::from_fn_with_state(gate, guard::guard))
            }
        };
        let handler = guarded
            // The guard or the extractor reads a body within this limit, and says so where it is exceeded.
            .layer::<_, Infallible>(DefaultBodyLimit::max(bytes_max))
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, seconds_max));
        router = router.route(route.path, handler);
    }
    router
        .fallback(trouble::no_such_page)
        .method_not_allowed_fallback(trouble::wrong_method)
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(web.config.secure_cookies, headers::secure))
        .with_state(web)
}

/// Serves the pages until `stop` is ready; open live events are ended, other answers are finished.
pub async fn serve(
    app: App,
    config: WebConfig,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let web = Web::new(app, config);
    let closer = Arc::clone(&web.closer);
    let stop = async move {
        stop.await;
        // Nobody listening for the end is no error.
        let _ = closer.send(true);
    };
    let service = build(web).into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener, service).with_graceful_shutdown(stop).await?)
}
