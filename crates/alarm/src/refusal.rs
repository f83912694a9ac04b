//! Why a verb was refused. Nothing has changed when one is returned.

use base::{DispatchId, UserId};

use crate::State;

/// Why a verb was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The alarm is not in a state that allows it.
    #[error("cannot {verb} an alarm that is {}", state.name())]
    WrongState {
        /// What was tried.
        verb: &'static str,
        /// Where the alarm stands.
        state: State,
    },
    /// Another operator has it already.
    #[error("operator {by} has this alarm already")]
    AlreadyAnswered {
        /// Who has it.
        by: UserId,
    },
    /// The sending is over, or never was.
    #[error("dispatch {dispatch} is not waiting for this step")]
    DispatchOver {
        /// Which sending.
        dispatch: DispatchId,
    },
    /// A team is on its way already.
    #[error("a team is already under way: wait for its answer or send to another team on purpose")]
    AlreadySent,
    /// A required text is missing.
    #[error("a text is needed: {field}")]
    TextMissing {
        /// Which text.
        field: &'static str,
    },
    /// A text is longer than [`crate::TEXT_CHARACTERS_MAX`].
    #[error("{field} has {characters} characters, at most {} are kept", crate::TEXT_CHARACTERS_MAX)]
    TextTooLong {
        /// Which text.
        field: &'static str,
        /// How long it was.
        characters: usize,
    },
    /// More sendings than [`crate::DISPATCHES_MAX`].
    #[error("the alarm has been sent {} times: close it and open a new one", crate::DISPATCHES_MAX)]
    TooManyDispatches,
    /// A responder is still with the person.
    #[error("a responder is still on site without a report: write it, or say why none will come")]
    ReportMissing,
}

/// A text that must be there and not be endless.
pub(crate) fn required_text(field: &'static str, text: &str) -> Result<base::Private<String>, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::TextMissing { field });
    }
    let characters = text.chars().count();
    if characters > crate::TEXT_CHARACTERS_MAX {
        return Err(Refusal::TextTooLong { field, characters });
    }
    Ok(base::Private::new(text.to_owned()))
}
