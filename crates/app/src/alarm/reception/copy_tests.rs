//! Two nodes on one database: what one acknowledged is stored once, whichever of them stores it.

use std::{sync::Arc, time::Duration};

use base::id::{RandomIds, Uuid};
use journal::JOURNAL_BYTES_MIN;
use peer::{Copies, Link, Listening, Secret};
use tokio::{
    sync::watch,
    task::{AbortHandle, JoinHandle},
};

use super::{
    super::{
        aside::{self, Copied},
        copies::{Patience, look_after},
    },
    journal_tests::File,
    tests::{World, alarm, worlds},
    *,
};

const ALARMS: i64 = 20;
const PATIENCE: Duration = Duration::from_secs(60);
/// Never, as far as a test can tell.
const NEVER: Duration = Duration::from_secs(1_000);

/// Two nodes: that of the world, whose journal is copied, and another one that keeps the copy.
struct Pair {
    world: World,
    journal: File,
    writer: JoinHandle<()>,
    link: Link,
    reaching: AbortHandle,
    other: App,
    copies: Copies,
    _copy: File,
}

impl Pair {
    async fn new(mut world: World, name: &str) -> Self {
        let (journal, copy) = (File::new(name), File::new(&format!("{name}.peer")));
        let copies = Copies::open(copy.path(), JOURNAL_BYTES_MIN).unwrap();
        let secret = Secret::new("made up for tests").unwrap();
        let listening = Listening::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = listening.address().unwrap().to_string();
        tokio::spawn(listening.take(secret.clone(), copies.clone()));
        let (link, reaching) = Link::start(address, secret, world.clock.clone());
        world.app.aside.copy_to(link.clone());
        until(|| world.app.aside.standing().copied == Some(Copied::Everything)).await;
        let writer = world.start(&journal);
        let other =
            App::open(world.app.store.clone(), world.clock.clone(), Arc::new(RandomIds)).await.unwrap();
        let reaching = reaching.abort_handle();
        Pair { world, journal, writer, link, reaching, other, copies, _copy: copy }
    }

    /// The database goes away, and the first node acknowledges alarms.
    async fn acknowledge(&self) -> Vec<store::Transaction> {
        let broken = self.world.break_down().await;
        for sender in 0..ALARMS {
            self.world.reception.submit(alarm(&sender.to_string(), "a")).await.unwrap();
            if self.link.behind_since().is_none() {
                assert_eq!(self.copies.count() as i64, sender + 1, "told as copied and not there");
            }
        }
        // On a machine that is busy the other disk may have been left out for a while.
        until(|| self.link.behind_since().is_none()).await;
        assert_eq!(self.copies.count() as i64, ALARMS);
        broken
    }

    /// As hard an end of the first node as a test can give.
    async fn kill(&mut self) {
        self.writer.abort();
        self.reaching.abort();
        let _ = (&mut self.writer).await;
        until(|| !self.copies.has_owner()).await;
    }

    fn look_after(&self, gone: Duration, slow: Duration) -> watch::Sender<bool> {
        let (stop, stopped) = watch::channel(false);
        let (app, copies) = (self.other.clone(), self.copies.clone());
        tokio::spawn(look_after(app, copies, Patience { gone, slow }, stopped));
        stop
    }
}

async fn until(mut holds: impl FnMut() -> bool) {
    let waited = tokio::time::timeout(PATIENCE, async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    waited.await.unwrap();
}

fn operator() -> access::Actor {
    access::Actor {
        user: base::UserId(Uuid::nil()),
        roles: vec![access::Role::Operator],
        teams: Vec::new(),
        scopes: Vec::new(),
    }
}

#[tokio::test]
async fn a_node_that_is_lost_with_its_disk_is_stored_by_the_other() {
    for (number, world) in worlds().await.into_iter().enumerate() {
        let mut pair = Pair::new(world, &format!("lost-{number}")).await;
        let broken = pair.acknowledge().await;
        pair.kill().await;
        std::fs::remove_file(pair.journal.path()).unwrap();
        pair.other.aside.note_answer(false, pair.other.now());
        let _stop = pair.look_after(Duration::ZERO, NEVER);
        // Its operators see what was acknowledged elsewhere, while nobody can store it.
        until(|| pair.other.aside.standing().of_others == Some(ALARMS as usize)).await;
        let picture = aside::picture(&pair.other, &operator()).unwrap().unwrap();
        assert_eq!(picture.lines.len() as i64, ALARMS);
        drop(broken);
        until(|| pair.other.aside.standing().of_others == Some(0)).await;
        assert_eq!(pair.world.counts().await, (ALARMS, ALARMS));
        assert_eq!(pair.copies.count(), 0);
    }
}

#[tokio::test]
async fn an_owner_that_comes_back_after_the_other_has_stored_doubles_nothing() {
    for (number, world) in worlds().await.into_iter().take(1).enumerate() {
        let mut pair = Pair::new(world, &format!("back-{number}")).await;
        drop(pair.acknowledge().await);
        pair.kill().await;
        let _stop = pair.look_after(Duration::ZERO, NEVER);
        until(|| pair.copies.count() == 0).await;
        // What it had stored itself before it ended is stored by both.
        assert_eq!(pair.world.counts().await, (ALARMS, ALARMS));
        pair.world.app = pair.other.clone();
        let mut changes = pair.other.live.listen();
        let held = !pair.journal.open().records.is_empty();
        pair.world.start(&pair.journal);
        while held && !matches!(changes.recv().await, Ok(crate::live::Change::Everything)) {}
        assert_eq!(pair.world.counts().await, (ALARMS, ALARMS));
    }
}

#[tokio::test]
async fn both_may_store_at_once() {
    for (number, world) in worlds().await.into_iter().enumerate() {
        let pair = Pair::new(world, &format!("both-{number}")).await;
        let broken = pair.acknowledge().await;
        let _stop = pair.look_after(Duration::ZERO, Duration::ZERO);
        drop(broken);
        until(|| pair.world.app.aside.standing().waiting == 0 && pair.copies.count() == 0).await;
        assert_eq!(pair.world.counts().await, (ALARMS, ALARMS));
    }
}

#[tokio::test]
async fn what_its_owner_has_stored_is_forgotten() {
    for (number, world) in worlds().await.into_iter().take(1).enumerate() {
        let pair = Pair::new(world, &format!("forgotten-{number}")).await;
        let broken = pair.acknowledge().await;
        let _stop = pair.look_after(NEVER, NEVER);
        pair.world.mend_and_wait(broken).await;
        until(|| pair.other.aside.standing().of_others == Some(0)).await;
        assert_eq!(pair.copies.count(), 0);
        assert_eq!(pair.world.counts().await, (ALARMS, ALARMS));
    }
}
