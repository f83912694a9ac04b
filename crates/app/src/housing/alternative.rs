//! The municipality's own alternatives: a name, its assumptions, and why.

use ::housing::demand::alternative::{Alternative, CHANGE_PERCENT_MAX, OwnAlternative};
use ::housing::demand::care_use::CareForm;
use access::{Action, Actor, Relation};
use base::{Language, id::Uuid, language::Text};
pub use store::housing::forecast::KeptAlternative;

use super::{NAME_CHARACTERS_MAX, about, finish, not_allowed};
use crate::{
    App, AppError,
    error::require,
    history::Fields,
    problem::{Problem, Problems},
};

/// The longest reason, in characters.
pub const REASON_CHARACTERS_MAX: usize = 500;
/// The most own alternatives: more than a chart can tell apart are chosen among, not shown at once.
pub const ALTERNATIVES_MAX: usize = 20;

const TOO_MANY: Text = Text::new(
    "Det finns redan 20 egna alternativ: ta bort ett först.",
    "There are 20 own alternatives already: remove one first.",
);

/// What is written about an alternative.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Its name.
    pub name: String,
    /// Yearly change of the odds of each form in per cent, in the order of [`CareForm::ALL`]; empty is no change.
    pub yearly_change_percent: [String; 4],
    /// Each year's change as a multiple of the year's before, from 0 to 1; empty is 1.
    pub damping: String,
    /// The part of those in care homes who have home care instead, in per cent; empty is none.
    pub moved_home_percent: String,
    /// Why it is assumed so.
    pub reason: String,
}

/// Every own alternative, by name.
pub async fn alternatives(app: &App, actor: &Actor) -> Result<Vec<KeptAlternative>, AppError> {
    require(actor, Action::ForecastRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    Ok(store::housing::forecast::alternatives(&mut transaction).await?)
}

/// Adds an own alternative.
pub async fn add_alternative(app: &App, actor: &Actor, form: &Form) -> Result<Uuid, AppError> {
    require(actor, Action::ForecastWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let known = store::housing::forecast::alternatives(&mut transaction).await?;
    let mut problems = Problems::default();
    let own = read(&mut problems, form);
    let built_in = [Alternative::StatusQuo, Alternative::Main];
    let is_built_in = built_in.iter().any(|one| {
        Language::ALL.into_iter().any(|language| one.name(language).eq_ignore_ascii_case(&own.name))
    });
    if is_built_in || known.iter().any(|kept| kept.own.name == own.name) {
        problems.add("name", Problem::Taken);
    }
    if known.len() >= ALTERNATIVES_MAX {
        problems.add("name", not_allowed(TOO_MANY));
    }
    let reason = problems.text("reason", &form.reason, REASON_CHARACTERS_MAX);
    problems.finish()?;
    let kept = KeptAlternative { id: app.ids.next(app.now()), own, reason };
    store::housing::forecast::save_alternative(&mut transaction, &kept).await?;
    let none = Fields::new();
    finish(app, transaction, actor, Action::ForecastWrite, about("alternative", kept.id), &none, &none)
        .await?;
    Ok(kept.id)
}

/// Removes an own alternative.
pub async fn remove_alternative(app: &App, actor: &Actor, id: Uuid) -> Result<(), AppError> {
    require(actor, Action::ForecastWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    store::housing::forecast::delete_alternative(&mut transaction, id).await?;
    let none = Fields::new();
    finish(app, transaction, actor, Action::ForecastWrite, about("alternative", id), &none, &none).await
}

/// The fields of the four care forms, in the order of [`CareForm::ALL`].
pub const CHANGE_FIELDS: [&str; 4] = ["home_care", "care_home", "short_term", "day_activity"];

fn read(problems: &mut Problems, form: &Form) -> OwnAlternative {
    let name = problems.required("name", &form.name, NAME_CHARACTERS_MAX);
    let mut figure = |field, text: &str, usual: f64, lowest: f64, highest: f64| {
        let text = text.trim().replace(',', ".").replace('−', "-");
        if text.is_empty() {
            return usual;
        }
        match text.parse::<f64>() {
            Ok(value) if (lowest..=highest).contains(&value) => value,
            _ => {
                // Bounds are small whole numbers.
                let (lowest, highest) = (lowest as i64, highest as i64);
                problems.add(field, Problem::Number { lowest, highest });
                usual
            }
        }
    };
    let mut yearly_change_percent = [0.0; 4];
    for form_of_care in CareForm::ALL {
        let place = form_of_care.index();
        yearly_change_percent[place] = figure(
            CHANGE_FIELDS[place],
            &form.yearly_change_percent[place],
            0.0,
            -CHANGE_PERCENT_MAX,
            CHANGE_PERCENT_MAX,
        );
    }
    OwnAlternative {
        name,
        yearly_change_percent,
        damping: figure("damping", &form.damping, 1.0, 0.0, 1.0),
        moved_home_percent: figure("moved_home", &form.moved_home_percent, 0.0, 0.0, 100.0),
    }
}
