//! What happened to an alarm: the append-only history.

use base::{DispatchId, MessageId, Private, TeamId, Timestamp, UserId};

use crate::{Closing, Kind};

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A person with a login.
    User(UserId),
    /// The device itself.
    Device,
    /// Tryggve: a ladder, a timeout.
    System,
}

/// One line of an alarm's history.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When, by the receiver's clock.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    pub what: What,
}

/// What happened.
#[expect(missing_docs, reason = "each field is the thing it is named after")]
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// The first message came and was stored.
    Received { message: MessageId, kind: Kind },
    /// Another message from the same device while the alarm was open.
    Repeated { message: MessageId, kind: Kind },
    /// The device says that the alarm is withdrawn or reset.
    Withdrawn { message: MessageId },
    /// The device told more, such as a position.
    Informed { message: MessageId },
    /// An operator took it.
    Answered,
    /// The operator gave it back to the queue.
    Released,
    /// The one who has it says that they still do.
    Attended,
    /// The one who had it did nothing more within the limit: it waits again.
    Left,
    /// The operator called the person or someone close.
    Called { to: Private<String> },
    /// Someone wrote a note.
    Noted { text: Private<String> },
    /// Sent to a team, which must answer before `answer_due`.
    Sent { dispatch: DispatchId, team: TeamId, answer_due: Timestamp },
    /// A responder took it.
    Accepted { dispatch: DispatchId },
    /// A responder could not take it.
    Declined { dispatch: DispatchId, reason: Private<String> },
    /// Nobody in the team answered in time.
    Unanswered { dispatch: DispatchId },
    /// A responder took it and nobody stood by the person within the limit.
    Overdue { dispatch: DispatchId },
    /// The responder stands by the person.
    Arrived { dispatch: DispatchId },
    /// The responder wrote what was found and done.
    Reported { dispatch: DispatchId, text: Private<String> },
    /// An operator closed it.
    Closed(Closing),
    /// Someone opened it again, with the reason.
    Reopened { reason: Private<String> },
    /// The ladder told the next ones; rungs count from 0.
    Escalated { rung: usize },
}

impl What {
    /// The name in the database, the API and the texts.
    pub const fn name(&self) -> &'static str {
        match self {
            What::Received { .. } => "received",
            What::Repeated { .. } => "repeated",
            What::Withdrawn { .. } => "withdrawn",
            What::Informed { .. } => "informed",
            What::Answered => "answered",
            What::Released => "released",
            What::Attended => "attended",
            What::Left => "left",
            What::Called { .. } => "called",
            What::Noted { .. } => "noted",
            What::Sent { .. } => "sent",
            What::Accepted { .. } => "accepted",
            What::Declined { .. } => "declined",
            What::Unanswered { .. } => "unanswered",
            What::Overdue { .. } => "overdue",
            What::Arrived { .. } => "arrived",
            What::Reported { .. } => "reported",
            What::Closed(_) => "closed",
            What::Reopened { .. } => "reopened",
            What::Escalated { .. } => "escalated",
        }
    }
}
