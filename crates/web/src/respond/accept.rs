//! A responder takes it: on the way.

use app::alarm::respond::accept;
use axum::extract::{Path, State};

use super::{after, read_ids};
use crate::{reply::Reply, server::Web, visit::Visit};

/// Does it.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path((alarm, dispatch)): Path<(String, String)>,
) -> Reply {
    let (alarm, dispatch) = read_ids(&alarm, &dispatch)?;
    accept(&web.app, visit.actor()?, alarm, dispatch).await?;
    after(&visit, alarm)
}
