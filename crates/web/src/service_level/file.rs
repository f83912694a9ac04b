//! Service levels as a file: days, hours and providers, each on a row of its own.

use ::alarm::service_level::Level;
use app::alarm::service_level::service_levels;
use axum::extract::{Query, State};

use super::page::Asked;
use crate::{reply::Reply, server::Web, table::words_file, visit::Visit};

/// The file. A span that does not read is a page of trouble.
pub(crate) async fn file(State(web): State<Web>, visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let words = visit.words;
    let (from, to) = asked.days(&web);
    let levels = service_levels(&web.app, visit.actor()?, from, to).await?;
    let row = |part: &str, name: String, level: &Level| {
        let mut cells = vec![words.say(part), name];
        let counts = [
            level.alarms,
            level.answered_within_60_seconds,
            level.answered_within_180_seconds,
            level.unanswered,
            level.sent,
            level.on_site_in_time,
        ];
        cells.extend(counts.map(|count| count.to_string()));
        cells
    };
    let span = format!("{} – {}", levels.from, levels.to);
    let mut rows = vec![row("level-in-total", span, &levels.total)];
    rows.extend(levels.days.iter().map(|(day, level)| row("level-day", day.to_string(), level)));
    rows.extend(
        levels.hours.iter().enumerate().map(|(hour, level)| row("level-hour", hour.to_string(), level)),
    );
    rows.extend(levels.providers.iter().map(|(name, level)| row("level-provider", name.clone(), level)));
    let headings = [
        words.say("level-part"),
        words.say("level-name"),
        words.say("level-alarms"),
        words.say("level-within-60"),
        words.say("level-within-180"),
        words.say("level-unanswered"),
        words.say("level-sent"),
        words.say("level-on-site"),
    ];
    words_file("servicenivaer", &headings, &rows)
}
