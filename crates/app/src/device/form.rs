//! What is written about a device, and the checks that make it one.

use ::device::{Contact, Device, Model, NAME_CHARACTERS_MAX, Stage};
use base::{AreaId, DeviceId, ModelId, Position};

use crate::{
    history::Fields,
    problem::{Problem, Problems},
};

/// The longest list of accessories, in characters.
pub const ACCESSORIES_CHARACTERS_MAX: usize = 200;

/// What was written, as it was written. Person, place and stage are changed by steps; see [`super::step`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// The id of the model.
    pub model: String,
    /// The serial number on the label.
    pub serial: String,
    /// What it calls itself on the wire; empty takes the serial number.
    pub controller_id: String,
    /// Accessories, as words.
    pub accessories: String,
    /// The mobile operator of its SIM card.
    pub network_operator: String,
    /// The id of the area it stands in, when it belongs to no person.
    pub area: String,
    /// The room it stands in.
    pub room: String,
    /// Degrees north; empty when it stands at the person's address.
    pub latitude: String,
    /// Degrees east.
    pub longitude: String,
}

impl Form {
    /// The form of a device as it stands.
    pub fn of(device: &Device) -> Self {
        let degrees = |value: Option<f64>| value.map(|degrees| degrees.to_string()).unwrap_or_default();
        Form {
            model: device.model.to_string(),
            serial: device.serial.clone(),
            controller_id: device.controller_id.clone(),
            accessories: device.accessories.clone(),
            network_operator: device.network_operator.clone(),
            area: device.area.map(|area| area.to_string()).unwrap_or_default(),
            room: device.room.clone(),
            latitude: degrees(device.position.map(|position| position.latitude)),
            longitude: degrees(device.position.map(|position| position.longitude)),
        }
    }

    /// Reads the form. `known` is the device that is changed.
    pub(crate) fn read(
        &self,
        id: DeviceId,
        known: Option<&Device>,
        models: &[Model],
        areas: &[AreaId],
    ) -> Result<Device, Problems> {
        let mut problems = Problems::default();
        let model: Option<ModelId> = problems.id("model", &self.model);
        match model {
            None if problems.of("model").is_none() => problems.add("model", Problem::Missing),
            Some(model) if !models.iter().any(|found| found.id == model) => {
                problems.add("model", Problem::Unknown)
            }
            _ => {}
        }
        let serial = read_name(&mut problems, "serial", &self.serial);
        let written = self.controller_id.trim();
        let controller_id = if written.is_empty() {
            serial.clone()
        } else {
            read_name(&mut problems, "controller_id", written)
        };
        let accessories = problems.text("accessories", &self.accessories, ACCESSORIES_CHARACTERS_MAX);
        let network_operator = problems.text("network_operator", &self.network_operator, NAME_CHARACTERS_MAX);
        let room = problems.text("room", &self.room, NAME_CHARACTERS_MAX);
        let area: Option<AreaId> = problems.id("area", &self.area);
        if area.is_some_and(|area| !areas.contains(&area)) {
            problems.add("area", Problem::Unknown);
        }
        let position = read_position(&mut problems, &self.latitude, &self.longitude);
        match model {
            Some(model) if problems.is_empty() => Ok(Device {
                id,
                model,
                serial,
                controller_id,
                accessories,
                network_operator,
                stage: known.map_or(Stage::Stock, |device| device.stage),
                person: known.and_then(|device| device.person),
                area,
                room,
                position,
                contact: known.map_or_else(Contact::default, |device| device.contact),
            }),
            _ => Err(problems),
        }
    }
}

/// A serial number or controller id: printable, without white space inside.
pub(crate) fn read_name(problems: &mut Problems, field: &'static str, text: &str) -> String {
    let text = problems.required(field, text, NAME_CHARACTERS_MAX);
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        problems.add(field, Problem::Form { example: "EX-0001-2345" });
    }
    text
}

fn read_position(problems: &mut Problems, latitude: &str, longitude: &str) -> Option<Position> {
    if latitude.trim().is_empty() && longitude.trim().is_empty() {
        return None;
    }
    let read = |text: &str| text.trim().replace(',', ".").parse::<f64>().ok();
    let position = match (read(latitude), read(longitude)) {
        (Some(latitude), Some(longitude)) => Position::new(latitude, longitude),
        _ => None,
    };
    if position.is_none() {
        problems.add("latitude", Problem::Form { example: "58.4109 och 15.6216" });
    }
    position
}

/// The fields of a device for the history of changes. Whom it helps is told by the steps of its life.
pub(crate) fn fields(device: &Device) -> Fields {
    let degrees = |value: Option<f64>| value.map(|degrees| degrees.to_string()).unwrap_or_default();
    vec![
        ("model", device.model.to_string()),
        ("serial", device.serial.clone()),
        ("controller_id", device.controller_id.clone()),
        ("accessories", device.accessories.clone()),
        ("network_operator", device.network_operator.clone()),
        ("area", device.area.map(|area| area.to_string()).unwrap_or_default()),
        ("room", device.room.clone()),
        ("latitude", degrees(device.position.map(|position| position.latitude))),
        ("longitude", degrees(device.position.map(|position| position.longitude))),
    ]
}
