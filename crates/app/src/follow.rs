//! What other nodes on the same database have changed, told to those who listen on this one.
//!
//! Looked for in the database itself, a few times a second: what is committed is found, whichever node wrote it and
//! whatever became of that node since. A change of this node's own is told twice, which costs a page one more fetch.

use std::collections::BTreeMap;

use base::{SignedDuration, Timestamp};
use store::{Transaction, alarm::Numbered};

use crate::{App, AppError, live::Change};

/// How often other nodes' changes are looked for, in milliseconds.
pub const FOLLOW_MILLISECONDS: u64 = 300;
/// How many events are read at once; a look goes on until it has read all.
const EVENTS_AT_ONCE: i64 = 500;
/// How far back the first look goes, in events: one of them may still be missing.
const FIRST_LOOK_EVENTS: i64 = 200;
/// An event may become visible after a later one, when its transaction took longer. For so long after a hole in the
/// order was noticed it is looked at again, in seconds; then its transaction has come to nothing.
const HOLE_SECONDS: i64 = 30;
/// How many holes are remembered, the newest.
const HOLES_MAX: usize = 1_000;

/// How far this node has followed.
#[derive(Debug, Default)]
pub struct Follower {
    began: bool,
    /// The newest event that was seen.
    newest: i64,
    /// Missing events before it, and when each was noticed.
    holes: BTreeMap<i64, Timestamp>,
    /// How the rest stood.
    picture: Picture,
}

/// What stands outside the events of alarms, in figures that change with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Picture {
    register: i64,
    liveness: store::supervision::Liveness,
}

impl Follower {
    /// Looks once and tells what is new. The first look only notes where things stand.
    pub async fn look(&mut self, app: &App) -> Result<(), AppError> {
        let mut transaction = app.store.read().await?;
        if !self.began {
            let newest = store::alarm::newest_sequence(&mut transaction).await?;
            self.newest = (newest - FIRST_LOOK_EVENTS).max(0);
        }
        let events = self.unseen(&mut transaction).await?;
        let went_back =
            events.is_empty() && store::alarm::newest_sequence(&mut transaction).await? < self.newest;
        if went_back {
            // Another server leads, and gives the same numbers to other events: what it has is told from the start.
            *self = Follower::default();
        }
        let picture = Picture {
            register: store::device::registry_version(&mut transaction).await?,
            liveness: store::supervision::liveness(&mut transaction).await?,
        };
        if picture.register != self.picture.register {
            app.registry.refresh(&mut transaction).await?;
        }
        drop(transaction);
        let changes = self.advance(&events, app.now());
        let rest_changed = picture != self.picture || went_back;
        self.picture = picture;
        // After having gone back the next look begins anew.
        if !std::mem::replace(&mut self.began, !went_back) && !went_back {
            return Ok(());
        }
        for change in changes {
            app.live.publish(change);
        }
        if rest_changed {
            app.live.publish(Change::Everything);
        }
        Ok(())
    }

    /// The events that were not seen yet: those that have filled a hole, and all newer ones.
    async fn unseen(&self, transaction: &mut Transaction) -> Result<Vec<Numbered>, AppError> {
        let holes = self.holes.keys().copied().collect();
        let mut events = store::alarm::events_at(transaction, holes).await?;
        let mut after = self.newest;
        loop {
            let found = store::alarm::events_after(transaction, after, EVENTS_AT_ONCE).await?;
            let Some(last) = found.last() else { return Ok(events) };
            after = last.sequence;
            events.extend(found);
        }
    }

    /// Takes in what was found, and gives what is to be told: each alarm once.
    fn advance(&mut self, events: &[Numbered], now: Timestamp) -> Vec<Change> {
        let mut changes: Vec<Change> = Vec::new();
        for event in events {
            if self.holes.remove(&event.sequence).is_none() {
                self.holes
                    .extend((self.newest + 1..event.sequence).rev().take(HOLES_MAX).map(|hole| (hole, now)));
                self.newest = event.sequence;
            }
            let change = change_of(event);
            if !changes.contains(&change) {
                changes.push(change);
            }
        }
        self.holes
            .retain(|_, noticed| now.duration_since(*noticed) <= SignedDuration::from_secs(HOLE_SECONDS));
        while self.holes.len() > HOLES_MAX {
            self.holes.pop_first();
        }
        changes
    }
}

fn change_of(event: &Numbered) -> Change {
    match event.event.what {
        ::alarm::What::Received { .. } => Change::AlarmNew(event.alarm),
        _ => Change::AlarmChanged(event.alarm),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::alarm::{Actor, Event, What};
    use base::{AlarmId, id::Uuid};

    #[test]
    fn what_comes_late_is_told_once_and_a_hole_holds_nothing_up() {
        let start: Timestamp = "2026-11-22T06:00:00Z".parse().unwrap();
        let alarm = |sequence: i64| AlarmId(Uuid::from_u128(sequence.unsigned_abs().into()));
        let numbered = |sequence: &i64| Numbered {
            sequence: *sequence,
            alarm: alarm(*sequence),
            event: Event { at: start, actor: Actor::System, what: What::Answered },
        };
        let mut follower = Follower { newest: 10, ..Follower::default() };
        let mut check = |seconds: i64, events: &[i64], holes: &[i64]| {
            let found: Vec<Numbered> = events.iter().map(numbered).collect();
            let told = follower.advance(&found, start + SignedDuration::from_secs(seconds));
            let expected: Vec<Change> = events.iter().map(|id| Change::AlarmChanged(alarm(*id))).collect();
            assert_eq!(told, expected);
            assert_eq!(follower.holes.keys().copied().collect::<Vec<_>>(), holes, "after {events:?}");
        };
        check(0, &[11, 13], &[12]);
        check(1, &[14, 17], &[12, 15, 16]);
        check(2, &[12, 18], &[15, 16]);
        check(31, &[], &[15, 16]);
        check(32, &[], &[]);
    }
}
