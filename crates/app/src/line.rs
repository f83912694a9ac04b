//! Whether the line is open, as Tryggve finds by calling itself, and whether its call for help about itself arrives.

use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock},
};

use base::Timestamp;

/// What is known of the sockets, and of the ways to call for help about Tryggve itself.
#[derive(Debug, Default)]
pub struct Line(RwLock<State>);

#[derive(Debug, Default, Clone)]
struct State {
    sockets: BTreeMap<String, Socket>,
    ways: BTreeMap<String, Way>,
}

/// One socket, as it was found when it was last called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Socket {
    /// Transport and address, such as `udp 192.0.2.1:5060`.
    pub name: String,
    /// Whether it answered.
    pub open: bool,
    /// When it was called.
    pub at: Timestamp,
}

/// One way to call for help about Tryggve itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// `webhook` or `mail`.
    pub name: String,
    /// When a message last arrived, by the receiver's own word.
    pub arrived_at: Option<Timestamp>,
    /// What went wrong at the last trial; empty when nothing did.
    pub trouble: String,
    /// When it was last tried.
    pub tried_at: Timestamp,
}

impl Line {
    /// Notes what a call to a socket gave.
    pub fn note_socket(&self, name: &str, open: bool, at: Timestamp) {
        let socket = Socket { name: name.to_owned(), open, at };
        self.change(|state| drop(state.sockets.insert(name.to_owned(), socket)));
    }

    /// Notes how a message through a way ended; an empty trouble means that it arrived.
    pub fn note_way(&self, name: &str, trouble: String, at: Timestamp) {
        self.change(|state| {
            let before = state.ways.get(name).and_then(|way| way.arrived_at);
            let arrived_at = if trouble.is_empty() { Some(at) } else { before };
            let way = Way { name: name.to_owned(), arrived_at, trouble, tried_at: at };
            state.ways.insert(name.to_owned(), way);
        });
    }

    /// Every socket, by name.
    pub fn sockets(&self) -> Vec<Socket> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).sockets.values().cloned().collect()
    }

    /// Every way, by name.
    pub fn ways(&self) -> Vec<Way> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).ways.values().cloned().collect()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }
}
