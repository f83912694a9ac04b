//! A town's homes, its queue for places, and the files that its forecast is made from. All of it is made up: the
//! population is Sweden's, scaled down and shaken.

use std::fmt::Write as _;

use ::housing::demand::care_use::CareForm;
use ::housing::group::{AGE_LAST, Sex};
use ::housing::places::{
    queue::{Answer, Application, ApplicationId, HomeId, SpecialProfile, Stay},
    register::{Home, Owner, PlaceKind, RegisteredHome, Renovation},
};
use base::{PersonId, SignedDuration, Timestamp, time::Date};
use store::housing::forecast::{FileKind, ForecastFile};

use super::{Ids, Town};
use crate::random::Random;

/// How large a part of the country the town is: some 50 000 people.
const PART_OF_COUNTRY: f64 = 0.0047;
/// The first year of its population file.
const FIRST_YEAR: i32 = 2010;
/// The first year of its care-use file.
const FIRST_COUNT: i32 = 2019;
/// How the town is divided, and how much older than the whole each part is.
const PARTS: [(f64, f64); 4] = [(0.40, 1.00), (0.28, 0.92), (0.20, 1.06), (0.12, 1.12)];
/// How many apply for a place.
const APPLICATIONS: usize = 14;

/// Everything about homes and forecasts.
pub(crate) struct Housing {
    pub(crate) homes: Vec<RegisteredHome>,
    pub(crate) applications: Vec<(PersonId, Application)>,
    pub(crate) files: Vec<(ForecastFile, String)>,
}

/// Makes it for a town as it is at a moment.
pub(crate) fn housing(town: &Town, now: Timestamp) -> Housing {
    // A hundred years after the epoch's first second: ids that the town's own have not used.
    let mut ids = Ids::default();
    for _ in 0..town.people.len() + town.devices.len() + 10_000 {
        ids.next();
    }
    let mut random = Random::new(town.seed, 9);
    let today = now.to_zoned(base::time::stockholm()).date();
    let homes = homes(&mut ids, today);
    let applications = applications(town, &homes, &mut ids, &mut random, today);
    Housing { applications, files: files(town, &mut ids, &mut random, now), homes }
}

fn homes(ids: &mut Ids, today: Date) -> Vec<RegisteredHome> {
    let day = |years: i16, month: i8| Date::new(today.year().saturating_add(years), month, 1).ok();
    let finnish = SpecialProfile::SpokenLanguage("fi".to_owned());
    let mut home =
        |name: &str, kind, owner, places, free_places, profiles: &[SpecialProfile]| RegisteredHome {
            id: HomeId(ids.next()),
            home: Home {
                name: name.to_owned(),
                kind,
                owner,
                places,
                opens: None,
                closes: None,
                renovations: Vec::new(),
            },
            profiles: profiles.to_vec(),
            free_places,
        };
    let mut homes = vec![
        home("Sagogården", PlaceKind::CareHome, Owner::OwnRun, 96, 3, &[]),
        home("Fabelhuset", PlaceKind::CareHome, Owner::Contracted, 72, 1, &[SpecialProfile::Hbtqi]),
        home("Låtsaslunden", PlaceKind::CareHome, Owner::ChoiceSystem, 60, 0, &[]),
        home("Spegelbacken", PlaceKind::Dementia, Owner::OwnRun, 48, 1, std::slice::from_ref(&finnish)),
        home("Drömängen", PlaceKind::Dementia, Owner::OwnRun, 24, 0, &[SpecialProfile::YoungerDementia]),
        home("Kulissens servicehus", PlaceKind::ServiceHouse, Owner::OwnRun, 66, 2, &[]),
        home("Skisstorpet", PlaceKind::ShortTerm, Owner::OwnRun, 22, 2, &[]),
        home("Modellens seniorbostäder", PlaceKind::SeniorHousing, Owner::ChoiceSystem, 140, 0, &[]),
        home("Nya Övningsparken", PlaceKind::CareHome, Owner::OwnRun, 80, 0, &[]),
    ];
    for registered in &mut homes {
        match registered.home.name.as_str() {
            "Nya Övningsparken" => registered.home.opens = day(3, 9),
            "Kulissens servicehus" => registered.home.closes = day(9, 1),
            "Sagogården" => {
                registered.home.renovations = match (day(5, 2), day(6, 8)) {
                    (Some(from), Some(until)) => {
                        vec![Renovation { from, until, places_evacuated: 48, places_after: 90 }]
                    }
                    _ => Vec::new(),
                };
            }
            _ => {}
        }
    }
    homes
}

fn applications(
    town: &Town,
    homes: &[RegisteredHome],
    ids: &mut Ids,
    random: &mut Random,
    today: Date,
) -> Vec<(PersonId, Application)> {
    let before = |days: i64| today.saturating_sub(SignedDuration::from_hours(24 * days));
    let kinds = [PlaceKind::CareHome, PlaceKind::Dementia, PlaceKind::ShortTerm, PlaceKind::CareHome];
    let mut filed = Vec::new();
    for (index, who) in town.people.iter().step_by(4).take(APPLICATIONS).enumerate() {
        let kind = kinds[index % kinds.len()];
        let waited = [12, 104, 5, 131, 40, 77, 3, 0, 61, 95, 20, 8, 33, 50][index % APPLICATIONS];
        let profiles = match index {
            1 => vec![SpecialProfile::SpokenLanguage("fi".to_owned())],
            5 => vec![SpecialProfile::YoungerDementia],
            7 => vec![SpecialProfile::Hbtqi],
            _ => Vec::new(),
        };
        let wishes: Vec<HomeId> =
            homes.iter().filter(|home| home.home.kind == kind).map(|home| home.id).take(2).collect();
        let stay = (kind == PlaceKind::ShortTerm).then(|| Stay {
            from: today,
            until: today.saturating_add(SignedDuration::from_hours(24 * 14)),
            urgent: random.chance(0.5),
        });
        let mut application = Application {
            id: ApplicationId(ids.next()),
            kind,
            applied: before(waited + 14),
            granted: (index % 7 != 6).then(|| before(waited)),
            refused: None,
            wishes: if index % 2 == 1 { wishes.clone() } else { Vec::new() },
            profiles,
            stay,
            offers: Vec::new(),
            moved_in: None,
            withdrawn: None,
        };
        // The life of some: declined, offered, accepted, moved in. What a life does not allow is left out.
        if let Some(&home) = wishes.first() {
            let tried = |application: &Application, answer: Option<Answer>| {
                let offered = application.offer(home, before(waited / 2))?;
                answer.map_or(Ok(offered.clone()), |answer| offered.answer(before(waited / 3), answer))
            };
            let lived = match index {
                3 => tried(&application, Some(Answer::Declined)),
                4 => tried(&application, None),
                8 => tried(&application, Some(Answer::Accepted)),
                9 | 12 => tried(&application, Some(Answer::Accepted)).and_then(|one| one.move_in(before(2))),
                _ => Ok(application.clone()),
            };
            application = lived.unwrap_or(application);
        }
        filed.push((who.person.id, application));
    }
    filed
}

fn files(town: &Town, ids: &mut Ids, random: &mut Random, now: Timestamp) -> Vec<(ForecastFile, String)> {
    let (population, care_use) = (::housing::data::sweden_population(), ::housing::data::sweden_care_use());
    let parts: Vec<(String, f64, f64)> = town
        .areas
        .iter()
        .zip(PARTS)
        .map(|((_, name), (part, older))| (name.clone(), part * PART_OF_COUNTRY, older))
        .collect();
    let mut persons = String::from("område;år;kön;ålder;folkmängd\n");
    for (area, part, older) in &parts {
        for year in FIRST_YEAR..=population.last_year() {
            let Some(table) = population.persons(year) else { continue };
            for sex in Sex::ALL {
                for (age, count) in table[sex].iter().enumerate() {
                    // The share of the old drifts evenly with age, so that cohorts stay cohorts.
                    // Ages are few, so the conversion is exact.
                    let drift = 1.0 + (older - 1.0) * age as f64 / AGE_LAST as f64;
                    let age = if age == AGE_LAST { "100+".to_owned() } else { age.to_string() };
                    let word = sex.text().swedish;
                    // Writing to a string cannot fail.
                    let _ = writeln!(persons, "{area};{year};{word};{age};{:.0}", count * part * drift);
                }
            }
        }
    }
    let mut counts = String::from("område;år;insats;åldersgrupp;kön;antal\n");
    for (area, part, older) in &parts {
        for row in care_use.rows.iter().filter(|row| row.year >= FIRST_COUNT) {
            for sex in Sex::ALL {
                let shaken = f64::from(row.persons[sex]) * part * older * random.between(0.94, 1.06);
                let form = match row.form {
                    CareForm::HomeCare => "hemtjänst",
                    CareForm::CareHome => "särskilt boende",
                    CareForm::ShortTerm => "korttid",
                    CareForm::DayActivity => "dagverksamhet",
                };
                let word = sex.text().swedish;
                let _ = writeln!(counts, "{area};{};{form};{};{word};{shaken:.0}", row.year, row.group);
            }
        }
    }
    let mut file = |kind, name: &str, content| {
        let file = ForecastFile {
            id: ids.next(),
            area: town.name.clone(),
            kind,
            file_name: name.to_owned(),
            publisher: "Påhittad".to_owned(),
            as_of: "2025-12-31".to_owned(),
            in_use: true,
            added_at: now,
            added_by: None,
        };
        (file, content)
    };
    vec![
        file(FileKind::Population, "folkmangd-pahittad.csv", persons),
        file(FileKind::CareUse, "insatser-pahittad.csv", counts),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TownSettings;
    use ::housing::demand::history::Evidence;
    use ::housing::import;
    use ::housing::source::Source;
    use ::housing::study::{Material, Study};

    #[test]
    fn a_town_can_be_forecast_and_has_a_queue() {
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let today = now.to_zoned(base::time::stockholm()).date();
        let town = Town::generate(&TownSettings { people: 80, ..TownSettings::demo(1, today) });
        let housing = housing(&town, now);
        for home in &housing.homes {
            assert_eq!(home.check(today), Ok(()), "{}", home.home.name);
        }
        assert_eq!(housing.applications.len(), APPLICATIONS);
        assert!(housing.applications.iter().any(|(_, one)| one.must_be_reported(today, 90.0)));
        assert!(housing.applications.iter().any(|(_, one)| one.moved_in.is_some()));
        let source = Source::new("Påhittad", "t", "2025-12-31", "egen");
        let areas =
            import::population::read(housing.files[0].1.as_bytes(), &town.name, &source).accept().unwrap();
        let whole = import::population::sum_of_areas(&town.name, &areas).unwrap();
        let tables = import::care_use::read_areas(housing.files[1].1.as_bytes(), &town.name, &source)
            .accept()
            .unwrap();
        let (care_use, area_counts) = import::care_use::split_counts(tables, &whole, &areas).unwrap();
        assert_eq!((area_counts.len(), care_use.is_some()), (areas.len(), true));
        let evidence = Evidence::shipped().unwrap();
        let material = Material {
            population: whole,
            areas,
            is_national: false,
            care_use,
            area_counts,
            ..Material::national(&evidence)
        };
        let study = Study::fit(&evidence, material, &[]).unwrap();
        assert!(!study.tests.own.is_empty() && !study.areas.is_empty());
    }
}
