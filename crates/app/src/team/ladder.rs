//! Ladders of escalation.

use access::{Action, Actor, Relation};
use alarm::{
    Kind, Ladder,
    ladder::{Rung, Tell, write_rungs},
};
use base::LadderId;
use store::Transaction;

use super::{NAME_CHARACTERS_MAX, finish, finish_removal, join, read_areas, read_hours, show_minute};
use crate::{
    App, AppError,
    error::require,
    history::Fields,
    problem::{Problem, Problems},
};

/// The highest place in the order of use.
pub const ORDER_MAX: i64 = 999;

/// What is written about one rung.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RungForm {
    /// Seconds after the alarm began to wait; a rung without is left out.
    pub after_seconds: String,
    /// `operators`, `supervisor`, `next_team` or the id of a team.
    pub tell: String,
}

/// What is written about a ladder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Its name.
    pub name: String,
    /// The names of the kinds it is for; none means all.
    pub kinds: Vec<String>,
    /// The ids of its areas; none means all.
    pub areas: Vec<String>,
    /// From when, as `HH:MM`; equal ends mean round the clock.
    pub from: String,
    /// Until when.
    pub to: String,
    /// Among ladders that fit, the lowest is used.
    pub order: String,
    /// The rungs.
    pub rungs: Vec<RungForm>,
}

impl Form {
    /// The form of a ladder as it stands.
    pub fn of(ladder: &Ladder) -> Self {
        let tell = |tell: Tell| match tell {
            Tell::Operators => "operators".to_owned(),
            Tell::Supervisor => "supervisor".to_owned(),
            Tell::NextTeam => "next_team".to_owned(),
            Tell::Team(team) => team.to_string(),
        };
        Form {
            name: ladder.name.clone(),
            kinds: ladder.kinds.iter().map(|kind| kind.name().to_owned()).collect(),
            areas: ladder.areas.iter().map(ToString::to_string).collect(),
            from: show_minute(ladder.hours.from_minute),
            to: show_minute(ladder.hours.to_minute),
            order: ladder.order.to_string(),
            rungs: ladder
                .rungs
                .iter()
                .map(|rung| RungForm { after_seconds: rung.after_seconds.to_string(), tell: tell(rung.tell) })
                .collect(),
        }
    }
}

/// Every ladder, in the order they are tried.
pub async fn ladders(app: &App, actor: &Actor) -> Result<Vec<Ladder>, AppError> {
    require(actor, Action::TeamRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    Ok(store::team::ladders(&mut transaction).await?)
}

/// Writes a ladder: a new one without id. Alarms that already climb keep the rungs they have.
pub async fn save_ladder(
    app: &App,
    actor: &Actor,
    id: Option<LadderId>,
    form: &Form,
) -> Result<LadderId, AppError> {
    require(actor, Action::TeamWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let known = store::team::ladders(&mut transaction).await?;
    let before = id
        .map(|id| known.iter().find(|ladder| ladder.id == id).ok_or(AppError::NotFound("ladder")))
        .transpose()?;
    let id = id.unwrap_or_else(|| LadderId::fresh(app.ids.as_ref(), app.now()));
    let ladder = read(&mut transaction, form, id, &known).await?;
    store::team::save_ladder(&mut transaction, &ladder).await?;
    let before = before.map(fields).unwrap_or_default();
    finish(app, transaction, actor, format!("ladder:{id}"), &before, &fields(&ladder)).await?;
    Ok(id)
}

/// Removes a ladder. The built-in one holds where no other fits, so no alarm is ever without.
pub async fn remove_ladder(app: &App, actor: &Actor, id: LadderId) -> Result<(), AppError> {
    require(actor, Action::TeamWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    store::team::delete_ladder(&mut transaction, id).await?;
    finish_removal(app, transaction, actor, format!("ladder:{id}")).await
}

async fn read(
    transaction: &mut Transaction,
    form: &Form,
    id: LadderId,
    known: &[Ladder],
) -> Result<Ladder, AppError> {
    let mut problems = Problems::default();
    let name = problems.required("name", &form.name, NAME_CHARACTERS_MAX);
    if known.iter().any(|ladder| ladder.name == name && ladder.id != id) {
        problems.add("name", Problem::Taken);
    }
    let kinds: Vec<Kind> = form.kinds.iter().filter_map(|name| Kind::from_name(name)).collect();
    if kinds.len() < form.kinds.len() {
        problems.add("kinds", Problem::Unknown);
    }
    let areas = read_areas(transaction, &mut problems, &form.areas).await?;
    let hours = read_hours(&mut problems, &form.from, &form.to);
    let order = problems.number("order", &form.order, 1, ORDER_MAX);
    let rungs = read_rungs(transaction, &mut problems, &form.rungs).await?;
    let order = u16::try_from(order).unwrap_or(u16::MAX);
    let ladder = Ladder { id, name, kinds, areas, hours, order, rungs };
    if problems.of("rungs").is_none()
        && let Err(problem) = ladder.check()
    {
        problems.add("rungs", Problem::Ladder(problem));
    }
    problems.finish()?;
    Ok(ladder)
}

async fn read_rungs(
    transaction: &mut Transaction,
    problems: &mut Problems,
    forms: &[RungForm],
) -> Result<Vec<Rung>, AppError> {
    let teams = store::team::teams(transaction).await?;
    let mut rungs = Vec::new();
    for form in forms.iter().filter(|form| !form.after_seconds.trim().is_empty()) {
        let unreadable =
            || Problem::Ladder(alarm::ladder::LadderError::Unreadable(form.after_seconds.clone()));
        let tell = match form.tell.as_str() {
            "operators" => Some(Tell::Operators),
            "supervisor" => Some(Tell::Supervisor),
            "next_team" => Some(Tell::NextTeam),
            id => id.parse().ok().filter(|id| teams.iter().any(|team| team.id == *id)).map(Tell::Team),
        };
        match (form.after_seconds.trim().parse(), tell) {
            (Ok(after_seconds), Some(tell)) => rungs.push(Rung { after_seconds, tell }),
            (Err(_), _) => problems.add("rungs", unreadable()),
            (Ok(_), None) => problems.add("rungs", Problem::Unknown),
        }
    }
    Ok(rungs)
}

fn fields(ladder: &Ladder) -> Fields {
    let kinds: Vec<&str> = ladder.kinds.iter().map(|kind| kind.name()).collect();
    vec![
        ("name", ladder.name.clone()),
        ("kinds", kinds.join(" ")),
        ("areas", join(&ladder.areas)),
        ("from", show_minute(ladder.hours.from_minute)),
        ("to", show_minute(ladder.hours.to_minute)),
        ("order", ladder.order.to_string()),
        ("rungs", write_rungs(&ladder.rungs)),
    ]
}
