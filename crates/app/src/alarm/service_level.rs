//! Service levels over a span: how fast alarms were answered and reached, by day, hour and provider.

use std::collections::BTreeMap;

use ::alarm::{
    Lane, Outcome,
    service_level::{
        ANSWERED_WITHIN_60_SECONDS_PERCENT, ANSWERED_WITHIN_180_SECONDS_PERCENT, Level, ON_SITE_MINUTES,
        percent,
    },
};
use access::{Action, Actor, Relation};
use base::{
    SignedDuration, Timestamp,
    time::{Date, stockholm},
};
use store::service_level::Measured;

use crate::{App, AppError, error::require, problem::Problems, setting::Settings};

/// The longest span, in days: a leap year.
pub const DAYS_MAX: i64 = 366;

/// The levels of a span.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceLevels {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// The goals and the limit in force.
    pub goals: Goals,
    /// All alarms together.
    pub total: Level,
    /// Day by day; a day without alarms has an empty level, so that a chart shows the gap.
    pub days: Vec<(Date, Level)>,
    /// By the hour of the day in Swedish local time, 0 to 23.
    pub hours: Vec<Level>,
    /// By the provider of the first team sent, by name; alarms that were sent to nobody stand under an empty name.
    pub providers: Vec<(String, Level)>,
}

/// The figures that levels are held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goals {
    /// Per cent to be answered within 60 s.
    pub within_60_seconds_percent: f64,
    /// Per cent to be answered within 180 s.
    pub within_180_seconds_percent: f64,
    /// Minutes from sent to on site.
    pub on_site_minutes: u32,
}

/// Whether a level reaches both goals; `None` where there is nothing to measure.
pub fn reaches(level: &Level, goals: &Goals) -> Option<bool> {
    let fast = percent(level.answered_within_60_seconds, level.alarms)?;
    let late = percent(level.answered_within_180_seconds, level.alarms)?;
    Some(fast >= goals.within_60_seconds_percent && late >= goals.within_180_seconds_percent)
}

/// Measures a span of days, both ends included.
pub async fn service_levels(
    app: &App,
    actor: &Actor,
    from: Date,
    to: Date,
) -> Result<ServiceLevels, AppError> {
    require(actor, Action::ServiceLevelRead, Relation::NoPerson)?;
    let (begin, end) = span(from, to)?;
    let now = app.now();
    let mut transaction = app.store.read().await?;
    let settings = Settings::from_stored(&store::setting::all(&mut transaction).await?);
    let goals = Goals {
        within_60_seconds_percent: settings.figure(&ANSWERED_WITHIN_60_SECONDS_PERCENT),
        within_180_seconds_percent: settings.figure(&ANSWERED_WITHIN_180_SECONDS_PERCENT),
        on_site_minutes: settings.whole(&ON_SITE_MINUTES),
    };
    let names: BTreeMap<_, _> = store::team::providers(&mut transaction)
        .await?
        .into_iter()
        .map(|found| (found.id, found.name))
        .collect();
    let mut levels = ServiceLevels {
        from,
        to,
        goals,
        total: Level::default(),
        days: from
            .series(jiff::Span::new().days(1))
            .take_while(|day| *day <= to)
            .map(|day| (day, Level::default()))
            .collect(),
        hours: vec![Level::default(); 24],
        providers: Vec::new(),
    };
    let mut providers: BTreeMap<String, Level> = BTreeMap::new();
    let mut after = None;
    loop {
        let (measured, next) = store::service_level::measured(&mut transaction, begin, end, after).await?;
        for alarm in measured.iter().filter(|alarm| counts(alarm)) {
            let local = alarm.moments.received_at.to_zoned(stockholm());
            let name = alarm.provider.and_then(|id| names.get(&id).cloned()).unwrap_or_default();
            let day = levels.days.iter_mut().find(|(day, _)| *day == local.date()).map(|(_, level)| level);
            let hour = levels.hours.get_mut(usize::from(local.hour().unsigned_abs()));
            for level in [Some(&mut levels.total), day, hour, Some(providers.entry(name).or_default())]
                .into_iter()
                .flatten()
            {
                level.count(alarm.moments, i64::from(goals.on_site_minutes), now);
            }
        }
        match next {
            Some(key) => after = Some(key),
            None => break,
        }
    }
    levels.providers = providers.into_iter().collect();
    Ok(levels)
}

/// Test alarms and technical alarms are not counted.
fn counts(alarm: &Measured) -> bool {
    alarm.kind.lane() == Lane::Help && alarm.outcome != Some(Outcome::Test)
}

/// The moments between which the days lie, by the Swedish clock.
pub(super) fn span(from: Date, to: Date) -> Result<(Timestamp, Timestamp), AppError> {
    let days = to.duration_since(from).as_hours() / 24 + 1;
    let mut problems = Problems::default();
    if !(1..=DAYS_MAX).contains(&days) {
        problems.add("to", crate::problem::Problem::Number { lowest: 1, highest: DAYS_MAX });
    }
    problems.finish()?;
    let start = |day: Date| day.to_zoned(stockholm()).map(|start| start.timestamp());
    let unusable = |_| AppError::Field { field: "from", problem: "a day that exists is needed".to_owned() };
    let begin = start(from).map_err(unusable)?;
    let end = to.tomorrow().and_then(start).map_err(unusable)?;
    Ok((begin, end.max(begin + SignedDuration::from_secs(1))))
}
