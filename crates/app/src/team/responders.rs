//! Teams of responders.

use access::{Action, Actor, Relation};
use alarm::{ladder::Tell, team::Team};
use base::{ProviderId, TeamId};
use store::Transaction;

use super::{
    NAME_CHARACTERS_MAX, finish, finish_removal, in_words, join, read_areas, read_hours, show_minute,
};
use crate::{
    App, AppError,
    error::require,
    history::Fields,
    person::form::read_phone,
    problem::{Problem, Problems},
};

/// The shortest time a team may have to answer, in seconds.
pub const ANSWER_SECONDS_MIN: i64 = 10;
/// The longest, in seconds: half an hour.
pub const ANSWER_SECONDS_MAX: i64 = 1_800;
/// The highest place in the order of asking.
pub const ORDER_MAX: i64 = 999;

/// What is written about a team.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Its name.
    pub name: String,
    /// The id of the provider; empty for none.
    pub provider: String,
    /// The ids of its areas; none means all.
    pub areas: Vec<String>,
    /// From when, as `HH:MM`; equal ends mean round the clock.
    pub from: String,
    /// Until when.
    pub to: String,
    /// How long it has to answer, in seconds.
    pub answer_seconds: String,
    /// Among teams that fit, the lowest is asked first.
    pub order: String,
    /// The number to call when the screen is not enough.
    pub phone: String,
}

impl Form {
    /// The form of a team as it stands.
    pub fn of(team: &Team) -> Self {
        Form {
            name: team.name.clone(),
            provider: team.provider.map(|id| id.to_string()).unwrap_or_default(),
            areas: team.areas.iter().map(ToString::to_string).collect(),
            from: show_minute(team.hours.from_minute),
            to: show_minute(team.hours.to_minute),
            answer_seconds: team.answer_seconds.to_string(),
            order: team.order.to_string(),
            phone: team.phone.clone(),
        }
    }
}

/// Every team, in the order they are asked.
pub async fn teams(app: &App, actor: &Actor) -> Result<Vec<Team>, AppError> {
    require(actor, Action::TeamRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    Ok(store::team::teams(&mut transaction).await?)
}

/// Writes a team: a new one without id.
pub async fn save_team(
    app: &App,
    actor: &Actor,
    id: Option<TeamId>,
    form: &Form,
) -> Result<TeamId, AppError> {
    require(actor, Action::TeamWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let known = store::team::teams(&mut transaction).await?;
    let before =
        id.map(|id| known.iter().find(|team| team.id == id).ok_or(AppError::NotFound("team"))).transpose()?;
    let id = id.unwrap_or_else(|| TeamId::fresh(app.ids.as_ref(), app.now()));
    let team = read(&mut transaction, form, id, &known).await?;
    store::team::save_team(&mut transaction, &team).await?;
    let before = before.map(fields).unwrap_or_default();
    finish(app, transaction, actor, format!("team:{id}"), &before, &fields(&team)).await?;
    Ok(id)
}

async fn read(
    transaction: &mut Transaction,
    form: &Form,
    id: TeamId,
    known: &[Team],
) -> Result<Team, AppError> {
    let mut problems = Problems::default();
    let name = problems.required("name", &form.name, NAME_CHARACTERS_MAX);
    if known.iter().any(|team| team.name == name && team.id != id) {
        problems.add("name", Problem::Taken);
    }
    let provider: Option<ProviderId> = problems.id("provider", &form.provider);
    let providers = store::team::providers(transaction).await?;
    if provider.is_some_and(|id| !providers.iter().any(|found| found.id == id)) {
        problems.add("provider", Problem::Unknown);
    }
    let areas = read_areas(transaction, &mut problems, &form.areas).await?;
    let hours = read_hours(&mut problems, &form.from, &form.to);
    let answer_seconds =
        problems.number("answer_seconds", &form.answer_seconds, ANSWER_SECONDS_MIN, ANSWER_SECONDS_MAX);
    let order = problems.number("order", &form.order, 1, ORDER_MAX);
    let phone = read_phone(&mut problems, "phone", &form.phone);
    problems.finish()?;
    Ok(Team {
        id,
        name,
        provider,
        areas,
        hours,
        answer_seconds: u32::try_from(answer_seconds).unwrap_or(u32::MAX),
        order: u16::try_from(order).unwrap_or(u16::MAX),
        phone,
    })
}

/// Removes a team that nobody responds for, no ladder names and no open alarm is with.
pub async fn remove_team(app: &App, actor: &Actor, id: TeamId) -> Result<(), AppError> {
    require(actor, Action::TeamWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let ladders = store::team::ladders(&mut transaction).await?;
    let named = ladders.iter().any(|ladder| ladder.rungs.iter().any(|rung| rung.tell == Tell::Team(id)));
    if named || store::team::is_under_way(&mut transaction, id).await? {
        return Err(AppError::Invalid(Problems::one("team", Problem::StillUsed)));
    }
    store::team::delete_team(&mut transaction, id).await.map_err(|error| in_words("team", error))?;
    finish_removal(app, transaction, actor, format!("team:{id}")).await
}

fn fields(team: &Team) -> Fields {
    vec![
        ("name", team.name.clone()),
        ("provider", team.provider.map(|id| id.to_string()).unwrap_or_default()),
        ("areas", join(&team.areas)),
        ("from", show_minute(team.hours.from_minute)),
        ("to", show_minute(team.hours.to_minute)),
        ("answer_seconds", team.answer_seconds.to_string()),
        ("order", team.order.to_string()),
        ("phone", team.phone.clone()),
    ]
}
