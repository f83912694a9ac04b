//! An operator sends an alarm to a team.

use app::alarm::operate::send;
use axum::extract::{Path, State};

use super::{after, read_id};
use crate::{fields::Fields, reply::Reply, server::Web, visit::Visit};

/// Sends it.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    let id = read_id(&id)?;
    send(&web.app, visit.actor()?, id, read_id(fields.text("team"))?).await?;
    after(&web, &visit, id).await
}
