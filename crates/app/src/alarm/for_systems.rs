//! Alarms and events for other systems: ids and codes, never a text that someone wrote.

use ::alarm::Alarm;
use access::{Action, Actor, Relation};
use base::{AlarmId, SignedDuration, Timestamp};
use store::alarm::Numbered;
pub use store::page::Alarms as Filter;

use super::change::{Outcome, change};
use crate::{
    App, AppError,
    audit::{About, record_look},
    error::require,
};

/// On PostgreSQL an event may become visible after a later one, when its transaction took longer. A hole in the
/// order that is older than this will never be filled: its transaction came to nothing. In seconds, well above the
/// time that a transaction takes from its events to its end.
const HOLE_SECONDS: i64 = 10;

/// Alarms, newest first, before one of them.
pub async fn list(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    before: Option<AlarmId>,
    limit: i64,
) -> Result<Vec<Alarm>, AppError> {
    require(actor, Action::EventRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let alarms = store::page::alarms(&mut transaction, filter, before, limit).await?;
    drop(transaction);
    let subject = filter.person.map_or_else(|| "alarm:list".to_owned(), crate::person::relation::subject);
    let about = About { person: filter.person, subject, ..About::default() };
    record_look(app, actor, Action::EventRead, about).await?;
    Ok(alarms)
}

/// One alarm.
pub async fn one(app: &App, actor: &Actor, id: AlarmId) -> Outcome {
    require(actor, Action::EventRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let alarm = store::alarm::load(&mut transaction, id).await?.ok_or(AppError::NotFound("alarm"))?;
    drop(transaction);
    let about = About { person: alarm.person, subject: format!("alarm:{id}"), reason: String::new() };
    record_look(app, actor, Action::EventRead, about).await?;
    Ok(alarm)
}

/// Writes a note on an alarm, in the name of the system.
pub async fn note(app: &App, actor: &Actor, id: AlarmId, text: &str) -> Outcome {
    change(app, actor, Action::AlarmNoteBySystem, id, |_, _| ::alarm::note(text)).await
}

/// Events after a place in the order, oldest first; none that a later answer would have to insert an event before.
pub async fn events(app: &App, actor: &Actor, after: i64, limit: i64) -> Result<Vec<Numbered>, AppError> {
    require(actor, Action::EventRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let events = store::alarm::events_after(&mut transaction, after, limit).await?;
    drop(transaction);
    record_look(
        app,
        actor,
        Action::EventRead,
        About { subject: "alarm:events".to_owned(), ..About::default() },
    )
    .await?;
    Ok(before_young_hole(events, after, app.now()))
}

/// Leaves out what stands behind a hole that may still be filled.
fn before_young_hole(mut events: Vec<Numbered>, after: i64, now: Timestamp) -> Vec<Numbered> {
    let settled = now - SignedDuration::from_secs(HOLE_SECONDS);
    let mut last = after;
    let kept = events
        .iter()
        .take_while(|event| {
            let follows = event.sequence == last + 1;
            last = event.sequence;
            follows || event.event.at < settled
        })
        .count();
    events.truncate(kept);
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::alarm::{Actor as Doer, Event, What};
    use base::id::Uuid;

    fn check(after: i64, events: &[(i64, i64)], kept: &[i64]) {
        let now: Timestamp = "2026-11-22T06:00:00Z".parse().unwrap();
        let numbered = |(sequence, seconds_ago): &(i64, i64)| Numbered {
            sequence: *sequence,
            alarm: AlarmId(Uuid::nil()),
            event: Event {
                at: now - SignedDuration::from_secs(*seconds_ago),
                actor: Doer::System,
                what: What::Answered,
            },
        };
        let found = before_young_hole(events.iter().map(numbered).collect(), after, now);
        let found: Vec<i64> = found.iter().map(|event| event.sequence).collect();
        assert_eq!(found, kept, "after {after}: {events:?}");
    }

    #[test]
    fn nothing_behind_a_young_hole_is_told_yet() {
        check(0, &[(1, 9), (2, 5), (3, 0)], &[1, 2, 3]);
        check(0, &[(1, 9), (3, 0)], &[1]);
        check(4, &[(6, 1), (7, 0)], &[]);
        check(4, &[(6, 11), (7, 0)], &[6, 7]);
        check(4, &[], &[]);
    }
}
