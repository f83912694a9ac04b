//! What an administrator writes about a person, and the checks that make it a person.

use ::person::{Address, Identity, NOTE_CHARACTERS_MAX, Person};
use base::{AreaId, PersonId, Position, Private, time::Date};

use crate::{
    history::Fields,
    problem::{Problem, Problems},
};

/// The longest name, in characters.
pub const NAME_CHARACTERS_MAX: usize = 100;
/// The longest street, in characters.
pub const STREET_CHARACTERS_MAX: usize = 120;
/// The longest telephone number, in characters.
pub const PHONE_CHARACTERS_MAX: usize = 24;

/// What was written, as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Person, coordination or reserve number; empty on a change keeps the one that stands.
    pub identity: Private<String>,
    /// Protected identity.
    pub protected: bool,
    /// First name.
    pub given_name: Private<String>,
    /// Family name.
    pub family_name: Private<String>,
    /// The language to speak to them in; empty is Swedish.
    pub spoken_language: Private<String>,
    /// Their own telephone number.
    pub phone: Private<String>,
    /// Street and number.
    pub street: Private<String>,
    /// Postal code, with or without its space.
    pub postal_code: Private<String>,
    /// Post town.
    pub town: Private<String>,
    /// Degrees north; empty when unknown.
    pub latitude: Private<String>,
    /// Degrees east; empty when unknown.
    pub longitude: Private<String>,
    /// The id of the area; empty for none.
    pub area: String,
    /// How to get in.
    pub entry_note: Private<String>,
    /// Health notes that matter in an emergency.
    pub health_note: Private<String>,
    /// Anything else.
    pub note: Private<String>,
}

impl Form {
    /// The form of a person as they stand. The identity is left empty: it is shown masked and kept.
    pub fn of(person: &Person) -> Self {
        let address = person.address.reveal();
        let degrees =
            |value: Option<f64>| Private::new(value.map(|degrees| degrees.to_string()).unwrap_or_default());
        Form {
            identity: Private::default(),
            protected: person.protected,
            given_name: person.given_name.clone(),
            family_name: person.family_name.clone(),
            spoken_language: person.spoken_language.clone(),
            phone: person.phone.clone(),
            street: Private::new(address.street.clone()),
            postal_code: Private::new(address.postal_code.clone()),
            town: Private::new(address.town.clone()),
            latitude: degrees(address.position.map(|position| position.latitude)),
            longitude: degrees(address.position.map(|position| position.longitude)),
            area: person.area.map(|area| area.to_string()).unwrap_or_default(),
            entry_note: person.entry_note.clone(),
            health_note: person.health_note.clone(),
            note: person.note.clone(),
        }
    }

    /// Reads the form. `known` is the person that is changed; areas are those that exist.
    pub(crate) fn read(
        &self,
        id: PersonId,
        known: Option<&Person>,
        areas: &[AreaId],
        today: Date,
    ) -> Result<Person, Problems> {
        let mut problems = Problems::default();
        let identity = match (self.identity.reveal().trim(), known) {
            ("", Some(person)) => Some(person.identity.clone()),
            (text, _) => match Identity::parse(text, today) {
                Ok(identity) => Some(Private::new(identity)),
                Err(problem) => {
                    problems.add("identity", Problem::Identity(problem));
                    None
                }
            },
        };
        let mut required =
            |field, text: &Private<String>, most| Private::new(problems.required(field, text.reveal(), most));
        let given_name = required("given_name", &self.given_name, NAME_CHARACTERS_MAX);
        let family_name = required("family_name", &self.family_name, NAME_CHARACTERS_MAX);
        let mut text =
            |field, text: &Private<String>, most| Private::new(problems.text(field, text.reveal(), most));
        let spoken_language = text("spoken_language", &self.spoken_language, NAME_CHARACTERS_MAX);
        let street = text("street", &self.street, STREET_CHARACTERS_MAX).into_revealed();
        let town = text("town", &self.town, NAME_CHARACTERS_MAX).into_revealed();
        let entry_note = text("entry_note", &self.entry_note, NOTE_CHARACTERS_MAX);
        let health_note = text("health_note", &self.health_note, NOTE_CHARACTERS_MAX);
        let note = text("note", &self.note, NOTE_CHARACTERS_MAX);
        let phone = Private::new(read_phone(&mut problems, "phone", self.phone.reveal()));
        let postal_code = read_postal_code(&mut problems, self.postal_code.reveal());
        let position = read_position(&mut problems, self.latitude.reveal(), self.longitude.reveal());
        let area: Option<AreaId> = problems.id("area", &self.area);
        if area.is_some_and(|area| !areas.contains(&area)) {
            problems.add("area", Problem::Unknown);
        }
        match identity {
            Some(identity) if problems.is_empty() => Ok(Person {
                id,
                identity,
                protected: self.protected,
                given_name,
                family_name,
                spoken_language: spoken_language
                    .map(|tag| if tag.is_empty() { "sv".to_owned() } else { tag }),
                phone,
                address: Private::new(Address { street, postal_code, town, position }),
                area,
                entry_note,
                health_note,
                note,
            }),
            _ => Err(problems),
        }
    }
}

/// A telephone number: digits with the signs that people write between them, or nothing.
pub(crate) fn read_phone(problems: &mut Problems, field: &'static str, text: &str) -> String {
    let text = problems.text(field, text, PHONE_CHARACTERS_MAX);
    let signs = text.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if !text.is_empty() && (!signs || digits < 3) {
        problems.add(field, Problem::Form { example: "070-174 06 05" });
    }
    text
}

fn read_postal_code(problems: &mut Problems, text: &str) -> String {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if !digits.is_empty() && (digits.len() != 5 || !digits.bytes().all(|digit| digit.is_ascii_digit())) {
        problems.add("postal_code", Problem::Form { example: "123 45" });
    }
    digits
}

fn read_position(problems: &mut Problems, latitude: &str, longitude: &str) -> Option<Position> {
    let read = |text: &str| text.trim().replace(',', ".").parse::<f64>().ok();
    match (latitude.trim().is_empty(), longitude.trim().is_empty()) {
        (true, true) => None,
        _ => {
            let position = match (read(latitude), read(longitude)) {
                (Some(latitude), Some(longitude)) => Position::new(latitude, longitude),
                _ => None,
            };
            if position.is_none() {
                problems.add("latitude", Problem::Form { example: "58.4109 och 15.6216" });
            }
            position
        }
    }
}

/// The fields of a person for the history of changes.
pub(crate) fn fields(person: &Person) -> Fields {
    let address = person.address.reveal();
    let degrees = |value: Option<f64>| value.map(|degrees| degrees.to_string()).unwrap_or_default();
    vec![
        ("identity", person.identity.reveal().written()),
        ("protected", person.protected.to_string()),
        ("given_name", person.given_name.reveal().clone()),
        ("family_name", person.family_name.reveal().clone()),
        ("spoken_language", person.spoken_language.reveal().clone()),
        ("phone", person.phone.reveal().clone()),
        ("street", address.street.clone()),
        ("postal_code", address.postal_code.clone()),
        ("town", address.town.clone()),
        ("latitude", degrees(address.position.map(|position| position.latitude))),
        ("longitude", degrees(address.position.map(|position| position.longitude))),
        ("area", person.area.map(|area| area.to_string()).unwrap_or_default()),
        ("entry_note", person.entry_note.reveal().clone()),
        ("health_note", person.health_note.reveal().clone()),
        ("note", person.note.reveal().clone()),
    ]
}
