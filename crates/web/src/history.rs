//! What was changed, field by field, as a table: the same for everything that keeps its history.

use std::collections::HashMap;

use app::history::FieldChange;
use base::UserId;

use crate::{
    table::{CellShown, TableShown},
    text::Words,
};

/// Who did something; Tryggve itself where no login did.
pub(crate) fn who(user: Option<UserId>, names: &HashMap<UserId, String>, words: Words) -> CellShown {
    let by_tryggve = || words.say("history-by-tryggve");
    CellShown::text(user.map_or_else(by_tryggve, |user| names.get(&user).cloned().unwrap_or_default()))
}

/// The table. The name of a field's text is `prefix` and the field; `value` tells a value in words.
pub(crate) fn table(
    changes: &[FieldChange],
    names: &HashMap<UserId, String>,
    prefix: &str,
    words: Words,
    value: impl Fn(&str, &str) -> String,
) -> TableShown {
    let row = |change: &FieldChange| {
        vec![
            CellShown::text(words.moment(change.at)),
            who(change.user, names, words),
            CellShown::text(words.say(format!("{prefix}{}", change.field))),
            CellShown::text(value(&change.field, change.from.reveal())),
            CellShown::text(value(&change.field, change.to.reveal())),
        ]
    };
    TableShown {
        name: words.say("history-changes"),
        headings: ["history-when", "history-who", "history-field", "history-from", "history-to"]
            .map(|name| words.say(name))
            .to_vec(),
        rows: changes.iter().map(row).collect(),
        none: words.say("history-changes-none"),
    }
}
