//! A server that loses what it had confirmed: what was acknowledged stands there again.

use base::AlarmId;

use super::{
    super::lately::look_again,
    journal_tests::test_of,
    tests::{World, alarm, worlds},
    *,
};

impl World {
    /// Another connection, behind which another server may be.
    async fn connect_again(&self) {
        self.app.store.apart().read().await.unwrap();
    }

    /// As a server that leads again and never knew of these.
    async fn lose(&self, alarms: &[AlarmId]) {
        let mut transaction = self.app.store.write().await.unwrap();
        for alarm in alarms {
            store::service_level::forget_alarm(&mut transaction, *alarm).await.unwrap();
        }
        transaction.commit().await.unwrap();
    }

    fn lost(&self) -> Option<u64> {
        self.app.lately.lost().map(|lost| lost.messages)
    }
}

#[tokio::test]
async fn what_a_server_has_lost_is_stored_again_once() {
    for world in worlds().await.into_iter().filter(|world| world.app.store.is_shared()) {
        let kept = world.reception.submit(alarm("1", "a")).await.unwrap();
        let lost = world.reception.submit(alarm("2", "a")).await.unwrap().alarm.unwrap();
        world.reception.submit(alarm("2", "b")).await.unwrap();
        assert!(world.reception.submit(alarm("2", "b")).await.unwrap().copy);
        world.reception.submit(test_of("3")).await.unwrap();
        let before = world.load(lost).await;
        look_again(&world.app).await.unwrap();
        assert_eq!(world.lost(), None);
        world.lose(&[lost]).await;
        assert_eq!(world.counts().await, (2, 1));
        world.connect_again().await;
        look_again(&world.app).await.unwrap();
        assert_eq!(world.lost(), Some(2));
        assert_eq!(world.counts().await, (4, 2));
        assert_eq!(world.load(lost).await, before);
        assert_eq!(world.load(kept.alarm.unwrap()).await.repeats, 0);
        world.connect_again().await;
        look_again(&world.app).await.unwrap();
        assert_eq!((world.lost(), world.counts().await), (Some(2), (4, 2)));
    }
}

#[tokio::test]
async fn a_lost_message_that_its_device_has_said_again_needs_no_row_of_its_own() {
    for world in worlds().await.into_iter().filter(|world| world.app.store.is_shared()) {
        let lost = world.reception.submit(alarm("1", "a")).await.unwrap().alarm.unwrap();
        world.lose(&[lost]).await;
        let again = world.reception.submit(alarm("1", "a")).await.unwrap();
        assert!(!again.copy);
        for _ in 0..2 {
            world.connect_again().await;
            look_again(&world.app).await.unwrap();
            assert_eq!((world.lost(), world.counts().await), (Some(1), (1, 1)));
        }
    }
}

#[tokio::test]
async fn an_old_reset_that_is_stored_again_closes_nothing() {
    for world in worlds().await.into_iter().filter(|world| world.app.store.is_shared()) {
        let lost = world.reception.submit(alarm("1", "a")).await.unwrap().alarm.unwrap();
        let mut reset = alarm("1", "b");
        if let Content::Read(report) = &mut reset.content {
            report.signal = Signal::Reset;
        }
        assert_eq!(world.reception.submit(reset).await.unwrap().alarm, Some(lost));
        world.lose(&[lost]).await;
        let new = world.reception.submit(alarm("1", "c")).await.unwrap().alarm.unwrap();
        world.connect_again().await;
        look_again(&world.app).await.unwrap();
        assert_eq!(world.counts().await, (3, 1));
        let stands = world.load(new).await;
        assert_eq!((stands.state, stands.repeats), (::alarm::State::Waiting, 1));
    }
}
