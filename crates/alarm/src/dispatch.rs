//! Sending an alarm to a team, and the team's answers.

use base::{DispatchId, TeamId, Timestamp, UserId, clock::doubtful_from};

use crate::{Alarm, DISPATCHES_MAX, Refusal, State, What, refusal::required_text};

/// Where one sending stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DispatchState {
    /// The team has been told; nobody has answered.
    Waiting,
    /// A responder is on the way.
    Accepted,
    /// A responder is with the person.
    OnSite,
    /// The responder has written what was found and done.
    Reported,
    /// The team said no.
    Declined,
    /// Nobody answered in time.
    Unanswered,
    /// The alarm was closed before anyone came.
    CalledOff,
}

impl DispatchState {
    /// All states.
    pub const ALL: [DispatchState; 7] = [
        DispatchState::Waiting,
        DispatchState::Accepted,
        DispatchState::OnSite,
        DispatchState::Reported,
        DispatchState::Declined,
        DispatchState::Unanswered,
        DispatchState::CalledOff,
    ];

    /// The name in the database and the API.
    pub const fn name(self) -> &'static str {
        match self {
            DispatchState::Waiting => "waiting",
            DispatchState::Accepted => "accepted",
            DispatchState::OnSite => "on_site",
            DispatchState::Reported => "reported",
            DispatchState::Declined => "declined",
            DispatchState::Unanswered => "unanswered",
            DispatchState::CalledOff => "called_off",
        }
    }

    /// Reads [`DispatchState::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        DispatchState::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether the team still has something to do.
    pub const fn is_active(self) -> bool {
        matches!(self, DispatchState::Waiting | DispatchState::Accepted | DispatchState::OnSite)
    }
}

/// One sending of an alarm to a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// Which sending.
    pub id: DispatchId,
    /// To whom.
    pub team: TeamId,
    /// When.
    pub sent_at: Timestamp,
    /// When the team must have answered.
    pub answer_due: Timestamp,
    /// Where it stands.
    pub state: DispatchState,
    /// Who took it.
    pub responder: Option<UserId>,
    /// When they took it.
    pub accepted_at: Option<Timestamp>,
    /// When operators were told that nobody had come yet.
    pub overdue_at: Option<Timestamp>,
    /// When they stood by the person.
    pub arrived_at: Option<Timestamp>,
    /// When they reported.
    pub reported_at: Option<Timestamp>,
}

impl Dispatch {
    pub(crate) fn new(id: DispatchId, team: TeamId, sent_at: Timestamp, answer_due: Timestamp) -> Self {
        Dispatch {
            id,
            team,
            sent_at,
            answer_due,
            state: DispatchState::Waiting,
            responder: None,
            accepted_at: None,
            overdue_at: None,
            arrived_at: None,
            reported_at: None,
        }
    }

    /// Whether the team should have answered by now. A sending of the future was made by a clock that has been set
    /// back since; how long it has waited is unknown, so the next team is asked.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.answer_due <= now || self.sent_at > doubtful_from(now)
    }
}

/// An operator (or the ladder) sends the alarm to a team.
pub fn send(
    alarm: &Alarm,
    dispatch: DispatchId,
    team: TeamId,
    answer_due: Timestamp,
) -> Result<What, Refusal> {
    if !alarm.is_open() {
        return Err(Refusal::WrongState { verb: "send", state: alarm.state });
    }
    if alarm.dispatches.len() >= DISPATCHES_MAX {
        return Err(Refusal::TooManyDispatches);
    }
    if alarm.dispatches.iter().any(|earlier| earlier.team == team && earlier.state.is_active()) {
        return Err(Refusal::AlreadySent);
    }
    Ok(What::Sent { dispatch, team, answer_due })
}

/// A responder takes it. The first one wins; a later one learns that it is taken.
pub fn accept(alarm: &Alarm, dispatch: DispatchId) -> Result<What, Refusal> {
    step(alarm, dispatch, &[DispatchState::Waiting])?;
    Ok(What::Accepted { dispatch })
}

/// A responder cannot take it, and says why; an accepted one can be handed back too.
pub fn decline(alarm: &Alarm, dispatch: DispatchId, reason: &str) -> Result<What, Refusal> {
    step(alarm, dispatch, &[DispatchState::Waiting, DispatchState::Accepted])?;
    Ok(What::Declined { dispatch, reason: required_text("reason", reason)? })
}

/// Nobody answered before the time was out.
pub fn expire(alarm: &Alarm, dispatch: DispatchId, now: Timestamp) -> Result<What, Refusal> {
    let found = step(alarm, dispatch, &[DispatchState::Waiting])?;
    if !found.is_late(now) {
        return Err(Refusal::DispatchOver { dispatch });
    }
    Ok(What::Unanswered { dispatch })
}

/// The responder stands by the person.
pub fn arrive(alarm: &Alarm, dispatch: DispatchId, by: UserId) -> Result<What, Refusal> {
    let found = step(alarm, dispatch, &[DispatchState::Accepted])?;
    own(found, by)?;
    Ok(What::Arrived { dispatch })
}

/// The responder writes what was found and done.
pub fn report(alarm: &Alarm, dispatch: DispatchId, by: UserId, text: &str) -> Result<What, Refusal> {
    let found = step(alarm, dispatch, &[DispatchState::Accepted, DispatchState::OnSite])?;
    own(found, by)?;
    Ok(What::Reported { dispatch, text: required_text("text", text)? })
}

fn step<'a>(alarm: &'a Alarm, id: DispatchId, allowed: &[DispatchState]) -> Result<&'a Dispatch, Refusal> {
    if alarm.state == State::Closed {
        return Err(Refusal::WrongState { verb: "respond to", state: alarm.state });
    }
    alarm
        .dispatches
        .iter()
        .find(|dispatch| dispatch.id == id && allowed.contains(&dispatch.state))
        .ok_or(Refusal::DispatchOver { dispatch: id })
}

fn own(dispatch: &Dispatch, by: UserId) -> Result<(), Refusal> {
    match dispatch.responder {
        Some(responder) if responder != by => Err(Refusal::AlreadyAnswered { by: responder }),
        _ => Ok(()),
    }
}
