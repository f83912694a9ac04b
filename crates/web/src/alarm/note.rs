//! An operator writes a note.

use app::alarm::operate::note;
use axum::extract::{Path, State};

use super::{after, read_id};
use crate::{fields::Fields, reply::Reply, server::Web, visit::Visit};

/// Writes it.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    let id = read_id(&id)?;
    note(&web.app, visit.actor()?, id, fields.text("text")).await?;
    after(&web, &visit, id).await
}
