//! What systems can ask for: one row each, from which the routes, the document and the page are made.

use access::Action;
use axum::{
    http::Method,
    routing::{MethodRouter, get, post, put},
};
use base::language::Text;
use serde_json::Value as Json;

use super::{
    alarm, area, device, outage, person,
    shape::{Book, Page, Shape},
};
use crate::{routes::Audit, server::Web};

/// Writes a schema into the book and refers to it.
pub(crate) type SchemaOf = fn(&mut Book) -> Json;

/// One thing to ask for.
pub(crate) struct Operation {
    /// GET, POST or PUT.
    pub(crate) method: Method,
    /// The address, with the names of its parts in braces.
    pub(crate) path: &'static str,
    /// Its name in generated clients.
    pub(crate) name: &'static str,
    /// What it is about, for the order on the page.
    pub(crate) group: &'static str,
    /// What it does, in a few words.
    pub(crate) title: Text,
    /// What else to know.
    pub(crate) told: &'static str,
    /// What a token must open; `None` for any valid token.
    pub(crate) action: Option<Action>,
    /// What is logged.
    pub(crate) audit: Audit,
    /// What may stand behind the question mark.
    pub(crate) query: Option<SchemaOf>,
    /// The body to send.
    pub(crate) body: Option<SchemaOf>,
    /// The status of success.
    pub(crate) success: u16,
    /// The body of success.
    pub(crate) answer: Option<SchemaOf>,
    /// What answers.
    pub(crate) handler: fn() -> MethodRouter<Web>,
}

impl Operation {
    fn new(
        method: Method,
        path: &'static str,
        name: &'static str,
        title: Text,
        handler: fn() -> MethodRouter<Web>,
    ) -> Self {
        Operation {
            method,
            path,
            name,
            group: path.split('/').nth(3).unwrap_or_default(),
            title,
            told: "",
            action: None,
            audit: Audit::Nothing("the token's own scopes"),
            query: None,
            body: None,
            success: 200,
            answer: None,
            handler,
        }
    }

    fn told(self, told: &'static str) -> Self {
        Operation { told, ..self }
    }

    fn may(self, action: Action) -> Self {
        Operation { action: Some(action), audit: Audit::Entry(action.name()), ..self }
    }

    fn logs_nothing(self, why: &'static str) -> Self {
        Operation { audit: Audit::Nothing(why), ..self }
    }

    fn asks<T: Shape>(self) -> Self {
        Operation { query: Some(T::schema), ..self }
    }

    fn takes<T: Shape>(self) -> Self {
        Operation { body: Some(T::schema), ..self }
    }

    fn answers<T: Shape>(self, success: u16) -> Self {
        Operation { success, answer: Some(T::schema), ..self }
    }

    fn answers_nothing(self) -> Self {
        Operation { success: 204, ..self }
    }

    /// The names of the parts of the address.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}

/// Every operation, in the order of the page.
pub(crate) fn all() -> Vec<Operation> {
    let mut operations = alarms();
    operations.extend(devices());
    operations.extend(others());
    operations
}

fn alarms() -> Vec<Operation> {
    vec![
        Operation::new(
            Method::GET,
            "/api/v1/alarms",
            "listAlarms",
            Text::new("Lista larm", "List alarms"),
            || get(alarm::page),
        )
        .told("Newest first. An alarm tells ids and codes, never names or texts.")
        .may(Action::EventRead)
        .asks::<alarm::AlarmQuery>()
        .answers::<Page<alarm::AlarmBody>>(200),
        Operation::new(
            Method::GET,
            "/api/v1/alarms/{alarm}",
            "readAlarm",
            Text::new("Läs ett larm", "Read one alarm"),
            || get(alarm::read),
        )
        .may(Action::EventRead)
        .answers::<alarm::AlarmBody>(200),
        Operation::new(
            Method::POST,
            "/api/v1/alarms/{alarm}/notes",
            "addNote",
            Text::new("Skriv en anteckning på ett larm", "Write a note on an alarm"),
            || post(alarm::add_note),
        )
        .told(
            "Operators and responders read it on the alarm's card, with the system's name. A closed alarm takes notes \
             too. Answering, sending and closing stay with people.",
        )
        .may(Action::AlarmNoteBySystem)
        .takes::<alarm::NewNote>()
        .answers_nothing(),
        Operation::new(
            Method::GET,
            "/api/v1/events",
            "listEvents",
            Text::new("Hämta händelser sedan sist", "Fetch events since last time"),
            || get(alarm::event_page),
        )
        .told(
            "Everything that happens to alarms, oldest first. Keep `next` and send it as `after` the next time: no event \
             is left out, and none comes twice. On PostgreSQL an \
             event may wait some seconds for one before it. To be told at once, ask an administrator for a webhook instead.",
        )
        .may(Action::EventRead)
        .asks::<alarm::EventQuery>()
        .answers::<alarm::EventsBody>(200),
    ]
}

fn devices() -> Vec<Operation> {
    vec![
        Operation::new(
            Method::GET,
            "/api/v1/devices",
            "listDevices",
            Text::new("Lista enheter", "List devices"),
            || get(device::page),
        )
        .told("In the order they were registered.")
        .may(Action::DeviceRead)
        .asks::<device::DeviceQuery>()
        .answers::<Page<device::DeviceBody>>(200),
        Operation::new(
            Method::POST,
            "/api/v1/devices",
            "registerDevice",
            Text::new("Registrera en enhet", "Register a device"),
            || post(device::add),
        )
        .told("It begins in stock. Serial number and controller id are unique, so that sending it twice makes one device.")
        .may(Action::DeviceWrite)
        .takes::<device::NewDevice>()
        .answers::<device::MadeBody>(201),
        Operation::new(
            Method::GET,
            "/api/v1/devices/{device}",
            "readDevice",
            Text::new("Läs en enhet", "Read one device"),
            || get(device::read),
        )
        .may(Action::DeviceRead)
        .answers::<device::DeviceBody>(200),
        Operation::new(
            Method::PUT,
            "/api/v1/devices/{device}",
            "changeDevice",
            Text::new("Ändra en enhet", "Change a device"),
            || put(device::put),
        )
        .told("Send the version that you read; if someone was first, nothing is changed.")
        .may(Action::DeviceWrite)
        .takes::<device::ChangedDevice>()
        .answers_nothing(),
        Operation::new(
            Method::POST,
            "/api/v1/devices/{device}/steps",
            "takeStep",
            Text::new("Flytta en enhet i dess liv", "Take a step of a device's life"),
            || post(device::step),
        )
        .told(
            "stock to installed, installed to returned, returned to tested, tested to stock; scrapped from anywhere but a \
             home. Installing names a person or an area; leaving a home forgets them.",
        )
        .may(Action::DeviceWrite)
        .takes::<device::NewStep>()
        .answers_nothing(),
    ]
}

fn others() -> Vec<Operation> {
    vec![
        Operation::new(
            Method::GET,
            "/api/v1/models",
            "listModels",
            Text::new("Lista modeller", "List models"),
            || get(device::every_model),
        )
        .told("All of them on one page, by name.")
        .may(Action::DeviceRead)
        .logs_nothing("models name no person")
        .answers::<Page<device::ModelBody>>(200),
        Operation::new(
            Method::GET,
            "/api/v1/areas",
            "listAreas",
            Text::new("Lista områden", "List areas"),
            || get(area::every_area),
        )
        .told("All of them on one page, by name.")
        .may(Action::DeviceRead)
        .logs_nothing("areas name no person")
        .answers::<Page<area::AreaBody>>(200),
        Operation::new(
            Method::GET,
            "/api/v1/outages",
            "listOutages",
            Text::new("Lista avbrott", "List outages"),
            || get(outage::page),
        )
        .told("Newest first. Many devices that are lost together are one outage and no alarms.")
        .may(Action::OutageRead)
        .logs_nothing("outages name no person")
        .asks::<outage::OutageQuery>()
        .answers::<Page<outage::OutageBody>>(200),
        Operation::new(
            Method::GET,
            "/api/v1/outages/{outage}",
            "readOutage",
            Text::new("Läs ett avbrott", "Read one outage"),
            || get(outage::read),
        )
        .may(Action::OutageRead)
        .logs_nothing("outages name no person")
        .answers::<outage::OneOutageBody>(200),
        Operation::new(
            Method::GET,
            "/api/v1/people/{person}",
            "readPerson",
            Text::new("Läs en person", "Read one person"),
            || get(person::read),
        )
        .told(
            "Ids of people come with alarms and devices. Every read is logged and may be shown to the person. Of a person \
             with protected identity nothing is told but that.",
        )
        .may(Action::PersonReadBySystem)
        .answers::<person::PersonBody>(200),
        Operation::new(
            Method::GET,
            "/api/v1/token",
            "readToken",
            Text::new("Se vad nyckeln får göra", "See what the token may do"),
            || get(person::token),
        )
        .answers::<person::TokenBody>(200),
    ]
}
