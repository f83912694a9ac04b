//! Client transactions: repeat until answered (timer E), give up in the end (timer F).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::endpoint::Path;
use crate::limits::{T1, T2, TRANSACTION_LIFETIME};
use crate::message::Method;

#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) token: u64,
    pub(crate) path: Path,
    pub(crate) method: Method,
    /// The request, kept for repetition; empty on streams, which repeat nothing.
    bytes: Box<[u8]>,
    pause: Duration,
    wake: Duration,
    give_up: Duration,
}

/// What is due at a client transaction.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Due {
    Repeat(Path, Vec<u8>),
    TimedOut(u64),
}

/// Client transactions under way; one that ends is freed at once.
#[derive(Debug, Default)]
pub(crate) struct ClientTable {
    clients: BTreeMap<u64, Client>,
    timers: BTreeSet<(Duration, u64)>,
}

impl ClientTable {
    pub(crate) fn len(&self) -> usize {
        self.clients.len()
    }

    pub(crate) fn add(
        &mut self,
        id: u64,
        token: u64,
        path: Path,
        method: Method,
        bytes: &[u8],
        now: Duration,
    ) {
        let give_up = now.saturating_add(TRANSACTION_LIFETIME);
        let (bytes, wake) =
            if path.transport.is_reliable() { (&[][..], give_up) } else { (bytes, now.saturating_add(T1)) };
        let client = Client { token, path, method, bytes: bytes.into(), pause: T1, wake, give_up };
        self.timers.insert((wake, id));
        self.clients.insert(id, client);
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Client> {
        self.clients.get(&id)
    }

    pub(crate) fn remove(&mut self, id: u64) -> Option<Client> {
        let client = self.clients.remove(&id)?;
        self.timers.remove(&(client.wake, id));
        Some(client)
    }

    /// A provisional response: repeat at the longest pause only (RFC 3261, 17.1.2.2).
    pub(crate) fn proceed(&mut self, id: u64) {
        if let Some(client) = self.clients.get_mut(&id) {
            client.pause = T2;
        }
    }

    /// Takes everything that went over a connection that is gone.
    pub(crate) fn remove_path(&mut self, path: Path) -> Vec<Client> {
        let gone: Vec<u64> =
            self.clients.iter().filter(|(_, client)| client.path == path).map(|(id, _)| *id).collect();
        gone.into_iter().filter_map(|id| self.remove(id)).collect()
    }

    pub(crate) fn due(&mut self, now: Duration) -> Option<Due> {
        let (wake, id) = *self.timers.first()?;
        if wake > now {
            return None;
        }
        self.timers.remove(&(wake, id));
        let client = self.clients.get_mut(&id)?;
        if wake >= client.give_up {
            let client = self.clients.remove(&id)?;
            return Some(Due::TimedOut(client.token));
        }
        client.pause = (client.pause * 2).min(T2);
        client.wake = now.saturating_add(client.pause).min(client.give_up);
        self.timers.insert((client.wake, id));
        Some(Due::Repeat(client.path, client.bytes.to_vec()))
    }

    pub(crate) fn next_timeout(&self) -> Option<(Duration, &'static str)> {
        let (wake, id) = self.timers.first()?;
        let last = self.clients.get(id).is_some_and(|client| client.give_up == *wake);
        Some((*wake, if last { "give up a request of our own" } else { "repeat a request of our own" }))
    }
}
