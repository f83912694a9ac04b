//! Changing what is written about a person.

use app::{
    AppError,
    person::{form::Form, view::view, write::change},
};
use axum::extract::{Path, State};
use base::PersonId;

use super::{
    form::{read, shown},
    reason,
};
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
    id: PersonId,
    form: &Form,
    version: &str,
) -> Result<FormPage, Problem> {
    let mut page = shown(web, visit, form, false).await?;
    page.title = visit.words.say("person-change");
    page.action = format!("/people/{id}/change");
    page.back = format!("/people/{id}");
    page.hidden = vec![("version", version.to_owned())];
    Ok(page)
}

/// The form.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id = read_id(&id)?;
    let known = match view(&web.app, visit.actor()?, id, "").await {
        Err(AppError::NeedsReason(_)) => return reason::ask(&web, &visit, id, None),
        other => other?,
    };
    let form = Form::of(&known.person);
    let page = form_page(&web, &visit, id, &form, &known.version.to_string()).await?;
    page.show(&web, &visit, "person-change")
}

/// Changes them.
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
    taken(&web, &visit, outcome, |()| format!("/people/{id}"), "person-change", again).await
}
