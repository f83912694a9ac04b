//! Devices and models.

use ::device::{Category, Device, Generation, Model, Stage};
use app::device::{
    for_systems::{Filter, list, models, one},
    form::Form,
    step::{Take, take_step},
    write::{change, register},
};
use axum::{
    extract::{OriginalUri, State},
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use base::{AreaId, DeviceId, ModelId, PersonId};

use super::{
    guard::System,
    message::{Ask, Body, IdOf, Reply, found, found_page, page_of},
    shape::{Id, Label, Limit, Moment, Page, answer_body, code_words, request_body},
};
use crate::server::Web;

code_words! {
    /// Where a device is in its life.
    StageWord(Stage);
    /// What a model is for.
    CategoryWord(Category);
    /// How a model reaches us.
    GenerationWord(Generation);
}

answer_body! {
    /// A device or lock.
    DeviceBody {
        /// Which device.
        id: Id<DeviceId>,
        /// The version that a change must name; null in lists.
        version: Option<i64>,
        /// Its model.
        model: Id<ModelId>,
        /// The serial number on its label.
        serial: String,
        /// What it calls itself on the wire.
        controller_id: String,
        /// What hangs on it, in words.
        accessories: String,
        /// The mobile operator of its SIM card; empty when unknown.
        network_operator: String,
        /// Where it is in its life.
        stage: StageWord,
        /// Whom it helps.
        person: Option<Id<PersonId>>,
        /// The area it stands in, when it belongs to no person.
        area: Option<Id<AreaId>>,
        /// The room it stands in.
        room: String,
        /// Degrees north, when it stands elsewhere than its person's address.
        latitude: Option<f64>,
        /// Degrees east.
        longitude: Option<f64>,
        /// When it was last heard.
        last_contact_at: Option<Moment>,
        /// When its last test alarm was stored.
        last_test_at: Option<Moment>,
        /// Since when it has been silent; null while it is heard as often as its model asks.
        silent_since: Option<Moment>,
        /// Since when its battery has been low.
        battery_low_since: Option<Moment>,
        /// Since when it has had no mains.
        mains_lost_since: Option<Moment>,
    }
}

answer_body! {
    /// A model of devices.
    ModelBody {
        /// Which model.
        id: Id<ModelId>,
        /// Maker and name.
        name: String,
        /// What it is for.
        category: CategoryWord,
        /// How it reaches us.
        generation: GenerationWord,
        /// How its messages are read.
        driver: String,
        /// The longest it should be silent, in seconds; 0 when it is not supervised.
        contact_seconds: u32,
        /// How often a test alarm is expected, in days; 0 when never.
        test_days: u32,
    }
}

answer_body! {
    /// Something that was made.
    MadeBody {
        /// Its id.
        id: Id<DeviceId>,
    }
}

request_body! {
    /// Which devices.
    DeviceQuery {
        /// Only the one with this serial number.
        serial: Option<String>,
        /// Only the one that calls itself so.
        controller_id: Option<String>,
        /// Only those at this place of their lives.
        stage: Option<StageWord>,
        /// Only this model.
        model: Option<Id<ModelId>>,
        /// Only this person's.
        person: Option<Id<PersonId>>,
        /// Only silent ones, or only those that are not.
        silent: Option<bool>,
        /// How many at once.
        limit: Option<Limit>,
        /// `next` of the page before.
        after: Option<Id<DeviceId>>,
    }
}

request_body! {
    /// A device to register, in stock.
    NewDevice {
        /// Its model.
        model: Id<ModelId>,
        /// The serial number on its label. No other device has it.
        serial: Label,
        /// What it calls itself on the wire; left out, its serial number.
        controller_id: Option<String>,
        /// What hangs on it, in words.
        accessories: Option<String>,
        /// The mobile operator of its SIM card.
        network_operator: Option<String>,
        /// The area it stands in, when it belongs to no person.
        area: Option<Id<AreaId>>,
        /// The room it stands in.
        room: Option<String>,
        /// Degrees north.
        latitude: Option<f64>,
        /// Degrees east.
        longitude: Option<f64>,
    }
}

request_body! {
    /// A device as it shall be. What is left out becomes empty; stage and person are changed by steps.
    ChangedDevice {
        /// The version that was read.
        version: i64,
        /// Its model.
        model: Id<ModelId>,
        /// The serial number on its label. No other device has it.
        serial: Label,
        /// What it calls itself on the wire; left out, its serial number.
        controller_id: Option<String>,
        /// What hangs on it, in words.
        accessories: Option<String>,
        /// The mobile operator of its SIM card.
        network_operator: Option<String>,
        /// The area it stands in, when it belongs to no person.
        area: Option<Id<AreaId>>,
        /// The room it stands in.
        room: Option<String>,
        /// Degrees north.
        latitude: Option<f64>,
        /// Degrees east.
        longitude: Option<f64>,
    }
}

request_body! {
    /// A step of a device's life.
    NewStep {
        /// The version that was read.
        version: i64,
        /// Where it goes.
        to: StageWord,
        /// Whom it is to help, when it is installed.
        person: Option<Id<PersonId>>,
        /// The area it is to stand in, when it is installed for no person.
        area: Option<Id<AreaId>>,
        /// The room it is to stand in.
        room: Option<String>,
        /// Why, in words; needed for scrapping.
        note: Option<String>,
    }
}

impl DeviceBody {
    fn of(device: &Device, version: Option<i64>) -> Self {
        let contact = &device.contact;
        DeviceBody {
            id: Id(device.id),
            version,
            model: Id(device.model),
            serial: device.serial.clone(),
            controller_id: device.controller_id.clone(),
            accessories: device.accessories.clone(),
            network_operator: device.network_operator.clone(),
            stage: StageWord(device.stage),
            person: device.person.map(Id),
            area: device.area.map(Id),
            room: device.room.clone(),
            latitude: device.position.map(|position| position.latitude),
            longitude: device.position.map(|position| position.longitude),
            last_contact_at: contact.last_contact_at.map(Moment),
            last_test_at: contact.last_test_at.map(Moment),
            silent_since: contact.silent_since.map(Moment),
            battery_low_since: contact.battery_low_since.map(Moment),
            mains_lost_since: contact.mains_lost_since.map(Moment),
        }
    }
}

impl ModelBody {
    fn of(model: &Model) -> Self {
        ModelBody {
            id: Id(model.id),
            name: model.name.clone(),
            category: CategoryWord(model.category),
            generation: GenerationWord(model.generation),
            driver: model.driver.clone(),
            contact_seconds: model.contact_seconds,
            test_days: model.test_days,
        }
    }
}

impl NewDevice {
    fn form(self) -> Form {
        let degrees = |value: Option<f64>| value.map(|degrees| degrees.to_string()).unwrap_or_default();
        Form {
            model: self.model.0.to_string(),
            serial: self.serial.0,
            controller_id: self.controller_id.unwrap_or_default(),
            accessories: self.accessories.unwrap_or_default(),
            network_operator: self.network_operator.unwrap_or_default(),
            area: self.area.map(|area| area.0.to_string()).unwrap_or_default(),
            room: self.room.unwrap_or_default(),
            latitude: degrees(self.latitude),
            longitude: degrees(self.longitude),
        }
    }
}

impl ChangedDevice {
    fn form(self) -> Form {
        let ChangedDevice { model, serial, controller_id, accessories, network_operator, area, room, .. } =
            self;
        let (latitude, longitude) = (self.latitude, self.longitude);
        NewDevice {
            model,
            serial,
            controller_id,
            accessories,
            network_operator,
            area,
            room,
            latitude,
            longitude,
        }
        .form()
    }
}

/// A page of devices.
pub(crate) async fn page(
    State(web): State<Web>,
    System(actor): System,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Ask(asked): Ask<DeviceQuery>,
) -> Reply {
    let filter = Filter {
        serial: asked.serial,
        controller_id: asked.controller_id,
        stage: asked.stage.map(|word| word.0),
        model: asked.model.map(|id| id.0),
        person: asked.person.map(|id| id.0),
        silent: asked.silent,
    };
    let limit = Limit::or_usual(asked.limit);
    let found = list(&web.app, &actor, &filter, asked.after.map(|id| id.0), limit + 1).await?;
    let page = page_of(found, limit, |device| DeviceBody::of(device, None), |device| device.id.to_string());
    found_page(&headers, &uri, &page)
}

/// One device.
pub(crate) async fn read(
    State(web): State<Web>,
    System(actor): System,
    headers: HeaderMap,
    IdOf(id): IdOf<DeviceId>,
) -> Reply {
    let (device, version) = one(&web.app, &actor, id).await?;
    found(&headers, &DeviceBody::of(&device, Some(version)))
}

/// Registers a device.
pub(crate) async fn add(State(web): State<Web>, System(actor): System, Body(body): Body<NewDevice>) -> Reply {
    let id = register(&web.app, &actor, &body.form()).await?;
    let place = [(header::LOCATION, format!("/api/v1/devices/{id}"))];
    Ok((StatusCode::CREATED, place, axum::Json(MadeBody { id: Id(id) })).into_response())
}

/// Changes a device.
pub(crate) async fn put(
    State(web): State<Web>,
    System(actor): System,
    IdOf(id): IdOf<DeviceId>,
    Body(body): Body<ChangedDevice>,
) -> Reply {
    let version = body.version;
    change(&web.app, &actor, id, version, &body.form()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Takes a step of a device's life.
pub(crate) async fn step(
    State(web): State<Web>,
    System(actor): System,
    IdOf(id): IdOf<DeviceId>,
    Body(body): Body<NewStep>,
) -> Reply {
    let command = Take {
        to: body.to.0,
        person: body.person.map(|id| id.0),
        area: body.area.map(|id| id.0),
        room: body.room.unwrap_or_default(),
        note: body.note.unwrap_or_default(),
    };
    take_step(&web.app, &actor, id, body.version, &command).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Every model.
pub(crate) async fn every_model(State(web): State<Web>, System(actor): System, headers: HeaderMap) -> Reply {
    let items = models(&web.app, &actor).await?.iter().map(ModelBody::of).collect();
    found(&headers, &Page::<ModelBody> { items, next: None })
}
