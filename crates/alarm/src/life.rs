//! The alarm as it stands, and the one function that changes it.

use base::{AlarmId, AreaId, DeviceId, PersonId, Timestamp, UserId};

use crate::{Actor, Closing, Dispatch, DispatchState, Event, Kind, What, ladder::Climb};

/// Where an alarm stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Received and stored; nobody has taken it.
    Waiting,
    /// An operator has it.
    Answered,
    /// Sent to a team.
    Sent,
    /// A responder is with the person.
    OnSite,
    /// Done, with an outcome.
    Closed,
}

impl State {
    /// All states in the order of a life.
    pub const ALL: [State; 5] = [State::Waiting, State::Answered, State::Sent, State::OnSite, State::Closed];

    /// The name in URLs and the database.
    pub const fn name(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Answered => "answered",
            State::Sent => "sent",
            State::OnSite => "on_site",
            State::Closed => "closed",
        }
    }

    /// Reads [`State::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        State::ALL.into_iter().find(|state| state.name() == name)
    }

    /// The word on the page.
    pub const fn text(self) -> base::language::Text {
        use base::language::Text;
        match self {
            State::Waiting => Text::new("Väntar", "Waiting"),
            State::Answered => Text::new("Besvarat", "Answered"),
            State::Sent => Text::new("Skickat", "Sent"),
            State::OnSite => Text::new("På plats", "On site"),
            State::Closed => Text::new("Avslutat", "Closed"),
        }
    }
}

/// An alarm as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    /// Which alarm.
    pub id: AlarmId,
    /// The sending device; `None` for an unknown sender.
    pub device: Option<DeviceId>,
    /// Who the device belongs to, when it belongs to someone.
    pub person: Option<PersonId>,
    /// The area, which chooses teams and ladder.
    pub area: Option<AreaId>,
    /// What it is about; a graver repeat raises it.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// When the first message was received, by our clock.
    pub received_at: Timestamp,
    /// How many messages came after the first.
    pub repeats: u32,
    /// When the last message came.
    pub last_message_at: Timestamp,
    /// When the device took it back, if it did.
    pub withdrawn_at: Option<Timestamp>,
    /// When it was first answered: the end of the answer time.
    pub answered_at: Option<Timestamp>,
    /// Who has it now.
    pub answered_by: Option<UserId>,
    /// When something was last done about it while an operator has it and nobody is sent; `None` in every other state.
    pub attended_at: Option<Timestamp>,
    /// When a responder first stood by the person.
    pub arrived_at: Option<Timestamp>,
    /// When and how it was closed.
    pub closed: Option<(Timestamp, Closing)>,
    /// Every sending to a team, oldest first.
    pub dispatches: Vec<Dispatch>,
    /// The climb up the ladder of escalation while nobody has answered.
    pub climb: Climb,
    /// Counts the changes, so that two people who click at once cannot overwrite each other.
    pub version: u64,
}

impl Alarm {
    /// Whether anyone still has something to do.
    pub fn is_open(&self) -> bool {
        self.state != State::Closed
    }

    /// The sending that a team is working on, if any.
    pub fn current_dispatch(&self) -> Option<&Dispatch> {
        self.dispatches.iter().rev().find(|dispatch| dispatch.state.is_active())
    }

    /// Changes the alarm by one event. Total: an event that does not fit changes only the version.
    pub fn apply(&mut self, event: &Event) {
        self.version += 1;
        let at = event.at;
        match &event.what {
            What::Received { kind, .. } => self.kind = *kind,
            What::Repeated { kind, .. } => {
                self.repeats += 1;
                self.last_message_at = self.last_message_at.max(at);
                // Called for again: what was taken back no longer is.
                self.withdrawn_at = None;
                self.kind = self.kind.min(*kind);
            }
            What::Withdrawn { .. } => {
                self.withdrawn_at = Some(at);
                self.last_message_at = self.last_message_at.max(at);
            }
            What::Informed { .. } => self.last_message_at = self.last_message_at.max(at),
            What::Answered => {
                self.state = self.state.max(State::Answered);
                self.answered_at.get_or_insert(at);
                if let Actor::User(user) = event.actor {
                    self.answered_by = Some(user);
                }
                self.climb.stop();
            }
            What::Released => {
                self.state = State::Waiting;
                self.answered_by = None;
                self.climb.start_again(at);
            }
            What::Left => {
                self.state = State::Waiting;
                self.answered_by = None;
                // A climb under way since a team said no goes on: being left must not put the next rung off.
                if self.climb.poll_timeout().is_none() {
                    self.climb.start_again(at);
                }
            }
            What::Sent { dispatch, team, answer_due } => {
                self.dispatches.push(Dispatch::new(*dispatch, *team, at, *answer_due));
                self.state = self.state.max(State::Sent);
                // A team that the ladder itself chose does not end the climb: a person must have answered for that.
                if matches!(event.actor, Actor::User(_)) {
                    self.climb.stop();
                }
            }
            What::Accepted { .. }
            | What::Declined { .. }
            | What::Unanswered { .. }
            | What::Overdue { .. }
            | What::Arrived { .. }
            | What::Reported { .. } => self.respond(event),
            What::Closed(closing) => {
                self.state = State::Closed;
                self.closed = Some((at, closing.clone()));
                self.call_off(&[DispatchState::Waiting, DispatchState::Accepted]);
                self.climb.stop();
            }
            What::Reopened { .. } => {
                self.state = State::Waiting;
                self.closed = None;
                self.call_off(&[DispatchState::Waiting, DispatchState::Accepted, DispatchState::OnSite]);
                self.answered_by = None;
                self.climb.start_again(at);
            }
            What::Escalated { rung } => self.climb.reached(*rung),
            What::Called { .. } | What::Noted { .. } | What::Attended => {}
        }
        self.attended_at = self.attended_after(event);
    }

    /// When something was last done by an operator who has the alarm alone.
    fn attended_after(&self, event: &Event) -> Option<Timestamp> {
        match (self.state, event.actor) {
            (State::Answered, Actor::User(_)) => Some(event.at),
            // A sending that came to nothing is the operator's again; a press of the button is no deed of theirs.
            (State::Answered, _) => self.attended_at.or(Some(event.at)),
            _ => None,
        }
    }

    /// What responders do with a sending.
    fn respond(&mut self, event: &Event) {
        let at = event.at;
        match &event.what {
            What::Accepted { dispatch } => self.with_dispatch(*dispatch, |found| {
                found.state = DispatchState::Accepted;
                found.accepted_at = Some(at);
                if let Actor::User(user) = event.actor {
                    found.responder = Some(user);
                }
            }),
            What::Declined { dispatch, .. } => self.end_dispatch(*dispatch, DispatchState::Declined, at),
            What::Unanswered { dispatch } => self.end_dispatch(*dispatch, DispatchState::Unanswered, at),
            What::Overdue { dispatch } => {
                self.with_dispatch(*dispatch, |found| found.overdue_at = Some(at));
            }
            What::Arrived { dispatch } => {
                self.with_dispatch(*dispatch, |found| {
                    found.state = DispatchState::OnSite;
                    found.arrived_at = Some(at);
                });
                self.state = self.state.max(State::OnSite);
                self.arrived_at.get_or_insert(at);
            }
            What::Reported { dispatch, .. } => self.with_dispatch(*dispatch, |found| {
                found.state = DispatchState::Reported;
                found.reported_at = Some(at);
            }),
            _ => {}
        }
    }

    /// Nobody of an earlier life of the alarm is on the way in the next one, so that the ladder asks anew.
    fn call_off(&mut self, states: &[DispatchState]) {
        for dispatch in self.dispatches.iter_mut().filter(|dispatch| states.contains(&dispatch.state)) {
            dispatch.state = DispatchState::CalledOff;
        }
    }

    fn with_dispatch(&mut self, id: base::DispatchId, change: impl FnOnce(&mut Dispatch)) {
        if let Some(found) = self.dispatches.iter_mut().find(|dispatch| dispatch.id == id) {
            change(found);
        }
    }

    /// A sending that came to nothing: without another one under way the alarm is an operator's task again,
    /// and the ladder starts anew so that a silent operator is noticed.
    fn end_dispatch(&mut self, id: base::DispatchId, state: DispatchState, at: Timestamp) {
        self.with_dispatch(id, |found| found.state = state);
        if self.state == State::Sent && self.current_dispatch().is_none() {
            self.state = if self.answered_by.is_some() { State::Answered } else { State::Waiting };
            if self.climb.stopped {
                self.climb.start_again(at);
            }
        }
    }
}
