//! What a keeper gives a login or takes from it: a link, another try, and being let in at all.

use app::login::keep::{reset, set_active, unlock};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, header},
};
use base::UserId;

use super::form::{known, of, once, shown};
use crate::{
    alarm::read_id,
    reply::{Reply, lead_to},
    server::Web,
    told::Told,
    visit::Visit,
};

/// What stands before the secret of a link: the address by which the keeper's own browser reached us.
pub(super) fn link_before(web: &Web, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    // Without a host the link still says where on our own address it leads.
    let scheme = if web.config.secure_cookies { "https" } else { "http" };
    if host.is_empty() { "/choose/".to_owned() } else { format!("{scheme}://{host}/choose/") }
}

/// A new link to choose a password by.
pub(crate) async fn link(
    State(web): State<Web>,
    visit: Visit,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Reply {
    let secret = reset(&web.app, visit.actor()?, read_id(&id)?).await?;
    once(&web, &visit, "link", &link_before(&web, &headers), &secret, "/logins")
}

/// Another try after wrong passwords.
pub(crate) async fn another_try(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id: UserId = read_id(&id)?;
    unlock(&web.app, visit.actor()?, id).await?;
    Ok(lead_to(&visit, &format!("/logins/{id}")))
}

/// Stops a login; its sessions end at once.
pub(crate) async fn stop(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    activate(&web, &visit, read_id(&id)?, false).await
}

/// Lets a stopped login in again.
pub(crate) async fn start(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    activate(&web, &visit, read_id(&id)?, true).await
}

async fn activate(web: &Web, visit: &Visit, id: UserId, active: bool) -> Reply {
    match set_active(&web.app, visit.actor()?, id, active).await {
        Ok(()) => Ok(lead_to(visit, &format!("/logins/{id}"))),
        Err(error) => {
            let told = Told::of(error, visit.words)?;
            let kept = known(web, visit.actor()?, id).await?;
            let form = of(&kept);
            shown(web, visit, Some(kept), form, told).await
        }
    }
}
