//! The queue for places: what must be reported, who waits, and which short-term places suit whom.

use app::housing::queue::{Line as QueueLine, Queue, queue, report};
use askama::Template;
use axum::extract::{Query, State};

use super::{name_of, profiles_in_words};
use crate::{
    fields::Fields,
    reply::{Frame, Reply, page as framed},
    server::Web,
    table::{CellShown, Format, TableShown, file},
    text::Words,
    trouble::Problem,
    visit::Visit,
};

/// The page.
#[derive(Template)]
#[template(path = "housing/queue.html")]
pub(crate) struct Page {
    pub(crate) words: Words,
    /// How many waits must be reported, in words.
    pub(crate) to_report: String,
    pub(crate) reported: usize,
    pub(crate) mean_wait: String,
    pub(crate) waiting: TableShown,
    pub(crate) proposals: TableShown,
    pub(crate) closed: TableShown,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    let words = visit.words;
    let queue = queue(&web.app, visit.actor()?).await?;
    let reported = queue.lines.iter().filter(|line| line.reported).count();
    let days = format!("{:.0}", queue.report_after_days);
    let parts = [("count", reported.to_string()), ("days", days)];
    let part = Page {
        words,
        to_report: words
            .with("places-to-report", &parts.each_ref().map(|(name, text)| (*name, text.as_str()))),
        reported,
        mean_wait: match queue.mean_wait {
            Some((count, days)) => {
                let (count, days) = (count.to_string(), format!("{days:.0}"));
                words.with("places-mean-wait", &[("count", count.as_str()), ("days", days.as_str())])
            }
            None => words.say("places-no-mean-wait"),
        },
        waiting: table(&queue, &queue.lines, words, "places-waiting"),
        closed: table(&queue, &queue.closed, words, "places-closed"),
        proposals: proposals(&queue, words),
    };
    framed(&web, &visit, "places-title", Frame::default(), &part)
}

fn who(line: &QueueLine, words: Words) -> String {
    if line.protected { words.say("places-protected") } else { line.name.reveal().clone() }
}

fn table(queue: &Queue, lines: &[QueueLine], words: Words, title: &str) -> TableShown {
    let row = |line: &QueueLine| {
        let one = &line.application;
        let days = line.waiting_days.map_or_else(|| "–".to_owned(), |days| days.to_string());
        let wishes: Vec<String> = one.wishes.iter().map(|home| name_of(&queue.homes, *home)).collect();
        vec![
            CellShown::link(who(line, words), format!("/queue/{}", one.id)),
            CellShown::text(words.of(one.kind.text())),
            CellShown::text(words.of(one.standing().text())),
            match line.reported {
                true => CellShown::flag(words.with("places-days-over", &[("days", &days)])),
                false => CellShown::text(days),
            },
            CellShown::days(one.applied.to_string()),
            CellShown::text(one.declined().to_string()),
            CellShown::text(wishes.join(", ")),
            CellShown::text(profiles_in_words(&one.profiles, words)),
        ]
    };
    let headings = [
        "places-who",
        "homes-kind",
        "places-standing",
        "places-days",
        "places-applied",
        "places-declined",
        "places-wishes",
        "homes-profiles",
    ];
    TableShown {
        name: words.say(title),
        headings: headings.map(|name| words.say(name)).into(),
        rows: lines.iter().map(row).collect(),
        none: words.say("places-none"),
    }
}

fn proposals(queue: &Queue, words: Words) -> TableShown {
    let row = |proposal: &app::housing::queue::Proposal| {
        let line = queue.lines.iter().find(|line| line.application.id == proposal.application)?;
        let stay = line.application.stay?;
        let urgent = if stay.urgent { words.say("places-urgent") } else { String::new() };
        Some(vec![
            CellShown::link(who(line, words), format!("/queue/{}", proposal.application)),
            CellShown::days(format!("{} – {}", stay.from, stay.until)),
            CellShown::text(urgent),
            CellShown::text(name_of(&queue.homes, proposal.home)),
        ])
    };
    let headings = ["places-who", "places-stay", "places-urgency", "homes-name"];
    TableShown {
        name: words.say("places-brokerage"),
        headings: headings.map(|name| words.say(name)).into(),
        rows: queue.proposals.iter().filter_map(row).collect(),
        none: words.say("places-no-proposals"),
    }
}

/// What must be reported, as a file without names.
pub(crate) async fn download(
    State(web): State<Web>,
    visit: Visit,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Reply {
    let format = Format::from_name(Fields::new(pairs).text("format")).ok_or(Problem::NoSuchPage)?;
    let sheet = report(&web.app, visit.actor()?).await?;
    file(sheet, "places-report", visit.words, format)
}
