//! One team: its form, new or known, and saving and removing it.

use app::team::{
    area::{areas, providers},
    responders::{Form, remove_team, save_team, teams},
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use base::TeamId;

use crate::{
    alarm::read_id,
    choice::Choice,
    fields::Fields,
    reply::{Frame, Reply, lead_to, whole_page},
    server::Web,
    told::Told,
    trouble::Problem,
    visit::Visit,
};

/// The form.
#[derive(Template)]
#[template(path = "team/edit.html")]
pub(crate) struct Edit {
    pub(crate) visit: Visit,
    /// Empty for a new team.
    pub(crate) id: String,
    pub(crate) form: Form,
    pub(crate) areas: Vec<Choice>,
    pub(crate) providers: Vec<Choice>,
    pub(crate) told: Told,
}

impl Edit {
    fn address(&self) -> String {
        if self.id.is_empty() { "/teams".to_owned() } else { format!("/teams/{}", self.id) }
    }
}

fn read(fields: &Fields) -> Form {
    let text = |name: &str| fields.text(name).to_owned();
    Form {
        name: text("name"),
        provider: text("provider"),
        areas: fields.every("areas").map(str::to_owned).collect(),
        from: text("from"),
        to: text("to"),
        answer_seconds: text("answer_seconds"),
        order: text("order"),
        phone: text("phone"),
    }
}

async fn shown(web: &Web, visit: &Visit, id: Option<TeamId>, form: Form, told: Told) -> Reply {
    let actor = visit.actor()?;
    let chosen = [form.provider.clone()];
    let mut provider_choices = vec![Choice::among("", visit.words.say("team-no-provider"), &chosen)];
    for provider in providers(&web.app, actor).await? {
        provider_choices.push(Choice::among(provider.id, &provider.name, &chosen));
    }
    let areas = areas(&web.app, actor).await?;
    let failed = !told.is_empty();
    let part = Edit {
        id: id.map(|id| id.to_string()).unwrap_or_default(),
        areas: areas.iter().map(|area| Choice::among(area.id, &area.name, &form.areas)).collect(),
        providers: provider_choices,
        form,
        told,
        visit: visit.clone(),
    };
    let mut response = whole_page(web, visit, "team-one", Frame::default(), &part)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// The empty form.
pub(crate) async fn new(State(web): State<Web>, visit: Visit) -> Reply {
    let form = Form { answer_seconds: "120".to_owned(), order: "1".to_owned(), ..Form::default() };
    shown(&web, &visit, None, form, Told::default()).await
}

/// The form as it stands.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id = read_id(&id)?;
    let form = known(&web, &visit, id).await?;
    shown(&web, &visit, Some(id), form, Told::default()).await
}

async fn known(web: &Web, visit: &Visit, id: TeamId) -> Result<Form, Problem> {
    let teams = teams(&web.app, visit.actor()?).await?;
    teams.iter().find(|team| team.id == id).map(Form::of).ok_or(Problem::NoSuchPage)
}

/// Saves a new team.
pub(crate) async fn create(State(web): State<Web>, visit: Visit, fields: Fields) -> Reply {
    save(&web, &visit, None, read(&fields)).await
}

/// Saves a known team.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    save(&web, &visit, Some(read_id(&id)?), read(&fields)).await
}

async fn save(web: &Web, visit: &Visit, id: Option<TeamId>, form: Form) -> Reply {
    match save_team(&web.app, visit.actor()?, id, &form).await {
        Ok(_) => Ok(lead_to(visit, "/teams")),
        Err(error) => {
            let told = Told::of(error, visit.words)?;
            shown(web, visit, id, form, told).await
        }
    }
}

/// Removes a team that nothing needs any more.
pub(crate) async fn remove(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id = read_id(&id)?;
    match remove_team(&web.app, visit.actor()?, id).await {
        Ok(()) => Ok(lead_to(&visit, "/teams")),
        Err(error) => {
            let told = Told::of(error, visit.words)?;
            let form = known(&web, &visit, id).await?;
            shown(&web, &visit, Some(id), form, told).await
        }
    }
}
