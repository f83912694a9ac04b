//! People: the search, one person, and one file per thing that can be done.

pub(crate) mod change;
pub(crate) mod export;
pub(crate) mod fallback;
pub(crate) mod form;
pub(crate) mod kin;
pub(crate) mod page;
pub(crate) mod reason;
pub(crate) mod register;
pub(crate) mod reveal;
pub(crate) mod search;

use access::Action;
use app::{AppError, team::area::areas};

use crate::{server::Web, trouble::Problem, visit::Visit};

/// Every area as a choice: id and name.
pub(crate) async fn area_options(web: &Web, visit: &Visit) -> Result<Vec<(String, String)>, Problem> {
    match areas(&web.app, visit.actor()?).await {
        Ok(areas) => Ok(areas.into_iter().map(|area| (area.id.to_string(), area.name)).collect()),
        Err(AppError::Denied(Action::TeamRead)) => Ok(Vec::new()),
        Err(other) => Err(other.into()),
    }
}
