//! One login: its form as it stands, and changing it.

use app::login::keep::change;
use axum::extract::{Path, State};

use super::form::{known, of, read, shown};
use crate::{
    alarm::read_id,
    fields::Fields,
    reply::{Reply, lead_to},
    server::Web,
    told::Told,
    visit::Visit,
};

/// The form as it stands.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let kept = known(&web, visit.actor()?, read_id(&id)?).await?;
    let form = of(&kept);
    shown(&web, &visit, Some(kept), form, Told::default()).await
}

/// Changes the login.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    let (id, form) = (read_id(&id)?, read(&fields));
    match change(&web.app, visit.actor()?, id, &form).await {
        Ok(()) => Ok(lead_to(&visit, "/logins")),
        Err(error) => {
            let told = Told::of(error, visit.words)?;
            let kept = known(&web, visit.actor()?, id).await?;
            shown(&web, &visit, Some(kept), form, told).await
        }
    }
}
