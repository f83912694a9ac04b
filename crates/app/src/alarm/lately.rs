//! What a database on a server has taken lately, and a look whether it still has it.
//!
//! A commit that was confirmed is kept, says a database. A cluster that lets an older server lead again, by a fault or
//! by a person's hand, breaks that promise, and nobody is told: an alarm that was acknowledged is gone. So the last
//! messages are remembered here, and looked for again whenever a connection was opened, since another server may be
//! behind it, and now and then. What is gone is stored again under its own id; see decision 21.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ::device::Signal;
use base::{MessageId, Timestamp};
use tokio::time::{Instant, timeout};

use super::{
    copies::{Left, store_batch},
    receive::Content,
    taken::Taken,
};
use crate::{App, AppError, live::Change};

/// How long a message is remembered after it was stored. A machine that is cut off may be back after hours, and what is
/// lost then is as old.
pub const REMEMBERED: Duration = Duration::from_secs(6 * 3_600);
/// How many calls for help are remembered at most, and as many messages of devices about themselves, which must not push
/// them out: those of a quarter of an hour with twenty each second.
pub const REMEMBERED_MAX: usize = 20_000;
/// How many bytes of either are remembered at most.
pub const REMEMBERED_BYTES_MAX: usize = 32 * 1_024 * 1_024;
/// How often is thought of looking, in milliseconds.
pub const LATELY_MILLISECONDS: u64 = 1_000;
/// Servers may change more than once before it is settled who leads: so long after a change is looked often.
const UNSETTLED: Duration = Duration::from_secs(60);
/// How often is looked meanwhile.
const LOOK_UNSETTLED: Duration = Duration::from_secs(5);
/// How often is looked when nothing has happened.
const LOOK: Duration = Duration::from_secs(60);
/// How many messages one question is about.
const LOOKED_AT_ONCE: usize = 1_000;
/// How many messages one transaction stores.
const STORED_AT_ONCE: usize = 256;
/// How long one question may take.
const ANSWER_MAX: Duration = Duration::from_secs(10);
/// What a message takes besides its bytes, roughly.
const MESSAGE_BYTES: usize = 512;

/// What was stored lately.
#[derive(Debug, Default)]
pub struct Lately(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    calls: Stored,
    technical: Stored,
    /// How many connections had been opened when the last look began.
    connections: u64,
    /// The same when a change was last seen.
    connections_seen: u64,
    changed_at: Option<Instant>,
    looked_at: Option<Instant>,
    lost: Option<Lost>,
}

/// Messages, the oldest first, each with the moment at which it was stored.
#[derive(Debug, Default)]
struct Stored {
    messages: VecDeque<(Instant, Arc<Taken>)>,
    known: HashSet<MessageId>,
    bytes: usize,
}

/// Acknowledged messages that the database had no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// When that was last found.
    pub at: Timestamp,
    /// How many were stored again, since this program was started.
    pub stored_again: u64,
    /// How many the database has not taken again yet.
    pub missing: usize,
}

impl Lately {
    /// What was found gone, if anything was.
    pub fn lost(&self) -> Option<Lost> {
        self.state().lost
    }

    /// Remembers messages that stand in the database now.
    pub(super) fn remember<'a>(&self, stored: impl Iterator<Item = &'a Taken>, now: Instant) {
        let mut state = self.state();
        for taken in stored {
            let is_technical = match &taken.arrival.content {
                Content::Read(report) => matches!(report.signal, Signal::Technical(_) | Signal::DoseTaken),
                Content::Doubtful { .. } => false,
            };
            let lane = if is_technical { &mut state.technical } else { &mut state.calls };
            lane.push(taken, now);
        }
    }

    /// Forgets messages that have no row of their own, by the decision that said so.
    pub(super) fn forget(&self, messages: impl Iterator<Item = MessageId>) {
        let mut state = self.state();
        for message in messages {
            state.calls.forget(message);
            state.technical.forget(message);
        }
    }

    /// Everything that is remembered, in the order in which it came; `None` when no look is due.
    fn due(&self, connections: u64, now: Instant) -> Option<Vec<Arc<Taken>>> {
        let mut state = self.state();
        if connections != state.connections_seen {
            (state.connections_seen, state.changed_at) = (connections, Some(now));
        }
        let ago = |at: Instant| now.saturating_duration_since(at);
        let unsettled = state.changed_at.is_some_and(|at| ago(at) < UNSETTLED);
        let wait = if unsettled { LOOK_UNSETTLED } else { LOOK };
        let due = connections != state.connections || state.looked_at.is_none_or(|at| ago(at) >= wait);
        due.then(|| {
            let both = state.calls.messages.iter().chain(&state.technical.messages);
            let mut all: Vec<Arc<Taken>> = both.map(|(_, taken)| Arc::clone(taken)).collect();
            all.sort_by_key(|taken| (taken.at, taken.message));
            all
        })
    }

    /// A look has ended that began with so many connections. What is old is forgotten only when nothing is missing: of a
    /// database that is away for long nothing is forgotten until it was looked at.
    fn looked(&self, connections: u64, looked: Looked, now: (Timestamp, Instant)) {
        let mut state = self.state();
        let before = state.lost.map_or(0, |lost| lost.stored_again);
        let stored_again = before + looked.stored_again as u64;
        if looked.stored_again > 0 || looked.missing > 0 {
            state.lost = Some(Lost { at: now.0, stored_again, missing: looked.missing });
        } else {
            // What was missing was there after all: another server had been asked.
            state.lost =
                state.lost.map(|lost| Lost { missing: 0, ..lost }).filter(|lost| lost.stored_again > 0);
        }
        if looked.missing == 0 {
            (state.connections, state.looked_at) = (connections, Some(now.1));
            state.calls.forget_old(now.1);
            state.technical.forget_old(now.1);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stored {
    fn push(&mut self, taken: &Taken, now: Instant) {
        if !self.known.insert(taken.message) {
            return;
        }
        self.bytes += bytes_of(taken);
        self.messages.push_back((now, Arc::new(taken.clone())));
        while self.messages.len() > REMEMBERED_MAX || self.bytes > REMEMBERED_BYTES_MAX {
            self.forget_first();
        }
    }

    fn forget(&mut self, message: MessageId) {
        if !self.known.remove(&message) {
            return;
        }
        if let Some(place) = self.messages.iter().position(|(_, taken)| taken.message == message)
            && let Some((_, taken)) = self.messages.remove(place)
        {
            self.bytes = self.bytes.saturating_sub(bytes_of(&taken));
        }
    }

    fn forget_old(&mut self, now: Instant) {
        let is_old = |at: Instant| now.saturating_duration_since(at) > REMEMBERED;
        while self.messages.front().is_some_and(|(at, _)| is_old(*at)) {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        if let Some((_, taken)) = self.messages.pop_front() {
            self.known.remove(&taken.message);
            self.bytes = self.bytes.saturating_sub(bytes_of(&taken));
        }
    }
}

fn bytes_of(taken: &Taken) -> usize {
    MESSAGE_BYTES + taken.arrival.raw.reveal().len()
}

/// Looks whether the database still has what it took lately, if a look is due, and stores again what it has not.
pub async fn look_again(app: &App) -> Result<(), AppError> {
    let Some(connections) = app.store.connections_opened() else { return Ok(()) };
    let Some(remembered) = app.lately.due(connections, Instant::now()) else { return Ok(()) };
    // A look that fails is made anew at the next turn: everything is still remembered.
    let missing = missing(app, &remembered).await?;
    let looked = if missing.is_empty() { Looked::default() } else { store_again(app, &missing).await };
    app.lately.looked(connections, looked, (app.now(), Instant::now()));
    Ok(())
}

/// How a look ended.
#[derive(Debug, Clone, Copy, Default)]
struct Looked {
    stored_again: usize,
    /// What the database had lost and has not taken again.
    missing: usize,
}

/// Stores again what the database has no more. What it turns out to have all the same, or another message says too, is
/// decided by the transaction that would store it, and not by a second question: another server may answer that one.
async fn store_again(app: &App, missing: &[Arc<Taken>]) -> Looked {
    tracing::error!(messages = missing.len(), "The database has lost what it had taken; it is stored again");
    let mut stored = 0;
    for batch in missing.chunks(STORED_AT_ONCE) {
        let batch = batch.iter().map(|one| ((), Taken::clone(one))).collect();
        let (taken, left) = store_batch(app, batch).await;
        stored += taken.len();
        if left == Left::All {
            break;
        }
    }
    if stored > 0 {
        metrics::counter!("tryggve_messages_lost_by_database_total").increment(stored as u64);
        app.live.publish(Change::Everything);
    }
    Looked { stored_again: stored, missing: missing.len() - stored }
}

/// Those that the database has not, in their order.
async fn missing(app: &App, remembered: &[Arc<Taken>]) -> Result<Vec<Arc<Taken>>, AppError> {
    let mut missing = Vec::new();
    for some in remembered.chunks(LOOKED_AT_ONCE) {
        let ids: Vec<MessageId> = some.iter().map(|one| one.message).collect();
        let look = async {
            let mut transaction = app.store.read().await?;
            store::message::stored(&mut transaction, &ids).await
        };
        // Others tell of a server that does not answer; the next turn looks again.
        let Ok(stored) = timeout(ANSWER_MAX, look).await else { return Err(AppError::Conflict) };
        let stored = stored?;
        missing.extend(some.iter().filter(|one| !stored.contains_key(&one.message)).cloned());
    }
    Ok(missing)
}

#[cfg(test)]
mod tests {
    use ::alarm::Kind;
    use ::device::{Report, report::Technical};
    use base::{AlarmId, Private, id::Uuid};

    use super::{super::receive::Arrival, *};

    fn moment() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    fn taken(number: u128, signal: Signal, bytes: usize) -> Taken {
        let report = Report {
            controller_id: "4711".to_owned(),
            reference: number.to_string(),
            signal,
            detail: Private::default(),
            position: None,
        };
        let raw = Private::new(vec![b'x'; bytes]);
        Taken {
            arrival: Arrival { transport: "udp", source: String::new(), content: Content::Read(report), raw },
            message: MessageId(Uuid::from_u128(number)),
            alarm: AlarmId(Uuid::from_u128(number)),
            at: moment(),
        }
    }

    fn call(number: u128) -> Taken {
        taken(number, Signal::Alarm(Kind::Manual), 1)
    }

    #[test]
    fn a_look_is_due_after_a_change_often_while_it_settles_and_now_and_then() {
        let (lately, start) = (Lately::default(), Instant::now());
        let look = |connections, seconds| {
            let now = start + Duration::from_secs(seconds);
            let due = lately.due(connections, now).is_some();
            if due {
                lately.looked(connections, Looked::default(), (moment(), now));
            }
            due
        };
        assert!(look(3, 0), "the first one");
        assert!(!look(3, 4));
        assert!(look(3, 5), "unsettled");
        assert!(look(3, 59));
        assert!(!look(3, 118), "settled");
        assert!(look(3, 119));
        assert!(!look(3, 120));
        assert!(look(4, 120), "another connection");
        assert!(!look(4, 122));
        assert!(look(4, 125));
    }

    #[test]
    fn what_is_missing_is_told_looked_for_again_and_not_forgotten_however_old() {
        let (lately, start) = (Lately::default(), Instant::now());
        let late = start + REMEMBERED + Duration::from_secs(1);
        lately.remember([call(1), call(2)].iter(), start);
        let lost = |stored_again, missing| Some(Lost { at: moment(), stored_again, missing });
        for (looked, told) in [
            (Looked { stored_again: 0, missing: 2 }, lost(0, 2)),
            (Looked { stored_again: 0, missing: 0 }, None),
            (Looked { stored_again: 1, missing: 1 }, lost(1, 1)),
        ] {
            lately.remember([call(1), call(2)].iter(), start);
            assert_eq!(lately.due(1, late).unwrap().len(), 2, "{looked:?}");
            lately.looked(1, looked, (moment(), if looked.missing > 0 { late } else { start }));
            assert_eq!(lately.lost(), told);
            // Another connection, so that the next look is due.
            lately.state().connections = 0;
        }
        lately.looked(1, Looked::default(), (moment(), late));
        assert_eq!(lately.lost(), lost(1, 0));
        assert!(lately.due(2, late).unwrap().is_empty());
    }

    #[test]
    fn what_is_remembered_is_bounded_and_the_newest_calls_stay() {
        let (lately, now) = (Lately::default(), Instant::now());
        let max = REMEMBERED_MAX as u128;
        let twice = |number| [call(number), call(number)];
        lately.remember((0..max + 5).flat_map(twice).collect::<Vec<_>>().iter(), now);
        let technical = |number| taken(number, Signal::Technical(Technical::MainsLost), 1);
        lately.remember((1_000_000..1_000_000 + max + 5).map(technical).collect::<Vec<_>>().iter(), now);
        let all = lately.due(1, now).unwrap();
        assert_eq!((all.len(), all[0].message), (2 * REMEMBERED_MAX, MessageId(Uuid::from_u128(5))));
        let large = |number| taken(number, Signal::Alarm(Kind::Manual), 1_024 * 1_024);
        lately.remember((2_000_000..2_000_040).map(large).collect::<Vec<_>>().iter(), now);
        assert!((28..32).contains(&lately.state().calls.messages.len()));
        let all = lately.due(1, now).unwrap();
        lately.forget(all.iter().map(|one| one.message));
        let state = lately.state();
        let left = |stored: &Stored| (stored.bytes, stored.known.len(), stored.messages.len());
        assert_eq!((left(&state.calls), left(&state.technical)), ((0, 0, 0), (0, 0, 0)));
    }
}
