//! A new login: its owner chooses a password by a link that is shown once.

use app::login::keep::{Form, create};
use axum::extract::State;

use super::{
    form::{once, read, shown},
    give::link_before,
};
use crate::{fields::Fields, reply::Reply, server::Web, told::Told, visit::Visit};

/// The empty form.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    shown(&web, &visit, None, Form::default(), Told::default()).await
}

/// Creates the login and shows the link.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    headers: axum::http::HeaderMap,
    fields: Fields,
) -> Reply {
    let form = read(&fields);
    match create(&web.app, visit.actor()?, &form).await {
        Ok((_, secret)) => once(&web, &visit, "link", &link_before(&web, &headers), &secret, "/logins"),
        Err(error) => {
            let told = Told::of(error, visit.words)?;
            shown(&web, &visit, None, form, told).await
        }
    }
}
