//! A responder writes what was found and done.

use app::alarm::respond::report;
use axum::extract::{Path, State};

use super::{after, read_ids};
use crate::{fields::Fields, reply::Reply, server::Web, visit::Visit};

/// Does it.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path((alarm, dispatch)): Path<(String, String)>,
    fields: Fields,
) -> Reply {
    let (alarm, dispatch) = read_ids(&alarm, &dispatch)?;
    report(&web.app, visit.actor()?, alarm, dispatch, fields.text("text")).await?;
    after(&visit, alarm)
}
