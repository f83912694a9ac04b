//! Pages, partials and live events: what people meet of Tryggve.
//!
//! Every address stands in [`routes`] with who may use it and what it leaves in the audit log; a test walks them all.
//! One file per page action. A page is the layout around a partial, and the same handler answers the partial to htmx
//! and the whole page otherwise, so every address works without script.
//!
//! Invariants:
//! - no rule is decided here: handlers call `app` and show what it answers;
//! - no inline script or style, no outside host (the content security policy says so);
//! - no personal data in an address or in a live event: both carry ids only;
//! - other systems come in by [`api`] alone, with a token; its guard knows no cookies, and the pages know no tokens.

mod account;
mod alarm;
mod api;
mod audit;
mod chart;
mod choice;
mod config;
mod device;
mod events;
mod fields;
mod form;
mod guard;
mod headers;
mod health;
mod history;
mod home;
mod housing;
mod import;
mod login;
mod map;
mod origin;
mod person;
mod reply;
mod respond;
pub mod routes;
mod search;
mod server;
mod service_level;
mod statics;
mod status;
mod table;
mod team;
#[cfg(test)]
mod tests;
mod text;
mod told;
mod trouble;
mod upload;
mod visit;
mod webhook;

pub use config::WebConfig;
pub use origin::{Proxies, ProxyHeader};
pub use person::fallback::{FallbackFileError, fallback_file};
pub use server::{ServeError, router, serve};
