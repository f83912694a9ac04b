//! Areas and providers.

use access::{Action, Actor, Relation};
use base::{AreaId, ProviderId};
use store::team::{Area, Provider};

use super::{NAME_CHARACTERS_MAX, finish, finish_removal, in_words};
use crate::{
    App, AppError,
    error::require,
    problem::{Problem, Problems},
};

/// Every area, by name.
pub async fn areas(app: &App, actor: &Actor) -> Result<Vec<Area>, AppError> {
    require(actor, Action::TeamRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    Ok(store::team::areas(&mut transaction).await?)
}

/// Writes an area: a new one without id.
pub async fn save_area(app: &App, actor: &Actor, id: Option<AreaId>, name: &str) -> Result<AreaId, AppError> {
    require(actor, Action::TeamWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let known = store::team::areas(&mut transaction).await?;
    let before =
        id.map(|id| known.iter().find(|area| area.id == id).ok_or(AppError::NotFound("area"))).transpose()?;
    let mut problems = Problems::default();
    let name = problems.required("name", name, NAME_CHARACTERS_MAX);
    if known.iter().any(|area| area.name == name && Some(area.id) != id) {
        problems.add("name", Problem::Taken);
    }
    problems.finish()?;
    let area = Area { id: id.unwrap_or_else(|| AreaId::fresh(app.ids.as_ref(), app.now())), name };
    store::team::save_area(&mut transaction, &area).await?;
    let before = before.map(|area| vec![("name", area.name.clone())]).unwrap_or_default();
    finish(app, transaction, actor, format!("area:{}", area.id), &before, &vec![("name", area.name)]).await?;
    Ok(area.id)
}

/// Removes an area that no person, device, team or ladder stands in.
pub async fn remove_area(app: &App, actor: &Actor, id: AreaId) -> Result<(), AppError> {
    require(actor, Action::TeamWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let teams = store::team::teams(&mut transaction).await?.into_iter().any(|team| team.areas.contains(&id));
    let ladders =
        store::team::ladders(&mut transaction).await?.into_iter().any(|ladder| ladder.areas.contains(&id));
    if teams || ladders {
        return Err(AppError::Invalid(Problems::one("area", Problem::StillUsed)));
    }
    store::team::delete_area(&mut transaction, id).await.map_err(|error| in_words("area", error))?;
    finish_removal(app, transaction, actor, format!("area:{id}")).await
}

/// Every provider, by name.
pub async fn providers(app: &App, actor: &Actor) -> Result<Vec<Provider>, AppError> {
    require(actor, Action::TeamRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    Ok(store::team::providers(&mut transaction).await?)
}

/// Writes a provider: a new one without id.
pub async fn save_provider(
    app: &App,
    actor: &Actor,
    id: Option<ProviderId>,
    name: &str,
    own_run: bool,
) -> Result<ProviderId, AppError> {
    require(actor, Action::TeamWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let known = store::team::providers(&mut transaction).await?;
    let before = id
        .map(|id| known.iter().find(|found| found.id == id).ok_or(AppError::NotFound("provider")))
        .transpose()?;
    let mut problems = Problems::default();
    let name = problems.required("name", name, NAME_CHARACTERS_MAX);
    if known.iter().any(|found| found.name == name && Some(found.id) != id) {
        problems.add("name", Problem::Taken);
    }
    problems.finish()?;
    let provider =
        Provider { id: id.unwrap_or_else(|| ProviderId::fresh(app.ids.as_ref(), app.now())), name, own_run };
    store::team::save_provider(&mut transaction, &provider).await?;
    let fields = |provider: &Provider| {
        vec![("name", provider.name.clone()), ("own_run", provider.own_run.to_string())]
    };
    let before = before.map(fields).unwrap_or_default();
    finish(app, transaction, actor, format!("provider:{}", provider.id), &before, &fields(&provider)).await?;
    Ok(provider.id)
}

/// Removes a provider that runs no team.
pub async fn remove_provider(app: &App, actor: &Actor, id: ProviderId) -> Result<(), AppError> {
    require(actor, Action::TeamWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    store::team::delete_provider(&mut transaction, id).await.map_err(|error| in_words("provider", error))?;
    finish_removal(app, transaction, actor, format!("provider:{id}")).await
}
