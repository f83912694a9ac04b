//! Alarms whose sender was asked for its password and has not come back.
//!
//! A device that has lost its password would otherwise fall silent without anyone knowing: after a while its first
//! message goes to an operator as it is.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use app::alarm::receive::Arrival;
use tokio::sync::watch;

use crate::desk::Desk;

/// How long a device has to answer the challenge.
pub(crate) const ANSWER_SECONDS_MAX: u64 = 10;
/// How many challenged alarms are remembered; one more goes to an operator at once.
pub(crate) const CHALLENGED_MAX: usize = 10_000;

/// Challenged alarms by sender and reference.
#[derive(Debug, Default)]
pub(crate) struct Unproven(Mutex<HashMap<(String, String), (Instant, Arrival)>>);

impl Unproven {
    /// Remembers a challenged alarm. Gives it back when there is no room.
    pub(crate) fn remember(&self, key: (String, String), arrival: Arrival, now: Instant) -> Option<Arrival> {
        let mut waiting = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if waiting.len() >= CHALLENGED_MAX && !waiting.contains_key(&key) {
            return Some(arrival);
        }
        waiting.entry(key).or_insert((now + Duration::from_secs(ANSWER_SECONDS_MAX), arrival));
        None
    }

    /// The sender has proven itself, or its failed proof has gone to an operator: nothing more to watch.
    pub(crate) fn settled(&self, key: &(String, String)) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(key);
    }

    fn take_overdue(&self, now: Instant) -> Vec<Arrival> {
        let mut waiting = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let overdue: Vec<_> =
            waiting.iter().filter(|(_, (due, _))| *due <= now).map(|(key, _)| key.clone()).collect();
        overdue.iter().filter_map(|key| waiting.remove(key)).map(|(_, arrival)| arrival).collect()
    }

    fn take_all(&self) -> Vec<Arrival> {
        let mut waiting = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        waiting.drain().map(|(_, (_, arrival))| arrival).collect()
    }
}

/// Hands overdue alarms to an operator, and at the end those that still wait.
pub(crate) async fn watch(desk: Arc<Desk>, mut stopped: watch::Receiver<bool>) {
    let mut turn = tokio::time::interval(Duration::from_secs(1));
    loop {
        let ended = tokio::select! {
            _ = turn.tick() => false,
            () = crate::ended(&mut stopped) => true,
        };
        let overdue =
            if ended { desk.unproven.take_all() } else { desk.unproven.take_overdue(Instant::now()) };
        for arrival in overdue {
            desk.keep_doubtful(arrival).await;
        }
        if ended {
            return;
        }
    }
}
