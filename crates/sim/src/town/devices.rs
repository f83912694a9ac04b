//! The devices of the made-up town: models, profiles, SIM operators, and who has what.

use base::{AreaId, DeviceId, ModelId, ProfileId, SignedDuration};
use device::{
    Authentication, Category, Contact, Device, Generation, Model, Profile, ReplyStyle, Stage,
    profile::DUPLICATE_WINDOW_SECONDS,
};

use super::{Ids, TownPerson};
use crate::random::Random;

/// The driver of sensors that speak zigbee2mqtt's JSON.
pub const ZIGBEE_DRIVER: &str = "zigbee2mqtt";

/// A device with what it needs to speak.
#[derive(Debug, Clone)]
pub struct TownDevice {
    /// The device.
    pub device: Device,
    /// Its digest password; empty where its profile asks for none.
    pub password: String,
}

/// A model's line in the catalogue: name, category, driver, generation, seconds between contacts, days between tests.
type ModelLine = (&'static str, Category, &'static str, Generation, u32, u32, usize);

/// Mains-powered units report every minute, battery-powered ones less often. The last figure is the profile.
const MODELS: [ModelLine; 9] = [
    ("Exempel Hemma 4G", Category::SocialAlarm, "scaip", Generation::FourG, 60, 30, 0),
    ("Exempel Hemma 2G", Category::SocialAlarm, "scaip", Generation::TwoG, 300, 30, 0),
    ("Exempel Bas IP", Category::SocialAlarm, "scaip", Generation::Ip, 60, 30, 1),
    ("Exempel Mobil", Category::MobileAlarm, "scaip", Generation::FourG, 300, 30, 0),
    ("Exempel Rök", Category::Sensor, "scaip", Generation::FourG, 900, 90, 0),
    ("Exempel Dörr", Category::Sensor, ZIGBEE_DRIVER, Generation::Ip, 3_600, 0, 2),
    ("Exempel Säng", Category::Sensor, ZIGBEE_DRIVER, Generation::Ip, 3_600, 0, 2),
    ("Exempel Dos", Category::Dispenser, "scaip", Generation::FourG, 300, 0, 0),
    ("Exempel Lås", Category::Lock, "scaip", Generation::Ip, 3_600, 0, 1),
];
const HOME_4G: usize = 0;
const HOME_2G: usize = 1;
const HOME_IP: usize = 2;
const MOBILE: usize = 3;
/// What a person may have beside the social alarm, with the share of people who do.
const EXTRAS: [(usize, f64, &str); 5] = [
    (4, 0.09, "hall"),
    (5, 0.06, "ytterdörr"),
    (6, 0.05, "sovrum"),
    (7, 0.06, "kök"),
    (8, 0.05, "ytterdörr"),
];

/// Mobile operators that do not exist.
const NETWORK_OPERATORS: [&str; 3] = ["Påhitt Mobil", "Låtsasnät", "Exempeltel"];

/// Profiles and models.
pub(super) fn catalogue(ids: &mut Ids) -> (Vec<Profile>, Vec<Model>) {
    let profile = |ids: &mut Ids, name: &str, reply_style, authentication, call_number: &str| Profile {
        id: ProfileId(ids.next()),
        name: name.to_owned(),
        reply_style,
        authentication,
        media_reply: u8::from(!call_number.is_empty()),
        call_reply: if call_number.is_empty() { 61 } else { 62 },
        call_number: call_number.to_owned(),
        technical_codes: vec![14, 15, 16, 23, 24, 67, 85, 86, 112, 113, 123, 124, 125],
        duplicate_window_seconds: DUPLICATE_WINDOW_SECONDS,
    };
    // 08-465 004 00 lies in a series believed to be kept free for fiction (not checked).
    let profiles = vec![
        profile(
            ids,
            "Svar i eget meddelande",
            ReplyStyle::SeparateMessage,
            Authentication::Digest,
            "0846500400",
        ),
        profile(ids, "Svar inuti 200 OK", ReplyStyle::InsideOk, Authentication::Digest, "0846500401"),
        profile(ids, "Sensorer på betrott nät", ReplyStyle::SeparateMessage, Authentication::Network, ""),
    ];
    let models = MODELS
        .iter()
        .map(|(name, category, driver, generation, contact_seconds, test_days, profile)| Model {
            id: ModelId(ids.next()),
            name: (*name).to_owned(),
            category: *category,
            driver: (*driver).to_owned(),
            generation: *generation,
            contact_seconds: *contact_seconds,
            test_days: *test_days,
            profile: profiles[*profile].id,
        })
        .collect();
    (profiles, models)
}

/// Draws the devices: a social alarm for everyone, extras for some, and a shelf of spare ones.
pub(super) fn devices(
    people: &[TownPerson],
    areas: &[(AreaId, String)],
    models: &[Model],
    ids: &mut Ids,
    random: &mut Random,
) -> Vec<TownDevice> {
    let mut shelf = Shelf { models, ids, random, made: Vec::new() };
    for one in people {
        let main = match shelf.random.unit() {
            share if share < 0.60 => HOME_4G,
            share if share < 0.74 => HOME_2G,
            share if share < 0.86 => HOME_IP,
            _ => MOBILE,
        };
        let accessories = match shelf.random.below(4) {
            0 => "larmknapp, fallsensor",
            1 => "larmknapp, rökdetektor",
            _ => "larmknapp",
        };
        shelf.install(main, one, "vardagsrum", accessories);
        for (model, share, room) in EXTRAS {
            if shelf.random.chance(share) {
                shelf.install(model, one, room, "");
            }
        }
    }
    // So that even a small town has one of each.
    for model in 0..MODELS.len() {
        shelf.spare(model, Stage::Stock, areas);
    }
    for index in 0..people.len() / 25 {
        let stage = [Stage::Stock, Stage::Returned, Stage::Tested, Stage::Scrapped][index % 4];
        shelf.spare(shelf_model(index), stage, areas);
    }
    shelf.made
}

fn shelf_model(index: usize) -> usize {
    if index.is_multiple_of(3) { HOME_2G } else { HOME_4G }
}

struct Shelf<'a> {
    models: &'a [Model],
    ids: &'a mut Ids,
    random: &'a mut Random,
    made: Vec<TownDevice>,
}

impl Shelf<'_> {
    fn install(&mut self, model: usize, one: &TownPerson, room: &str, accessories: &str) {
        let mut device = self.next(model);
        device.device.stage = Stage::Installed;
        device.device.person = Some(one.person.id);
        device.device.room = room.to_owned();
        device.device.accessories = accessories.to_owned();
        self.made.push(device);
    }

    fn spare(&mut self, model: usize, stage: Stage, areas: &[(AreaId, String)]) {
        let mut device = self.next(model);
        device.device.stage = stage;
        device.device.room = "förråd".to_owned();
        device.device.area = areas.first().map(|(id, _)| *id);
        self.made.push(device);
    }

    fn next(&mut self, model: usize) -> TownDevice {
        let number = self.made.len() + 1;
        let (_, category, driver, generation, ..) = MODELS[model];
        let zigbee = driver == ZIGBEE_DRIVER;
        let controller_id = if zigbee { format!("paahitt_{number:05}") } else { format!("9000{number:06}") };
        let has_sim = generation != Generation::Ip;
        let operator = if has_sim { self.random.word(&NETWORK_OPERATORS) } else { "" };
        let letter = if category == Category::Lock { 'L' } else { 'T' };
        let device = Device {
            id: DeviceId(self.ids.next()),
            model: self.models[model].id,
            serial: format!("PROV-{letter}{number:05}"),
            controller_id,
            accessories: String::new(),
            network_operator: operator.to_owned(),
            stage: Stage::Stock,
            person: None,
            area: None,
            room: String::new(),
            position: None,
            contact: Contact::default(),
        };
        let password = if zigbee { String::new() } else { format!("{:016x}", self.random.number()) };
        TownDevice { device, password }
    }
}

impl TownDevice {
    /// When it was last heard of and tested, for a town that has been running: drawn from its model.
    pub fn lived_in_contact(&self, model: &Model, now: base::Timestamp, random: &mut Random) -> Contact {
        if self.device.stage != Stage::Installed {
            return Contact::default();
        }
        let back = |seconds: f64| now - SignedDuration::from_secs(seconds as i64);
        let last_test = (model.test_days > 0)
            .then(|| back(random.between(0.0, f64::from(model.test_days) * 1.1) * 86_400.0));
        Contact {
            last_contact_at: Some(back(random.between(0.0, f64::from(model.contact_seconds)))),
            last_test_at: last_test,
            ..Contact::default()
        }
    }
}
