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

use base::{MessageId, SignedDuration, Timestamp};
use tokio::time::timeout;

use super::{
    copies::{Left, store_batch},
    taken::Taken,
};
use crate::{App, AppError, live::Change};

/// How long a message is remembered after it was stored, in seconds. A machine that is cut off may be back after hours,
/// and what is lost then is as old.
pub const REMEMBERED_SECONDS: i64 = 21_600;
/// How many messages are remembered at most: those of a quarter of an hour with twenty each second.
pub const REMEMBERED_MAX: usize = 20_000;
/// How many bytes of messages are remembered at most.
pub const REMEMBERED_BYTES_MAX: usize = 32 * 1_024 * 1_024;
/// How often is thought of looking, in milliseconds.
pub const LATELY_MILLISECONDS: u64 = 1_000;
/// Servers may change more than once before it is settled who leads; so long after a change, in seconds, is looked often.
const UNSETTLED_SECONDS: i64 = 60;
/// How often is looked meanwhile, in seconds.
const LOOK_UNSETTLED_SECONDS: i64 = 5;
/// How often is looked when nothing has happened, in seconds.
const LOOK_SECONDS: i64 = 60;
/// How many messages one question is about.
const LOOKED_AT_ONCE: usize = 1_000;
/// How many messages one transaction stores.
const STORED_AT_ONCE: usize = 256;
/// How long one question may take.
const LOOK_MAX: Duration = Duration::from_secs(10);
/// What a message takes besides its bytes, roughly.
const MESSAGE_BYTES: usize = 512;

/// What was stored lately.
#[derive(Debug, Default)]
pub struct Lately(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The oldest first, each with the moment at which it was stored.
    stored: VecDeque<(Timestamp, Arc<Taken>)>,
    known: HashSet<MessageId>,
    bytes: usize,
    /// How many connections had been opened when the last look began.
    connections: u64,
    /// The same when a change was last seen.
    connections_seen: u64,
    changed_at: Option<Timestamp>,
    looked_at: Option<Timestamp>,
    lost: Option<Lost>,
}

/// Acknowledged messages that the database had no more; they are stored again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// When that was last found.
    pub at: Timestamp,
    /// How many there were, since this program was started.
    pub messages: u64,
}

impl Lately {
    /// What was found gone, if anything was.
    pub fn lost(&self) -> Option<Lost> {
        self.state().lost
    }

    /// Remembers messages that stand in the database now.
    pub(super) fn remember<'a>(&self, stored: impl Iterator<Item = &'a Taken>, now: Timestamp) {
        let mut state = self.state();
        for taken in stored {
            if state.known.insert(taken.message) {
                state.bytes += bytes_of(taken);
                state.stored.push_back((now, Arc::new(taken.clone())));
            }
        }
        while state.stored.len() > REMEMBERED_MAX || state.bytes > REMEMBERED_BYTES_MAX {
            state.forget_first();
        }
    }

    /// Everything that is remembered, in the order in which it was stored; `None` when no look is due.
    fn due(&self, connections: u64, now: Timestamp) -> Option<Vec<Arc<Taken>>> {
        let mut state = self.state();
        if connections != state.connections_seen {
            (state.connections_seen, state.changed_at) = (connections, Some(now));
        }
        let ago = |at: Timestamp| now.duration_since(at).as_secs();
        let unsettled = state.changed_at.is_some_and(|at| ago(at) < UNSETTLED_SECONDS);
        let wait = if unsettled { LOOK_UNSETTLED_SECONDS } else { LOOK_SECONDS };
        let due = connections != state.connections || state.looked_at.is_none_or(|at| ago(at) >= wait);
        due.then(|| state.stored.iter().map(|(_, taken)| Arc::clone(taken)).collect())
    }

    /// A look has ended that began with so many connections. What is old is forgotten only now: of a database that is
    /// away for long nothing is forgotten until it was looked at.
    fn looked(&self, connections: u64, looked: Looked, now: Timestamp) {
        let mut state = self.state();
        if looked.lost > 0 {
            let before = state.lost.map_or(0, |lost| lost.messages);
            state.lost = Some(Lost { at: now, messages: before + looked.lost as u64 });
        }
        if !looked.to_the_end {
            return;
        }
        (state.connections, state.looked_at) = (connections, Some(now));
        let oldest = now - SignedDuration::from_secs(REMEMBERED_SECONDS);
        while state.stored.front().is_some_and(|(at, _)| *at < oldest) {
            state.forget_first();
        }
    }

    /// Forgets messages that need no row of their own, since another one says the same.
    fn forget(&self, messages: &HashSet<MessageId>) {
        let mut state = self.state();
        let State { stored, known, bytes, .. } = &mut *state;
        stored.retain(|(_, taken)| {
            let stays = !messages.contains(&taken.message);
            if !stays {
                known.remove(&taken.message);
                *bytes = bytes.saturating_sub(bytes_of(taken));
            }
            stays
        });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn forget_first(&mut self) {
        if let Some((_, taken)) = self.stored.pop_front() {
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
    let Some(remembered) = app.lately.due(connections, app.now()) else { return Ok(()) };
    // A look that fails is made anew at the next turn: everything is still remembered.
    let missing = missing(app, &remembered).await?;
    let looked = if missing.is_empty() { Looked::WELL } else { store_again(app, &missing).await };
    app.lately.looked(connections, looked, app.now());
    Ok(())
}

/// How a look ended.
#[derive(Debug, Clone, Copy)]
struct Looked {
    /// How many messages were stored again.
    lost: usize,
    /// Whether the database took everything that it had lost.
    to_the_end: bool,
}

impl Looked {
    /// Nothing was lost.
    const WELL: Self = Looked { lost: 0, to_the_end: true };
}

/// Stores again what the database has no more.
async fn store_again(app: &App, missing: &[Arc<Taken>]) -> Looked {
    tracing::error!(messages = missing.len(), "The database has lost what it had taken; it is stored again");
    let (mut stored, mut to_the_end) = (HashSet::new(), true);
    for batch in missing.chunks(STORED_AT_ONCE) {
        let batch = batch.iter().map(|one| (one.message, Taken::clone(one))).collect();
        let (taken, left) = store_batch(app, batch).await;
        stored.extend(taken);
        if left == Left::All {
            to_the_end = false;
            break;
        }
    }
    metrics::counter!("tryggve_messages_lost_by_database_total").increment(stored.len() as u64);
    app.live.publish(Change::Everything);
    // A message that another stored one says too gets no row of its own, and is not looked for again.
    if let Ok(rowless) = self::missing(app, missing).await {
        let rowless = rowless.iter().map(|one| one.message).filter(|message| stored.contains(message));
        app.lately.forget(&rowless.collect());
    }
    Looked { lost: stored.len(), to_the_end }
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
        let Ok(stored) = timeout(LOOK_MAX, look).await else { return Err(AppError::Conflict) };
        let stored = stored?;
        missing.extend(some.iter().filter(|one| !stored.contains_key(&one.message)).cloned());
    }
    Ok(missing)
}

#[cfg(test)]
mod tests {
    use ::alarm::Kind;
    use ::device::{Report, Signal};
    use base::{AlarmId, Private, id::Uuid};

    use super::{
        super::receive::{Arrival, Content},
        *,
    };

    fn moment(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn taken(number: u128, bytes: usize) -> Taken {
        let report = Report {
            controller_id: "4711".to_owned(),
            reference: number.to_string(),
            signal: Signal::Alarm(Kind::Manual),
            detail: Private::default(),
            position: None,
        };
        let raw = Private::new(vec![b'x'; bytes]);
        Taken {
            arrival: Arrival { transport: "udp", source: String::new(), content: Content::Read(report), raw },
            message: MessageId(Uuid::from_u128(number)),
            alarm: AlarmId(Uuid::from_u128(number)),
            at: moment(0),
        }
    }

    #[test]
    fn a_look_is_due_after_a_change_often_while_it_settles_and_now_and_then() {
        let lately = Lately::default();
        let look = |connections, seconds| {
            let due = lately.due(connections, moment(seconds)).is_some();
            if due {
                lately.looked(connections, Looked::WELL, moment(seconds));
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
    fn a_look_that_did_not_end_is_due_again() {
        let lately = Lately::default();
        lately.remember([taken(1, 10)].iter(), moment(0));
        assert_eq!(lately.due(1, moment(REMEMBERED_SECONDS + 1)).unwrap().len(), 1);
        lately.looked(1, Looked { lost: 1, to_the_end: false }, moment(REMEMBERED_SECONDS + 1));
        assert_eq!(lately.lost().unwrap().messages, 1);
        // However old: nobody has looked for it since.
        assert_eq!(lately.due(1, moment(REMEMBERED_SECONDS + 1)).unwrap().len(), 1);
        lately.looked(1, Looked::WELL, moment(REMEMBERED_SECONDS + 1));
        assert!(lately.due(2, moment(REMEMBERED_SECONDS + 2)).unwrap().is_empty());
    }

    #[test]
    fn what_is_remembered_is_bounded_and_the_newest_stay() {
        let lately = Lately::default();
        for number in 0..REMEMBERED_MAX as u128 + 5 {
            lately.remember([taken(number, 1), taken(number, 1)].iter(), moment(0));
        }
        let all = lately.due(1, moment(0)).unwrap();
        assert_eq!((all.len(), all[0].message), (REMEMBERED_MAX, MessageId(Uuid::from_u128(5))));
        let large: Vec<Taken> = (100_000..100_040).map(|number| taken(number, 1_024 * 1_024)).collect();
        lately.remember(large.iter(), moment(0));
        let all = lately.due(1, moment(0)).unwrap();
        assert!((28..32).contains(&all.len()), "{}", all.len());
        lately.forget(&all.iter().map(|one| one.message).collect());
        let state = lately.state();
        assert_eq!((state.bytes, state.known.len()), (0, 0));
    }
}
