//! An operator opens a closed alarm again.

use app::alarm::operate::reopen;
use axum::extract::{Path, State};

use super::{after, read_id};
use crate::{fields::Fields, reply::Reply, server::Web, visit::Visit};

/// Opens it.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    let id = read_id(&id)?;
    reopen(&web.app, visit.actor()?, id, fields.text("reason")).await?;
    after(&web, &visit, id).await
}
