//! What reception has accepted while the database is away, for the pages of this node.
//!
//! The journal has it on disk; here it stands in memory, so that an operator sees it at once. So does what another
//! node has accepted, where this one keeps a copy of its journal.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use ::alarm::Kind;
use ::device::{Signal, report::Technical};
use access::{Action, Actor, Relation};
use base::{AlarmId, PersonId, Timestamp};

use super::{
    queue::Queue,
    receive::{Content, signal_of},
    taken::Taken,
};
use crate::{App, AppError, error::require, person::fallback::Holder};

/// What is held aside.
#[derive(Debug, Default)]
pub struct Aside(RwLock<State>);

#[derive(Debug, Default)]
struct State {
    /// Since when reception holds messages for the database.
    holding_since: Option<Timestamp>,
    /// Since when the database does not answer a question.
    silent_since: Option<Timestamp>,
    held: Vec<Arc<Taken>>,
    /// Bytes of the journal that are taken, and that there are; `None` without a journal.
    room: Option<(u64, u64)>,
    /// The way to the node that keeps a copy of this node's journal.
    link: Option<peer::Link>,
    /// How many messages stand in the copy of another node's journal; `None` where this node keeps none.
    of_others_count: Option<usize>,
    /// Those of them that can be read.
    of_others: Vec<Arc<Taken>>,
    /// The queue as it was last read from the database.
    queue: Option<Arc<Queue>>,
    /// Whom each alarm may be about, as the fallback list last told.
    holders: Arc<HashMap<PersonId, Holder>>,
}

impl State {
    fn since(&self) -> Option<Timestamp> {
        [self.holding_since, self.silent_since].into_iter().flatten().min()
    }
}

/// How the journal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Since when the database does not answer; `None` when all is well.
    pub away_since: Option<Timestamp>,
    /// How many messages wait for the database.
    pub waiting: usize,
    /// Bytes of the journal that are taken, and that there are; `None` without a journal.
    pub room: Option<(u64, u64)>,
    /// Whether another node has a copy of the journal; `None` where none is asked to.
    pub copied: Option<Copied>,
    /// How many messages are held for another node; `None` where this one keeps no copy.
    pub of_others: Option<usize>,
}

/// Whether another node has a copy of everything in this one's journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    /// It has.
    Everything,
    /// It has not since then.
    NotSince(Timestamp),
}

/// A message that waits for the database, as an operator needs it.
#[derive(Debug, Clone)]
pub struct Line {
    /// The alarm that it will raise or join.
    pub alarm: AlarmId,
    /// What it is about.
    pub kind: Kind,
    /// When it came.
    pub at: Timestamp,
    /// What the sender calls itself.
    pub controller_id: String,
    /// What it says besides.
    pub detail: base::Private<String>,
    /// Whom it is about, as the fallback list last told.
    pub holder: Option<Holder>,
}

/// What an operator sees while the database is away.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Since when the database does not answer.
    pub since: Timestamp,
    /// What came since, newest last.
    pub lines: Vec<Line>,
    /// The queue as it was before.
    pub before: Option<Arc<Queue>>,
}

impl Aside {
    /// How the journal stands.
    pub fn standing(&self) -> Standing {
        let state = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let copied = |link: &peer::Link| link.behind_since().map_or(Copied::Everything, Copied::NotSince);
        Standing {
            away_since: state.since(),
            waiting: state.held.len(),
            room: state.room,
            copied: state.link.as_ref().map(copied),
            of_others: state.of_others_count,
        }
    }

    /// From now on another node keeps a copy of the journal. Reception takes this up when it starts.
    pub fn copy_to(&self, link: peer::Link) {
        self.change(|state| state.link = Some(link));
    }

    pub(super) fn link(&self) -> Option<peer::Link> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).link.clone()
    }

    /// What stands in the copy of another node's journal, and how much that is with what cannot be read.
    pub(super) fn hold_of_others(&self, taken: Vec<Arc<Taken>>, count: usize) {
        self.change(|state| (state.of_others_count, state.of_others) = (Some(count), taken));
    }

    /// Whether the database is away, as reception sees it.
    pub fn is_away(&self) -> bool {
        self.standing().away_since.is_some()
    }

    /// Remembers the queue as it stands, for the moment when it cannot be read.
    pub fn remember_queue(&self, queue: &Queue) {
        self.change(|state| state.queue = Some(Arc::new(queue.clone())));
    }

    /// Remembers the people of the fallback list.
    pub fn remember_holders(&self, holders: HashMap<PersonId, Holder>) {
        self.change(|state| state.holders = Arc::new(holders));
    }

    /// Whether the database has answered a question just now; says so when that has changed.
    pub fn note_answer(&self, answered: bool, now: Timestamp) -> bool {
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let changed = answered == state.silent_since.is_some();
        if changed {
            state.silent_since = (!answered).then_some(now);
        }
        changed
    }

    pub(super) fn hold(&self, taken: &[Taken], room: (u64, u64), now: Timestamp) {
        self.change(|state| {
            state.holding_since.get_or_insert(now);
            state.held.extend(taken.iter().cloned().map(Arc::new));
            state.room = Some(room);
        });
    }

    pub(super) fn note_room(&self, room: (u64, u64)) {
        self.change(|state| state.room = Some(room));
    }

    /// The first so many are in the database now.
    pub(super) fn release(&self, stored: &[Taken]) {
        let gone: std::collections::HashSet<_> = stored.iter().map(|one| one.message).collect();
        self.change(|state| {
            state.held.retain(|one| !gone.contains(&one.message));
            if state.held.is_empty() {
                state.holding_since = None;
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }
}

/// What to show while the database is away; `None` when it is not.
pub fn picture(app: &App, actor: &Actor) -> Result<Option<Picture>, AppError> {
    require(actor, Action::AlarmList, Relation::NoPerson)?;
    let state = app.aside.0.read().unwrap_or_else(PoisonError::into_inner);
    let Some(since) = state.since() else { return Ok(None) };
    let memory = app.registry.memory();
    let lines = state.held.iter().chain(&state.of_others).filter_map(|taken| {
        let controller_id = match &taken.arrival.content {
            Content::Read(report) => &report.controller_id,
            Content::Doubtful { controller_id, .. } => controller_id,
        };
        let entry =
            memory.device(controller_id).filter(|_| matches!(taken.arrival.content, Content::Read(_)));
        let kind = raises(signal_of(&taken.arrival, entry.map(AsRef::as_ref)))?;
        let person = entry.and_then(|entry| entry.person);
        Some(Line {
            alarm: taken.alarm,
            kind,
            at: taken.at,
            controller_id: controller_id.clone(),
            detail: match &taken.arrival.content {
                Content::Read(report) => report.detail.clone(),
                Content::Doubtful { trouble, .. } => base::Private::new(trouble.clone()),
            },
            holder: person.and_then(|person| state.holders.get(&person).cloned()),
        })
    });
    Ok(Some(Picture { since, lines: lines.collect(), before: state.queue.clone() }))
}

/// The kind of alarm that a signal raises; `None` when it raises none.
pub(super) fn raises(signal: Signal) -> Option<Kind> {
    match signal {
        Signal::Alarm(kind) => Some(kind),
        Signal::Technical(technical) => Technical::is_trouble(technical).then_some(Kind::Technical),
        Signal::Heartbeat
        | Signal::Test
        | Signal::Reset
        | Signal::Information
        | Signal::DoseTaken
        | Signal::Ordinary => None,
    }
}
