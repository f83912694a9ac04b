//! The console while the database is away: what came since, what waited before, and whom each is about as far as the
//! fallback list told. Nothing can be answered or sent meanwhile; the page says so.

use alarm::Kind;
use app::alarm::aside::{Line, Picture};
use base::{AlarmId, Timestamp, UserId};

use super::{
    queue::{self, LineShown, QueueShown},
    shown::{KindShown, telephone},
};
use crate::{
    person::fallback::{HolderShown, show},
    text::show_seconds,
    visit::Visit,
};

/// An alarm while the database is away.
pub(crate) struct AsideCard {
    pub(crate) kind: KindShown,
    /// Since when it waits, for the counting; in the form of RFC 3339.
    pub(crate) since: String,
    pub(crate) waited: String,
    pub(crate) received: String,
    /// Whom it is about, where the fallback list told.
    pub(crate) holder: Option<HolderShown>,
    pub(crate) telephone: String,
    /// What is known otherwise.
    pub(crate) name: String,
    pub(crate) place: String,
    pub(crate) sender: String,
    pub(crate) detail: String,
}

/// The queue from what is held and what was last read.
pub(crate) fn arrange(
    picture: &Picture,
    visit: &Visit,
    user: UserId,
    selected: &str,
    now: Timestamp,
) -> QueueShown {
    let words = visit.words;
    let before = picture.before.as_ref().map(|queue| queue.lines.as_slice()).unwrap_or_default();
    let more_before = picture.before.as_ref().map_or(0, |queue| queue.more_waiting);
    let mut shown = queue::arrange(before, more_before, now, words, user, selected);
    let mut lines: Vec<&Line> = picture.lines.iter().collect();
    lines.sort_by_key(|line| (line.kind.rank(), line.at));
    let fresh = lines.iter().map(|line| show_line(line, visit, selected, now));
    shown.waiting = fresh.chain(shown.waiting).collect();
    shown.waiting_count += lines.len();
    let levels = lines.iter().map(|line| KindShown::of(line.kind, words).level);
    shown.gravest = levels.chain((shown.gravest > 0).then_some(shown.gravest)).min().unwrap_or(0);
    shown.away = words.with("aside-queue-what", &[("since", &words.clock(picture.since))]);
    shown
}

fn show_line(line: &Line, visit: &Visit, selected: &str, now: Timestamp) -> LineShown {
    let words = visit.words;
    let holder = holder(line, visit);
    let id = line.alarm.to_string();
    LineShown {
        kind: KindShown::of(line.kind, words),
        name: holder.as_ref().map_or_else(|| words.say("queue-no-person"), |holder| holder.name.clone()),
        place: holder.map_or_else(|| line.controller_id.clone(), |holder| holder.address),
        state: "",
        waits: true,
        since: line.at.to_string(),
        waited: waited(line.at, now),
        past_limit: false,
        again: false,
        overdue: false,
        repeats: 0,
        withdrawn: false,
        mine: false,
        selected: id == selected,
        id,
    }
}

/// One alarm: of those that came since, or of those that waited before.
pub(crate) fn card(picture: &Picture, visit: &Visit, id: AlarmId, now: Timestamp) -> AsideCard {
    let words = visit.words;
    if let Some(line) = picture.lines.iter().find(|line| line.alarm == id) {
        let holder = holder(line, visit);
        return AsideCard {
            kind: KindShown::of(line.kind, words),
            since: line.at.to_string(),
            waited: waited(line.at, now),
            received: words.moment_with_seconds(line.at),
            telephone: holder.as_ref().map(|holder| telephone(&holder.phone)).unwrap_or_default(),
            holder,
            name: words.say("queue-no-person"),
            place: String::new(),
            sender: line.controller_id.clone(),
            detail: line.detail.reveal().clone(),
        };
    }
    let before =
        picture.before.as_ref().and_then(|queue| queue.lines.iter().find(|line| line.alarm.id == id));
    let at = before.map_or(picture.since, |line| line.alarm.received_at);
    let private = |text: Option<&base::Private<String>>| text.map(|text| text.reveal().clone());
    AsideCard {
        kind: KindShown::of(before.map_or(Kind::Unknown, |line| line.alarm.kind), words),
        since: at.to_string(),
        waited: waited(at, now),
        received: words.moment_with_seconds(at),
        holder: None,
        telephone: String::new(),
        name: private(before.and_then(|line| line.name.as_ref()))
            .unwrap_or_else(|| words.say("queue-no-person")),
        place: private(before.and_then(|line| line.street.as_ref())).unwrap_or_default(),
        sender: String::new(),
        detail: String::new(),
    }
}

/// Whom an alarm is about, for those who may read the fallback list.
fn holder(line: &Line, visit: &Visit) -> Option<HolderShown> {
    let may = visit.may(access::Action::FallbackRead);
    line.holder.as_ref().filter(|_| may).map(|holder| show(holder, visit.words))
}

fn waited(since: Timestamp, now: Timestamp) -> String {
    show_seconds(now.duration_since(since).as_secs().max(0).unsigned_abs())
}
