//! Areas, providers, teams, ladders and the figures of rules. Every change raises the register's version, so that
//! reception on every node knows of it with its next batch.

pub mod area;
pub mod ladder;
pub mod responders;
pub mod rule;

use access::{Action, Actor};
use alarm::team::Hours;
use store::Transaction;

use crate::{
    App, AppError,
    audit::{About, record},
    history::{self, Fields},
    problem::{Problem, Problems},
};

/// The longest name of anything here, in characters.
pub const NAME_CHARACTERS_MAX: usize = 80;

/// Ends a change: version, history, audit, commit.
async fn finish(
    app: &App,
    mut transaction: Transaction,
    actor: &Actor,
    subject: String,
    before: &Fields,
    after: &Fields,
) -> Result<(), AppError> {
    store::device::raise_registry_version(&mut transaction).await?;
    history::record(app, &mut transaction, actor, &subject, before, after).await?;
    record(app, &mut transaction, actor, Action::TeamWrite, About { subject, ..About::default() }).await?;
    transaction.commit().await?;
    refresh(app).await
}

/// Ends a removal.
async fn finish_removal(
    app: &App,
    transaction: Transaction,
    actor: &Actor,
    subject: String,
) -> Result<(), AppError> {
    finish(app, transaction, actor, subject, &Vec::new(), &Vec::new()).await
}

/// Fetches the new register at once on this node; the others see it with their next batch.
pub(crate) async fn refresh(app: &App) -> Result<(), AppError> {
    let mut transaction = app.store.read().await?;
    app.registry.refresh(&mut transaction).await?;
    Ok(())
}

/// A name that is taken, or something else still points at.
fn in_words(field: &'static str, error: store::StoreError) -> AppError {
    if error.is_still_used() {
        AppError::Invalid(Problems::one(field, Problem::StillUsed))
    } else {
        AppError::from(error)
    }
}

/// Reads a clock time as minutes of the day: `HH:MM` or `HH.MM`; empty is midnight.
fn read_minute(problems: &mut Problems, field: &'static str, text: &str) -> u16 {
    let text = text.trim();
    if text.is_empty() {
        return 0;
    }
    let read = |(hour, minute): (&str, &str)| Some((hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?));
    match text.split_once([':', '.']).and_then(read) {
        Some((hour, minute)) if hour < 24 && minute < 60 => hour * 60 + minute,
        _ => {
            problems.add(field, Problem::Form { example: "07:30" });
            0
        }
    }
}

fn read_hours(problems: &mut Problems, from: &str, to: &str) -> Hours {
    Hours { from_minute: read_minute(problems, "from", from), to_minute: read_minute(problems, "to", to) }
}

/// Minutes of the day as `HH:MM`.
pub fn show_minute(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The ids of areas that exist.
async fn read_areas(
    transaction: &mut Transaction,
    problems: &mut Problems,
    ids: &[String],
) -> Result<Vec<base::AreaId>, AppError> {
    let exist = crate::person::write::area_ids(transaction).await?;
    let areas: Vec<base::AreaId> = ids.iter().filter_map(|id| problems.id("areas", id)).collect();
    if areas.iter().any(|area| !exist.contains(area)) {
        problems.add("areas", Problem::Unknown);
    }
    Ok(areas)
}

fn join<T: ToString>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
