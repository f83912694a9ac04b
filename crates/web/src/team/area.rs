//! Areas and providers on one page, each with its own small form.

use access::Action;
use app::team::area::{areas, providers, remove_area, save_area};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use crate::{
    alarm::read_id,
    fields::Fields,
    reply::{Frame, Reply, lead_to, whole_page},
    server::Web,
    told::Told,
    visit::Visit,
};

/// One area or provider.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) own_run: bool,
    /// What was wrong with its form.
    pub(crate) problem: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "team/areas.html")]
pub(crate) struct Areas {
    pub(crate) visit: Visit,
    pub(crate) areas: Vec<Line>,
    pub(crate) providers: Vec<Line>,
    pub(crate) told: Told,
    pub(crate) may_change: bool,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    shown(&web, &visit, Told::default()).await
}

/// Shows the page; sentences stand under the id of the line that they are about, or `new-area`, `new-provider`.
pub(super) async fn shown(web: &Web, visit: &Visit, told: Told) -> Reply {
    let actor = visit.actor()?;
    let line = |id: String, name: String, own_run: bool| {
        let problem = told.about(&id).map(str::to_owned);
        Line { id, name, own_run, problem }
    };
    let areas = areas(&web.app, actor).await?;
    let providers = providers(&web.app, actor).await?;
    let part = Areas {
        areas: areas.into_iter().map(|area| line(area.id.to_string(), area.name, false)).collect(),
        providers: providers
            .into_iter()
            .map(|found| line(found.id.to_string(), found.name, found.own_run))
            .collect(),
        told: told.clone(),
        may_change: visit.may(Action::TeamWrite),
        visit: visit.clone(),
    };
    let mut response = whole_page(web, visit, "area-title", Frame::default(), &part)?;
    if !told.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// After a change: the page again, with what was wrong beside its line.
pub(super) async fn after<T>(
    web: &Web,
    visit: &Visit,
    result: Result<T, app::AppError>,
    line: String,
) -> Reply {
    match result {
        Ok(_) => Ok(lead_to(visit, "/areas")),
        Err(error) => {
            let sentences = Told::of(error, visit.words)?.0.into_iter().map(|(_, text)| text);
            let told = Told::one(&line, sentences.collect::<Vec<_>>().join(" "));
            shown(web, visit, told).await
        }
    }
}

/// Adds an area.
pub(crate) async fn create(State(web): State<Web>, visit: Visit, fields: Fields) -> Reply {
    let result = save_area(&web.app, visit.actor()?, None, fields.text("name")).await;
    after(&web, &visit, result, "new-area".to_owned()).await
}

/// Gives an area another name.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    let result = save_area(&web.app, visit.actor()?, Some(read_id(&id)?), fields.text("name")).await;
    after(&web, &visit, result, id).await
}

/// Removes an area that nothing stands in.
pub(crate) async fn remove(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let result = remove_area(&web.app, visit.actor()?, read_id(&id)?).await;
    after(&web, &visit, result, id).await
}
