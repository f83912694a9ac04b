//! Areas: their ids stand in alarms, devices and outages.

use app::device::for_systems::{Area, areas};
use axum::{extract::State, http::HeaderMap};
use base::AreaId;

use super::{
    guard::System,
    message::{Reply, found},
    shape::{Id, Page, answer_body},
};
use crate::server::Web;

answer_body! {
    /// An area of the municipality.
    AreaBody {
        /// Which area.
        id: Id<AreaId>,
        /// Its name.
        name: String,
    }
}

impl AreaBody {
    fn of(area: &Area) -> Self {
        AreaBody { id: Id(area.id), name: area.name.clone() }
    }
}

/// Every area.
pub(crate) async fn every_area(State(web): State<Web>, System(actor): System, headers: HeaderMap) -> Reply {
    let items = areas(&web.app, &actor).await?.iter().map(AreaBody::of).collect();
    found(&headers, &Page::<AreaBody> { items, next: None })
}
