//! What other systems ask once, and what devices cannot prove.

use base::{Private, SignedDuration, TokenId};
use store::{
    Store,
    idempotency::{Answer, Asked, claim, give_back, keep, load, take_over, weed},
    message::Message,
};

use crate::{both_engines, migrated, moment, uuid};

both_engines!(a_key_belongs_to_one_request_until_it_is_weeded, an_unproven_sender_is_counted_on_its_device);

async fn a_key_belongs_to_one_request_until_it_is_weeded(store: Store) {
    migrated(&store).await;
    let asked = Asked { token: TokenId(uuid(1)), key_hash: "k".to_owned(), request_hash: "r".to_owned() };
    let mut transaction = store.write().await.unwrap();
    let day = SignedDuration::from_hours(24);
    assert!(claim(&mut transaction, &asked, moment(0) - day, moment(0)).await.unwrap());
    assert!(!claim(&mut transaction, &asked, moment(9) - day, moment(9)).await.unwrap(), "taken");
    assert!(!take_over(&mut transaction, &asked, moment(0), moment(60)).await.unwrap(), "still being done");
    assert!(take_over(&mut transaction, &asked, moment(1), moment(61)).await.unwrap(), "cut off");
    let answer = Answer { status: 201, location: "/api/v1/devices/1".to_owned(), body: "{}".to_owned() };
    keep(&mut transaction, &asked, &answer).await.unwrap();
    give_back(&mut transaction, &asked).await.unwrap();
    let kept = load(&mut transaction, &asked).await.unwrap().unwrap();
    assert_eq!((kept.answer, kept.request_hash.as_str()), (Some(answer), "r"), "what was done stays");
    assert!(!take_over(&mut transaction, &asked, moment(999), moment(999)).await.unwrap());
    assert!(claim(&mut transaction, &asked, moment(62), moment(63) + day).await.unwrap(), "its day is over");
    assert_eq!(load(&mut transaction, &asked).await.unwrap().unwrap().answer, None);
    assert_eq!(weed(&mut transaction, moment(64) + day).await.unwrap(), 1);
    assert_eq!(load(&mut transaction, &asked).await.unwrap(), None);
}

async fn an_unproven_sender_is_counted_on_its_device(store: Store) {
    let device = crate::devices::with_devices(&store, 1).await.remove(0);
    let mut transaction = store.write().await.unwrap();
    let message = |number: u128, seconds: i64, controller_id: &str| Message {
        id: base::MessageId(uuid(number)),
        received_at: moment(seconds),
        transport: "udp".to_owned(),
        source: "192.0.2.9:5060".to_owned(),
        device: None,
        controller_id: controller_id.to_owned(),
        reference: String::new(),
        signal: "unknown".to_owned(),
        detail: Private::default(),
        trouble: "fel lösenord".to_owned(),
        duplicate_key: number.to_string(),
        alarm: None,
        raw: Private::default(),
    };
    let name = device.controller_id.as_str();
    let messages = vec![message(1, 5, name), message(2, 9, name), message(3, 9, "okänd")];
    store::message::insert(&mut transaction, messages).await.unwrap();
    let found = store::unproven::of_devices(&mut transaction).await.unwrap();
    assert_eq!(found.len(), 1, "a sender that nobody has registered is listed elsewhere");
    assert_eq!((found[0].device, found[0].messages), (device.id, 2));
    assert_eq!((found[0].first_at, found[0].last_at), (moment(5), moment(9)));
}
