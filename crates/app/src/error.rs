//! What a use case can answer instead of success.

use access::{Action, Decision};

/// What a use case can answer instead of success.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// No role of the actor may do this.
    #[error("not allowed: {}", .0.name())]
    Denied(Action),
    /// The actor must state a reason first.
    #[error("a reason must be stated: {}", .0.name())]
    NeedsReason(Action),
    /// There is no such thing.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The alarm's life does not allow it.
    #[error(transparent)]
    Refused(#[from] ::alarm::Refusal),
    /// The device's life does not allow it.
    #[error(transparent)]
    Stage(#[from] ::device::StageError),
    /// A field holds something that cannot be used.
    #[error("{field}: {problem}")]
    Field {
        /// Which field of the command.
        field: &'static str,
        /// What is wrong and what was expected.
        problem: String,
    },
    /// Fields of a form hold what cannot be used; every one is told at once.
    #[error("{0}")]
    Invalid(crate::problem::Problems),
    /// The files and figures give no forecast.
    #[error(transparent)]
    Forecast(#[from] ::housing::study::StudyError),
    /// Someone else changed it in between.
    #[error("someone else changed this at the same time: look again")]
    Conflict,
    /// The database failed.
    #[error("the database failed; nothing was changed: {0}")]
    Store(store::StoreError),
    /// A password could not be hashed or checked.
    #[error("passwords cannot be checked right now")]
    Login(#[from] ::login::LoginError),
}

impl From<store::StoreError> for AppError {
    fn from(error: store::StoreError) -> Self {
        match error {
            store::StoreError::Conflict => AppError::Conflict,
            other => AppError::Store(other),
        }
    }
}

/// Asks the access rules; anything but a yes is an error.
pub(crate) fn require(
    actor: &access::Actor,
    action: Action,
    relation: access::Relation,
) -> Result<(), AppError> {
    match access::may(actor, action, relation) {
        Decision::Allowed => Ok(()),
        Decision::NeedsReason => Err(AppError::NeedsReason(action)),
        Decision::Denied => Err(AppError::Denied(action)),
    }
}
