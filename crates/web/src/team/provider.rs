//! Adding, changing and removing providers; they are shown with the areas.

use app::team::area::{remove_provider, save_provider};
use axum::extract::{Path, State};

use super::area::after;
use crate::{alarm::read_id, fields::Fields, reply::Reply, server::Web, visit::Visit};

fn own_run(fields: &Fields) -> bool {
    fields.text("own_run") == "yes"
}

/// Adds a provider.
pub(crate) async fn create(State(web): State<Web>, visit: Visit, fields: Fields) -> Reply {
    let name = fields.text("name");
    let result = save_provider(&web.app, visit.actor()?, None, name, own_run(&fields)).await;
    after(&web, &visit, result, "new-provider".to_owned()).await
}

/// Changes a provider.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    let (known, name) = (Some(read_id(&id)?), fields.text("name"));
    let result = save_provider(&web.app, visit.actor()?, known, name, own_run(&fields)).await;
    after(&web, &visit, result, id).await
}

/// Removes a provider that runs no team.
pub(crate) async fn remove(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let result = remove_provider(&web.app, visit.actor()?, read_id(&id)?).await;
    after(&web, &visit, result, id).await
}
