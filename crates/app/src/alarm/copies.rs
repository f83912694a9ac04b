//! What this node holds for another one: shown while the database is away, and stored by this node when its owner does
//! not do it.
//!
//! Both may store the same messages at the same time. Each message has its id since before it was first kept, so it is
//! stored once; and a copy has no gaps, so both store in the order in which devices spoke.

use std::{collections::HashMap, sync::Arc, time::Duration};

use peer::{Copies, Key};
use tokio::{
    sync::watch,
    time::{Instant, timeout},
};

use super::{
    receive::{Trial, receive_taken},
    taken::Taken,
};
use crate::{App, AppError, live::Change};

/// How often is looked whether something must be stored here.
const LOOK: Duration = Duration::from_secs(1);
/// How long the database may take to say that it is there.
const ANSWER_MAX: Duration = Duration::from_secs(3);
/// How many messages one transaction takes.
const STORED_MAX: usize = 256;
/// How long one transaction may take.
const STORE_MAX: Duration = Duration::from_secs(15);
/// How long to wait after the database took nothing.
const TRY_AGAIN: Duration = Duration::from_secs(2);
/// How long to wait with messages that the database refuses.
const TRY_AGAIN_STUCK: Duration = Duration::from_secs(60);

/// How long the owner of a copy is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// An owner that is gone has so long to come back, counted from the moment at which the database answers, too.
    pub gone: Duration,
    /// An owner that is there has so long to store by itself once the database answers this node.
    pub slow: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience { gone: Duration::from_secs(3), slow: Duration::from_secs(15) }
    }
}

/// Shows what is held for another node, and stores it where its owner does not, until told to stop.
pub async fn look_after(app: App, copies: Copies, patience: Patience, mut stopped: watch::Receiver<bool>) {
    let mut changes = copies.changes();
    let mut shown = HashMap::new();
    let (mut answers_since, mut gone_since, mut next_trial) = (None, None, Instant::now());
    show(&app, &copies, &mut shown);
    loop {
        if changes.has_changed().unwrap_or(false) {
            changes.mark_unchanged();
            show(&app, &copies, &mut shown);
        }
        if shown.is_empty() {
            (answers_since, gone_since) = (None, None);
        } else {
            note_since(&mut gone_since, !copies.has_owner());
            note_since(&mut answers_since, database_answers(&app).await);
            let now = Instant::now();
            if now >= next_trial && is_due(patience, answers_since, gone_since, now) {
                let left = store_all(&app, &copies).await;
                next_trial = Instant::now() + left.wait();
            }
        }
        tokio::select! {
            _ = tokio::time::sleep(LOOK) => {}
            _ = stopped.wait_for(|stopped| *stopped) => return,
        }
    }
}

fn note_since(since: &mut Option<Instant>, holds: bool) {
    if holds {
        since.get_or_insert_with(Instant::now);
    } else {
        *since = None;
    }
}

/// Whether this node must store what its owner has not.
fn is_due(
    patience: Patience,
    answers_since: Option<Instant>,
    gone_since: Option<Instant>,
    now: Instant,
) -> bool {
    let Some(answers) = answers_since else { return false };
    let gone = gone_since.map(|gone| gone.max(answers));
    gone.is_some_and(|gone| now - gone >= patience.gone) || now - answers >= patience.slow
}

async fn database_answers(app: &App) -> bool {
    app.store.is_ready() && matches!(timeout(ANSWER_MAX, app.store.answers()).await, Ok(Ok(())))
}

/// Lets the pages show what is held, and tells them of it.
fn show(app: &App, copies: &Copies, shown: &mut HashMap<Key, Arc<Taken>>) {
    let before = std::mem::take(shown);
    let mut held = Vec::new();
    for record in copies.first(usize::MAX) {
        let known = before.get(&record.key).cloned();
        let Some(one) = known.or_else(|| Taken::from_record(&record.bytes).map(Arc::new)) else { continue };
        shown.insert(record.key, Arc::clone(&one));
        held.push(one);
    }
    app.aside.hold_of_others(held, copies.count());
    if app.aside.is_away() {
        app.live.publish(Change::Everything);
    }
}

/// Stores everything that can be read, in its order, and forgets it. What the database does not take stays.
async fn store_all(app: &App, copies: &Copies) -> Left {
    tracing::warn!(messages = copies.count(), "Another node's alarms are stored from their copy");
    let mut left = Left::Nothing;
    for batch in copies.first(usize::MAX).chunks(STORED_MAX) {
        let readable: Vec<(Key, Taken)> = batch
            .iter()
            .filter_map(|record| Some((record.key, Taken::from_record(&record.bytes)?)))
            .collect();
        let (stored, ended) = store_batch(app, readable).await;
        metrics::counter!("tryggve_copies_stored_total").increment(stored.len() as u64);
        let copies = copies.clone();
        // Were it broken off, the same would be stored again, which changes nothing.
        let _ = tokio::task::spawn_blocking(move || copies.forget(&stored)).await;
        match ended {
            Left::Nothing => {}
            Left::Stuck => left = Left::Stuck,
            Left::All => return Left::All,
        }
    }
    app.live.publish(Change::Everything);
    left
}

/// What a turn of storing has left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    Nothing,
    /// Messages that the database refuses for a reason of their own.
    Stuck,
    /// Everything from some message on: the database did not take it now.
    All,
}

impl Left {
    /// How long to wait before the next turn.
    const fn wait(self) -> Duration {
        match self {
            Left::Nothing => Duration::ZERO,
            Left::Stuck => TRY_AGAIN_STUCK,
            Left::All => TRY_AGAIN,
        }
    }
}

/// Stores messages together, or each for itself where they do not go together. Gives back the keys of the stored ones.
pub(super) async fn store_batch<K>(app: &App, batch: Vec<(K, Taken)>) -> (Vec<K>, Left) {
    let (keys, messages): (Vec<K>, Vec<Taken>) = batch.into_iter().unzip();
    match store(app, messages.clone()).await {
        Ok(()) => return (keys, Left::Nothing),
        Err(Failed::Database) => return (Vec::new(), Left::All),
        Err(Failed::Messages) => {}
    }
    let (mut stored, mut left) = (Vec::new(), Left::Nothing);
    for (key, message) in keys.into_iter().zip(messages) {
        match store(app, vec![message]).await {
            Ok(()) => stored.push(key),
            // One that cannot be stored lets the others pass; it stays.
            Err(Failed::Messages) => left = Left::Stuck,
            Err(Failed::Database) => return (stored, Left::All),
        }
    }
    if left == Left::Stuck {
        tracing::error!("A message that was acknowledged cannot be stored; the others pass it");
    }
    (stored, left)
}

/// Why a batch was not stored.
enum Failed {
    Database,
    Messages,
}

async fn store(app: &App, messages: Vec<Taken>) -> Result<(), Failed> {
    let app = app.clone();
    // A task of its own, so that what breaks does not break this node's watch over the copy.
    // The limit is the task's own: one that waits for ever would keep its connection for ever.
    let work = async move { timeout(STORE_MAX, receive_taken(&app, &messages, Trial::Again)).await };
    match tokio::spawn(work).await {
        Ok(Ok(Ok(_))) => Ok(()),
        Ok(Ok(Err(AppError::Store(error)))) if error.is_about_the_data() => Err(Failed::Messages),
        Err(_broken) => Err(Failed::Messages),
        Ok(Ok(Err(_)) | Err(_)) => Err(Failed::Database),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answers: Option<u64>, gone: Option<u64>, wanted: bool) {
        let now = Instant::now() + Duration::from_secs(1_000);
        let ago = |seconds: u64| now - Duration::from_secs(seconds);
        let due = is_due(Patience::default(), answers.map(ago), gone.map(ago), now);
        assert_eq!(due, wanted, "{answers:?} {gone:?}");
    }

    #[test]
    fn an_owner_is_waited_for_and_one_that_is_gone_not_as_long() {
        check(None, None, false);
        check(None, Some(500), false);
        check(Some(14), None, false);
        check(Some(15), None, true);
        check(Some(2), Some(500), false);
        check(Some(3), Some(500), true);
        check(Some(10), Some(2), false);
        check(Some(10), Some(3), true);
    }
}
