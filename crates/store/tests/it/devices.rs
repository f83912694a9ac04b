//! Devices, their contact, and outages.

use base::{AreaId, DeviceId, ModelId, OutageId, ProfileId};
use device::{Category, Contact, Device, Generation, Model, Profile, Stage, supervision::Cause};
use store::{
    Store,
    contact::Noted,
    device::{Filter, Secrets, Step},
    supervision::Outage,
    team::Area,
};

use crate::{both_engines, migrated, moment, uuid};

both_engines!(
    devices_come_back_and_are_listed,
    contact_ends_silence,
    an_old_word_ends_no_newer_trouble,
    an_outage_counts_its_devices,
    installations_are_counted_by_week_and_begin_supervision,
    the_register_has_a_version
);

fn device(number: u128) -> Device {
    Device {
        id: DeviceId(uuid(number)),
        model: ModelId(uuid(1)),
        serial: format!("PROV-{number:03}"),
        controller_id: format!("9000{number:06}"),
        accessories: "larmknapp".to_owned(),
        network_operator: "Låtsasnät".to_owned(),
        stage: if number.is_multiple_of(2) { Stage::Stock } else { Stage::Installed },
        person: None,
        area: Some(AreaId(uuid(1))),
        room: "Hall Å".to_owned(),
        position: None,
        contact: Contact::default(),
    }
}

pub(crate) async fn with_devices(store: &Store, count: u128) -> Vec<Device> {
    migrated(store).await;
    let devices: Vec<Device> = (1..=count).map(device).collect();
    let model = Model {
        id: ModelId(uuid(1)),
        name: "Exempel Hemma 4G".to_owned(),
        category: Category::SocialAlarm,
        driver: "scaip".to_owned(),
        generation: Generation::FourG,
        contact_seconds: 60,
        test_days: 30,
        profile: ProfileId(uuid(1)),
    };
    let profile = Profile { name: "vanlig".to_owned(), ..Profile::of_unknown_sender(ProfileId(uuid(1))) };
    let mut transaction = store.write().await.unwrap();
    store::team::save_area(&mut transaction, &Area { id: AreaId(uuid(1)), name: "Sagolunden".to_owned() })
        .await
        .unwrap();
    store::device::save_profile(&mut transaction, &profile).await.unwrap();
    store::device::save_model(&mut transaction, &model).await.unwrap();
    store::device::save_many(&mut transaction, &devices, moment(0)).await.unwrap();
    assert_eq!(store::device::profiles(&mut transaction).await.unwrap(), [profile]);
    assert_eq!(store::device::models(&mut transaction).await.unwrap(), [model]);
    transaction.commit().await.unwrap();
    devices
}

async fn devices_come_back_and_are_listed(store: Store) {
    let devices = with_devices(&store, 20).await;
    let mut transaction = store.read().await.unwrap();
    assert_eq!(
        store::device::load(&mut transaction, devices[3].id).await.unwrap().as_ref(),
        Some(&devices[3])
    );
    for (filter, expected) in [
        (Filter::default(), 20),
        (Filter { words: "prov-01".to_owned(), ..Filter::default() }, 10),
        (Filter { words: "hall".to_owned(), stage: Some(Stage::Installed), ..Filter::default() }, 10),
        (Filter { generation: Some(Generation::TwoG), ..Filter::default() }, 0),
        (Filter { model: Some(ModelId(uuid(1))), ..Filter::default() }, 20),
        (Filter { silent: true, ..Filter::default() }, 0),
    ] {
        let (page, total) = store::device::list(&mut transaction, &filter, 2, 5).await.unwrap();
        assert_eq!(total, expected, "{filter:?}");
        assert_eq!(page.len(), 5.min(usize::try_from(total).unwrap().saturating_sub(2)), "{filter:?}");
    }
    for order in store::device::Order::ALL {
        let filter = Filter { order, ..Filter::default() };
        let (page, _) = store::device::list(&mut transaction, &filter, 0, 20).await.unwrap();
        assert_eq!(page.len(), 20, "{order:?}");
    }
    let registered = store::device::registered(&mut transaction).await.unwrap();
    assert_eq!(registered.len(), 20);
    assert!(registered.iter().all(|device| device.area == Some(AreaId(uuid(1)))));
}

async fn contact_ends_silence(store: Store) {
    let devices = with_devices(&store, 150).await;
    let ids: Vec<DeviceId> = devices.iter().map(|device| device.id).collect();
    let contacts: Vec<_> = ids.iter().zip(0..).map(|(id, seconds)| (*id, moment(seconds))).collect();
    let mut transaction = store.write().await.unwrap();
    assert!(store::contact::heard(&mut transaction, &contacts, moment(150)).await.unwrap().is_empty());
    let read = store::device::load(&mut transaction, ids[148]).await.unwrap().unwrap();
    assert_eq!(read.contact.last_contact_at, Some(moment(148)));
    // Only installed ones are watched; the even ones are in stock.
    let population = store::supervision::population(&mut transaction).await.unwrap();
    assert_eq!(population.heard_as_often(&Cause::Model(devices[0].model), u32::MAX), 75);
    let overdue = store::supervision::overdue(&mut transaction, 3.0, moment(180 + 10)).await.unwrap();
    assert_eq!(overdue.len(), 6);
    store::supervision::set_silent(&mut transaction, &ids[..3], moment(200), None).await.unwrap();
    let filter = Filter { silent: true, ..Filter::default() };
    assert_eq!(store::device::list(&mut transaction, &filter, 0, 10).await.unwrap().1, 3);
    let mut heard = async |seconds: i64, now: i64| {
        let contacts = [(ids[1], moment(seconds)), (ids[9], moment(seconds))];
        store::contact::heard(&mut transaction, &contacts, moment(now)).await.unwrap()
    };
    assert_eq!(heard(1, 300).await, [], "a message from before its last contact was stored late");
    assert_eq!(heard(300, 300).await, [ids[1]]);
    assert_eq!(heard(250, 300).await, []);
    let read = store::device::load(&mut transaction, ids[1]).await.unwrap().unwrap();
    assert_eq!((read.contact.silent_since, read.contact.last_contact_at), (None, Some(moment(300))));
    // A clock that ran ahead has written this contact: the right one takes its place, and ends a silence.
    store::supervision::set_silent(&mut transaction, &ids[..2], moment(200), None).await.unwrap();
    let back = store::contact::heard(&mut transaction, &[(ids[1], moment(250))], moment(250)).await.unwrap();
    assert_eq!(back, [ids[1]]);
    let read = store::device::load(&mut transaction, ids[1]).await.unwrap().unwrap();
    assert_eq!(read.contact.last_contact_at, Some(moment(250)));
}

async fn an_old_word_ends_no_newer_trouble(store: Store) {
    let id = with_devices(&store, 1).await[0].id;
    let mut transaction = store.write().await.unwrap();
    for (seconds, is_low, low_since) in [
        (100, true, Some(100)),
        (90, false, Some(100)),
        (110, false, None),
        (105, true, Some(105)),
        (105, false, None),
    ] {
        let said = Some((moment(seconds), is_low));
        let noted = Noted { battery_low: said, mains_lost: said, tested_at: None };
        store::contact::note(&mut transaction, &[(id, noted)].into()).await.unwrap();
        store::contact::note(&mut transaction, &[(id, Noted::default())].into()).await.unwrap();
        let contact = store::device::load(&mut transaction, id).await.unwrap().unwrap().contact;
        let expected = low_since.map(moment);
        assert_eq!((contact.battery_low_since, contact.mains_lost_since), (expected, expected), "{seconds}");
    }
}

async fn an_outage_counts_its_devices(store: Store) {
    let devices = with_devices(&store, 9).await;
    let ids: Vec<DeviceId> = devices.iter().map(|device| device.id).collect();
    let outage = Outage {
        id: OutageId(uuid(5)),
        cause: Cause::NetworkOperator("Låtsasnät".to_owned()),
        began_at: moment(10),
        ended_at: None,
        devices_lost: 6,
        devices_silent: 6,
    };
    let mut transaction = store.write().await.unwrap();
    store::supervision::save_outage(&mut transaction, &outage).await.unwrap();
    store::supervision::set_silent(&mut transaction, &ids[..1], moment(100), None).await.unwrap();
    store::supervision::set_silent(&mut transaction, &ids[..6], moment(200), Some(outage.id)).await.unwrap();
    assert_eq!(
        store::supervision::outages(&mut transaction, true, 10).await.unwrap(),
        std::slice::from_ref(&outage)
    );
    let first = store::device::load(&mut transaction, ids[0]).await.unwrap().unwrap();
    assert_eq!(first.contact.silent_since, Some(moment(100)), "it fell silent before the outage was seen");
    store::contact::heard(&mut transaction, &[(ids[0], moment(300)), (ids[1], moment(300))], moment(300))
        .await
        .unwrap();
    assert_eq!(
        store::supervision::outages(&mut transaction, true, i64::MAX).await.unwrap()[0].devices_silent,
        4
    );
    assert_eq!(store::supervision::of_outage(&mut transaction, outage.id).await.unwrap().len(), 4);
    let ended = Outage { ended_at: Some(moment(400)), ..outage };
    store::supervision::save_outage(&mut transaction, &ended).await.unwrap();
    assert!(store::supervision::outages(&mut transaction, true, 10).await.unwrap().is_empty());
    assert_eq!(store::supervision::outages(&mut transaction, false, 10).await.unwrap().len(), 1);
}

async fn installations_are_counted_by_week_and_begin_supervision(store: Store) {
    let devices = with_devices(&store, 3).await;
    let week = 7 * 86_400;
    let mut transaction = store.write().await.unwrap();
    for (device, at) in [(0, 10), (0, week - 1), (2, week), (2, 3 * week + 5)] {
        let step = Step {
            device: devices[device].id,
            from: Stage::Stock,
            to: Stage::Installed,
            at: moment(at),
            user: None,
            note: String::new(),
        };
        let number = 100 + u128::try_from(at).unwrap();
        store::device::add_step(&mut transaction, uuid(number), &step).await.unwrap();
    }
    let weeks = store::device::installed_by_week(&mut transaction, moment(0)).await.unwrap();
    let four = Generation::FourG;
    assert_eq!(weeks, [(four, 0, 2), (four, 1, 1), (four, 3, 1)]);
    assert_eq!(store::device::installed_by_week(&mut transaction, moment(week)).await.unwrap().len(), 2);

    // Never heard: watched from the last installation on.
    let all = store::supervision::overdue(&mut transaction, 0.0, moment(4 * week));
    let mut watched = all.await.unwrap();
    watched.sort_by_key(|device| device.device);
    let since: Vec<_> = watched.iter().map(|device| device.last_contact_at).collect();
    assert_eq!(since, [moment(week - 1), moment(3 * week + 5)]);
    let overdue = async |transaction: &mut _, at| {
        store::supervision::overdue(transaction, 3.0, moment(at)).await.unwrap().len()
    };
    assert_eq!(overdue(&mut transaction, week + 178).await, 0);
    assert_eq!(overdue(&mut transaction, week + 179).await, 1);
    assert_eq!(overdue(&mut transaction, 3 * week + 185).await, 2);
}

async fn the_register_has_a_version(store: Store) {
    let devices = with_devices(&store, 2).await;
    let mut transaction = store.write().await.unwrap();
    let before = store::device::registry_version(&mut transaction).await.unwrap();
    let secrets = Secrets { md5: "a".repeat(32), sha256: "b".repeat(64) };
    store::device::set_secrets(&mut transaction, &[(devices[0].id, secrets.clone())]).await.unwrap();
    assert!(store::device::registry_version(&mut transaction).await.unwrap() > before);
    let registered = store::device::registered(&mut transaction).await.unwrap();
    assert!(registered.iter().any(|device| device.secrets == secrets));
}
