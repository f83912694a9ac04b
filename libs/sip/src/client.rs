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
    /// Connection and number of those on streams, so that a lost connection costs no search of all.
    on_streams: BTreeSet<(u64, u64)>,
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
        if path.transport.is_reliable() {
            self.on_streams.insert((path.connection, id));
        }
        self.clients.insert(id, client);
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Client> {
        self.clients.get(&id)
    }

    pub(crate) fn remove(&mut self, id: u64) -> Option<Client> {
        let client = self.clients.remove(&id)?;
        self.timers.remove(&(client.wake, id));
        self.on_streams.remove(&(client.path.connection, id));
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
        let gone: Vec<u64> = self
            .on_streams
            .range((path.connection, 0)..=(path.connection, u64::MAX))
            .map(|(_, id)| *id)
            .filter(|id| self.clients.get(id).is_some_and(|client| client.path == path))
            .collect();
        gone.into_iter().filter_map(|id| self.remove(id)).collect()
    }

    pub(crate) fn due(&mut self, now: Duration) -> Option<Due> {
        let (wake, id) = *self.timers.first()?;
        if wake > now {
            return None;
        }
        let Some(client) = self.clients.get_mut(&id) else {
            // Timers go with their client; one without would otherwise be due for ever.
            self.timers.remove(&(wake, id));
            return self.due(now);
        };
        if wake >= client.give_up {
            return self.remove(id).map(|client| Due::TimedOut(client.token));
        }
        self.timers.remove(&(wake, id));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Transport;

    #[test]
    fn a_lost_connection_takes_its_own_and_leaves_nothing() {
        let mut table = ClientTable::default();
        let path =
            |connection| Path { transport: Transport::Tcp, peer: ([192, 0, 2, 7], 5060).into(), connection };
        for id in 0..6 {
            table.add(id, id, path(id % 2), Method::Message, b"x", Duration::ZERO);
        }
        let udp = Path::udp(path(1).peer);
        table.add(6, 6, udp, Method::Message, b"x", Duration::ZERO);
        let gone: Vec<u64> = table.remove_path(path(1)).iter().map(|client| client.token).collect();
        assert_eq!(gone, [1, 3, 5]);
        assert!(table.remove_path(path(1)).is_empty() && table.remove_path(udp).is_empty());
        let mut ended = Vec::new();
        while let Some((now, _)) = table.next_timeout() {
            if let Some(Due::TimedOut(token)) = table.due(now) {
                ended.push(token);
            }
        }
        assert_eq!(ended, [0, 2, 4, 6]);
        assert_eq!((table.clients.len(), table.timers.len(), table.on_streams.len()), (0, 0, 0));
    }
}
