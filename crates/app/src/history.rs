//! Who changed what in the register, field by field.

use access::Actor;
use base::{Private, Timestamp, id::Uuid};
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

/// Takes fields back to how they stood before a change, with everything that was saved together with it or later.
/// `changes` come newest first. Returns when the change was made; `None` when it is none of these.
pub(crate) fn rewind(fields: &mut Fields, changes: &[FieldChange], before: Uuid) -> Option<Timestamp> {
    let at = changes.iter().find(|change| change.id == before)?.at;
    for change in changes.iter().filter(|change| change.at >= at) {
        if let Some((_, value)) = fields.iter_mut().find(|(field, _)| *field == change.field) {
            value.clone_from(change.from.reveal());
        }
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_go_back_over_everything_that_was_changed_since() {
        let start: Timestamp = "2026-11-22T06:00:00Z".parse().unwrap();
        let change = |number: u32, field: &str, from: &str, to: &str, second: i64| FieldChange {
            id: Uuid::from_u128(number.into()),
            at: start + base::SignedDuration::from_secs(second),
            user: None,
            subject: "model:1".to_owned(),
            field: field.to_owned(),
            from: Private::new(from.to_owned()),
            to: Private::new(to.to_owned()),
        };
        let changes = [
            change(4, "name", "B", "C", 20),
            change(3, "driver", "x", "y", 10),
            change(2, "name", "A", "B", 10),
            change(1, "name", "Å", "A", 0),
        ];
        let back_to = |number: u32| {
            let mut fields: Fields = vec![("name", "C".to_owned()), ("driver", "y".to_owned())];
            let at = rewind(&mut fields, &changes, Uuid::from_u128(number.into()));
            at.map(|_| fields.into_iter().map(|(_, value)| value).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(back_to(4).as_deref(), Some("B y"));
        assert_eq!(back_to(3).as_deref(), Some("A x"), "what was saved together goes back together");
        assert_eq!(back_to(1).as_deref(), Some("Å x"));
        assert_eq!(back_to(9), None);
    }
}
