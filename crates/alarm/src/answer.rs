//! The operator's own steps: answer, give back, call, note.

use base::UserId;

use crate::{Alarm, Refusal, State, What, refusal::required_text};

/// An operator takes an alarm. Taking one's own alarm again is refused, so that a double key press does nothing.
pub fn answer(alarm: &Alarm, by: UserId) -> Result<What, Refusal> {
    match (alarm.state, alarm.answered_by) {
        (State::Closed, _) => Err(Refusal::WrongState { verb: "answer", state: alarm.state }),
        (_, Some(holder)) if holder == by => Err(Refusal::AlreadyAnswered { by: holder }),
        (State::Answered, Some(holder)) => Err(Refusal::AlreadyAnswered { by: holder }),
        _ => Ok(What::Answered),
    }
}

/// An operator gives an answered alarm back to the queue; its ladder starts again.
pub fn release(alarm: &Alarm) -> Result<What, Refusal> {
    match alarm.state {
        State::Answered => Ok(What::Released),
        state => Err(Refusal::WrongState { verb: "release", state }),
    }
}

/// The operator who has an alarm says that they still do, such as in the middle of a long call.
pub fn attend(alarm: &Alarm, by: UserId) -> Result<What, Refusal> {
    match (alarm.state, alarm.answered_by) {
        (State::Answered, Some(holder)) if holder == by => Ok(What::Attended),
        (State::Answered, Some(holder)) => Err(Refusal::AlreadyAnswered { by: holder }),
        (state, _) => Err(Refusal::WrongState { verb: "stay on", state }),
    }
}

/// An operator called someone.
pub fn call_person(alarm: &Alarm, to: &str) -> Result<What, Refusal> {
    if !alarm.is_open() {
        return Err(Refusal::WrongState { verb: "call about", state: alarm.state });
    }
    required_text("to", to).map(|to| What::Called { to })
}

/// Anyone on the alarm writes a note; a closed alarm takes notes too, since nothing may be lost.
pub fn note(text: &str) -> Result<What, Refusal> {
    required_text("text", text).map(|text| What::Noted { text })
}
