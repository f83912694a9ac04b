//! Registering a person.

use app::person::{form::Form, write::register};
use axum::extract::State;

use super::form::{read, shown};
use crate::{fields::Fields, form::taken, reply::Reply, server::Web, visit::Visit};

/// The form.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    shown(&web, &visit, &Form::default(), true).await?.show(&web, &visit, "person-register")
}

/// Registers them.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, fields: Fields) -> Reply {
    let form = read(&fields);
    let outcome = register(&web.app, visit.actor()?, &form).await;
    let again = shown(&web, &visit, &form, true);
    taken(&web, &visit, outcome, |id| format!("/people/{id}"), "person-register", again).await
}
