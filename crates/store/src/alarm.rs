//! Alarms, their sendings and their history.

use std::collections::HashMap;

use alarm::{
    Alarm, Closing, Dispatch, DispatchState, Event, Kind, Lane, Measure, Outcome, State, What,
    ladder::{Climb, read_rungs, write_rungs},
};
use base::{AlarmId, DeviceId, PersonId, Private, TeamId, Timestamp, clock::doubtful_from};

use crate::{List, Row, StoreError, Transaction, Value, event_body, row::inconsistent};

pub(crate) const COLUMNS: &str = "id, device_id, person_id, area_id, kind, state, received_at, repeats, last_message_at, \
    withdrawn_at, answered_at, answered_by, arrived_at, closed_at, outcome, measures, closing_text, \
    climb_rungs, climb_started_at, climb_next, climb_stopped, version, attended_at";

/// The most open alarms that are looked at together: more than a county has open on its worst day.
pub const OPEN_ALARMS_MAX: i64 = 20_000;

/// The key that makes an open alarm unique: sender and lane.
pub fn open_key(sender: &str, lane: Lane) -> String {
    format!("{sender}:{}", lane.name())
}

/// One alarm, or `None`.
pub async fn load(transaction: &mut Transaction, id: AlarmId) -> Result<Option<Alarm>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM alarm WHERE id = $1");
    let rows = transaction.rows(&sql, vec![Value::id(id)]).await?;
    Ok(with_dispatches(transaction, rows).await?.into_iter().next())
}

/// Every open alarm, calls for help before those about devices and then oldest first, at most [`OPEN_ALARMS_MAX`].
pub async fn open(transaction: &mut Transaction) -> Result<Vec<Alarm>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM alarm WHERE closed_at IS NULL \
         ORDER BY CASE WHEN kind = '{}' THEN 1 ELSE 0 END, received_at LIMIT {OPEN_ALARMS_MAX}",
        Kind::Technical.name()
    );
    let rows = transaction.rows(&sql, vec![]).await?;
    with_dispatches(transaction, rows).await
}

/// The open alarms of some senders and lanes, by [`open_key`].
pub async fn open_by_keys(
    transaction: &mut Transaction,
    keys: Vec<String>,
) -> Result<Vec<(String, Alarm)>, StoreError> {
    let sql = format!("SELECT open_key, {COLUMNS} FROM alarm WHERE open_key IN {{keys}}");
    let rows = transaction.rows_for_keys(&sql, keys.into_iter().map(Value::from).collect()).await?;
    let keys: Vec<String> = rows.iter().map(|row| row.text("open_key")).collect::<Result<_, _>>()?;
    let alarms: Vec<Alarm> = rows.iter().map(|row| read(row, Vec::new())).collect::<Result<_, _>>()?;
    Ok(keys.into_iter().zip(alarms).collect())
}

/// The last alarms of a person, newest first.
pub async fn of_person(
    transaction: &mut Transaction,
    person: PersonId,
    limit: i64,
) -> Result<Vec<Alarm>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM alarm WHERE person_id = $1 ORDER BY received_at DESC LIMIT $2");
    let rows = transaction.rows(&sql, vec![Value::id(person), limit.into()]).await?;
    rows.iter().map(|row| read(row, Vec::new())).collect()
}

/// The last alarms of a device, newest first.
pub async fn of_device(
    transaction: &mut Transaction,
    device: DeviceId,
    limit: i64,
) -> Result<Vec<Alarm>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM alarm WHERE device_id = $1 ORDER BY received_at DESC LIMIT $2");
    let rows = transaction.rows(&sql, vec![Value::id(device), limit.into()]).await?;
    rows.iter().map(|row| read(row, Vec::new())).collect()
}

/// Whether a person has an open alarm, or one that was closed since a moment.
pub async fn had_since(
    transaction: &mut Transaction,
    person: PersonId,
    since: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 AS found FROM alarm WHERE person_id = $1 AND (closed_at IS NULL OR closed_at >= $2) LIMIT 1";
    Ok(transaction.row(sql, vec![Value::id(person), since.into()]).await?.is_some())
}

/// Whether an alarm of a person, open or closed since a moment, was sent to any of some teams.
pub async fn sent_to_since(
    transaction: &mut Transaction,
    person: PersonId,
    teams: &[TeamId],
    since: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "SELECT dispatch.team_id FROM alarm JOIN dispatch ON dispatch.alarm_id = alarm.id \
        WHERE alarm.person_id = $1 AND (alarm.closed_at IS NULL OR alarm.closed_at >= $2)";
    for row in transaction.rows(sql, vec![Value::id(person), since.into()]).await? {
        if teams.contains(&row.id("team_id")?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Closed alarms, newest first, received before a moment: for the history list.
pub async fn closed_before(
    transaction: &mut Transaction,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<Alarm>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM alarm WHERE closed_at IS NOT NULL AND received_at < $1 ORDER BY received_at DESC LIMIT $2"
    );
    let rows = transaction.rows(&sql, vec![before.into(), limit.into()]).await?;
    with_dispatches(transaction, rows).await
}

/// Open alarms that are, or lately were, sent to any of some teams.
pub async fn of_teams(transaction: &mut Transaction, teams: &[TeamId]) -> Result<Vec<Alarm>, StoreError> {
    let sql = "SELECT DISTINCT alarm_id FROM dispatch JOIN alarm ON alarm.id = dispatch.alarm_id \
        WHERE alarm.closed_at IS NULL AND team_id IN {keys}";
    let rows = transaction.rows_for_keys(sql, teams.iter().map(Value::id).collect()).await?;
    let ids: Vec<Value> =
        rows.iter().map(|row| row.text("alarm_id").map(Value::from)).collect::<Result<_, _>>()?;
    let sql = format!("SELECT {COLUMNS} FROM alarm WHERE id IN {{keys}}");
    let rows = transaction.rows_for_keys(&sql, ids).await?;
    with_dispatches(transaction, rows).await
}

/// Alarms whose ladder has a rung that is due, or whose sending nobody answered in time. What began in the future by
/// a clock that has been set back is due, too.
pub async fn due(transaction: &mut Transaction, now: Timestamp) -> Result<Vec<AlarmId>, StoreError> {
    let sql = "SELECT id FROM alarm WHERE climb_due_at <= $1 \
        UNION SELECT id FROM alarm WHERE climb_due_at > $1 AND climb_started_at > $2 \
        UNION SELECT alarm_id AS id FROM dispatch JOIN alarm ON alarm.id = dispatch.alarm_id \
        WHERE dispatch.state = 'waiting' AND (answer_due <= $1 OR dispatch.sent_at > $2) AND alarm.closed_at IS NULL LIMIT 500";
    let rows = transaction.rows(sql, vec![now.into(), doubtful_from(now).into()]).await?;
    rows.iter().map(|row| row.id("id")).collect()
}

/// When the next rung or answer is due; `None` when nothing waits.
pub async fn next_due(transaction: &mut Transaction) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT MIN(due) AS due FROM (SELECT MIN(climb_due_at) AS due FROM alarm WHERE climb_due_at IS NOT NULL \
        UNION ALL SELECT MIN(answer_due) AS due FROM dispatch JOIN alarm ON alarm.id = dispatch.alarm_id \
        WHERE dispatch.state = 'waiting' AND alarm.closed_at IS NULL) AS every_due";
    match transaction.row(sql, vec![]).await? {
        Some(row) => row.optional_moment("due"),
        None => Ok(None),
    }
}

/// New alarms, written together.
pub async fn insert(transaction: &mut Transaction, alarms: &[(String, &Alarm)]) -> Result<(), StoreError> {
    transaction.lists(vec![inserted(alarms)]).await.map(drop)
}

pub(crate) fn inserted(alarms: &[(String, &Alarm)]) -> List {
    let head = "INSERT INTO alarm (id, open_key, device_id, person_id, area_id, kind, state, received_at, repeats, \
        last_message_at, withdrawn_at, climb_rungs, climb_started_at, climb_next, climb_stopped, climb_due_at, version)";
    let values = alarms
        .iter()
        .flat_map(|(key, alarm)| {
            [
                Value::id(alarm.id),
                key.as_str().into(),
                Value::optional_id(alarm.device),
                Value::optional_id(alarm.person),
                Value::optional_id(alarm.area),
                alarm.kind.name().into(),
                alarm.state.name().into(),
                alarm.received_at.into(),
                Value::count(alarm.repeats),
                alarm.last_message_at.into(),
                Value::optional_moment(alarm.withdrawn_at),
                write_rungs(&alarm.climb.rungs).into(),
                alarm.climb.started_at.into(),
                Value::count(alarm.climb.next),
                alarm.climb.stopped.into(),
                Value::optional_moment(alarm.climb.poll_timeout().map(|(at, _)| at)),
                Value::count(alarm.version),
            ]
        })
        .collect();
    List::insert(head, 17, values, "")
}

/// What messages changed on open alarms: repeats, kind, withdrawal; each with the version it was read at. Written together.
///
/// An alarm that someone changed or closed in between is a [`StoreError::Conflict`]: the batch is then decided
/// again, so that no press is ever counted on an alarm that nobody looks at any more.
pub async fn touch(transaction: &mut Transaction, alarms: &[(&Alarm, u64)]) -> Result<(), StoreError> {
    let written = transaction.lists(vec![touched(alarms)]).await?;
    if written.len() == alarms.len() { Ok(()) } else { Err(StoreError::Conflict) }
}

pub(crate) fn touched(alarms: &[(&Alarm, u64)]) -> List {
    let sql = "UPDATE alarm SET kind = {3}, repeats = {4}, last_message_at = {5}, withdrawn_at = {6}, version = {7} \
        {from} WHERE alarm.id = {1} AND alarm.version = {2} RETURNING id";
    let values = alarms
        .iter()
        .flat_map(|(alarm, read_version)| {
            [
                Value::id(alarm.id),
                Value::count(*read_version),
                alarm.kind.name().into(),
                Value::count(alarm.repeats),
                alarm.last_message_at.into(),
                Value::optional_moment(alarm.withdrawn_at),
                Value::count(alarm.version),
            ]
        })
        .collect();
    List::update(sql, 7, values)
}

/// What becomes of an alarm's open key when it is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenKey {
    /// It stays open, or stays closed.
    Keep,
    /// It was closed: the sender's next message is a new alarm.
    Clear,
    /// It was opened again.
    Set(String),
}

/// One alarm after a verb, if nobody else changed it since it was read at `read_version`.
pub async fn save(
    transaction: &mut Transaction,
    alarm: &Alarm,
    read_version: u64,
    open_key: OpenKey,
) -> Result<(), StoreError> {
    let sql = "UPDATE alarm SET open_key = CASE WHEN $22 THEN open_key ELSE $3 END, kind = $4, state = $5, repeats = $6, last_message_at = $7, \
        withdrawn_at = $8, answered_at = $9, answered_by = $10, sent_at = $11, arrived_at = $12, closed_at = $13, \
        outcome = $14, measures = $15, closing_text = $16, climb_started_at = $17, climb_next = $18, \
        climb_stopped = $19, climb_due_at = $20, version = $21 WHERE id = $1 AND version = $2";
    let closing = alarm.closed.as_ref().map(|(_, closing)| closing);
    let measures: Vec<&str> =
        closing.iter().flat_map(|closing| &closing.measures).map(|m| m.name()).collect();
    let values = vec![
        Value::id(alarm.id),
        Value::count(read_version),
        Value::Text(if let OpenKey::Set(key) = &open_key { Some(key.clone()) } else { None }),
        alarm.kind.name().into(),
        alarm.state.name().into(),
        Value::count(alarm.repeats),
        alarm.last_message_at.into(),
        Value::optional_moment(alarm.withdrawn_at),
        Value::optional_moment(alarm.answered_at),
        Value::optional_id(alarm.answered_by),
        Value::optional_moment(alarm.dispatches.first().map(|dispatch| dispatch.sent_at)),
        Value::optional_moment(alarm.arrived_at),
        Value::optional_moment(alarm.closed.as_ref().map(|(at, _)| *at)),
        Value::Text(closing.map(|closing| closing.outcome.name().to_owned())),
        measures.join(" ").into(),
        closing.map(|closing| closing.text.reveal().clone()).unwrap_or_default().into(),
        alarm.climb.started_at.into(),
        Value::count(alarm.climb.next),
        alarm.climb.stopped.into(),
        Value::optional_moment(alarm.climb.poll_timeout().map(|(at, _)| at)),
        Value::count(alarm.version),
        (open_key == OpenKey::Keep).into(),
    ];
    if transaction.execute(sql, values).await? == 0 {
        return Err(StoreError::Conflict);
    }
    save_dispatches(transaction, alarm).await
}

async fn save_dispatches(transaction: &mut Transaction, alarm: &Alarm) -> Result<(), StoreError> {
    let head = "INSERT INTO dispatch (id, alarm_id, team_id, sent_at, answer_due, state, responder, accepted_at, \
        arrived_at, reported_at)";
    let tail = "ON CONFLICT (id) DO UPDATE SET state = excluded.state, responder = excluded.responder, \
        accepted_at = excluded.accepted_at, arrived_at = excluded.arrived_at, reported_at = excluded.reported_at";
    let values = alarm
        .dispatches
        .iter()
        .flat_map(|dispatch| {
            [
                Value::id(dispatch.id),
                Value::id(alarm.id),
                Value::id(dispatch.team),
                dispatch.sent_at.into(),
                dispatch.answer_due.into(),
                dispatch.state.name().into(),
                Value::optional_id(dispatch.responder),
                Value::optional_moment(dispatch.accepted_at),
                Value::optional_moment(dispatch.arrived_at),
                Value::optional_moment(dispatch.reported_at),
            ]
        })
        .collect();
    transaction.values(head, 10, values, tail).await?;
    Ok(())
}

/// Adds to the history of alarms, all together.
pub async fn add_events(
    transaction: &mut Transaction,
    events: &[(AlarmId, &Event)],
) -> Result<(), StoreError> {
    transaction.lists(vec![happened(events)]).await.map(drop)
}

pub(crate) fn happened(events: &[(AlarmId, &Event)]) -> List {
    let head = "INSERT INTO alarm_event (alarm_id, at, actor_kind, user_id, what, body)";
    let values = events
        .iter()
        .flat_map(|(alarm, event)| {
            let (actor, user) = match event.actor {
                alarm::Actor::User(user) => ("user", Some(user)),
                alarm::Actor::Device => ("device", None),
                alarm::Actor::System => ("system", None),
            };
            [
                Value::id(alarm),
                event.at.into(),
                actor.into(),
                Value::optional_id(user),
                event.what.name().into(),
                event_body::write(&event.what).into(),
            ]
        })
        .collect();
    List::insert(head, 6, values, "")
}

/// An event with its place in the order of all events.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbered {
    /// Its place: rises with every event of the whole system.
    pub sequence: i64,
    /// Which alarm.
    pub alarm: AlarmId,
    /// What happened.
    pub event: Event,
}

/// The history of one alarm, oldest first.
pub async fn events(transaction: &mut Transaction, id: AlarmId) -> Result<Vec<Numbered>, StoreError> {
    let sql = "SELECT sequence, alarm_id, at, actor_kind, user_id, what, body FROM alarm_event \
        WHERE alarm_id = $1 ORDER BY sequence";
    transaction.rows(sql, vec![Value::id(id)]).await?.iter().map(read_event).collect()
}

/// Events of all alarms after a place in the order: for webhooks and other nodes.
pub async fn events_after(
    transaction: &mut Transaction,
    sequence: i64,
    limit: i64,
) -> Result<Vec<Numbered>, StoreError> {
    let sql = "SELECT sequence, alarm_id, at, actor_kind, user_id, what, body FROM alarm_event \
        WHERE sequence > $1 ORDER BY sequence LIMIT $2";
    transaction.rows(sql, vec![sequence.into(), limit.into()]).await?.iter().map(read_event).collect()
}

/// The events at these places in the order; those that are not there are left out.
pub async fn events_at(
    transaction: &mut Transaction,
    sequences: Vec<i64>,
) -> Result<Vec<Numbered>, StoreError> {
    let sql = "SELECT sequence, alarm_id, at, actor_kind, user_id, what, body FROM alarm_event \
        WHERE sequence IN {keys} ORDER BY sequence";
    let keys = sequences.into_iter().map(Value::from).collect();
    transaction.rows_for_keys(sql, keys).await?.iter().map(read_event).collect()
}

/// The place of the newest event, 0 when there is none.
pub async fn newest_sequence(transaction: &mut Transaction) -> Result<i64, StoreError> {
    let row = transaction.row("SELECT COALESCE(MAX(sequence), 0) AS newest FROM alarm_event", vec![]).await?;
    row.map_or(Ok(0), |row| row.integer("newest"))
}

fn read_event(row: &Row) -> Result<Numbered, StoreError> {
    let actor = match row.text("actor_kind")?.as_str() {
        "user" => alarm::Actor::User(row.id("user_id")?),
        "device" => alarm::Actor::Device,
        "system" => alarm::Actor::System,
        _ => return Err(inconsistent("actor_kind", "user, device or system")),
    };
    let what: What = event_body::read(&row.text("what")?, &row.text("body")?)?;
    Ok(Numbered {
        sequence: row.integer("sequence")?,
        alarm: row.id("alarm_id")?,
        event: Event { at: row.moment("at")?, actor, what },
    })
}

pub(crate) async fn with_dispatches(
    transaction: &mut Transaction,
    rows: Vec<Row>,
) -> Result<Vec<Alarm>, StoreError> {
    let mut alarms: Vec<Alarm> = rows.iter().map(|row| read(row, Vec::new())).collect::<Result<_, _>>()?;
    let sql = "SELECT id, alarm_id, team_id, sent_at, answer_due, state, responder, accepted_at, overdue_at, arrived_at, reported_at \
        FROM dispatch WHERE alarm_id IN {keys} ORDER BY sent_at, id";
    let keys = alarms.iter().map(|alarm| Value::id(alarm.id)).collect();
    let places: HashMap<AlarmId, usize> = alarms.iter().map(|alarm| alarm.id).zip(0..).collect();
    for row in transaction.rows_for_keys(sql, keys).await? {
        let id: AlarmId = row.id("alarm_id")?;
        let dispatch = Dispatch {
            id: row.id("id")?,
            team: row.id("team_id")?,
            sent_at: row.moment("sent_at")?,
            answer_due: row.moment("answer_due")?,
            state: row.named("state", "a dispatch state", DispatchState::from_name)?,
            responder: row.optional_id("responder")?,
            accepted_at: row.optional_moment("accepted_at")?,
            overdue_at: row.optional_moment("overdue_at")?,
            arrived_at: row.optional_moment("arrived_at")?,
            reported_at: row.optional_moment("reported_at")?,
        };
        if let Some(alarm) = places.get(&id).and_then(|place| alarms.get_mut(*place)) {
            alarm.dispatches.push(dispatch);
        }
    }
    Ok(alarms)
}

fn read(row: &Row, dispatches: Vec<Dispatch>) -> Result<Alarm, StoreError> {
    let closed = match row.optional_moment("closed_at")? {
        None => None,
        Some(at) => Some((
            at,
            Closing {
                outcome: row.named("outcome", "an outcome", Outcome::from_name)?,
                measures: row.list("measures", "measures", Measure::from_name)?,
                text: Private::new(row.text("closing_text")?),
            },
        )),
    };
    let rungs = row.text("climb_rungs")?;
    Ok(Alarm {
        id: row.id("id")?,
        device: row.optional_id("device_id")?,
        person: row.optional_id("person_id")?,
        area: row.optional_id("area_id")?,
        kind: row.named("kind", "a kind of alarm", Kind::from_name)?,
        state: row.named("state", "a state of an alarm", State::from_name)?,
        received_at: row.moment("received_at")?,
        repeats: row.count("repeats")?,
        last_message_at: row.moment("last_message_at")?,
        withdrawn_at: row.optional_moment("withdrawn_at")?,
        answered_at: row.optional_moment("answered_at")?,
        answered_by: row.optional_id("answered_by")?,
        attended_at: row.optional_moment("attended_at")?,
        arrived_at: row.optional_moment("arrived_at")?,
        closed,
        dispatches,
        climb: Climb {
            // A text that no longer reads must not hide the alarm: it gets the built-in ladder.
            rungs: read_rungs(&rungs).unwrap_or_else(|_| alarm::ladder::BUILT_IN.to_vec()),
            started_at: row.moment("climb_started_at")?,
            next: row.count("climb_next")?,
            stopped: row.boolean("climb_stopped")?,
        },
        version: row.count("version")?,
    })
}
