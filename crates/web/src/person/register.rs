//! Registering a person.

use app::{
    AppError,
    person::{form::Form, write::register},
};
use axum::extract::State;

use super::form::{read, shown};
use crate::{
    fields::Fields,
    reply::{Reply, lead_to},
    server::Web,
    visit::Visit,
};

/// The form.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    shown(&web, &visit, &Form::default(), true).await?.show(&web, &visit, "person-register")
}

/// Registers them.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, fields: Fields) -> Reply {
    let form = read(&fields);
    match register(&web.app, visit.actor()?, &form).await {
        Ok(id) => Ok(lead_to(&visit, &format!("/people/{id}"))),
        Err(AppError::Invalid(problems)) => {
            let mut page = shown(&web, &visit, &form, true).await?;
            page.tell(&problems);
            page.show(&web, &visit, "person-register")
        }
        Err(other) => Err(other.into()),
    }
}
