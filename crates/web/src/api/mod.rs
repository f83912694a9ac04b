//! The JSON API: what other systems read and write, each with a token of its own.
//!
//! [`operation`] is the table from which routes, OpenAPI document and page are made; [`shape`] makes structs and their
//! schemas from one text. The rules are those of the pages: handlers call `app`, which asks `access` and logs.

mod alarm;
mod area;
mod device;
pub(crate) mod document;
pub(crate) mod guard;
mod idempotency;
pub(crate) mod limit;
mod message;
pub(crate) mod operation;
mod outage;
mod page;
mod person;
pub(crate) mod problem;
pub(crate) mod shape;

use axum::routing::get;

use crate::routes::{Audit, Gate, Route, reads};

/// Every address of the API, and the page and the document that describe it.
pub(crate) fn routes() -> Vec<Route> {
    let described = Gate::Public("describes the API; holds no data");
    let nothing = Audit::Nothing("holds no data");
    let mut routes = vec![
        reads("/api", described, nothing, get(page::page)),
        reads("/api/v1/openapi.json", described, nothing, get(document::serve)),
    ];
    routes.extend(operation::all().into_iter().map(|operation| Route {
        method: operation.method,
        path: operation.path,
        gate: Gate::System(operation.action),
        audit: operation.audit,
        takes_file: false,
        handler: (operation.handler)(),
    }));
    routes
}
