//! A server that loses what it had confirmed: what was acknowledged stands there again.

use base::AlarmId;

use crate::{follow::Follower, live::Change};

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
        self.app.lately.lost().map(|lost| lost.stored_again)
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
        world.clock.advance(base::SignedDuration::from_secs(5));
        let before_last = world.app.now();
        let new = world.reception.submit(alarm("1", "c")).await.unwrap().alarm.unwrap();
        world.connect_again().await;
        look_again(&world.app).await.unwrap();
        assert_eq!(world.counts().await, (3, 1));
        let stands = world.load(new).await;
        assert_eq!((stands.state, stands.repeats), (::alarm::State::Waiting, 1));
        // The person's last word was a call: the reset before it takes nothing back.
        assert_eq!((stands.withdrawn_at, stands.last_message_at), (None, before_last));
    }
}

#[tokio::test]
async fn a_server_that_knows_less_is_followed_from_its_start() {
    for world in worlds().await {
        let mut lost = Vec::new();
        for sender in ["1", "2", "3"] {
            lost.extend(world.reception.submit(alarm(sender, "a")).await.unwrap().alarm);
        }
        let mut follower = Follower::default();
        follower.look(&world.app).await.unwrap();
        world.lose(&lost).await;
        let mut changes = world.app.live.listen();
        follower.look(&world.app).await.unwrap();
        assert_eq!(changes.try_recv(), Ok(Change::Everything));
        follower.look(&world.app).await.unwrap();
        assert!(changes.try_recv().is_err(), "told once");
        let new = world.reception.submit(alarm("4", "a")).await.unwrap().alarm.unwrap();
        let by_itself = changes.try_recv();
        follower.look(&world.app).await.unwrap();
        assert_eq!((by_itself, changes.try_recv()), (Ok(Change::AlarmNew(new)), Ok(Change::AlarmNew(new))));
    }
}
