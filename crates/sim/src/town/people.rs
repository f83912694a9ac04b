//! The people of the made-up town.

use std::collections::BTreeSet;

use base::{AreaId, KinId, PersonId, Private, time::Date};
use person::{Address, Identity, Kin, Person, identity::check_digit};

use super::{
    Ids, Layers, PEOPLE_MAX, TownSettings,
    words::{FAMILY_ENDINGS, MEN, PRETENCES, TONGUES, WOMEN},
};
use crate::random::Random;

/// A person and those close to them.
#[derive(Debug, Clone)]
pub struct TownPerson {
    /// The person.
    pub person: Person,
    /// Close persons in call order.
    pub kin: Vec<Kin>,
    /// Whether the person number says woman.
    pub woman: bool,
}

/// How many of a hundred alarm holders are in each span of ages: younger ones are few, most are past eighty.
const AGES: [(u16, u16, f64); 6] =
    [(65, 70, 0.05), (70, 75, 0.09), (75, 80, 0.16), (80, 86, 0.28), (86, 92, 0.27), (92, 103, 0.15)];

const ENTRY_NOTES: [&str; 8] = [
    "Våning 2, hiss finns. Nyckel i nyckelskåp till vänster om porten.",
    "Bottenvåning. Ringklockan är trasig, knacka hårt.",
    "Våning 4 utan hiss. Digitalt lås på dörren.",
    "Radhus. Nyckel hos närstående, se lista.",
    "Port låst efter 20. Portkoden finns i nyckelskåpet.",
    "Hund i hallen, snäll. Gå in och prata lugnt.",
    "Digitalt lås. Säkerhetskedja kan vara på nattetid.",
    "Villa, gå in via altanen. Halt på vintern.",
];

const HEALTH_NOTES: [&str; 10] = [
    "Diabetes. Kontrollera om personen har ätit.",
    "Blodförtunnande läkemedel: vid fall mot huvudet, ring 112.",
    "Nedsatt hörsel, hör bäst på höger öra.",
    "Hjärtsvikt. Blir snabbt andfådd.",
    "Demenssjukdom. Lugnt tempo, en fråga i taget.",
    "Afasi efter stroke: förstår allt, svarar kort.",
    "Parkinsons sjukdom. Stelnar ibland i dörröppningar.",
    "Nedsatt syn. Säg vem du är redan i hallen.",
    "Lyft kräver två personer.",
    "",
];

const RELATIONS: [&str; 6] = ["dotter", "son", "granne", "syster", "barnbarn", "vän"];

/// Draws the people, each at an address of their own.
pub(super) fn people(
    settings: &TownSettings,
    layers: &Layers,
    areas: &[(AreaId, String)],
    ids: &mut Ids,
    random: &mut Random,
) -> Vec<TownPerson> {
    let mut numbers = BTreeSet::new();
    (0..settings.people.min(PEOPLE_MAX))
        .map(|index| person(settings, index, layers, areas, &mut numbers, ids, random))
        .collect()
}

fn person(
    settings: &TownSettings,
    index: usize,
    layers: &Layers,
    areas: &[(AreaId, String)],
    numbers: &mut BTreeSet<String>,
    ids: &mut Ids,
    random: &mut Random,
) -> TownPerson {
    let woman = random.chance(0.66);
    let identity = identity(settings.today, woman, index, numbers, random);
    let tongue = random.chance(0.14).then(|| &TONGUES[random.below(TONGUES.len())]);
    let (given_name, family_name) = match tongue {
        Some(tongue) => {
            let given = random.word(if woman { &tongue.women } else { &tongue.men });
            (given.to_owned(), random.word(&tongue.families).to_owned())
        }
        None => (random.word(if woman { &WOMEN } else { &MEN }).to_owned(), family_name(random)),
    };
    let protected = random.chance(0.015) || index == 17;
    // A step that shares no factor with most counts spreads the addresses over the whole town.
    let building = layers.buildings.get((index * 7 + random.below(7)) % layers.buildings.len().max(1));
    let area = building.and_then(|building| areas.get(building.district)).map(|(id, _)| *id);
    let address = building.map_or_else(Address::default, |building| Address {
        street: building.address.clone(),
        postal_code: format!("000{:02}", 10 + building.district),
        town: settings.name.clone(),
        position: Some(building.door),
    });
    let id = PersonId(ids.next());
    let person = Person {
        id,
        identity: Private::new(identity),
        protected,
        given_name: Private::new(given_name),
        family_name: Private::new(family_name.clone()),
        spoken_language: Private::new(tongue.map_or("svenska", |tongue| tongue.name).to_owned()),
        phone: phone(random),
        address: Private::new(address),
        area,
        entry_note: Private::new(random.word(&ENTRY_NOTES).to_owned()),
        health_note: Private::new(random.word(&HEALTH_NOTES).to_owned()),
        note: Private::new(format!("Påhittad person i den påhittade kommunen {}.", settings.name)),
    };
    TownPerson { kin: kin(id, &family_name, ids, random), person, woman }
}

/// A number of the serials 980 to 999, believed to be kept for tests (not checked); every fiftieth person has a
/// coordination number and every sixtieth a reserve number.
fn identity(
    today: Date,
    woman: bool,
    index: usize,
    numbers: &mut BTreeSet<String>,
    random: &mut Random,
) -> Identity {
    if index % 60 == 59 {
        return Identity::ReserveNumber(format!("PROV-{index:05}A"));
    }
    let coordination = index % 50 == 49;
    loop {
        let birth = birth_date(today, random);
        let serial = 980 + 2 * random.below(10) + usize::from(!woman);
        let day = u8::try_from(birth.day()).unwrap_or(1) + if coordination { 60 } else { 0 };
        let nine = format!("{:02}{:02}{day:02}{serial}", birth.year() % 100, birth.month());
        let Some(digit) = check_digit(&nine) else { continue };
        let text = format!("{}{nine}{digit}", birth.year() / 100);
        if numbers.insert(text.clone())
            && let Ok(identity) = Identity::parse(&text, today)
        {
            return identity;
        }
    }
}

fn birth_date(today: Date, random: &mut Random) -> Date {
    let mut drawn = random.unit();
    let mut span = AGES[AGES.len() - 1];
    for candidate in AGES {
        if drawn < candidate.2 {
            span = candidate;
            break;
        }
        drawn -= candidate.2;
    }
    let age = span.0 + u16::try_from(random.below(usize::from(span.1 - span.0))).unwrap_or(0);
    let years = i16::try_from(age).unwrap_or(80);
    // Up to a year after the birthday, so that the age holds today.
    let days = i64::try_from(random.below(364)).unwrap_or(0);
    let birthday = today.saturating_sub(base::SignedDuration::from_hours(24 * days));
    Date::new(birthday.year() - years, birthday.month(), birthday.day().min(28)).unwrap_or(birthday)
}

fn family_name(random: &mut Random) -> String {
    format!("{}{}", random.word(&PRETENCES), random.word(&FAMILY_ENDINGS))
}

/// A number of the series 070-174 06 05 to 070-174 06 99, believed to be kept free for fiction (not checked).
fn phone(random: &mut Random) -> Private<String> {
    Private::new(format!("070-174 06 {:02}", 5 + random.below(95)))
}

fn kin(person: PersonId, family_name: &str, ids: &mut Ids, random: &mut Random) -> Vec<Kin> {
    let count = [0, 1, 1, 2, 2, 3][random.below(6)];
    (1..=count)
        .map(|order| {
            let relation = random.word(&RELATIONS);
            let names: &[&'static str] = if random.chance(0.5) { &WOMEN } else { &MEN };
            let given = random.word(names);
            let family = if matches!(relation, "dotter" | "son") {
                family_name.to_owned()
            } else {
                self::family_name(random)
            };
            Kin {
                id: KinId(ids.next()),
                person,
                name: Private::new(format!("{given} {family}")),
                relation: Private::new(relation.to_owned()),
                phone: phone(random),
                has_key: random.chance(0.5),
                order,
            }
        })
        .collect()
}
