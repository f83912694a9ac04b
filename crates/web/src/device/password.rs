//! Setting the password that a device proves itself with. It is shown once, in the answer.

use app::{AppError, device::secret::set_password};
use axum::extract::{Path, State};
use base::Private;

use super::page::{Said, shown};
use crate::{alarm::read_id, fields::Fields, reply::Reply, server::Web, visit::Visit};

/// Sets it.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    let id = read_id(&id)?;
    let given = Private::new(fields.text("password").to_owned());
    let said = match set_password(&web.app, visit.actor()?, id, Some(given)).await {
        Ok(password) => Said { password: Some(password.into_revealed()), ..Said::default() },
        Err(AppError::Invalid(problems)) => {
            let told = problems.all().first().map(|(_, problem)| problem.sentence(visit.words.language));
            Said { password_problem: told, ..Said::default() }
        }
        Err(other) => return Err(other.into()),
    };
    shown(&web, &visit, id, said).await
}
