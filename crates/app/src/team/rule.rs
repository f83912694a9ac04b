//! The figures of rules: as shipped, or as the municipality has set them, with who and when.

use std::collections::HashMap;

use access::{Action, Actor, Relation};
use base::{UserId, rule::Rule};
use store::change::FieldChange;

use super::finish;
use crate::{
    App, AppError,
    error::require,
    history::CHANGES_SHOWN_MAX,
    problem::{Problem, Problems},
    setting::{RULES, Settings, bounds},
};

/// One rule with its figure in force.
#[derive(Debug, Clone)]
pub struct InForce {
    /// The rule as shipped.
    pub rule: &'static Rule,
    /// The figure in force.
    pub figure: f64,
    /// The lowest and the highest that is taken.
    pub bounds: (i64, i64),
    /// What was changed, newest first.
    pub changes: Vec<FieldChange>,
}

/// Every rule that a municipality may set, in the order of the page.
pub async fn rules(app: &App, actor: &Actor) -> Result<Vec<InForce>, AppError> {
    require(actor, Action::TeamRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let settings = Settings::from_stored(&store::setting::all(&mut transaction).await?);
    let mut found = Vec::with_capacity(RULES.len());
    for rule in RULES {
        let changes = store::change::of_subject(&mut transaction, &subject(rule), CHANGES_SHOWN_MAX).await?;
        found.push(InForce { rule, figure: settings.figure(rule), bounds: bounds(rule), changes });
    }
    Ok(found)
}

/// Sets the figure of a rule.
pub async fn set_rule(app: &App, actor: &Actor, name: &str, figure: &str) -> Result<(), AppError> {
    require(actor, Action::TeamWrite, Relation::NoPerson)?;
    let rule = RULES.into_iter().find(|rule| rule.name == name).ok_or(AppError::NotFound("rule"))?;
    let (lowest, highest) = bounds(rule);
    let read = figure.trim().replace(',', ".").parse::<f64>().ok().filter(|figure| {
        // Bounds are small whole numbers, which a float holds exactly.
        (lowest as f64..=highest as f64).contains(figure)
    });
    let Some(read) = read else {
        return Err(AppError::Invalid(Problems::one("figure", Problem::Number { lowest, highest })));
    };
    let mut transaction = app.store.write().await?;
    let settings = Settings::from_stored(&store::setting::all(&mut transaction).await?);
    let before = vec![("figure", settings.figure(rule).to_string())];
    let after = vec![("figure", read.to_string())];
    store::setting::set(&mut transaction, rule.name, &read.to_string(), Some(actor.user), app.now()).await?;
    finish(app, transaction, actor, subject(rule), &before, &after).await
}

fn subject(rule: &Rule) -> String {
    format!("rule:{}", rule.name)
}

/// The shown names of those who changed rules.
pub async fn names(app: &App, actor: &Actor) -> Result<HashMap<UserId, String>, AppError> {
    require(actor, Action::TeamRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    Ok(crate::login::names(&mut transaction).await?)
}
