//! How Tryggve itself is, for the one who runs it: ages and counts, no data of a person.

use app::{
    alarm::aside::Copied,
    health::{Health, Trouble, health, troubles},
    line::{Socket, Way},
};
use askama::Template;
use axum::extract::State;
use base::{SignedDuration, Timestamp};

use crate::{
    reply::{Frame, Reply, page as framed},
    server::Web,
    text::{Words, show_seconds},
    visit::Visit,
};

/// A database that takes longer to answer one question is worth a look, in milliseconds.
const DATABASE_SLOW_MILLISECONDS: i128 = 250;

/// One figure.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub(crate) name: String,
    pub(crate) text: String,
    /// Whether it is worth a look.
    pub(crate) warns: bool,
}

/// The page.
#[derive(Template)]
#[template(path = "health/page.html")]
pub(crate) struct Page {
    pub(crate) words: Words,
    pub(crate) at: String,
    pub(crate) facts: Vec<Fact>,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    let words = visit.words;
    let found = health(&web.app, visit.actor()?).await?;
    let part = Page { words, at: words.clock(found.at), facts: facts(&found, words) };
    framed(&web, &visit, "health-title", Frame::default(), &part)
}

fn facts(health: &Health, words: Words) -> Vec<Fact> {
    let troubles = troubles(health);
    let mut facts = lines(health, words);
    facts.extend(journal(health, words));
    facts.extend(ways(health, words));
    facts.push(guesses(health, words));
    let fact = |name: &str, text: String, warns: bool| Fact { name: words.say(name), text, warns };
    facts.push(fact("health-listening", words.moment_with_seconds(health.listening_since), false));
    facts.push(fact("health-devices", health.devices.to_string(), false));
    facts.push(fact("health-engine", health.engine.to_owned(), false));
    let Some(database) = &health.database else { return facts };
    let age = |since: Timestamp| health.at.duration_since(since).max(SignedDuration::ZERO);
    let shown = |since: Timestamp| show_seconds(age(since).as_secs().unsigned_abs());
    let or_nothing = |since: Option<Timestamp>| since.map_or_else(|| words.say("health-nothing"), shown);
    let heard = match database.heard_at {
        Some(at) => words.with("health-ago", &[("age", &shown(at))]),
        None => words.say("health-never"),
    };
    let unheard = database.heard_at.is_none() || troubles.contains(&Trouble::NothingHeard);
    let (late, behind) = (troubles.contains(&Trouble::LadderLate), troubles.contains(&Trouble::WebhooksLate));
    let took = database.took.as_millis();
    facts.extend([
        fact("health-heard", heard, unheard),
        fact("health-silent", database.silent.to_string(), database.silent > 0),
        fact("health-open", database.open_alarms.to_string(), false),
        fact("health-waits", or_nothing(database.waits_since), false),
        fact("health-ladder", or_nothing(database.ladder_due), late),
        fact("health-webhooks", database.webhooks.deliveries.to_string(), false),
        fact("health-webhooks-age", or_nothing(database.webhooks.since), behind),
        fact("health-took", format!("{took} ms"), took > DATABASE_SLOW_MILLISECONDS),
    ]);
    facts
}

/// Whether the line is open, socket by socket, as Tryggve finds by calling itself.
fn lines(health: &Health, words: Words) -> Vec<Fact> {
    if health.sockets.is_empty() {
        let (name, text) = (words.say("health-lines"), words.say("health-line-none"));
        return vec![Fact { name, text, warns: true }];
    }
    let line = |socket: &Socket| Fact {
        name: words.with("health-line", &[("name", &socket.name)]),
        text: words.say(if socket.open { "health-line-open" } else { "health-line-closed" }),
        warns: !socket.open,
    };
    health.sockets.iter().map(line).collect()
}

/// Whether the database answers, and what waits for it.
fn journal(health: &Health, words: Words) -> Vec<Fact> {
    const KIB: u64 = 1_024;
    let journal = &health.journal;
    let away = journal.away_since.or(health.database.is_none().then_some(health.at));
    let fact = |name: &str, text: String, warns: bool| Fact { name: words.say(name), text, warns };
    let answers = match away {
        Some(since) => words.with("health-database-away", &[("since", &words.moment_with_seconds(since))]),
        None => words.say("health-database-answers"),
    };
    let room = match journal.room {
        Some((held, room)) => format!("{} / {} KiB", held / KIB, room / KIB),
        None => words.say("health-journal-none"),
    };
    let narrow = journal.room.is_none() || troubles(health).contains(&Trouble::JournalFilling);
    let mut facts = vec![
        fact("health-database", answers, away.is_some()),
        fact("health-journal", journal.waiting.to_string(), journal.waiting > 0),
        fact("health-journal-room", room, narrow),
    ];
    facts.extend(health.lost.map(|lost| {
        let at = words.moment_with_seconds(lost.at);
        let (missing, stored) = (lost.missing.to_string(), lost.stored_again.to_string());
        let text = match lost.missing {
            0 => words.with("health-lost-stored", &[("count", &stored), ("at", &at)]),
            _ => words.with("health-lost-missing", &[("missing", &missing), ("count", &stored), ("at", &at)]),
        };
        fact("health-lost", text, true)
    }));
    facts.extend(journal.copied.map(|copied| match copied {
        Copied::Everything => fact("health-copied", words.say("health-copied-everything"), false),
        Copied::NotSince(since) => {
            let text = words.with("health-copied-not", &[("since", &words.moment_with_seconds(since))]);
            fact("health-copied", text, true)
        }
    }));
    facts.extend(journal.of_others.map(|count| fact("health-of-others", count.to_string(), count > 0)));
    facts
}

/// When a call for help about Tryggve itself last arrived.
fn ways(health: &Health, words: Words) -> Vec<Fact> {
    if health.ways.is_empty() {
        let (name, text) = (words.say("health-ways"), words.say("health-way-none"));
        return vec![Fact { name, text, warns: true }];
    }
    let way = |way: &Way| {
        let arrived = match way.arrived_at {
            Some(at) => words.with("health-way-arrived", &[("at", &words.moment(at))]),
            None => words.say("health-way-never"),
        };
        let trouble = if way.trouble.is_empty() { String::new() } else { format!(" – {}", way.trouble) };
        Fact {
            name: words.with("health-way", &[("name", &way.name)]),
            text: arrived + &trouble,
            warns: !way.trouble.is_empty(),
        }
    };
    health.ways.iter().map(way).collect()
}

/// Whether someone guesses passwords. From which address stands in the program's log.
fn guesses(health: &Health, words: Words) -> Fact {
    let text = match health.held_back {
        0 => words.say("health-guesses-none"),
        sources => words.count("health-guesses-held-back", sources),
    };
    Fact { name: words.say("health-guesses"), text, warns: health.held_back > 0 }
}

#[cfg(test)]
mod tests {
    use app::alarm::{aside::Standing, lately::Lost};
    use base::Language;

    use super::*;

    fn check(journal: Standing, lost: Option<Lost>, expected: &[(&str, bool)]) {
        let at: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let health = Health {
            at,
            listening_since: at,
            devices: 0,
            sockets: Vec::new(),
            ways: Vec::new(),
            held_back: 0,
            journal,
            lost,
            engine: "postgresql",
            database: None,
        };
        let facts = super::journal(&health, Words::new(Language::Swedish));
        // The database, what waits for it and the room stand before.
        let shown: Vec<(&str, bool)> =
            facts.iter().skip(3).map(|fact| (fact.text.as_str(), fact.warns)).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn the_copy_is_shown_where_there_is_one() {
        let since: Timestamp = "2026-11-22T11:00:05Z".parse().unwrap();
        check(Standing::default(), None, &[]);
        let copied = |copied| Standing { copied: Some(copied), of_others: Some(0), ..Standing::default() };
        check(copied(Copied::Everything), None, &[("Allt är kopierat", false), ("0", false)]);
        let behind = Standing { of_others: Some(3), ..copied(Copied::NotSince(since)) };
        check(
            behind,
            None,
            &[("Reserven är inte kopierad sedan sön 22 nov 2026 12.00.05", true), ("3", true)],
        );
    }
    #[test]
    fn what_the_database_had_lost_is_shown_where_it_had() {
        let lost = Lost { at: "2026-11-22T11:00:05Z".parse().unwrap(), stored_again: 156, missing: 0 };
        let text = "156, senast sön 22 nov 2026 12.00.05. De är sparade igen, men det som gjorts med larmen sedan de kom kan saknas";
        check(Standing::default(), Some(lost), &[(text, true)]);
        let text =
            "3 SAKNAS i databasen och försöks sparas igen, 156 är sparade, senast sön 22 nov 2026 12.00.05";
        check(Standing::default(), Some(Lost { missing: 3, ..lost }), &[(text, true)]);
    }
}
