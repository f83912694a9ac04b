//! The first page after login: the one that the visitor's role works on.

use axum::response::Response;

use crate::{guard::action_of, reply::lead_to, routes::NAVIGATION, visit::Visit};

/// Leads to the first page of the navigation that the visitor may use.
pub(crate) async fn page(visit: Visit) -> Response {
    let first = NAVIGATION
        .iter()
        .map(|(path, _)| *path)
        .find(|path| action_of(path).is_some_and(|action| visit.may(action)));
    lead_to(&visit, first.unwrap_or("/account"))
}
