//! An operator calls the person, someone close or the device; the call itself is made by the operator's telephone.

use app::alarm::operate::call_person;
use axum::extract::{Path, State};

use super::{after, read_id};
use crate::{fields::Fields, reply::Reply, server::Web, visit::Visit};

/// Notes who was called.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    let id = read_id(&id)?;
    call_person(&web.app, visit.actor()?, id, fields.text("to")).await?;
    after(&web, &visit, id).await
}
