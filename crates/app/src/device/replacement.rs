//! The replacement of old generations: units left, weeks left, the pace that it takes and the pace that is held.

use ::device::{
    Generation, Stage,
    replacement::{Backlog, LAST_YEAR, UNIT_COST, backlog, done_on},
};
use access::{Action, Actor, Relation};
use base::{
    SignedDuration,
    time::{Date, stockholm},
};

use crate::{App, AppError, error::require, setting::Settings};

/// Over how many weeks the pace that is held is measured.
pub const PACE_WEEKS: usize = 4;
/// How many weeks are told one by one.
pub const WEEKS_SHOWN: usize = 12;

/// The view.
#[derive(Debug, Clone, PartialEq)]
pub struct Replacement {
    /// Units by generation and stage.
    pub units: Vec<(Generation, Stage, i64)>,
    /// Before the end of which day it must be done.
    pub deadline: Date,
    /// What one replacement costs, in kronor.
    pub unit_cost_kronor: u64,
    /// What is left of each old generation that is installed.
    pub old: Vec<(Generation, Backlog)>,
    /// All old generations together.
    pub total: Backlog,
    /// Units of new generations that were installed in each of the last [`WEEKS_SHOWN`] weeks, with the week's
    /// first day, the oldest first.
    pub weeks: Vec<(Date, u64)>,
    /// Units of new generations installed per week, over the last [`PACE_WEEKS`] weeks.
    pub installed_per_week: f64,
    /// When all is done at that pace.
    pub done_on: Option<Date>,
}

impl Replacement {
    /// How many units of a generation stand in a stage.
    pub fn count(&self, generation: Generation, stage: Stage) -> u64 {
        let found = self.units.iter().find(|(one, other, _)| *one == generation && *other == stage);
        found.and_then(|(_, _, total)| u64::try_from(*total).ok()).unwrap_or(0)
    }

    /// Whether a generation is to be replaced.
    pub fn is_old(generation: Generation) -> bool {
        is_old(generation)
    }
}

/// Reads the view.
pub async fn replacement(app: &App, actor: &Actor) -> Result<Replacement, AppError> {
    require(actor, Action::DeviceRead, Relation::NoPerson)?;
    let now = app.now();
    let mut transaction = app.store.read().await?;
    let settings = Settings::from_stored(&store::setting::all(&mut transaction).await?);
    let units = store::device::count_generations(&mut transaction).await?;
    let since = now - SignedDuration::from_hours(WEEKS_SHOWN as i64 * 7 * 24);
    let installed = store::device::installed_by_week(&mut transaction, since).await?;
    let year = i16::try_from(settings.whole(&LAST_YEAR)).unwrap_or(i16::MAX).clamp(2_000, 2_100);
    let deadline = Date::new(year, 12, 31).unwrap_or(Date::MAX);
    let unit_cost_kronor = u64::from(settings.whole(&UNIT_COST));
    let today = now.to_zoned(stockholm()).date();
    let count = |generation: Generation| {
        let installed =
            units.iter().filter(|(found, stage, _)| *found == generation && *stage == Stage::Installed);
        u64::try_from(installed.map(|(_, _, total)| *total).sum::<i64>()).unwrap_or(0)
    };
    let old: Vec<(Generation, Backlog)> = Generation::ALL
        .into_iter()
        .filter(|generation| is_old(*generation))
        .map(|generation| (generation, backlog(count(generation), unit_cost_kronor, today, deadline)))
        .collect();
    let total = backlog(old.iter().map(|(_, part)| part.units).sum(), unit_cost_kronor, today, deadline);
    let weeks: Vec<(Date, u64)> = (0_i64..)
        .take(WEEKS_SHOWN)
        .map(|week| {
            let first = (since + SignedDuration::from_hours(week * 7 * 24)).to_zoned(stockholm()).date();
            let new = installed.iter().filter(|(generation, at, _)| *at == week && !is_old(*generation));
            (first, new.map(|(_, _, total)| u64::try_from(*total).unwrap_or(0)).sum())
        })
        .collect();
    let lately: u64 = weeks.iter().rev().take(PACE_WEEKS).map(|(_, units)| units).sum();
    let installed_per_week = lately as f64 / PACE_WEEKS as f64;
    let done_on = done_on(total.units, installed_per_week, today);
    Ok(Replacement { units, deadline, unit_cost_kronor, old, total, weeks, installed_per_week, done_on })
}

fn is_old(generation: Generation) -> bool {
    matches!(generation, Generation::TwoG | Generation::ThreeG)
}
