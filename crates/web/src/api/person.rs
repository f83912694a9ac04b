//! One person at a time, and what the token itself opens.

use app::person::for_systems::{Told, read as read_person};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
};
use base::{AreaId, PersonId, UserId};

use super::{
    guard::System,
    message::{IdOf, Reply, found},
    shape::{Id, answer_body},
};
use crate::server::Web;

answer_body! {
    /// A person, without notes on health and entry. Of a person with protected identity only the id is told.
    PersonBody {
        /// Which person.
        id: Id<PersonId>,
        /// Whether the identity is protected; then everything below is null.
        protected: bool,
        /// First name.
        given_name: Option<String>,
        /// Family name.
        family_name: Option<String>,
        /// Personal, coordination or reserve number.
        identity: Option<String>,
        /// The language to speak to them in.
        spoken_language: Option<String>,
        /// Their own telephone number.
        phone: Option<String>,
        /// Street and number.
        street: Option<String>,
        /// Postal code.
        postal_code: Option<String>,
        /// Post town.
        town: Option<String>,
        /// Degrees north of the door.
        latitude: Option<f64>,
        /// Degrees east of the door.
        longitude: Option<f64>,
        /// The area that the address lies in.
        area: Option<Id<AreaId>>,
    }
}

answer_body! {
    /// The token that was sent.
    TokenBody {
        /// Which token, as the audit log names it.
        id: Id<UserId>,
        /// What it opens.
        scopes: Vec<String>,
    }
}

impl PersonBody {
    fn of(told: Told) -> Self {
        let hidden = |id, protected| PersonBody {
            id: Id(id),
            protected,
            given_name: None,
            family_name: None,
            identity: None,
            spoken_language: None,
            phone: None,
            street: None,
            postal_code: None,
            town: None,
            latitude: None,
            longitude: None,
            area: None,
        };
        let person = match told {
            Told::Protected(id) => return hidden(id, true),
            Told::Open(person) => person,
        };
        let address = person.address.reveal();
        PersonBody {
            given_name: Some(person.given_name.reveal().clone()),
            family_name: Some(person.family_name.reveal().clone()),
            identity: Some(person.identity.reveal().written()),
            spoken_language: Some(person.spoken_language.reveal().clone()),
            phone: Some(person.phone.reveal().clone()),
            street: Some(address.street.clone()),
            postal_code: Some(address.postal_code.clone()),
            town: Some(address.town.clone()),
            latitude: address.position.map(|position| position.latitude),
            longitude: address.position.map(|position| position.longitude),
            area: person.area.map(Id),
            ..hidden(person.id, false)
        }
    }
}

/// One person. Each read is logged.
pub(crate) async fn read(
    State(web): State<Web>,
    System(actor): System,
    headers: HeaderMap,
    IdOf(id): IdOf<PersonId>,
) -> Reply {
    let mut response = found(&headers, &PersonBody::of(read_person(&web.app, &actor, id).await?))?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// What the token opens.
pub(crate) async fn token(System(actor): System, headers: HeaderMap) -> Reply {
    let scopes = actor.scopes.iter().map(|scope| scope.name().to_owned()).collect();
    found(&headers, &TokenBody { id: Id(actor.user), scopes })
}
