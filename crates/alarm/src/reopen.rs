//! Opening a closed alarm again.

use crate::{Alarm, Refusal, State, What, refusal::required_text};

/// Opens a closed alarm again, with the reason; it waits in the queue and its ladder starts anew.
pub fn reopen(alarm: &Alarm, reason: &str) -> Result<What, Refusal> {
    match alarm.state {
        State::Closed => Ok(What::Reopened { reason: required_text("reason", reason)? }),
        state => Err(Refusal::WrongState { verb: "reopen", state }),
    }
}
