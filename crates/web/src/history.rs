//! What was changed, field by field, as a table: the same for everything that keeps its history.

use std::collections::HashMap;

use app::history::FieldChange;
use base::UserId;
use serde::Deserialize;

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

/// What may stand behind the question mark of a form with a history.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// The change before which everything is to be shown as it stood.
    #[serde(default)]
    pub(crate) before: String,
}

/// Gives each save of a history a way back: the form at `address`, filled in as things stood before it.
pub(crate) fn with_way_back(
    mut table: TableShown,
    changes: &[FieldChange],
    address: &str,
    words: Words,
) -> TableShown {
    table.headings.push(words.say("history-back"));
    let mut saved_at = None;
    for (row, change) in table.rows.iter_mut().zip(changes) {
        // What was saved together goes back together, and has one way back.
        let first = saved_at.replace(change.at) != Some(change.at);
        let link = CellShown::link(words.say("history-go-back"), format!("{address}?before={}", change.id));
        row.push(if first { link } else { CellShown::default() });
    }
    table
}
