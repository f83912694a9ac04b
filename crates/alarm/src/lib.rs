//! An alarm's life: received, waiting, answered, sent, on site, closed; and the ladder of escalation.
//!
//! Pure: a verb takes the alarm as it stands and `now`, and returns the [`What`] that happened or a [`Refusal`].
//! [`Alarm::apply`] is the only place where an alarm changes, so the events are its whole history.
//!
//! Invariants:
//! - at most one open alarm per device and lane; later messages are repeats on it;
//! - only a person closes an alarm: a withdrawal from the device is shown, never obeyed;
//! - no verb ever loses an event: a refused verb changes nothing.

mod answer;
mod close;
mod dispatch;
mod event;
pub mod follow_up;
mod kind;
pub mod ladder;
mod life;
mod receive;
mod refusal;
mod reopen;
pub mod retention;
pub mod service_level;
pub mod team;
pub mod urgency;

pub use answer::{answer, attend, call_person, note, release};
pub use close::{Closing, Measure, Outcome, close, close_with_device};
pub use dispatch::{Dispatch, DispatchState, accept, arrive, decline, expire, report, send};
pub use event::{Actor, Event, What};
pub use kind::{Kind, Lane};
pub use ladder::Ladder;
pub use life::{Alarm, State};
pub use receive::{inform, receive, repeat, withdraw};
pub use refusal::Refusal;
pub use reopen::reopen;

/// The longest note, report or reason, in characters.
pub const TEXT_CHARACTERS_MAX: usize = 4_000;
/// The most times one alarm may be sent to teams before a person has to close it and start anew.
pub const DISPATCHES_MAX: usize = 50;

#[cfg(test)]
mod tests;
