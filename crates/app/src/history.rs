//! Who changed what in the register, field by field.

use access::Actor;
use base::Private;
use store::Transaction;
pub use store::change::FieldChange;

use crate::{App, AppError};

/// The most changes that one page shows.
pub const CHANGES_SHOWN_MAX: i64 = 200;

/// The fields of something as they stand, in a fixed order.
pub(crate) type Fields = Vec<(&'static str, String)>;

/// Writes the fields that differ, in the transaction of the change itself; returns how many.
///
/// Something new has no fields before; its first values are not repeated in the history.
pub(crate) async fn record(
    app: &App,
    transaction: &mut Transaction,
    actor: &Actor,
    subject: &str,
    before: &Fields,
    after: &Fields,
) -> Result<usize, AppError> {
    let now = app.now();
    let mut changes = Vec::new();
    for (field, to) in after {
        let Some((_, from)) = before.iter().find(|(known, _)| known == field) else { continue };
        if from != to {
            changes.push(FieldChange {
                id: app.ids.next(now),
                at: now,
                user: Some(actor.user),
                subject: subject.to_owned(),
                field: (*field).to_owned(),
                from: Private::new(from.clone()),
                to: Private::new(to.clone()),
            });
        }
    }
    store::change::add(transaction, &changes).await?;
    Ok(changes.len())
}
