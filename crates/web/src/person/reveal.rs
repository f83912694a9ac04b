//! Showing the whole identity number for a stated reason.

use app::{AppError, person::reveal::reveal};
use axum::extract::{Path, State};

use super::page::{Said, shown};
use crate::{alarm::read_id, fields::Fields, reply::Reply, server::Web, visit::Visit};

/// Shows it once, in the answer.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    let id = read_id(&id)?;
    let said = match reveal(&web.app, visit.actor()?, id, fields.text("reason")).await {
        Ok(number) => Said { identity: Some(number.into_revealed()), problem: None },
        Err(AppError::Invalid(problems)) => {
            let told = problems.of("reason").map(|problem| problem.sentence(visit.words.language));
            Said { identity: None, problem: told }
        }
        Err(other) => return Err(other.into()),
    };
    shown(&web, &visit, id, said).await
}
