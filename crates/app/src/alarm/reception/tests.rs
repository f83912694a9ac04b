//! Reception from a socket's point of view: what is handed in, what is answered, what stands in the database.

use std::sync::Arc;

use ::alarm::{Alarm, Closing, Kind, Outcome, State};
use ::device::{Report, Signal, report::Technical};
use access::{Actor, Role};
use base::{AlarmId, Private, SignedDuration, clock::FakeClock, id::CountingIds};
use store::Store;

use super::{
    super::{
        operate, queue,
        receive::{Trial, receive_taken},
    },
    *,
};

pub(super) struct World {
    pub(super) app: App,
    pub(super) clock: Arc<FakeClock>,
    pub(super) reception: Reception,
}

/// A world on an empty database: in memory, and on PostgreSQL when the environment names one.
pub(super) async fn worlds() -> Vec<World> {
    let mut urls = vec!["sqlite::memory:".to_owned()];
    match std::env::var("TEST_POSTGRES_URL") {
        Ok(url) => urls.push(own_schema(&url).await),
        Err(_) => eprintln!("SKIPPED on PostgreSQL: TEST_POSTGRES_URL is not set"),
    }
    let mut worlds = Vec::new();
    for url in urls {
        let store = Store::open(&url).await.unwrap();
        let clock = Arc::new(FakeClock::at("2026-11-22T06:00:00Z".parse().unwrap()));
        store::migrate::migrate(&store, base::Clock::now(clock.as_ref())).await.unwrap();
        let app = App::open(store, Arc::clone(&clock) as _, Arc::new(CountingIds::default())).await.unwrap();
        let (reception, _) = Reception::start(app.clone());
        worlds.push(World { app, clock, reception });
    }
    worlds
}

/// The address of a schema of this test's own.
async fn own_schema(url: &str) -> String {
    let schema = format!(
        "reception_{}",
        base::id::IdSource::next(&base::id::RandomIds, base::Clock::now(&base::clock::SystemClock)).simple()
    );
    let store = Store::open(url).await.unwrap();
    let mut transaction = store.write().await.unwrap();
    transaction.execute(&format!("CREATE SCHEMA {schema}"), vec![]).await.unwrap();
    transaction.commit().await.unwrap();
    format!("{url}?options=-csearch_path%3D{schema}")
}

pub(super) fn alarm(controller_id: &str, reference: &str) -> Arrival {
    let report = Report {
        controller_id: controller_id.to_owned(),
        reference: reference.to_owned(),
        signal: Signal::Alarm(Kind::Manual),
        detail: Private::default(),
        position: None,
    };
    Arrival {
        transport: "udp",
        source: "192.0.2.1:5060".to_owned(),
        content: Content::Read(report),
        raw: Private::new(format!("{controller_id} {reference}").into_bytes()),
    }
}

impl World {
    pub(super) async fn counts(&self) -> (i64, i64) {
        let mut transaction = self.app.store.read().await.unwrap();
        let counts = store::message::counts(&mut transaction).await.unwrap();
        (counts.messages, counts.alarms)
    }

    pub(super) async fn load(&self, id: AlarmId) -> Alarm {
        let mut transaction = self.app.store.read().await.unwrap();
        store::alarm::load(&mut transaction, id).await.unwrap().unwrap()
    }

    async fn close(&self, id: AlarmId) {
        let mut transaction = self.app.store.write().await.unwrap();
        let alarm = store::alarm::load(&mut transaction, id).await.unwrap().unwrap();
        let mut closed = alarm.clone();
        let closing = Closing { outcome: Outcome::Helped, measures: Vec::new(), text: Private::default() };
        closed.closed = Some((self.app.now(), closing));
        closed.state = State::Closed;
        store::alarm::save(&mut transaction, &closed, alarm.version, store::alarm::OpenKey::Clear)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_copy_makes_no_second_alarm_and_no_second_row() {
    for world in worlds().await {
        let first = world.reception.submit(alarm("1", "a")).await.unwrap();
        world.clock.advance(SignedDuration::from_secs(5));
        let copy = world.reception.submit(alarm("1", "a")).await.unwrap();
        assert_eq!((copy.copy, copy.alarm), (true, first.alarm));
        assert_eq!(world.counts().await, (1, 1));
        assert_eq!(world.load(first.alarm.unwrap()).await.repeats, 0);
    }
}

#[tokio::test]
async fn a_copy_that_waited_while_its_alarm_was_closed_is_no_new_call() {
    for world in worlds().await {
        let first = world.reception.submit(alarm("1", "a")).await.unwrap();
        let pass = |seconds| world.clock.advance(SignedDuration::from_secs(seconds));
        pass(1);
        let early = Taken::now(&world.app, alarm("1", "a"));
        pass(15);
        let late = Taken::now(&world.app, alarm("1", "a"));
        pass(1);
        world.close(first.alarm.unwrap()).await;
        for (taken, is_copy, why) in [
            (&early, true, "the operator closed what it says"),
            (&late, false, "two clocks may differ by as much"),
        ] {
            let receipts =
                receive_taken(&world.app, std::slice::from_ref(taken), Trial::First).await.unwrap();
            assert_eq!(receipts[0].copy, is_copy, "{why}");
            assert_eq!(receipts[0].alarm == first.alarm, is_copy, "{why}");
        }
    }
}

#[tokio::test]
async fn after_a_restart_a_copy_is_still_a_copy() {
    for world in worlds().await {
        let first = world.reception.submit(alarm("1", "a")).await.unwrap();
        let app = App::open(world.app.store.clone(), world.clock.clone(), Arc::new(CountingIds::default()));
        let (reception, _) = Reception::start(app.await.unwrap());
        let copy = reception.submit(alarm("1", "a")).await.unwrap();
        assert_eq!((copy.copy, copy.alarm), (true, first.alarm));
        assert_eq!(world.counts().await, (1, 1));
    }
}

#[tokio::test]
async fn the_same_words_after_the_alarm_was_closed_are_a_new_call() {
    for world in worlds().await {
        let first = world.reception.submit(alarm("1", "a")).await.unwrap();
        world.close(first.alarm.unwrap()).await;
        world.clock.advance(SignedDuration::from_secs(60));
        let second = world.reception.submit(alarm("1", "a")).await.unwrap();
        assert!(!second.copy);
        assert_ne!(second.alarm, first.alarm);
        assert_eq!(world.counts().await, (2, 2));
    }
}

#[tokio::test]
async fn many_senders_at_once_each_get_their_own_alarm_and_repeats_are_counted() {
    for world in worlds().await {
        for round in ["a", "b", "c"] {
            let waiting =
                (0..300).map(|sender| {
                    let reception = world.reception.clone();
                    async move {
                        reception.submit(alarm(&sender.to_string(), round)).await.unwrap().alarm.unwrap()
                    }
                });
            let alarms: std::collections::BTreeSet<AlarmId> =
                futures_util::future::join_all(waiting).await.into_iter().collect();
            assert_eq!(alarms.len(), 300);
            if round == "c" {
                for id in alarms {
                    assert_eq!(world.load(id).await.repeats, 2);
                }
            }
        }
        assert_eq!(world.counts().await, (900, 300));
        let alarm = world.reception.submit(alarm("7", "d")).await.unwrap().alarm.unwrap();
        let mut transaction = world.app.store.read().await.unwrap();
        let messages = store::message::of_alarm(&mut transaction, alarm).await.unwrap();
        let references: Vec<&str> = messages.iter().map(|message| message.reference.as_str()).collect();
        assert_eq!(references, ["a", "b", "c", "d"]);
    }
}

#[tokio::test]
async fn a_reset_never_passes_the_alarm_that_it_takes_back() {
    for world in worlds().await {
        // Someone keeps alarms from being raised for a while; nothing else is held up where a server has the database.
        let mut someone = world.app.store.write().await.unwrap();
        if world.app.store.is_shared() {
            someone.execute("LOCK TABLE alarm IN SHARE MODE", vec![]).await.unwrap();
        }
        let mut reset = alarm("1", "b");
        if let Content::Read(report) = &mut reset.content {
            report.signal = Signal::Reset;
        }
        let mut waiting = Vec::new();
        for arrival in [alarm("1", "a"), reset] {
            let reception = world.reception.clone();
            waiting.push(tokio::spawn(async move { reception.submit(arrival).await.unwrap().alarm }));
            // Long enough for a batch to be begun; a shorter time would let the test pass, not fail.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        drop(someone);
        let mut alarms = Vec::new();
        for one in waiting {
            alarms.push(one.await.unwrap());
        }
        assert!(alarms[0].is_some() && alarms[0] == alarms[1], "{alarms:?}");
    }
}

#[tokio::test]
async fn a_call_for_help_is_seen_in_front_of_more_than_the_queue_shows() {
    for world in worlds().await {
        let many = queue::LINES_MAX + 5;
        let batteries = (0..many).map(|sender| {
            let mut battery = alarm(&sender.to_string(), "a");
            if let Content::Read(report) = &mut battery.content {
                report.signal = Signal::Technical(Technical::BatteryLow);
            }
            world.reception.submit(battery)
        });
        for received in futures_util::future::join_all(batteries).await {
            received.unwrap();
        }
        world.clock.advance(SignedDuration::from_secs(60));
        let call = world.reception.submit(alarm("person", "a")).await.unwrap().alarm.unwrap();
        let actor = Actor {
            user: base::UserId(base::id::Uuid::nil()),
            roles: vec![Role::Operator],
            teams: Vec::new(),
            scopes: Vec::new(),
        };
        let found = queue::queue(&world.app, &actor).await.unwrap();
        assert_eq!((found.lines[0].alarm.id, found.lines.len()), (call, queue::LINES_MAX));
        assert_eq!(found.more_waiting, 6);
        // Who has taken one finds it below them all.
        operate::answer(&world.app, &actor, call).await.unwrap();
        let found = queue::queue(&world.app, &actor).await.unwrap();
        assert_eq!(found.lines.last().map(|line| line.alarm.id), Some(call));
        assert_eq!((found.lines.len(), found.more_waiting), (queue::LINES_MAX + 1, 5));
    }
}

#[tokio::test]
async fn a_text_that_an_engine_cannot_hold_is_kept_as_near_as_it_can() {
    for world in worlds().await {
        let receipt = world.reception.submit(alarm("1\0", "a")).await;
        assert!(receipt.is_ok(), "{receipt:?}");
        assert_eq!(world.counts().await, (1, 1));
    }
}

#[tokio::test]
async fn a_message_that_proves_itself_is_no_copy_of_the_doubtful_one_before_it() {
    for world in worlds().await {
        let proven = alarm("4711", "A1");
        let doubtful = Arrival {
            content: Content::Doubtful {
                controller_id: "4711".to_owned(),
                reference: "A1".to_owned(),
                trouble: "fel lösenord".to_owned(),
            },
            ..proven.clone()
        };
        let first = world.reception.submit(doubtful).await.unwrap();
        let second = world.reception.submit(proven).await.unwrap();
        assert!(!first.copy && !second.copy);
        assert_eq!(world.counts().await.0, 2);
    }
}
