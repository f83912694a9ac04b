//! Outages: many devices that were lost together.

use ::device::supervision::Cause;
use app::device::for_systems::{Outage, one_outage, outages};
use axum::{
    extract::{OriginalUri, State},
    http::HeaderMap,
};
use base::{AreaId, DeviceId, ModelId, OutageId};

use super::{
    guard::System,
    message::{Ask, IdOf, Reply, found, found_page, page_of},
    shape::{Id, Limit, Moment, answer_body, request_body},
};
use crate::server::Web;

answer_body! {
    /// An outage. Exactly one of `network_operator`, `area` and `model` is what its devices share.
    OutageBody {
        /// Which outage.
        id: Id<OutageId>,
        /// The mobile operator that its devices share.
        network_operator: Option<String>,
        /// The area that they share.
        area: Option<Id<AreaId>>,
        /// The model that they share.
        model: Option<Id<ModelId>>,
        /// When it began.
        began_at: Moment,
        /// When the last device was back; null while it lasts.
        ended_at: Option<Moment>,
        /// How many devices were lost in all.
        devices_lost: i64,
        /// How many are still silent.
        devices_silent: i64,
    }
}

answer_body! {
    /// An outage with its devices.
    OneOutageBody {
        /// The outage.
        outage: OutageBody,
        /// The devices that are still silent.
        silent: Vec<Id<DeviceId>>,
    }
}

request_body! {
    /// Which outages.
    OutageQuery {
        /// Only those that last, or only those that are over.
        open: Option<bool>,
        /// How many at once.
        limit: Option<Limit>,
        /// `next` of the page before.
        after: Option<Id<OutageId>>,
    }
}

impl OutageBody {
    fn of(outage: &Outage) -> Self {
        let (network_operator, area, model) = match &outage.cause {
            Cause::NetworkOperator(name) => (Some(name.clone()), None, None),
            Cause::Area(id) => (None, Some(Id(*id)), None),
            Cause::Model(id) => (None, None, Some(Id(*id))),
        };
        OutageBody {
            id: Id(outage.id),
            network_operator,
            area,
            model,
            began_at: Moment(outage.began_at),
            ended_at: outage.ended_at.map(Moment),
            devices_lost: outage.devices_lost,
            devices_silent: outage.devices_silent,
        }
    }
}

/// A page of outages, newest first.
pub(crate) async fn page(
    State(web): State<Web>,
    System(actor): System,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Ask(asked): Ask<OutageQuery>,
) -> Reply {
    let limit = Limit::or_usual(asked.limit);
    let found = outages(&web.app, &actor, asked.open, asked.after.map(|id| id.0), limit + 1).await?;
    let page = page_of(found, limit, OutageBody::of, |outage| outage.id.to_string());
    found_page(&headers, &uri, &page)
}

/// One outage.
pub(crate) async fn read(
    State(web): State<Web>,
    System(actor): System,
    headers: HeaderMap,
    IdOf(id): IdOf<OutageId>,
) -> Reply {
    let (outage, silent) = one_outage(&web.app, &actor, id).await?;
    let silent = silent.into_iter().map(Id).collect();
    found(&headers, &OneOutageBody { outage: OutageBody::of(&outage), silent })
}
