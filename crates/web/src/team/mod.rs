//! Teams, areas, providers, ladders and the figures of rules.

pub(crate) mod area;
pub(crate) mod edit;
pub(crate) mod ladder;
pub(crate) mod ladder_edit;
pub(crate) mod list;
pub(crate) mod provider;
pub(crate) mod rule;

use alarm::team::Hours;
use app::team::show_minute;
use base::AreaId;

use crate::text::Words;

/// Hours as people read them.
fn hours(hours: Hours, words: Words) -> String {
    if hours.from_minute == hours.to_minute {
        return words.say("team-always");
    }
    format!("{}–{}", show_minute(hours.from_minute), show_minute(hours.to_minute))
}

/// The names of areas; all of them where none is named.
fn area_names(ids: &[AreaId], known: &[(AreaId, String)], words: Words) -> String {
    if ids.is_empty() {
        return words.say("team-all-areas");
    }
    let name = |id: &AreaId| known.iter().find(|(found, _)| found == id).map(|(_, name)| name.as_str());
    ids.iter().filter_map(name).collect::<Vec<_>>().join(", ")
}
