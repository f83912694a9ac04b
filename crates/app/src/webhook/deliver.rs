//! The sending: events go into each receiver's queue, and each queue is emptied in order. A receiver that does not
//! answer is tried again, ever more seldom; it may get an event twice and never loses one before the last attempt.

use std::collections::BTreeMap;

use ::alarm::What;
use base::{SignedDuration, Timestamp, WebhookId};
use futures_util::future::join_all;
use outward::{Client, Notice};
use store::{
    alarm::Numbered,
    webhook::{Delivery, Webhook},
};

use crate::{App, AppError};

/// How many events go into a queue at a time.
pub const ENQUEUED_AT_ONCE: i64 = 500;
/// How many deliveries are tried in one turn.
pub const DELIVERED_AT_ONCE: i64 = 200;
/// The wait after the first failure, in seconds; it doubles with each.
pub const RETRY_SECONDS_MIN: i64 = 5;
/// The longest wait, in seconds.
pub const RETRY_SECONDS_MAX: i64 = 3_600;
/// After so many attempts, some three days, a delivery is given up and stays listed.
pub const ATTEMPTS_MAX: u32 = 80;
/// On PostgreSQL an event may become visible after a later one, when its transaction took longer. Events so far
/// back in order and so young are looked at again, in events and seconds.
const LATE_EVENTS: i64 = 1_000;
const LATE_SECONDS: i64 = 60;
/// The longest text of an error that is kept, in characters.
const ERROR_CHARACTERS_MAX: usize = 200;

/// Fills the queues and sends what is due; returns how many notices arrived.
pub async fn deliver_due(app: &App, client: &Client) -> Result<usize, AppError> {
    let webhooks = enqueue(app).await?;
    if webhooks.is_empty() {
        return Ok(0);
    }
    let due = {
        let mut transaction = app.store.read().await?;
        store::webhook::due(&mut transaction, app.now(), ATTEMPTS_MAX, DELIVERED_AT_ONCE).await?
    };
    let mut queues: BTreeMap<WebhookId, Vec<Delivery>> = BTreeMap::new();
    for delivery in due {
        queues.entry(delivery.webhook).or_default().push(delivery);
    }
    let sent = webhooks.iter().filter_map(|webhook| {
        let queue = queues.remove(&webhook.id)?;
        Some(empty(app, client, webhook, queue))
    });
    let mut arrived = 0;
    for outcome in join_all(sent).await {
        arrived += outcome?;
    }
    Ok(arrived)
}

/// Puts what has happened since into the queue of every active receiver.
async fn enqueue(app: &App) -> Result<Vec<Webhook>, AppError> {
    let now = app.now();
    let mut transaction = app.store.read().await?;
    let mut webhooks = store::webhook::all(&mut transaction).await?;
    webhooks.retain(|webhook| webhook.active);
    let mut waiting = Vec::new();
    for webhook in &webhooks {
        let from = (webhook.after_sequence - LATE_EVENTS).max(0);
        let events =
            store::alarm::events_after(&mut transaction, from, LATE_EVENTS + ENQUEUED_AT_ONCE).await?;
        let sequences: Vec<i64> = events
            .iter()
            .filter(|event| event.event.at >= webhook.created_at)
            .filter(|event| event.sequence > webhook.after_sequence || is_young(event, now))
            .map(|event| event.sequence)
            .collect();
        if sequences.iter().any(|sequence| *sequence > webhook.after_sequence) {
            waiting.push((webhook.id, sequences));
        }
    }
    drop(transaction);
    if !waiting.is_empty() {
        let mut transaction = app.store.write().await?;
        for (id, sequences) in waiting {
            store::webhook::enqueue(&mut transaction, id, &sequences, now).await?;
        }
        transaction.commit().await?;
    }
    Ok(webhooks)
}

fn is_young(event: &Numbered, now: Timestamp) -> bool {
    now.duration_since(event.event.at) <= SignedDuration::from_secs(LATE_SECONDS)
}

/// Sends one queue in order; the first failure ends the turn, so that order holds.
async fn empty(
    app: &App,
    client: &Client,
    webhook: &Webhook,
    queue: Vec<Delivery>,
) -> Result<usize, AppError> {
    let mut arrived = 0;
    for delivery in queue {
        let found = {
            let mut transaction = app.store.read().await?;
            store::alarm::events_after(&mut transaction, delivery.sequence - 1, 1).await?
        };
        let event = found.into_iter().find(|event| event.sequence == delivery.sequence);
        let sent = match &event {
            Some(event) => client.post(&webhook.url, &webhook.secret, &notice(event)).await,
            // The alarm was weeded meanwhile: there is nothing left to tell.
            None => Ok(()),
        };
        let stands = after_attempt(delivery, sent.as_ref().err().map(ToString::to_string), app.now());
        let mut transaction = app.store.write().await?;
        store::webhook::save_delivery(&mut transaction, &stands).await?;
        transaction.commit().await?;
        match sent {
            Ok(()) => arrived += 1,
            Err(error) => {
                tracing::warn!(webhook = %webhook.id, sequence = stands.sequence, attempts = stands.attempts, error = %error, "A webhook did not arrive");
                metrics::counter!("tryggve_webhook_failures_total").increment(1);
                break;
            }
        }
    }
    Ok(arrived)
}

/// How a delivery stands after an attempt at `now`.
fn after_attempt(delivery: Delivery, error: Option<String>, now: Timestamp) -> Delivery {
    let attempts = delivery.attempts + 1;
    let Some(error) = error else {
        return Delivery { attempts, delivered_at: Some(now), last_error: String::new(), ..delivery };
    };
    let doubled = RETRY_SECONDS_MIN.saturating_mul(1_i64 << (attempts - 1).min(20)).min(RETRY_SECONDS_MAX);
    let next_attempt_at =
        if attempts >= ATTEMPTS_MAX { Timestamp::MAX } else { now + SignedDuration::from_secs(doubled) };
    let last_error = error.chars().take(ERROR_CHARACTERS_MAX).collect();
    Delivery { attempts, next_attempt_at, last_error, ..delivery }
}

/// What is told of an event: ids and codes, never a text that someone wrote.
pub fn notice(numbered: &Numbered) -> Notice {
    let what = &numbered.event.what;
    let (kind, team, dispatch, outcome) = match what {
        What::Received { kind, .. } | What::Repeated { kind, .. } => (Some(kind.name()), None, None, None),
        What::Sent { dispatch, team, .. } => (None, Some(*team), Some(*dispatch), None),
        What::Accepted { dispatch }
        | What::Declined { dispatch, .. }
        | What::Unanswered { dispatch }
        | What::Overdue { dispatch }
        | What::Arrived { dispatch }
        | What::Reported { dispatch, .. } => (None, None, Some(*dispatch), None),
        What::Closed(closing) => (None, None, None, Some(closing.outcome.name())),
        What::Withdrawn { .. }
        | What::Informed { .. }
        | What::Answered
        | What::Released
        | What::Attended
        | What::Left
        | What::Called { .. }
        | What::Noted { .. }
        | What::Reopened { .. }
        | What::Escalated { .. } => (None, None, None, None),
    };
    Notice {
        sequence: numbered.sequence,
        alarm: numbered.alarm,
        at: numbered.event.at,
        what: what.name(),
        kind,
        team,
        dispatch,
        outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::id::Uuid;

    #[test]
    fn a_receiver_that_is_down_is_tried_ever_more_seldom_and_then_given_up() {
        let now: Timestamp = "2026-11-22T06:00:00Z".parse().unwrap();
        let mut delivery = Delivery {
            webhook: WebhookId(Uuid::nil()),
            sequence: 1,
            attempts: 0,
            next_attempt_at: now,
            delivered_at: None,
            last_error: String::new(),
        };
        let mut waits = Vec::new();
        for _ in 0..ATTEMPTS_MAX {
            delivery = after_attempt(delivery, Some("no answer".to_owned()), now);
            waits.push(delivery.next_attempt_at.duration_since(now).as_secs());
        }
        assert_eq!(waits[..4], [5, 10, 20, 40]);
        assert_eq!(waits[20], RETRY_SECONDS_MAX);
        assert_eq!(delivery.next_attempt_at, Timestamp::MAX);
        let arrived = after_attempt(Delivery { attempts: 3, ..delivery }, None, now);
        assert_eq!((arrived.delivered_at, arrived.last_error.as_str()), (Some(now), ""));
    }
}
