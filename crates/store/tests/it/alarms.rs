//! Alarms, their history, their open keys, and the messages that raised them.

use alarm::{
    Actor, Alarm, Event, Kind, Lane, Measure, Outcome, What,
    follow_up::Limits,
    ladder::{BUILT_IN, Climb},
};
use base::{AlarmId, DeviceId, DispatchId, MessageId, Private, SignedDuration, TeamId, UserId};
use store::{
    Store, StoreError, Transaction,
    alarm::{OpenKey, open_key},
    message::Message,
};

use crate::{both_engines, migrated, moment, uuid};

both_engines!(
    an_alarm_comes_back_as_it_was_saved,
    its_history_comes_back_in_order,
    a_second_open_alarm_of_a_sender_is_refused,
    two_who_change_at_once_do_not_overwrite_each_other,
    a_press_on_an_alarm_that_changed_in_between_is_a_conflict,
    what_is_due_is_found_once_and_not_after_closing,
    lists_hold_what_they_say,
    messages_come_back_and_are_weeded,
);

fn fresh(number: u128) -> (Alarm, Event) {
    let device = DeviceId(uuid(number));
    let climb = Climb::start(BUILT_IN.to_vec(), moment(0));
    let place = (Some(device), None, None);
    alarm::receive(
        AlarmId(uuid(100 + number)),
        MessageId(uuid(200 + number)),
        Kind::Manual,
        place,
        climb,
        moment(0),
    )
}

fn key(alarm: &Alarm) -> String {
    open_key(&alarm.device.unwrap().to_string(), Lane::Help)
}

async fn insert(store: &Store, alarm: &Alarm, event: &Event) -> Result<(), StoreError> {
    let mut transaction = store.write().await?;
    store::alarm::insert(&mut transaction, &[(key(alarm), alarm)]).await?;
    store::alarm::add_events(&mut transaction, &[(alarm.id, event)]).await?;
    transaction.commit().await
}

async fn change(
    transaction: &mut Transaction,
    alarm: &mut Alarm,
    seconds: i64,
    what: What,
    open_key: OpenKey,
) -> Result<(), StoreError> {
    let before = alarm.clone();
    let event = Event { at: moment(seconds), actor: Actor::User(UserId(uuid(7))), what };
    alarm.apply(&event);
    store::alarm::save(transaction, alarm, before.version, open_key).await?;
    store::follow_up::save(transaction, &before, alarm).await?;
    store::alarm::add_events(transaction, &[(alarm.id, &event)]).await
}

fn life() -> Vec<What> {
    let dispatch = DispatchId(uuid(50));
    vec![
        What::Escalated { rung: 0 },
        What::Answered,
        What::Attended,
        What::Called { to: Private::new("070-174 06 05".to_owned()) },
        What::Sent { dispatch, team: TeamId(uuid(60)), answer_due: moment(200) },
        What::Accepted { dispatch },
        What::Overdue { dispatch },
        What::Arrived { dispatch },
        What::Reported { dispatch, text: Private::new("Hjälpt upp, \"mår bra\"".to_owned()) },
        alarm_closing(),
    ]
}

fn alarm_closing() -> What {
    What::Closed(alarm::Closing {
        outcome: Outcome::Helped,
        measures: vec![Measure::HelpedUp, Measure::KinTold],
        text: Private::new("Klart".to_owned()),
    })
}

async fn an_alarm_comes_back_as_it_was_saved(store: Store) {
    migrated(&store).await;
    let (mut alarm, event) = fresh(1);
    insert(&store, &alarm, &event).await.unwrap();
    for (step, what) in (1..).zip(life()) {
        let mut transaction = store.write().await.unwrap();
        let read = store::alarm::load(&mut transaction, alarm.id).await.unwrap().unwrap();
        assert_eq!(read, alarm, "before step {step}");
        let closed = matches!(what, What::Closed(_));
        change(&mut transaction, &mut alarm, step, what, if closed { OpenKey::Clear } else { OpenKey::Keep })
            .await
            .unwrap();
        transaction.commit().await.unwrap();
    }
    let mut transaction = store.read().await.unwrap();
    assert_eq!(store::alarm::load(&mut transaction, alarm.id).await.unwrap().unwrap(), alarm);
    assert!(store::alarm::open_by_keys(&mut transaction, vec![key(&alarm)]).await.unwrap().is_empty());
}

async fn its_history_comes_back_in_order(store: Store) {
    migrated(&store).await;
    let (mut alarm, event) = fresh(1);
    insert(&store, &alarm, &event).await.unwrap();
    let mut transaction = store.write().await.unwrap();
    for (step, what) in (1..).zip(life()) {
        change(&mut transaction, &mut alarm, step, what, OpenKey::Keep).await.unwrap();
    }
    transaction.commit().await.unwrap();
    let mut transaction = store.read().await.unwrap();
    let events = store::alarm::events(&mut transaction, alarm.id).await.unwrap();
    let whats: Vec<What> = events.iter().map(|numbered| numbered.event.what.clone()).collect();
    assert_eq!(whats, [vec![event.what], life()].concat());
    assert!(events.windows(2).all(|pair| pair[0].sequence < pair[1].sequence));
    let after = store::alarm::events_after(&mut transaction, events[5].sequence, 2).await.unwrap();
    assert_eq!(after, events[6..8]);
    assert_eq!(
        store::alarm::newest_sequence(&mut transaction).await.unwrap(),
        events.last().unwrap().sequence
    );
}

async fn a_second_open_alarm_of_a_sender_is_refused(store: Store) {
    migrated(&store).await;
    let (mut first, event) = fresh(1);
    insert(&store, &first, &event).await.unwrap();
    let second = Alarm { id: AlarmId(uuid(999)), ..first.clone() };
    let refused = insert(&store, &second, &event).await;
    assert!(refused.as_ref().is_err_and(StoreError::is_unique_violation), "{refused:?}");
    let mut transaction = store.write().await.unwrap();
    change(&mut transaction, &mut first, 1, What::Answered, OpenKey::Keep).await.unwrap();
    change(&mut transaction, &mut first, 2, alarm_closing(), OpenKey::Clear).await.unwrap();
    transaction.commit().await.unwrap();
    insert(&store, &second, &event).await.unwrap();
    let mut transaction = store.write().await.unwrap();
    let reopened = What::Reopened { reason: Private::new("ringde igen".to_owned()) };
    change(&mut transaction, &mut first, 3, reopened, OpenKey::Keep).await.unwrap();
    transaction.commit().await.unwrap();
    let mut transaction = store.read().await.unwrap();
    let holders = store::alarm::open_by_keys(&mut transaction, vec![key(&first)]).await.unwrap();
    assert_eq!(holders.iter().map(|(_, alarm)| alarm.id).collect::<Vec<_>>(), [second.id]);
}

async fn two_who_change_at_once_do_not_overwrite_each_other(store: Store) {
    migrated(&store).await;
    let (alarm, event) = fresh(1);
    insert(&store, &alarm, &event).await.unwrap();
    let (mut one, mut other) = (alarm.clone(), alarm);
    let mut transaction = store.write().await.unwrap();
    change(&mut transaction, &mut one, 1, What::Answered, OpenKey::Keep).await.unwrap();
    transaction.commit().await.unwrap();
    let mut transaction = store.write().await.unwrap();
    let second = change(&mut transaction, &mut other, 2, What::Answered, OpenKey::Keep).await;
    assert!(matches!(second, Err(StoreError::Conflict)), "{second:?}");
}

async fn a_press_on_an_alarm_that_changed_in_between_is_a_conflict(store: Store) {
    migrated(&store).await;
    let (alarm, event) = fresh(1);
    insert(&store, &alarm, &event).await.unwrap();
    let mut pressed = alarm.clone();
    for number in 0..2 {
        let what = alarm::repeat(MessageId(uuid(300 + number)), Kind::Fall);
        pressed.apply(&Event { at: moment(5), actor: Actor::Device, what });
    }
    let mut transaction = store.write().await.unwrap();
    store::alarm::touch(&mut transaction, &[(&pressed, alarm.version)]).await.unwrap();
    assert_eq!(store::alarm::load(&mut transaction, alarm.id).await.unwrap().unwrap(), pressed);
    let again = store::alarm::touch(&mut transaction, &[(&pressed, alarm.version)]).await;
    assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
}

async fn what_is_due_is_found_once_and_not_after_closing(store: Store) {
    migrated(&store).await;
    let (mut alarm, event) = fresh(1);
    insert(&store, &alarm, &event).await.unwrap();
    let mut transaction = store.write().await.unwrap();
    assert!(store::alarm::due(&mut transaction, moment(59)).await.unwrap().is_empty());
    assert_eq!(store::alarm::due(&mut transaction, moment(60)).await.unwrap(), [alarm.id]);
    assert_eq!(store::alarm::next_due(&mut transaction).await.unwrap(), Some(moment(60)));
    let limits = Limits { left_seconds: 300, technical_left_seconds: 3_600, overdue_seconds: 900 };
    assert_eq!(store::follow_up::next_due(&mut transaction, limits).await.unwrap(), None);
    change(&mut transaction, &mut alarm, 10, What::Answered, OpenKey::Keep).await.unwrap();
    assert_eq!(store::alarm::next_due(&mut transaction).await.unwrap(), None);
    assert_eq!(store::follow_up::next_due(&mut transaction, limits).await.unwrap(), Some(moment(310)));
    assert!(store::follow_up::due(&mut transaction, limits, moment(309)).await.unwrap().is_empty());
    assert_eq!(store::follow_up::due(&mut transaction, limits, moment(310)).await.unwrap(), [alarm.id]);
    let sent = What::Sent { dispatch: DispatchId(uuid(50)), team: TeamId(uuid(60)), answer_due: moment(100) };
    change(&mut transaction, &mut alarm, 20, sent, OpenKey::Keep).await.unwrap();
    assert_eq!(store::alarm::next_due(&mut transaction).await.unwrap(), Some(moment(100)));
    assert_eq!(store::alarm::due(&mut transaction, moment(100)).await.unwrap(), [alarm.id]);
    change(&mut transaction, &mut alarm, 30, alarm_closing(), OpenKey::Clear).await.unwrap();
    assert!(
        store::alarm::due(&mut transaction, moment(100) + SignedDuration::from_hours(1))
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(store::alarm::next_due(&mut transaction).await.unwrap(), None);
}

async fn lists_hold_what_they_say(store: Store) {
    migrated(&store).await;
    let mut alarms = Vec::new();
    for number in 1..=3 {
        let (alarm, event) = fresh(number);
        insert(&store, &alarm, &event).await.unwrap();
        alarms.push(alarm);
    }
    let mut transaction = store.write().await.unwrap();
    let team = TeamId(uuid(60));
    let sent = What::Sent { dispatch: DispatchId(uuid(50)), team, answer_due: moment(100) };
    change(&mut transaction, &mut alarms[0], 1, sent, OpenKey::Keep).await.unwrap();
    change(&mut transaction, &mut alarms[1], 1, What::Answered, OpenKey::Keep).await.unwrap();
    change(&mut transaction, &mut alarms[1], 2, alarm_closing(), OpenKey::Clear).await.unwrap();
    let ids = |alarms: Vec<Alarm>| -> Vec<AlarmId> {
        let mut ids: Vec<AlarmId> = alarms.into_iter().map(|alarm| alarm.id).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(ids(store::alarm::open(&mut transaction).await.unwrap()), [alarms[0].id, alarms[2].id]);
    assert_eq!(ids(store::alarm::of_teams(&mut transaction, &[team]).await.unwrap()), [alarms[0].id]);
    assert!(store::alarm::of_teams(&mut transaction, &[]).await.unwrap().is_empty());
    assert_eq!(
        ids(store::alarm::closed_before(&mut transaction, moment(1), 10).await.unwrap()),
        [alarms[1].id]
    );
    let device = alarms[2].device.unwrap();
    assert_eq!(ids(store::alarm::of_device(&mut transaction, device, 10).await.unwrap()), [alarms[2].id]);
}

async fn messages_come_back_and_are_weeded(store: Store) {
    migrated(&store).await;
    let (alarm, event) = fresh(1);
    insert(&store, &alarm, &event).await.unwrap();
    let message = |number: u128, seconds, alarm: Option<AlarmId>, device| Message {
        id: MessageId(uuid(number)),
        received_at: moment(seconds),
        transport: "udp".to_owned(),
        source: "192.0.2.1:5060".to_owned(),
        device,
        controller_id: "9000000001".to_owned(),
        reference: format!("{number}"),
        signal: "manual".to_owned(),
        detail: Private::new("manuellt larm".to_owned()),
        trouble: String::new(),
        duplicate_key: format!("key{}", number % 10),
        alarm,
        raw: Private::new(vec![0, 60, 255]),
    };
    // The alarm's history names its message, and by that it is found.
    let (of_alarm, of_unknown) = (message(201, 1, Some(alarm.id), alarm.device), message(12, 2, None, None));
    let mut transaction = store.write().await.unwrap();
    store::message::insert(&mut transaction, vec![of_alarm.clone(), of_unknown.clone()]).await.unwrap();
    assert_eq!(
        store::message::of_alarm(&mut transaction, alarm.id).await.unwrap(),
        std::slice::from_ref(&of_alarm)
    );
    assert_eq!(store::message::of_unknown_senders(&mut transaction, 9).await.unwrap(), [of_unknown]);
    let wanted = |key: &str| ("9000000001".to_owned(), key.to_owned());
    let earlier = store::message::earlier(&mut transaction, ["key1", "key5"].map(wanted)).await.unwrap();
    assert_eq!(earlier.len(), 1);
    assert_eq!((earlier[0].received_at, earlier[0].alarm), (moment(1), Some(alarm.id)));
    // The message of the open alarm stays, however old.
    assert_eq!(store::message::weed(&mut transaction, moment(100)).await.unwrap(), 1);
    assert_eq!(store::message::of_alarm(&mut transaction, alarm.id).await.unwrap(), [of_alarm]);
}
