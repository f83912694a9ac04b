//! An operator closes an alarm with what it turned out to be.

use alarm::{Measure, Outcome};
use app::alarm::operate::{Close, close};
use axum::extract::{Path, State};

use super::{after, read_id};
use crate::{fields::Fields, reply::Reply, server::Web, trouble::Problem, visit::Visit};

/// Closes it.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    let id = read_id(&id)?;
    let command = Close {
        alarm: id,
        outcome: Outcome::from_name(fields.text("outcome")).ok_or(Problem::Unreadable)?,
        measures: fields.every("measure").filter_map(Measure::from_name).collect(),
        text: fields.text("text").to_owned(),
    };
    close(&web.app, visit.actor()?, command).await?;
    after(&web, &visit, id).await
}
