//! An operator says that an alarm is still theirs.

use app::alarm::operate::attend;
use axum::extract::{Path, State};

use super::{after, read_id};
use crate::{reply::Reply, server::Web, visit::Visit};

/// Does it.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id = read_id(&id)?;
    attend(&web.app, visit.actor()?, id).await?;
    after(&web, &visit, id).await
}
