//! Forecasts of care and places, the register of homes, and the queue for their places.

pub mod alternative;
pub mod application;
pub mod file;
pub mod forecast;
pub mod home;
pub mod queue;

use access::{Action, Actor};
use base::time::{Date, stockholm};
use store::Transaction;

use crate::{
    App, AppError,
    audit::{About, record},
    history::{self, Fields},
    problem::{Problem, Problems},
};

/// The longest name of anything here, in characters.
pub const NAME_CHARACTERS_MAX: usize = 80;

/// Today in Sweden.
pub(crate) fn today(app: &App) -> Date {
    app.now().to_zoned(stockholm()).date()
}

/// Ends a change: history, audit, commit.
async fn finish(
    app: &App,
    mut transaction: Transaction,
    actor: &Actor,
    action: Action,
    about: About,
    before: &Fields,
    after: &Fields,
) -> Result<(), AppError> {
    history::record(app, &mut transaction, actor, &about.subject, before, after).await?;
    record(app, &mut transaction, actor, action, about).await?;
    transaction.commit().await?;
    Ok(())
}

/// What something of a kind is called in history and audit.
fn about(kind: &str, id: impl std::fmt::Display) -> About {
    About { subject: format!("{kind}:{id}"), ..About::default() }
}

/// Reads a day that must be there.
fn read_day(problems: &mut Problems, field: &'static str, text: &str) -> Option<Date> {
    let day = read_optional_day(problems, field, text);
    if text.trim().is_empty() {
        problems.add(field, Problem::Missing);
    }
    day
}

/// Reads a day that may be left out.
fn read_optional_day(problems: &mut Problems, field: &'static str, text: &str) -> Option<Date> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let day = text.parse().ok();
    if day.is_none() {
        problems.add(field, Problem::Form { example: "2027-05-01" });
    }
    day
}

/// A rule of the capability that says no, beside a field.
fn not_allowed(text: base::language::Text) -> Problem {
    Problem::NotAllowed { swedish: text.swedish, english: text.english }
}
