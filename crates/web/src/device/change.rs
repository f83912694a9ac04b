//! Changing what is written about a device. Whom it helps is changed by the steps of its life.

use app::device::{form::Form, view::view, write::change};
use axum::extract::{Path, State};
use base::DeviceId;

use super::form::{read, shown};
use crate::{
    alarm::read_id,
    fields::Fields,
    form::{FormPage, taken},
    reply::Reply,
    server::Web,
    trouble::Problem,
    visit::Visit,
};

async fn form_page(
    web: &Web,
    visit: &Visit,
    id: DeviceId,
    form: &Form,
    version: &str,
) -> Result<FormPage, Problem> {
    let mut page = shown(&web.app, visit, form).await?;
    page.title = visit.words.say("device-change");
    page.action = format!("/devices/{id}/change");
    page.back = format!("/devices/{id}");
    page.hidden = vec![("version", version.to_owned())];
    Ok(page)
}

/// The form.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id = read_id(&id)?;
    let known = view(&web.app, visit.actor()?, id).await?;
    let form = Form::of(&known.device);
    let page = form_page(&web, &visit, id, &form, &known.version.to_string()).await?;
    page.show(&web, &visit, "device-change")
}

/// Changes it.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    let id = read_id(&id)?;
    let (form, version) = (read(&fields), fields.text("version"));
    let read_version = version.parse().unwrap_or(0);
    let outcome = change(&web.app, visit.actor()?, id, read_version, &form).await;
    let again = form_page(&web, &visit, id, &form, version);
    taken(&web, &visit, outcome, |()| format!("/devices/{id}"), "device-change", again).await
}
