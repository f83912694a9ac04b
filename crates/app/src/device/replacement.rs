//! The replacement of old generations: units left, weeks left, the pace that it takes and the pace that is held.

use ::device::{
    Generation, Stage,
    replacement::{Backlog, LAST_YEAR, UNIT_COST, backlog},
};
use access::{Action, Actor, Relation};
use base::{
    SignedDuration,
    time::{Date, stockholm},
};

use crate::{App, AppError, error::require, setting::Settings};

/// Over how many weeks the pace that is held is measured.
pub const PACE_WEEKS: i64 = 4;

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
    /// Units of new generations installed per week, over the last [`PACE_WEEKS`] weeks.
    pub installed_per_week: f64,
}

/// Reads the view.
pub async fn replacement(app: &App, actor: &Actor) -> Result<Replacement, AppError> {
    require(actor, Action::DeviceRead, Relation::NoPerson)?;
    let now = app.now();
    let mut transaction = app.store.read().await?;
    let settings = Settings::from_stored(&store::setting::all(&mut transaction).await?);
    let units = store::device::count_generations(&mut transaction).await?;
    let since = now - SignedDuration::from_hours(PACE_WEEKS * 7 * 24);
    let installed = store::device::installed_since(&mut transaction, since).await?;
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
    let new: i64 =
        installed.iter().filter(|(generation, _)| !is_old(*generation)).map(|(_, total)| total).sum();
    let installed_per_week = new as f64 / PACE_WEEKS as f64;
    Ok(Replacement { units, deadline, unit_cost_kronor, old, total, installed_per_week })
}

fn is_old(generation: Generation) -> bool {
    matches!(generation, Generation::TwoG | Generation::ThreeG)
}
