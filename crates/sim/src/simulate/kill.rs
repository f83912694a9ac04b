//! Kills: between two things or in the middle of a batch, and the start after.

use std::{future::Future, pin::pin, rc::Rc, task::Poll};

use anyhow::Result;
use app::{
    App,
    alarm::{
        escalate,
        receive::{Arrival, receive},
    },
};
use base::{AlarmId, Timestamp};
use store::Store;

use super::{agenda::Coming, run::World};
use crate::behaviour::{Said, Sender, after};

/// How long the system is down after a kill, in seconds.
const DOWN_SECONDS: (f64, f64) = (3.0, 90.0);
/// A batch is killed after at most so many steps of its work.
const KILL_STEPS_MAX: usize = 40;

impl World<'_> {
    /// Half of the kills hit between two things, half in the middle of the next batch.
    pub(super) async fn crash_comes(&mut self) -> Result<()> {
        let wait = self.random.waiting(86_400.0 / self.simulation.crashes_per_day);
        self.agenda.add(after(self.now, wait), Coming::Crash);
        if self.random.chance(0.5) {
            self.kill_next_batch = true;
            return Ok(());
        }
        self.restart().await
    }

    /// Drops the work on a batch somewhere in the middle; its senders get no answer and send again.
    pub(super) async fn killed_batch(&mut self, batch: Vec<Rc<Said>>, arrivals: Vec<Arrival>) -> Result<()> {
        self.kill_next_batch = false;
        self.summary.batches_killed += 1;
        let steps = self.random.below(KILL_STEPS_MAX);
        // Whether it came through in the very last step or not: nobody was told.
        let _ = until_killed(receive(&self.app, &arrivals), steps).await;
        self.restart().await?;
        for said in batch {
            if let Some(alarm) = self.stored_as(&said).await? {
                self.alarms.found_stored(&said, alarm)?;
                self.summary.messages += 1;
                self.summary.alarms = self.alarms.count() as u64;
            }
            let seconds = self.random.between(0.5, 30.0);
            self.agenda.add(after(self.down_until, seconds), Coming::Arrival(said));
        }
        Ok(())
    }

    /// Whether a message is on disk, and which alarm it belongs to.
    async fn stored_as(&self, said: &Said) -> Result<Option<Option<AlarmId>>> {
        let bytes = said.bytes(self.town);
        let mut transaction = self.app.store.read().await?;
        let messages = match said.sender {
            Sender::Device(index) => {
                store::message::of_device(&mut transaction, self.town.devices[index].device.id, 100).await?
            }
            Sender::Stranger(_) => store::message::of_unknown_senders(&mut transaction, 100).await?,
        };
        Ok(messages.into_iter().find(|message| *message.raw.reveal() == bytes).map(|message| message.alarm))
    }

    /// Kills the system and starts it again a while later; what was only in memory is gone.
    async fn restart(&mut self) -> Result<()> {
        let up = after(self.now, self.random.between(DOWN_SECONDS.0, DOWN_SECONDS.1));
        self.downtimes.push((self.now, up));
        self.down_until = up;
        self.summary.crashes += 1;
        self.clock.set(up);
        if !self.simulation.database.contains(":memory:") {
            self.store.close().await;
            self.store = Store::open(&self.simulation.database).await?;
            store::migrate::migrate(&self.store, up).await?;
        }
        self.app = App::open(self.store.clone(), self.clock.clone(), self.ids.clone()).await?;
        self.changes = self.app.live.listen();
        self.supervision.restarted(up);
        let open = {
            let mut transaction = self.app.store.read().await?;
            store::alarm::open(&mut transaction).await?
        };
        for alarm in &open {
            self.consider(alarm);
        }
        self.due_at = escalate::next_due(&self.app).await?.unwrap_or(Timestamp::MAX);
        self.clock.set(self.now);
        Ok(())
    }
}

/// Lets a piece of work take so many steps and then drops it, as a kill would.
async fn until_killed<F: Future>(work: F, steps: usize) -> Option<F::Output> {
    let mut work = pin!(work);
    let mut left = steps;
    std::future::poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}
