//! What is to come in a run, in order of time; equal times keep the order in which they were added.

use std::{cmp::Ordering, collections::BinaryHeap, rc::Rc};

use base::{AlarmId, Timestamp};

use crate::behaviour::{Said, staff::Plan};

/// Something to come.
#[derive(Debug, Clone)]
pub(super) enum Coming {
    /// A message arrives at the reception.
    Arrival(Rc<Said>),
    /// Someone of the staff does something, if the alarm's plans are still those of this number.
    Staff { alarm: AlarmId, plans: u64, plan: Plan },
    /// The minute's work: contacts are written, silences looked for.
    Minute,
    /// The system is killed.
    Crash,
}

#[derive(Debug)]
struct Entry {
    at: Timestamp,
    order: u64,
    coming: Coming,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}
impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap gives the greatest first; the earliest shall come first.
        (other.at, other.order).cmp(&(self.at, self.order))
    }
}

/// The agenda of a run.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    heap: BinaryHeap<Entry>,
    order: u64,
}

impl Agenda {
    pub(super) fn add(&mut self, at: Timestamp, coming: Coming) {
        self.order += 1;
        self.heap.push(Entry { at, order: self.order, coming });
    }

    /// When the next thing comes.
    pub(super) fn next_at(&self) -> Timestamp {
        self.heap.peek().map_or(Timestamp::MAX, |entry| entry.at)
    }

    pub(super) fn take(&mut self) -> Option<(Timestamp, Coming)> {
        self.heap.pop().map(|entry| (entry.at, entry.coming))
    }

    /// Takes the next thing if it is an arrival no later than `until`: what one batch gathers.
    pub(super) fn take_arrival(&mut self, until: Timestamp) -> Option<(Timestamp, Rc<Said>)> {
        let entry = self.heap.peek().filter(|entry| entry.at <= until)?;
        let Coming::Arrival(said) = &entry.coming else { return None };
        let found = (entry.at, Rc::clone(said));
        self.heap.pop();
        Some(found)
    }
}
