//! The people of the made-up town.

use base::{AreaId, IdSource, KinId, PersonId, Position, Private, Timestamp};
use person::{Address, Identity, Kin, Person, identity::check_digit};

/// What is told of one made-up person.
struct Told {
    given_name: &'static str,
    family_name: &'static str,
    /// Born, as `YYMMDD` of the 1900s.
    born: &'static str,
    language: &'static str,
    street: &'static str,
    entry: &'static str,
    health: &'static str,
    note: &'static str,
    position: (f64, f64),
    protected: bool,
}

const TOLD: [Told; 5] = [
    Told {
        given_name: "Exempel",
        family_name: "Påhittsson",
        born: "330412",
        language: "svenska",
        street: "Sagogatan 4",
        entry: "Portkod 0000. Tredje våningen, dörren till vänster. Nyckel i nyckelskåpet, fack 12.",
        health: "Blodförtunnande läkemedel. Hör illa på vänster öra.",
        note: "Vill bli tilltalad Exempel. Har katten Morris, som gärna smiter ut.",
        position: (60.1699, 24.9384),
        protected: false,
    },
    Told {
        given_name: "Testa",
        family_name: "Hittepåström",
        born: "290118",
        language: "finska",
        street: "Låtsasvägen 17",
        entry: "Digitalt lås. Reservnyckel hos grannen i 17 B.",
        health: "Diabetes, insulin. Fallrisk.",
        note: "",
        position: (60.1672, 24.9442),
        protected: false,
    },
    Told {
        given_name: "Provina",
        family_name: "Låtsasdotter",
        born: "410930",
        language: "svenska",
        street: "Fantasigränd 2",
        entry: "",
        health: "",
        note: "",
        position: (60.1711, 24.9305),
        protected: true,
    },
    Told {
        given_name: "Demo",
        family_name: "Figursson",
        born: "260705",
        language: "arabiska",
        street: "Sagogatan 9",
        entry: "Ring på hos Figursson. Porttelefon 09.",
        health: "Demenssjukdom. Blir orolig av många på en gång.",
        note: "Sonen Modell kommer ofta på kvällen.",
        position: (60.1688, 24.9351),
        protected: false,
    },
    Told {
        given_name: "Skiss",
        family_name: "Utkastberg",
        born: "380222",
        language: "svenska",
        street: "Ritningstorget 1",
        entry: "Portkod 1111. Bottenvåningen.",
        health: "Hjärtsvikt.",
        note: "",
        position: (60.1655, 24.9521),
        protected: false,
    },
];

/// How many people the town has.
pub const PEOPLE: usize = TOLD.len();

fn identity(born: &str, serial: usize) -> Identity {
    let nine = format!("{born}{:03}", 980 + serial);
    let digit = check_digit(&nine).unwrap_or_default();
    Identity::PersonNumber(format!("19{nine}{digit}"))
}

/// The people, every other one in each area, with their kin.
pub fn people(ids: &dyn IdSource, now: Timestamp, areas: [AreaId; 2]) -> Vec<(Person, Vec<Kin>)> {
    TOLD.iter().enumerate().map(|(place, told)| person(ids, now, areas[place % 2], place, told)).collect()
}

fn person(ids: &dyn IdSource, now: Timestamp, area: AreaId, place: usize, told: &Told) -> (Person, Vec<Kin>) {
    let id = PersonId::fresh(ids, now);
    let person = Person {
        id,
        identity: Private::new(identity(told.born, place)),
        protected: told.protected,
        given_name: Private::new(told.given_name.to_owned()),
        family_name: Private::new(told.family_name.to_owned()),
        spoken_language: Private::new(told.language.to_owned()),
        // 070-174 06 05 to 070-174 06 99 are believed to be kept free for fiction (not checked).
        phone: Private::new(format!("+46701740{:03}", 605 + place)),
        address: Private::new(Address {
            street: told.street.to_owned(),
            postal_code: "00000".to_owned(),
            town: "Påhittstad".to_owned(),
            position: Position::new(told.position.0, told.position.1),
        }),
        area: Some(area),
        entry_note: Private::new(told.entry.to_owned()),
        health_note: Private::new(told.health.to_owned()),
        note: Private::new(told.note.to_owned()),
    };
    let kin = |order: u16, name: &str, relation: &str, has_key: bool| Kin {
        id: KinId::fresh(ids, now),
        person: id,
        name: Private::new(format!("{name} {}", told.family_name)),
        relation: Private::new(relation.to_owned()),
        phone: Private::new(format!("+46701740{:03}", 620 + place * 2 + usize::from(order))),
        has_key,
        order,
    };
    (person, vec![kin(1, "Modell", "barn", true), kin(2, "Schablon", "syskon", false)])
}
