//! Homes, the queue, and what forecasts are made from.

use base::{PersonId, Private, UserId, time::Date};
use housing::demand::alternative::OwnAlternative;
use housing::places::{
    queue::{Answer, Application, ApplicationId, HomeId, SpecialProfile, Stay},
    register::{Home, Owner, PlaceKind, RegisteredHome, Renovation},
};
use person::{Identity, Person};
use store::{
    Store, StoreError,
    housing::{
        forecast::{self, FileKind, ForecastFile, KeptAlternative},
        home, queue,
    },
};

use crate::{both_engines, migrated, moment, uuid};

both_engines!(
    a_home_comes_back_as_saved,
    an_application_keeps_its_offers_and_its_version,
    a_home_that_was_offered_stays,
    a_file_in_use_replaces_the_one_before,
    an_own_alternative_comes_back_as_saved,
);

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn registered(number: u128, name: &str) -> RegisteredHome {
    RegisteredHome {
        id: HomeId(uuid(number)),
        home: Home {
            name: name.to_owned(),
            kind: PlaceKind::Dementia,
            owner: Owner::ChoiceSystem,
            places: 24,
            opens: Some(day("2027-05-01")),
            closes: None,
            renovations: vec![
                Renovation {
                    from: day("2030-01-01"),
                    until: day("2030-09-01"),
                    places_evacuated: 12,
                    places_after: 22,
                },
                Renovation {
                    from: day("2040-01-01"),
                    until: day("2040-09-01"),
                    places_evacuated: 22,
                    places_after: 20,
                },
            ],
        },
        profiles: vec![SpecialProfile::SpokenLanguage("fi".to_owned()), SpecialProfile::Hbtqi],
        free_places: 2,
    }
}

async fn with_person(store: &Store) -> PersonId {
    migrated(store).await;
    let person = Person {
        id: PersonId(uuid(70)),
        identity: Private::new(Identity::PersonNumber("193304129801".to_owned())),
        protected: false,
        given_name: Private::new("Lingonia".to_owned()),
        family_name: Private::new("Påhittsgren".to_owned()),
        spoken_language: Private::new("finska".to_owned()),
        phone: Private::default(),
        address: Private::default(),
        area: None,
        entry_note: Private::default(),
        health_note: Private::default(),
        note: Private::default(),
    };
    let mut transaction = store.write().await.unwrap();
    store::person::save(&mut transaction, &person, moment(0)).await.unwrap();
    transaction.commit().await.unwrap();
    person.id
}

fn application(number: u128) -> Application {
    Application {
        id: ApplicationId(uuid(number)),
        kind: PlaceKind::ShortTerm,
        applied: day("2026-01-02"),
        granted: Some(day("2026-01-05")),
        refused: None,
        wishes: vec![HomeId(uuid(2)), HomeId(uuid(1))],
        profiles: vec![SpecialProfile::YoungerDementia],
        stay: Some(Stay { from: day("2026-02-01"), until: day("2026-02-15"), urgent: true }),
        offers: Vec::new(),
        moved_in: None,
        withdrawn: None,
    }
}

async fn a_home_comes_back_as_saved(store: Store) {
    migrated(&store).await;
    let mut transaction = store.write().await.unwrap();
    let first = registered(1, "Exempelgården");
    home::save(&mut transaction, &first).await.unwrap();
    home::save(&mut transaction, &registered(2, "Annanstans")).await.unwrap();
    let mut changed = first.clone();
    changed.home.renovations.pop();
    changed.home.closes = Some(day("2055-01-01"));
    home::save(&mut transaction, &changed).await.unwrap();
    assert_eq!(home::all(&mut transaction).await.unwrap(), [registered(2, "Annanstans"), changed.clone()]);
    assert_eq!(home::version(&mut transaction, changed.id).await.unwrap(), 1);
    home::claim(&mut transaction, changed.id, 1).await.unwrap();
    assert!(matches!(home::claim(&mut transaction, changed.id, 1).await, Err(StoreError::Conflict)));
    home::delete(&mut transaction, changed.id).await.unwrap();
    assert_eq!(home::all(&mut transaction).await.unwrap().len(), 1);
    transaction.commit().await.unwrap();
}

async fn an_application_keeps_its_offers_and_its_version(store: Store) {
    let person = with_person(&store).await;
    let mut transaction = store.write().await.unwrap();
    for (number, name) in [(1, "Ek"), (2, "Alm")] {
        home::save(&mut transaction, &registered(number, name)).await.unwrap();
    }
    let filed = application(9);
    queue::save(&mut transaction, person, &filed).await.unwrap();
    queue::save(&mut transaction, person, &application(8)).await.unwrap();
    queue::claim(&mut transaction, filed.id, 1).await.unwrap();
    let changed = filed
        .offer(HomeId(uuid(1)), day("2026-01-10"))
        .unwrap()
        .answer(day("2026-01-12"), Answer::Declined)
        .unwrap()
        .offer(HomeId(uuid(2)), day("2026-01-13"))
        .unwrap();
    queue::save(&mut transaction, person, &changed).await.unwrap();
    let found = queue::load(&mut transaction, filed.id).await.unwrap().unwrap();
    assert_eq!((found.person, &found.application, found.version), (person, &changed, 2));
    assert!(matches!(queue::claim(&mut transaction, filed.id, 1).await, Err(StoreError::Conflict)));
    let all: Vec<Application> =
        queue::all(&mut transaction).await.unwrap().into_iter().map(|filed| filed.application).collect();
    assert_eq!(all, [application(8), changed]);
    assert_eq!(queue::load(&mut transaction, ApplicationId(uuid(77))).await.unwrap(), None);
    transaction.commit().await.unwrap();
}

async fn a_home_that_was_offered_stays(store: Store) {
    let person = with_person(&store).await;
    let mut transaction = store.write().await.unwrap();
    home::save(&mut transaction, &registered(1, "Ek")).await.unwrap();
    let offered = application(9).offer(HomeId(uuid(1)), day("2026-01-10")).unwrap();
    queue::save(&mut transaction, person, &offered).await.unwrap();
    transaction.commit().await.unwrap();
    let mut transaction = store.write().await.unwrap();
    let error = home::delete(&mut transaction, HomeId(uuid(1))).await.unwrap_err();
    assert!(error.is_still_used(), "{error:?}");
}

async fn a_file_in_use_replaces_the_one_before(store: Store) {
    migrated(&store).await;
    let file = |number: u128, area: &str, seconds: i64| ForecastFile {
        id: uuid(number),
        area: area.to_owned(),
        kind: FileKind::Population,
        file_name: "folkmängd.csv".to_owned(),
        publisher: "SCB".to_owned(),
        as_of: "2025-12-31".to_owned(),
        in_use: false,
        added_at: moment(seconds),
        added_by: Some(UserId(uuid(5))),
    };
    let mut transaction = store.write().await.unwrap();
    for one in
        [file(1, "Tryggeby", 0), file(2, "Tryggeby", 10), file(3, "Annanby", 20), file(4, "Gammelby", -90)]
    {
        forecast::add_file(&mut transaction, &one, vec![0xc3, 0xa5, 0, 1]).await.unwrap();
    }
    forecast::use_file(&mut transaction, &file(1, "Tryggeby", 0)).await.unwrap();
    forecast::use_file(&mut transaction, &file(3, "Annanby", 0)).await.unwrap();
    forecast::use_file(&mut transaction, &file(2, "Tryggeby", 0)).await.unwrap();
    forecast::delete_unused(&mut transaction, moment(-1)).await.unwrap();
    let found: Vec<(String, bool)> = forecast::files(&mut transaction)
        .await
        .unwrap()
        .into_iter()
        .map(|file| (file.area, file.in_use))
        .collect();
    assert_eq!(found, [("Annanby".to_owned(), true), ("Tryggeby".to_owned(), true)]);
    assert_eq!(forecast::content(&mut transaction, uuid(2)).await.unwrap(), Some(vec![0xc3, 0xa5, 0, 1]));
    forecast::delete_file(&mut transaction, uuid(2)).await.unwrap();
    assert_eq!(forecast::content(&mut transaction, uuid(2)).await.unwrap(), None);
    transaction.commit().await.unwrap();
}

async fn an_own_alternative_comes_back_as_saved(store: Store) {
    migrated(&store).await;
    let kept = KeptAlternative {
        id: uuid(1),
        own: OwnAlternative::parse("Mer hemma:säbo=-2,hemtjänst=0.5,damping=0.9,moved_home=10").unwrap(),
        reason: "Nämndens mål".to_owned(),
    };
    let mut transaction = store.write().await.unwrap();
    forecast::save_alternative(&mut transaction, &kept).await.unwrap();
    let changed = KeptAlternative { reason: "Nytt mål".to_owned(), ..kept.clone() };
    forecast::save_alternative(&mut transaction, &changed).await.unwrap();
    assert_eq!(forecast::alternatives(&mut transaction).await.unwrap(), [changed]);
    forecast::delete_alternative(&mut transaction, kept.id).await.unwrap();
    assert_eq!(forecast::alternatives(&mut transaction).await.unwrap(), []);
    transaction.commit().await.unwrap();
}
