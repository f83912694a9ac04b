//! Registering a device, from nothing or from a sender that was heard.

use app::device::{form::Form, write::register};
use axum::extract::{Query, State};
use serde::Deserialize;

use super::form::{read, shown};
use crate::{fields::Fields, form::taken, reply::Reply, server::Web, visit::Visit};

/// What is known of it already.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Known {
    serial: String,
    controller_id: String,
}

/// The form.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Query(known): Query<Known>) -> Reply {
    let form = Form { serial: known.serial, controller_id: known.controller_id, ..Form::default() };
    shown(&web.app, &visit, &form).await?.show(&web, &visit, "device-register")
}

/// Registers it.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, fields: Fields) -> Reply {
    let form = read(&fields);
    let outcome = register(&web.app, visit.actor()?, &form).await;
    let again = async { Ok(shown(&web.app, &visit, &form).await?) };
    taken(&web, &visit, outcome, |id| format!("/devices/{id}"), "device-register", again).await
}
