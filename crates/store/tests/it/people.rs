//! People and those close to them.

use base::{AreaId, KinId, PersonId, Position, Private};
use person::{Address, Identity, Kin, Person};
use store::{Store, team::Area};

use crate::{both_engines, migrated, moment, uuid};

both_engines!(a_person_comes_back_as_saved, search_finds_by_every_word, two_people_never_share_a_number);

fn person(number: u128, given_name: &str, serial: &str) -> Person {
    Person {
        id: PersonId(uuid(number)),
        identity: Private::new(Identity::PersonNumber(format!("19330412{serial}"))),
        protected: number == 2,
        given_name: Private::new(given_name.to_owned()),
        family_name: Private::new("Påhittsgren".to_owned()),
        spoken_language: Private::new("finska".to_owned()),
        phone: Private::new("070-174 06 05".to_owned()),
        address: Private::new(Address {
            street: "Låtsasgatan 3".to_owned(),
            postal_code: "00010".to_owned(),
            town: "Tryggeby".to_owned(),
            position: Position::new(58.32, 14.52),
        }),
        area: Some(AreaId(uuid(1))),
        entry_note: Private::new("Nyckelskåp".to_owned()),
        health_note: Private::default(),
        note: Private::new("påhittad".to_owned()),
    }
}

async fn with_people(store: &Store) -> Vec<Person> {
    migrated(store).await;
    let people = vec![
        person(1, "Lingonia", "9801"),
        person(2, "Granbert", "9819"),
        person(3, "Timjanna", "9827"),
        person(4, "Östergökört", "9835"),
    ];
    let mut transaction = store.write().await.unwrap();
    store::team::save_area(&mut transaction, &Area { id: AreaId(uuid(1)), name: "Sagolunden".to_owned() })
        .await
        .unwrap();
    store::person::save_many(&mut transaction, &people, moment(0)).await.unwrap();
    transaction.commit().await.unwrap();
    people
}

async fn a_person_comes_back_as_saved(store: Store) {
    let people = with_people(&store).await;
    let mut transaction = store.write().await.unwrap();
    assert_eq!(store::person::load(&mut transaction, people[1].id).await.unwrap().as_ref(), Some(&people[1]));
    let changed = Person { phone: Private::new("070-174 06 06".to_owned()), ..people[1].clone() };
    store::person::save(&mut transaction, &changed, moment(1)).await.unwrap();
    assert_eq!(store::person::load(&mut transaction, changed.id).await.unwrap(), Some(changed.clone()));
    let kin = Kin {
        id: KinId(uuid(9)),
        person: changed.id,
        name: Private::new("Dillina Provlund".to_owned()),
        relation: Private::new("dotter".to_owned()),
        phone: Private::new("070-174 06 07".to_owned()),
        has_key: true,
        order: 1,
    };
    store::person::replace_kin(&mut transaction, changed.id, std::slice::from_ref(&kin)).await.unwrap();
    store::person::replace_kin(&mut transaction, changed.id, std::slice::from_ref(&kin)).await.unwrap();
    assert_eq!(store::person::kin(&mut transaction, changed.id).await.unwrap(), [kin]);
}

async fn search_finds_by_every_word(store: Store) {
    with_people(&store).await;
    let mut transaction = store.read().await.unwrap();
    for (words, area, expected) in [
        ("lingon", None, vec!["Lingonia"]),
        ("påhitts granb", None, vec!["Granbert"]),
        // Whoever asks for a street must not learn who hides there.
        ("låtsasgatan granb", None, vec![]),
        ("östergök", None, vec!["Östergökört"]),
        ("LÅTSASGATAN timj", None, vec!["Timjanna"]),
        ("påhitts 9819", Some(AreaId(uuid(1))), vec!["Granbert"]),
        ("påhitts", Some(AreaId(uuid(2))), vec![]),
        ("193304129827", None, vec!["Timjanna"]),
        ("%", None, vec!["Granbert", "Lingonia", "Timjanna", "Östergökört"]),
        ("nobody", None, vec![]),
    ] {
        let found = store::person::search(&mut transaction, words, area, 10).await.unwrap();
        let names: Vec<&str> = found.iter().map(|person| person.given_name.reveal().as_str()).collect();
        assert_eq!(names, expected, "{words}");
    }
}

async fn two_people_never_share_a_number(store: Store) {
    let people = with_people(&store).await;
    let double = Person { id: PersonId(uuid(77)), ..people[0].clone() };
    let mut transaction = store.write().await.unwrap();
    let refused = store::person::save(&mut transaction, &double, moment(1)).await;
    assert!(refused.as_ref().is_err_and(store::StoreError::is_unique_violation), "{refused:?}");
}
