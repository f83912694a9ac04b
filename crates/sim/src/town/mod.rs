//! A made-up municipality: its map, people, devices, providers, teams, ladders and logins.
//!
//! Everything is drawn from one seed. Names come from invented word lists, telephone numbers from series
//! believed to be kept free for fiction, person numbers from the serials 980 to 999, believed to be kept for tests
//! (neither was checked against its authority: use no number of this town for anything but showing), and the map
//! lies where there is only water.

mod devices;
pub(crate) mod housing;
mod map;
mod people;
mod staff;
mod words;

pub use devices::{TownDevice, ZIGBEE_DRIVER};
pub use map::{Building, District, Layers, Shape, Street, StreetClass};
pub use people::TownPerson;
pub use staff::TownLogin;

use alarm::{Ladder, team::Team};
use base::{
    AreaId, Timestamp,
    id::{CountingIds, IdSource as _, Uuid},
    time::Date,
};
use device::{Model, Profile};
use store::team::Provider;

use crate::random::Random;

/// The most people that one town may have.
pub const PEOPLE_MAX: usize = 20_000;

/// What a town is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TownSettings {
    /// The same seed gives the same town.
    pub seed: u64,
    /// The name of the municipality.
    pub name: String,
    /// How many people have an alarm, at most [`PEOPLE_MAX`].
    pub people: usize,
    /// The day that ages are counted on.
    pub today: Date,
}

impl TownSettings {
    /// The demo: Tryggeby with some 300 people.
    pub fn demo(seed: u64, today: Date) -> Self {
        TownSettings { seed, name: "Tryggeby".to_owned(), people: 300, today }
    }
}

/// A made-up municipality.
#[derive(Debug, Clone)]
pub struct Town {
    /// Its name.
    pub name: String,
    /// The seed it was made from.
    pub seed: u64,
    /// What a map draws.
    pub layers: Layers,
    /// Its areas; `layers.districts` has their borders in the same order.
    pub areas: Vec<(AreaId, String)>,
    /// The people with alarms.
    pub people: Vec<TownPerson>,
    /// Profiles of the models.
    pub profiles: Vec<Profile>,
    /// Device models.
    pub models: Vec<Model>,
    /// Every device, installed or not.
    pub devices: Vec<TownDevice>,
    /// Own-run and private providers.
    pub providers: Vec<Provider>,
    /// Responder teams.
    pub teams: Vec<Team>,
    /// Ladders of escalation.
    pub ladders: Vec<Ladder>,
    /// Staff.
    pub logins: Vec<TownLogin>,
}

impl Town {
    /// Makes the town of some settings. The same settings give the same town, down to every id.
    pub fn generate(settings: &TownSettings) -> Town {
        let mut ids = Ids::default();
        let seed = settings.seed;
        let layers = map::layers(&mut Random::new(seed, 1));
        let areas: Vec<(AreaId, String)> =
            layers.districts.iter().map(|district| (AreaId(ids.next()), district.name.clone())).collect();
        let people = people::people(settings, &layers, &areas, &mut ids, &mut Random::new(seed, 2));
        let (profiles, models) = devices::catalogue(&mut ids);
        let devices = devices::devices(&people, &areas, &models, &mut ids, &mut Random::new(seed, 3));
        let providers = staff::providers(&mut ids);
        let teams = staff::teams(&areas, &providers, &mut ids);
        let ladders = staff::ladders(&areas, &mut ids);
        let logins = staff::logins(&teams, &mut ids, &mut Random::new(seed, 4));
        Town {
            name: settings.name.clone(),
            seed,
            layers,
            areas,
            people,
            profiles,
            models,
            devices,
            providers,
            teams,
            ladders,
            logins,
        }
    }

    /// The model of a device of this town.
    pub fn model(&self, device: &device::Device) -> Option<&Model> {
        self.models.iter().find(|model| model.id == device.model)
    }

    /// The profile of a device of this town.
    pub fn profile(&self, device: &device::Device) -> Option<&Profile> {
        let model = self.model(device)?;
        self.profiles.iter().find(|profile| profile.id == model.profile)
    }
}

/// Ids of a town: counted from a moment long ago, so that they never meet an id that the running system draws.
#[derive(Debug, Default)]
pub(crate) struct Ids(CountingIds);

impl Ids {
    pub(crate) fn next(&mut self) -> Uuid {
        // One second after the epoch: no system has run then.
        self.0.next(Timestamp::UNIX_EPOCH + base::SignedDuration::from_secs(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use person::Identity;
    use std::collections::HashSet;

    fn today() -> Date {
        Date::constant(2026, 11, 22)
    }

    fn town(seed: u64) -> Town {
        Town::generate(&TownSettings::demo(seed, today()))
    }

    #[test]
    fn the_same_seed_gives_the_same_town_and_another_seed_another() {
        let shape = |seed| {
            let town = town(seed);
            let people: Vec<_> = town
                .people
                .iter()
                .map(|one| {
                    (one.person.id, one.person.identity.reveal().clone(), one.person.address.reveal().clone())
                })
                .collect();
            let devices: Vec<_> =
                town.devices.iter().map(|one| (one.device.clone(), one.password.clone())).collect();
            (people, devices, town.layers.geojson().to_string())
        };
        assert!(shape(7) == shape(7));
        assert!(shape(7) != shape(8));
    }

    #[test]
    fn everyone_has_a_valid_number_that_is_kept_for_tests_and_says_that_they_are_made_up() {
        let town = town(7);
        assert_eq!(town.people.len(), 300);
        let mut seen = HashSet::new();
        for one in &town.people {
            let identity = one.person.identity.reveal();
            assert_eq!(Identity::parse(&identity.written(), today()).as_ref(), Ok(identity));
            assert!(seen.insert(identity.as_str().to_owned()), "{} twice", identity.as_str());
            if let Some(serial) = identity.birth_date().and_then(|_| identity.as_str().get(8..11)) {
                assert!(serial.starts_with("98") || serial.starts_with("99"), "{serial}");
            }
            assert!(one.person.note.reveal().contains("åhitta"));
            assert!(one.person.phone.reveal().starts_with("070-174 06"), "{}", one.person.phone.reveal());
            if let Some(age) = one.person.age_years(today()) {
                assert!((65..=102).contains(&age), "{age}");
            }
            assert!(one.person.area.is_some() && one.person.address.reveal().position.is_some());
        }
    }

    #[test]
    fn the_mix_is_that_of_elder_care() {
        let town = town(3);
        let share = |count: usize| count as f64 / town.people.len() as f64;
        let women = share(town.people.iter().filter(|one| one.woman).count());
        assert!((0.55..0.75).contains(&women), "{women}");
        let old = share(
            town.people
                .iter()
                .filter(|one| one.person.age_years(today()).is_some_and(|age| age >= 80))
                .count(),
        );
        assert!((0.55..0.85).contains(&old), "{old}");
        let protected = town.people.iter().filter(|one| one.person.protected).count();
        assert!((1..=12).contains(&protected), "{protected}");
        let languages: HashSet<&String> =
            town.people.iter().map(|one| one.person.spoken_language.reveal()).collect();
        assert!(languages.len() >= 4, "{languages:?}");
    }

    #[test]
    fn every_device_has_its_model_profile_and_place() {
        let town = town(7);
        assert!((380..=460).contains(&town.devices.len()), "{}", town.devices.len());
        let names: HashSet<&String> = town.devices.iter().map(|one| &one.device.controller_id).collect();
        assert_eq!(names.len(), town.devices.len());
        for one in &town.devices {
            assert!(town.profile(&one.device).is_some());
            assert_eq!(one.device.stage == device::Stage::Installed, one.device.person.is_some());
        }
        let used: HashSet<_> = town.devices.iter().map(|one| one.device.model).collect();
        assert_eq!(used.len(), town.models.len());
    }

    #[test]
    fn every_area_has_a_team_at_every_hour_and_every_ladder_holds() {
        let town = town(7);
        for hour in 0..24 {
            let at =
                "2026-11-22T00:30:00Z".parse::<Timestamp>().unwrap() + base::SignedDuration::from_hours(hour);
            for (area, name) in &town.areas {
                assert!(town.teams.iter().any(|team| team.serves(Some(*area), at)), "{name} {hour}");
            }
        }
        assert!(town.ladders.iter().all(|ladder| ladder.check().is_ok()));
    }

    #[test]
    fn every_role_has_a_login_and_every_team_a_responder() {
        let town = town(7);
        for role in access::Role::ALL.into_iter().filter(|role| *role != access::Role::System) {
            assert!(town.logins.iter().any(|login| login.roles.contains(&role)), "{}", role.name());
        }
        for team in &town.teams {
            assert!(town.logins.iter().any(|login| login.teams.contains(&team.id)), "{}", team.name);
        }
    }
}
