//! A responder cannot take it and says why; the next team is asked at once.

use app::alarm::respond::decline;
use axum::extract::{Path, State};

use super::read_ids;
use crate::{
    fields::Fields,
    reply::{Reply, lead_to},
    server::Web,
    visit::Visit,
};

/// Does it.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path((alarm, dispatch)): Path<(String, String)>,
    fields: Fields,
) -> Reply {
    let (alarm, dispatch) = read_ids(&alarm, &dispatch)?;
    decline(&web.app, visit.actor()?, alarm, dispatch, fields.text("reason")).await?;
    Ok(lead_to(&visit, "/respond"))
}
