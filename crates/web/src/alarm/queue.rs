//! The queue: what waits, the gravest and longest first.

use alarm::{Kind, State as AlarmState};
use app::alarm::{
    aside::picture,
    queue::{Line, queue},
};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::{Html, IntoResponse},
};
use base::UserId;
use serde::Deserialize;

use super::{aside, shown::KindShown};
use crate::{
    reply::Reply,
    server::Web,
    text::{Words, show_seconds},
    visit::Visit,
};

/// So many alarms of the same technical kind in one area are shown as one group.
pub(crate) const GROUPED_FROM: usize = 5;

/// One line as it is shown.
#[derive(Debug, Clone)]
pub(crate) struct LineShown {
    pub(crate) id: String,
    pub(crate) kind: KindShown,
    pub(crate) name: String,
    pub(crate) place: String,
    pub(crate) state: &'static str,
    pub(crate) waits: bool,
    /// Since when it waits, for the counting; in the form of RFC 3339.
    pub(crate) since: String,
    pub(crate) waited: String,
    pub(crate) past_limit: bool,
    /// Whether someone had it before.
    pub(crate) again: bool,
    /// Whether the help that was sent is overdue.
    pub(crate) overdue: bool,
    pub(crate) repeats: u32,
    pub(crate) withdrawn: bool,
    pub(crate) mine: bool,
    pub(crate) selected: bool,
}

/// Many alarms alike, shown as one.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// What they share, in words.
    pub(crate) title: String,
    pub(crate) lines: Vec<LineShown>,
}

/// The queue as it is shown.
#[derive(Template, Clone)]
#[template(path = "alarm/queue.html")]
pub(crate) struct QueueShown {
    pub(crate) words: Words,
    /// Lines that wait for an operator, and those whose help is overdue.
    pub(crate) waiting: Vec<LineShown>,
    /// Lines that someone has taken.
    pub(crate) taken: Vec<LineShown>,
    pub(crate) groups: Vec<Group>,
    /// How many wait that have no line.
    pub(crate) more_waiting: usize,
    /// How many wait in all.
    pub(crate) waiting_count: usize,
    /// The gravest level that waits; 0 when nothing waits.
    pub(crate) gravest: u8,
    /// Whether any waits past its limit.
    pub(crate) past_limit: bool,
    /// When it was read.
    pub(crate) at: String,
    pub(crate) at_moment: String,
    /// What is told while the database is away; empty otherwise.
    pub(crate) away: String,
}

/// What may be asked with the queue.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// The alarm that the operator has before them.
    #[serde(default)]
    selected: String,
}

/// The queue alone, for live events.
pub(crate) async fn part(State(web): State<Web>, visit: Visit, Query(asked): Query<Asked>) -> Reply {
    Ok(Html(read(&web, &visit, &asked.selected).await?.render()?).into_response())
}

/// Reads the queue for showing.
pub(crate) async fn read(
    web: &Web,
    visit: &Visit,
    selected: &str,
) -> Result<QueueShown, crate::trouble::Problem> {
    let actor = visit.actor()?;
    if let Some(picture) = picture(&web.app, actor)? {
        return Ok(aside::arrange(&picture, visit, actor.user, selected, web.app.now()));
    }
    let queue = queue(&web.app, actor).await?;
    Ok(arrange(&queue.lines, queue.more_waiting, queue.at, visit.words, actor.user, selected))
}

/// Puts the lines into waiting, taken and groups, keeping their order.
pub(crate) fn arrange(
    lines: &[Line],
    more_waiting: usize,
    at: base::Timestamp,
    words: Words,
    user: UserId,
    selected: &str,
) -> QueueShown {
    let waits = |line: &&Line| line.alarm.state == AlarmState::Waiting;
    let gravest = lines.iter().filter(waits).map(|line| KindShown::of(line.alarm.kind, words).level).min();
    let mut shown = QueueShown {
        words,
        waiting: Vec::new(),
        taken: Vec::new(),
        groups: Vec::new(),
        more_waiting,
        waiting_count: lines.iter().filter(waits).count() + more_waiting,
        gravest: gravest.unwrap_or(0),
        past_limit: lines.iter().filter(waits).any(|line| line.past_limit),
        at: at.to_string(),
        at_moment: words.clock(at),
        away: String::new(),
    };
    let mut grouped: Vec<(&str, Vec<LineShown>)> = Vec::new();
    for line in lines {
        let one = show(line, words, user, selected);
        let technical = line.alarm.kind == Kind::Technical && line.alarm.state == AlarmState::Waiting;
        if !technical {
            if one.waits || one.overdue {
                shown.waiting.push(one)
            } else {
                shown.taken.push(one)
            }
            continue;
        }
        match grouped.iter_mut().find(|(area, _)| *area == line.area) {
            Some((_, members)) => members.push(one),
            None => grouped.push((&line.area, vec![one])),
        }
    }
    for (area, members) in grouped {
        if members.len() < GROUPED_FROM {
            shown.waiting.extend(members);
            continue;
        }
        let count = members.len().to_string();
        let title = words.with("queue-group", &[("count", &count), ("area", area)]);
        shown.groups.push(Group { title, lines: members });
    }
    shown
}

fn show(line: &Line, words: Words, user: UserId, selected: &str) -> LineShown {
    let alarm = &line.alarm;
    let name = line.name.as_ref().map(|name| name.reveal().clone());
    let place: Vec<&str> =
        [line.street.as_ref().map(|street| street.reveal().as_str()), Some(line.area.as_str())]
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect();
    LineShown {
        id: alarm.id.to_string(),
        kind: KindShown::of(alarm.kind, words),
        name: name.unwrap_or_else(|| words.say("queue-no-person")),
        place: place.join(", "),
        state: words.of(alarm.state.text()),
        waits: alarm.state == AlarmState::Waiting,
        since: alarm.received_at.to_string(),
        waited: show_seconds(line.waiting_seconds),
        past_limit: line.past_limit,
        again: line.again,
        overdue: line.overdue,
        repeats: alarm.repeats,
        withdrawn: alarm.withdrawn_at.is_some(),
        mine: alarm.answered_by == Some(user),
        selected: alarm.id.to_string() == selected,
    }
}
