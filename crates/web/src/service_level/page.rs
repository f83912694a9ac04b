//! Service levels as a page: goals, charts, and the tables behind them.

use ::alarm::service_level::{Level, percent};
use app::{
    AppError,
    alarm::{
        load::{Load, load},
        service_level::{Goals, ServiceLevels, reaches, service_levels},
    },
};
use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
};
use base::{
    SignedDuration,
    time::{Date, show_day, stockholm},
};
use serde::Deserialize;

use crate::{
    chart::{Chart, draw, show_figure, show_percent},
    reply::{Frame, Reply, page as framed},
    server::Web,
    text::Words,
    told::Told,
    visit::Visit,
};

/// The days that are shown when nobody has asked for others.
const DAYS_SHOWN: i64 = 30;

/// The span that is asked for.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Asked {
    /// The first day.
    #[serde(default)]
    from: String,
    /// The last day.
    #[serde(default)]
    to: String,
}

impl Asked {
    /// The days; those that do not read become the last thirty until today.
    pub(super) fn days(&self, web: &Web) -> (Date, Date) {
        let today = web.app.now().to_zoned(stockholm()).date();
        let to = self.to.parse().unwrap_or(today);
        let first = to.checked_sub(SignedDuration::from_hours(24 * (DAYS_SHOWN - 1))).unwrap_or(to);
        (self.from.parse().unwrap_or(first), to)
    }
}

/// One row of a table.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) alarms: u64,
    pub(crate) within_60: String,
    pub(crate) within_180: String,
    pub(crate) unanswered: u64,
    pub(crate) sent: u64,
    pub(crate) on_site: String,
    pub(crate) goals: String,
}

impl Row {
    fn of(name: String, level: &Level, goals: &Goals, words: Words) -> Self {
        let share = |part, whole| show_percent(percent(part, whole), words);
        Row {
            name,
            alarms: level.alarms,
            within_60: share(level.answered_within_60_seconds, level.alarms),
            within_180: share(level.answered_within_180_seconds, level.alarms),
            unanswered: level.unanswered,
            sent: level.sent,
            on_site: share(level.on_site_in_time, level.sent),
            goals: match reaches(level, goals) {
                Some(true) => words.say("level-reached"),
                Some(false) => words.say("level-missed"),
                None => words.say("level-nothing"),
            },
        }
    }
}

/// One table with its heading.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) title: String,
    pub(crate) first: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) chart: Option<Chart>,
}

/// The load in words.
#[derive(Debug, Clone)]
pub(crate) struct LoadShown {
    pub(crate) facts: Vec<(String, String)>,
    pub(crate) senders: Vec<(String, u64)>,
}

/// What was measured.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    pub(crate) goals: Vec<String>,
    pub(crate) tables: Vec<Table>,
    pub(crate) load: LoadShown,
}

/// The page.
#[derive(Template)]
#[template(path = "service_level/page.html")]
pub(crate) struct Page {
    pub(crate) words: Words,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) told: Told,
    /// Missing when the days cannot be measured.
    pub(crate) measured: Option<Measured>,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let (words, actor) = (visit.words, visit.actor()?);
    let (from, to) = asked.days(&web);
    let (measured, told) = match service_levels(&web.app, actor, from, to).await {
        Ok(levels) => {
            let load = load(&web.app, actor, from, to).await?;
            (Some(show(&levels, &load, words)), Told::default())
        }
        Err(AppError::Field { problem, .. }) => (None, Told::one("to", problem)),
        Err(error) => (None, Told::of(error, words)?),
    };
    let failed = measured.is_none();
    let part = Page { words, from: from.to_string(), to: to.to_string(), told, measured };
    let mut response = framed(&web, &visit, "level-title", Frame::default(), &part)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn show(levels: &ServiceLevels, load: &Load, words: Words) -> Measured {
    let goals = &levels.goals;
    let goal = |name: &str, percent: f64| words.with(name, &[("percent", &show_figure(percent, words))]);
    let row = |name: String, level: &Level| Row::of(name, level, goals, words);
    let within = |level: &Level| percent(level.answered_within_60_seconds, level.alarms);
    let chart = |id, title: &str, bars: Vec<(String, Option<f64>)>| {
        draw(id, words, &words.say(title), goals.within_60_seconds_percent, &bars)
    };
    let day_bars =
        levels.days.iter().map(|(day, level)| (format!("{}/{}", day.day(), day.month()), within(level)));
    let hour_bars =
        levels.hours.iter().enumerate().map(|(hour, level)| (format!("{hour:02}"), within(level)));
    let provider = |name: &str| {
        if name.is_empty() { words.say("level-no-provider") } else { name.to_owned() }
    };
    let table = |title: &str, first: &str, rows, chart| Table {
        title: words.say(title),
        first: words.say(first),
        rows,
        chart,
    };
    let hour_rows =
        levels.hours.iter().enumerate().map(|(hour, level)| row(format!("{hour:02}–{:02}", hour + 1), level));
    let tables = vec![
        table("level-in-total", "level-name", vec![row(words.say("level-in-total"), &levels.total)], None),
        table(
            "level-by-provider",
            "level-provider",
            levels.providers.iter().map(|(name, level)| row(provider(name), level)).collect(),
            None,
        ),
        table(
            "level-by-day",
            "level-day",
            levels.days.iter().map(|(day, level)| row(show_day(*day, words.language), level)).collect(),
            Some(chart("days", "level-chart-days", day_bars.collect())),
        ),
        table(
            "level-by-hour",
            "level-hour",
            hour_rows.collect(),
            Some(chart("hours", "level-chart-hours", hour_bars.collect())),
        ),
    ];
    Measured {
        goals: vec![
            goal("level-goal-60", goals.within_60_seconds_percent),
            goal("level-goal-180", goals.within_180_seconds_percent),
            words.with("level-goal-site", &[("minutes", &goals.on_site_minutes.to_string())]),
        ],
        tables,
        load: show_load(load, words),
    }
}

fn show_load(load: &Load, words: Words) -> LoadShown {
    let peak = load.peak.map_or_else(
        || words.say("level-nothing"),
        |(at, count)| words.with("load-peak-at", &[("count", &count.to_string()), ("at", &words.moment(at))]),
    );
    let nuisance = match percent(load.nuisance, load.closed) {
        None => words.say("level-nothing"),
        share => {
            let parts = [("part", load.nuisance.to_string()), ("whole", load.closed.to_string())];
            let counted =
                words.with("load-share", &parts.each_ref().map(|(name, text)| (*name, text.as_str())));
            format!("{} ({counted})", show_percent(share, words))
        }
    };
    let per_slot = format!("{:.2}", load.per_operator_slot);
    let per_slot =
        if words.language == base::Language::Swedish { per_slot.replace('.', ",") } else { per_slot };
    LoadShown {
        facts: vec![
            (words.say("load-alarms"), load.alarms.to_string()),
            (words.say("load-operators"), load.operators.to_string()),
            (words.say("load-per-slot"), per_slot),
            (words.say("load-peak"), peak),
            (words.say("load-floods"), load.flood_slots.to_string()),
            (words.say("load-nuisance"), nuisance),
        ],
        senders: load.senders.iter().map(|(_, serial, count)| (serial.clone(), *count)).collect(),
    }
}
