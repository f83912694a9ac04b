//! Alarms and their events: ids and codes, never a text that someone wrote.

use ::alarm::{Alarm, Dispatch, DispatchState, Kind, Lane, Measure, Outcome, State as AlarmState};
use app::{
    alarm::for_systems::{Filter, events, list, note, one},
    webhook::deliver::notice,
};
use axum::{
    extract::{OriginalUri, State},
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use base::{AlarmId, AreaId, DeviceId, DispatchId, PersonId, TeamId};

use super::{
    guard::System,
    message::{Ask, Body, IdOf, Reply, found, found_page, page_of},
    shape::{Id, Limit, Moment, Sequence, Written, answer_body, code_words, request_body},
};
use crate::server::Web;

code_words! {
    /// What kind of alarm.
    KindWord(Kind);
    /// Which queue.
    LaneWord(Lane);
    /// Where an alarm is in its life.
    StateWord(AlarmState);
    /// What it turned out to be.
    OutcomeWord(Outcome);
    /// What was done.
    MeasureWord(Measure);
    /// Where a sending stands.
    DispatchWord(DispatchState);
}

answer_body! {
    /// A sending of an alarm to a team.
    DispatchBody {
        /// Which sending.
        id: Id<DispatchId>,
        /// To whom.
        team: Id<TeamId>,
        /// Where it stands.
        state: DispatchWord,
        /// When it was sent.
        sent_at: Moment,
        /// When the team must have answered.
        answer_due: Moment,
        /// When a responder accepted.
        accepted_at: Option<Moment>,
        /// When operators were told that the responder had not come in time.
        overdue_at: Option<Moment>,
        /// When the responder came to the person.
        arrived_at: Option<Moment>,
        /// When the responder had reported.
        reported_at: Option<Moment>,
    }
}

answer_body! {
    /// An alarm as it stands.
    AlarmBody {
        /// Which alarm.
        id: Id<AlarmId>,
        /// What kind.
        kind: KindWord,
        /// Which queue: calls for help, or devices that need help themselves.
        lane: LaneWord,
        /// Where it is in its life.
        state: StateWord,
        /// The sending device; null for an unknown sender.
        device: Option<Id<DeviceId>>,
        /// Who calls for help, as an id only.
        person: Option<Id<PersonId>>,
        /// Where.
        area: Option<Id<AreaId>>,
        /// When the first message came.
        received_at: Moment,
        /// How many messages have come.
        repeats: u32,
        /// When the last one came.
        last_message_at: Moment,
        /// When the device took it back. A person closes it all the same.
        withdrawn_at: Option<Moment>,
        /// When an operator took it.
        answered_at: Option<Moment>,
        /// When a responder first came to the person.
        arrived_at: Option<Moment>,
        /// When it was closed.
        closed_at: Option<Moment>,
        /// What it turned out to be.
        outcome: Option<OutcomeWord>,
        /// What was done.
        measures: Vec<MeasureWord>,
        /// To whom it was sent, oldest first.
        dispatches: Vec<DispatchBody>,
    }
}

answer_body! {
    /// Something that happened to an alarm. Webhooks tell the same.
    EventBody {
        /// Its place in the order of all events. Places may be missing.
        sequence: Sequence,
        /// What happened, such as `alarm.received` or `alarm.answered`. More may be added.
        event: String,
        /// To which alarm.
        alarm: Id<AlarmId>,
        /// When.
        at: Moment,
        /// The kind of alarm, where the event tells it.
        kind: Option<String>,
        /// The team, where one was sent.
        team: Option<Id<TeamId>>,
        /// The sending, where the event is about one.
        dispatch: Option<Id<DispatchId>>,
        /// What the alarm turned out to be, when it was closed.
        outcome: Option<String>,
    }
}

answer_body! {
    /// Events in their order.
    EventsBody {
        /// The events, oldest first.
        items: Vec<EventBody>,
        /// Send it as `after` the next time; it stays where it is while nothing happens.
        next: Sequence,
    }
}

request_body! {
    /// Which alarms.
    AlarmQuery {
        /// Only open ones, or only closed ones.
        open: Option<bool>,
        /// Only those at this place of their lives.
        state: Option<StateWord>,
        /// Only this kind.
        kind: Option<KindWord>,
        /// Only this queue.
        lane: Option<LaneWord>,
        /// Only this device's.
        device: Option<Id<DeviceId>>,
        /// Only this person's.
        person: Option<Id<PersonId>>,
        /// Received at this moment or later.
        from: Option<Moment>,
        /// Received before this moment.
        until: Option<Moment>,
        /// How many at once.
        limit: Option<Limit>,
        /// `next` of the page before.
        after: Option<Id<AlarmId>>,
    }
}

request_body! {
    /// Which events.
    EventQuery {
        /// `next` of the answer before; left out or 0, from the first event that is kept.
        after: Option<Sequence>,
        /// How many at once.
        limit: Option<Limit>,
    }
}

request_body! {
    /// A note on an alarm.
    NewNote {
        /// What operators and responders shall read.
        text: Written,
    }
}

impl DispatchBody {
    fn of(dispatch: &Dispatch) -> Self {
        DispatchBody {
            id: Id(dispatch.id),
            team: Id(dispatch.team),
            state: DispatchWord(dispatch.state),
            sent_at: Moment(dispatch.sent_at),
            answer_due: Moment(dispatch.answer_due),
            accepted_at: dispatch.accepted_at.map(Moment),
            overdue_at: dispatch.overdue_at.map(Moment),
            arrived_at: dispatch.arrived_at.map(Moment),
            reported_at: dispatch.reported_at.map(Moment),
        }
    }
}

impl AlarmBody {
    fn of(alarm: &Alarm) -> Self {
        let closing = alarm.closed.as_ref();
        AlarmBody {
            id: Id(alarm.id),
            kind: KindWord(alarm.kind),
            lane: LaneWord(alarm.kind.lane()),
            state: StateWord(alarm.state),
            device: alarm.device.map(Id),
            person: alarm.person.map(Id),
            area: alarm.area.map(Id),
            received_at: Moment(alarm.received_at),
            repeats: alarm.repeats,
            last_message_at: Moment(alarm.last_message_at),
            withdrawn_at: alarm.withdrawn_at.map(Moment),
            answered_at: alarm.answered_at.map(Moment),
            arrived_at: alarm.arrived_at.map(Moment),
            closed_at: closing.map(|(at, _)| Moment(*at)),
            outcome: closing.map(|(_, closing)| OutcomeWord(closing.outcome)),
            measures: closing
                .map(|(_, closing)| closing.measures.iter().map(|measure| MeasureWord(*measure)).collect())
                .unwrap_or_default(),
            dispatches: alarm.dispatches.iter().map(DispatchBody::of).collect(),
        }
    }
}

/// A page of alarms, newest first.
pub(crate) async fn page(
    State(web): State<Web>,
    System(actor): System,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Ask(asked): Ask<AlarmQuery>,
) -> Reply {
    let filter = Filter {
        open: asked.open,
        state: asked.state.map(|word| word.0),
        kind: asked.kind.map(|word| word.0),
        lane: asked.lane.map(|word| word.0),
        device: asked.device.map(|id| id.0),
        person: asked.person.map(|id| id.0),
        from: asked.from.map(|moment| moment.0),
        until: asked.until.map(|moment| moment.0),
    };
    let limit = Limit::or_usual(asked.limit);
    let found = list(&web.app, &actor, &filter, asked.after.map(|id| id.0), limit + 1).await?;
    let page = page_of(found, limit, AlarmBody::of, |alarm| alarm.id.to_string());
    found_page(&headers, &uri, &page)
}

/// One alarm.
pub(crate) async fn read(
    State(web): State<Web>,
    System(actor): System,
    headers: HeaderMap,
    IdOf(id): IdOf<AlarmId>,
) -> Reply {
    found(&headers, &AlarmBody::of(&one(&web.app, &actor, id).await?))
}

/// Writes a note on an alarm.
pub(crate) async fn add_note(
    State(web): State<Web>,
    System(actor): System,
    IdOf(id): IdOf<AlarmId>,
    Body(body): Body<NewNote>,
) -> Reply {
    note(&web.app, &actor, id, &body.text.0).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Events after a place in the order.
pub(crate) async fn event_page(
    State(web): State<Web>,
    System(actor): System,
    headers: HeaderMap,
    Ask(asked): Ask<EventQuery>,
) -> Reply {
    let after = asked.after.map_or(0, |sequence| sequence.0);
    let found_events = events(&web.app, &actor, after, Limit::or_usual(asked.limit)).await?;
    let next = found_events.last().map_or(after, |event| event.sequence);
    let items = found_events
        .iter()
        .map(notice)
        .map(|told| EventBody {
            sequence: Sequence(told.sequence),
            event: format!("alarm.{}", told.what),
            alarm: Id(told.alarm),
            at: Moment(told.at),
            kind: told.kind.map(str::to_owned),
            team: told.team.map(Id),
            dispatch: told.dispatch.map(Id),
            outcome: told.outcome.map(str::to_owned),
        })
        .collect();
    found(&headers, &EventsBody { items, next: Sequence(next) })
}
