//! The queue: every open alarm in the order of urgency, with what a glance must tell.

use std::collections::HashMap;

use ::alarm::{Alarm, follow_up, urgency};
use access::{Action, Actor, Relation};
use base::{AreaId, PersonId, Private, Timestamp};

use crate::{App, AppError, error::require};

/// How many lines of those that wait one look shows, the most urgent ones; the rest is counted, and comes into sight as
/// these are taken. So many of those that someone has taken stand below them, so that nobody's own are pushed out.
pub const LINES_MAX: usize = 500;

/// One line of the queue.
#[derive(Debug, Clone)]
pub struct Line {
    /// The alarm.
    pub alarm: Alarm,
    /// Who calls for help; `None` for an unknown sender or a device without a person.
    pub name: Option<Private<String>>,
    /// Where, as street.
    pub street: Option<Private<String>>,
    /// The area's name.
    pub area: String,
    /// How long it waits or waited, in seconds.
    pub waiting_seconds: u64,
    /// Whether it has passed the first rung of its ladder without an answer.
    pub past_limit: bool,
    /// Whether someone had it before: it was given back, left or opened again.
    pub again: bool,
    /// Whether whoever is on the way should have been there by now.
    pub overdue: bool,
}

/// The queue as it stands.
#[derive(Debug, Clone)]
pub struct Queue {
    /// The lines, most urgent first.
    pub lines: Vec<Line>,
    /// How many more wait than there are lines for.
    pub more_waiting: usize,
    /// When it was read.
    pub at: Timestamp,
}

/// Reads the queue.
pub async fn queue(app: &App, actor: &Actor) -> Result<Queue, AppError> {
    require(actor, Action::AlarmList, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let mut alarms = store::alarm::open(&mut transaction).await?;
    let now = app.now();
    let raised_after = app.registry.memory().settings.whole(&urgency::RAISED_AFTER_SECONDS);
    alarms.sort_by(|left, right| urgency::compare(left, right, raised_after, now));
    let waits = |alarm: &&Alarm| alarm.state == ::alarm::State::Waiting || follow_up::is_overdue(alarm);
    let taken = alarms.split_off(alarms.iter().take_while(waits).count());
    let more_waiting = alarms.len().saturating_sub(LINES_MAX);
    alarms.truncate(LINES_MAX);
    alarms.extend(taken.into_iter().take(LINES_MAX));
    let people: Vec<PersonId> = alarms.iter().filter_map(|alarm| alarm.person).collect();
    let people: HashMap<PersonId, person::Person> = store::person::load_many(&mut transaction, &people)
        .await?
        .into_iter()
        .map(|person| (person.id, person))
        .collect();
    let areas: HashMap<AreaId, String> =
        store::team::areas(&mut transaction).await?.into_iter().map(|area| (area.id, area.name)).collect();
    let lines = alarms
        .into_iter()
        .map(|alarm| {
            let person = alarm.person.and_then(|id| people.get(&id));
            Line {
                name: person.map(person::Person::full_name),
                street: person.map(|person| person.address.clone().map(|address| address.street)),
                area: alarm.area.and_then(|id| areas.get(&id).cloned()).unwrap_or_default(),
                waiting_seconds: urgency::waiting_seconds(&alarm, now),
                again: alarm.state == ::alarm::State::Waiting && alarm.answered_at.is_some(),
                overdue: follow_up::is_overdue(&alarm),
                past_limit: alarm.state == ::alarm::State::Waiting && alarm.climb.next > 0,
                alarm,
            }
        })
        .collect();
    let queue = Queue { lines, more_waiting, at: now };
    app.aside.remember_queue(&queue);
    Ok(queue)
}

/// Closed alarms, newest first, received before a moment.
pub async fn history(
    app: &App,
    actor: &Actor,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<Alarm>, AppError> {
    require(actor, Action::AlarmList, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    Ok(store::alarm::closed_before(&mut transaction, before, limit).await?)
}
