//! What the pages need to know of the place where they run.

use std::path::PathBuf;

use base::Private;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::origin::Proxies;

/// What the pages need to know of the place where they run.
#[derive(Clone, Default)]
pub struct WebConfig {
    /// The municipality's name, shown in the top bar.
    pub municipality: String,
    /// Whether cookies are only sent over TLS. Off only for a demo on one's own machine.
    pub secure_cookies: bool,
    /// Where the figures of `/metrics` come from; without it the address answers 404.
    pub metrics: Option<PrometheusHandle>,
    /// Lets a collector on another machine read `/metrics` with `Authorization: Bearer`; without it only
    /// callers on the same machine may.
    pub metrics_token: Option<Private<String>>,
    /// A GeoJSON file with the streets of the map; without it the map shows positions only.
    pub map_base: Option<PathBuf>,
    /// Opens the page of status to whoever has the link; without it the link answers 404.
    pub status_secret: Option<Private<String>>,
    /// Whom to believe about where a request comes from.
    pub proxies: Proxies,
}

impl WebConfig {
    /// The name of the cookie that holds the browser's secret. Browsers take one with this prefix only over TLS, from
    /// this very host and for all of it, so that no neighbour under the same domain can put one in its place.
    pub(crate) fn session_cookie(&self) -> &'static str {
        if self.secure_cookies { "__Host-tryggve_session" } else { "tryggve_session" }
    }
}
