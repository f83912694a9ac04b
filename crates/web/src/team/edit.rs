//! One team: its form, new or known, and saving and removing it.

use app::team::{
    area::{areas, providers},
    responders::{Form, remove_team, save_team, teams},
};
use axum::extract::{Path, State};
use base::TeamId;

use crate::{
    alarm::read_id,
    choice::Choice,
    fields::Fields,
    form::{FieldShown, FormPage, taken},
    reply::Reply,
    server::Web,
    trouble::Problem,
    visit::Visit,
};

const LIST: &str = "/teams";

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

async fn shown(web: &Web, visit: &Visit, id: Option<TeamId>, form: &Form) -> Result<FormPage, Problem> {
    let (words, actor) = (visit.words, visit.actor()?);
    let providers = providers(&web.app, actor).await?.into_iter();
    let none = std::iter::once((String::new(), words.say("team-no-provider")));
    let providers = none.chain(providers.map(|provider| (provider.id.to_string(), provider.name)));
    let areas = areas(&web.app, actor).await?;
    let areas = areas.iter().map(|area| Choice::among(area.id, &area.name, &form.areas));
    let line = |name: &str, text: &str, value: &str| FieldShown::line(name, words.say(text), value);
    let fields = vec![
        line("name", "team-name", &form.name).required(),
        FieldShown::one_of("provider", words.say("team-provider"), &form.provider, providers.collect()),
        FieldShown::any_of("areas", words.say("team-areas-none-all"), areas.collect()),
        line("from", "team-from", &form.from).of_kind("time").hint(words.say("team-hours-what")),
        line("to", "team-to", &form.to).of_kind("time"),
        line("answer_seconds", "team-answer-seconds", &form.answer_seconds).of_kind("number"),
        line("order", "team-order-what", &form.order).of_kind("number"),
        line("phone", "team-phone", &form.phone).of_kind("tel"),
    ];
    let Some(id) = id else {
        return Ok(FormPage::new(visit, "team-new", LIST.to_owned(), LIST.to_owned(), fields));
    };
    Ok(FormPage {
        remove: Some((format!("{LIST}/{id}/remove"), words.say("team-remove"))),
        remove_sure: None,
        ..FormPage::new(visit, "team-one", format!("{LIST}/{id}"), LIST.to_owned(), fields)
    })
}

/// The empty form.
pub(crate) async fn new(State(web): State<Web>, visit: Visit) -> Reply {
    let form = Form { answer_seconds: "120".to_owned(), order: "1".to_owned(), ..Form::default() };
    shown(&web, &visit, None, &form).await?.show(&web, &visit, "team-new")
}

/// The form as it stands.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id = read_id(&id)?;
    let form = known(&web, &visit, id).await?;
    shown(&web, &visit, Some(id), &form).await?.show(&web, &visit, "team-one")
}

async fn known(web: &Web, visit: &Visit, id: TeamId) -> Result<Form, Problem> {
    let teams = teams(&web.app, visit.actor()?).await?;
    teams.iter().find(|team| team.id == id).map(Form::of).ok_or(Problem::NoSuchPage)
}

/// Saves a new team.
pub(crate) async fn create(State(web): State<Web>, visit: Visit, fields: Fields) -> Reply {
    save(&web, &visit, None, &read(&fields)).await
}

/// Saves a known team.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    save(&web, &visit, Some(read_id(&id)?), &read(&fields)).await
}

async fn save(web: &Web, visit: &Visit, id: Option<TeamId>, form: &Form) -> Reply {
    let outcome = save_team(&web.app, visit.actor()?, id, form).await;
    taken(web, visit, outcome, |_| LIST.to_owned(), "team-one", shown(web, visit, id, form)).await
}

/// Removes a team that nothing needs any more.
pub(crate) async fn remove(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id = read_id(&id)?;
    let outcome = remove_team(&web.app, visit.actor()?, id).await;
    let again = async {
        let form = known(&web, &visit, id).await?;
        shown(&web, &visit, Some(id), &form).await
    };
    taken(&web, &visit, outcome, |()| LIST.to_owned(), "team-one", again).await
}
