//! Registering a device, from nothing or from a sender that was heard.

use app::{
    AppError,
    device::{form::Form, write::register},
};
use axum::extract::{Query, State};
use serde::Deserialize;

use super::form::{read, shown};
use crate::{
    fields::Fields,
    reply::{Reply, lead_to},
    server::Web,
    visit::Visit,
};

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
    match register(&web.app, visit.actor()?, &form).await {
        Ok(id) => Ok(lead_to(&visit, &format!("/devices/{id}"))),
        Err(AppError::Invalid(problems)) => {
            let mut page = shown(&web.app, &visit, &form).await?;
            page.tell(&problems);
            page.show(&web, &visit, "device-register")
        }
        Err(other) => Err(other.into()),
    }
}
