//! Reception with a journal: the database goes away and comes back, the program ends and starts anew.

use std::{path::PathBuf, sync::Arc, time::Duration};

use base::{Private, id::CountingIds};
use journal::{JOURNAL_BYTES_MIN, Journal};
use store::Transaction;

use super::{
    super::{
        aside,
        receive::{Trial, receive_taken},
        taken::Taken,
    },
    tests::{World, alarm, worlds},
    *,
};
use crate::live::Change;

/// A journal of one test, removed at its end.
pub(super) struct File(PathBuf);

impl File {
    pub(super) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tryggve-reception-{}-{name}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        File(path)
    }

    pub(super) fn path(&self) -> &std::path::Path {
        &self.0
    }

    pub(super) fn open(&self) -> Opened {
        Journal::open(&self.0, JOURNAL_BYTES_MIN).unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

impl World {
    pub(super) fn start(&mut self, file: &File) -> tokio::task::JoinHandle<()> {
        let (reception, writer) = Reception::start_with(self.app.clone(), Some(file.open()), None);
        self.reception = reception;
        writer
    }

    /// Nothing can be stored until what this returns is dropped: every connection that writes is taken.
    pub(super) async fn break_down(&self) -> Vec<Transaction> {
        // A busy machine takes a while to open one more connection.
        const PATIENCE: Duration = Duration::from_millis(1_500);
        let mut taken = Vec::new();
        while let Ok(Ok(connection)) = tokio::time::timeout(PATIENCE, self.app.store.write()).await {
            taken.push(connection);
        }
        taken
    }

    /// Gives the database back and waits until the journal has been handed over.
    pub(super) async fn mend_and_wait(&self, broken: Vec<Transaction>) {
        let mut changes = self.app.live.listen();
        drop(broken);
        while !matches!(changes.recv().await, Ok(Change::Everything)) {}
        assert_eq!(self.app.aside.standing().waiting, 0);
    }
}

pub(super) fn test_of(controller_id: &str) -> Arrival {
    let mut arrival = alarm(controller_id, "prov");
    if let Content::Read(report) = &mut arrival.content {
        report.signal = Signal::Test;
    }
    arrival
}

#[tokio::test]
async fn what_the_database_cannot_take_is_kept_shown_and_handed_over_once() {
    for (number, mut world) in worlds().await.into_iter().enumerate() {
        let file = File::new(&format!("kept-{number}"));
        world.start(&file);
        let before = world.reception.submit(alarm("1", "a")).await.unwrap();
        let broken = world.break_down().await;
        let joins = world.reception.submit(alarm("1", "b")).await.unwrap();
        let raises = world.reception.submit(alarm("2", "a")).await.unwrap();
        let copy = world.reception.submit(alarm("2", "a")).await.unwrap();
        assert!(!joins.copy && !raises.copy && copy.copy);
        assert_eq!(world.reception.submit(test_of("3")).await.unwrap_err(), NotReceived::NotStored);
        let operator = access::Actor {
            user: base::UserId(base::id::Uuid::nil()),
            roles: vec![access::Role::Operator],
            teams: Vec::new(),
            scopes: Vec::new(),
        };
        let picture = aside::picture(&world.app, &operator).unwrap().unwrap();
        assert_eq!(picture.lines.len(), 2);
        world.mend_and_wait(broken).await;
        assert_eq!(world.counts().await, (3, 2));
        assert_eq!(world.load(before.alarm.unwrap()).await.repeats, 1);
        // What an operator saw by its id is the alarm of that id.
        assert_eq!(world.load(raises.alarm.unwrap()).await.received_at, picture.lines[1].at);
        assert!(aside::picture(&world.app, &operator).unwrap().is_none());
        assert!(world.reception.submit(test_of("3")).await.is_ok());
    }
}

#[tokio::test]
async fn a_program_that_ends_with_a_full_journal_loses_and_doubles_nothing() {
    for (number, mut world) in worlds().await.into_iter().enumerate() {
        let file = File::new(&format!("ended-{number}"));
        let writer = world.start(&file);
        let second =
            App::open(world.app.store.clone(), world.clock.clone(), Arc::new(CountingIds::default())).await;
        let broken = world.break_down().await;
        for sender in 0..20 {
            world.reception.submit(alarm(&sender.to_string(), "a")).await.unwrap();
        }
        // As hard an end as a test can give: nothing is written after this.
        writer.abort();
        let _ = writer.await;
        world.app = second.unwrap();
        world.start(&file);
        assert_eq!(world.app.aside.standing().waiting, 20);
        world.mend_and_wait(broken).await;
        assert_eq!(world.counts().await, (20, 20));
        let (again, _) = Reception::start_with(world.app.clone(), None, None);
        world.reception = again;
        assert!(world.reception.submit(alarm("7", "a")).await.unwrap().copy);
    }
}

#[tokio::test]
async fn a_message_that_was_stored_after_all_is_not_stored_again() {
    for (number, mut world) in worlds().await.into_iter().enumerate() {
        let file = File::new(&format!("after-all-{number}"));
        let taken = Taken::now(&world.app, alarm("1", "a"));
        receive_taken(&world.app, std::slice::from_ref(&taken), Trial::First).await.unwrap();
        file.open().journal.append([taken.to_record().as_slice()]).unwrap();
        let mut changes = world.app.live.listen();
        world.start(&file);
        while !matches!(changes.recv().await, Ok(Change::Everything)) {}
        assert_eq!(world.counts().await, (1, 1));
        assert_eq!(world.load(taken.alarm).await.repeats, 0);
    }
}

#[tokio::test]
async fn a_full_journal_refuses_and_keeps_what_it_has() {
    for (number, mut world) in worlds().await.into_iter().take(1).enumerate() {
        let file = File::new(&format!("full-{number}"));
        world.start(&file);
        let broken = world.break_down().await;
        let mut kept = 0;
        let refused = loop {
            let mut large = alarm(&kept.to_string(), "a");
            large.raw = Private::new(vec![b'x'; 60_000]);
            match world.reception.submit(large).await {
                Ok(_) => kept += 1,
                Err(refused) => break refused,
            }
        };
        assert_eq!(refused, NotReceived::NotStored);
        assert!(kept >= 15, "{kept}");
        world.mend_and_wait(broken).await;
        assert_eq!(world.counts().await, (kept, kept));
    }
}
