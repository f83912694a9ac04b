//! One ladder: its form with a row for each rung, and saving and removing it.

use ::alarm::{
    Kind,
    ladder::{LadderError, RUNGS_MAX},
};
use app::{
    AppError,
    problem::Problem as FieldProblem,
    team::{
        area::areas,
        ladder::{Form, RungForm, ladders, remove_ladder, save_ladder},
        responders::teams,
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use base::LadderId;

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

/// How many empty rows stand below the rungs, so that more can be written.
const EMPTY_ROWS: usize = 3;

/// One row of the form.
#[derive(Debug, Clone)]
pub(crate) struct RungRow {
    pub(crate) number: usize,
    pub(crate) seconds_label: String,
    pub(crate) tell_label: String,
    pub(crate) after_seconds: String,
    pub(crate) tells: Vec<Choice>,
    /// What is wrong with this rung.
    pub(crate) problem: Option<String>,
}

/// The form.
#[derive(Template)]
#[template(path = "team/ladder.html")]
pub(crate) struct Edit {
    pub(crate) visit: Visit,
    /// Empty for a new ladder.
    pub(crate) id: String,
    pub(crate) form: Form,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) areas: Vec<Choice>,
    pub(crate) rungs: Vec<RungRow>,
    pub(crate) told: Told,
}

impl Edit {
    fn address(&self) -> String {
        if self.id.is_empty() { "/ladders".to_owned() } else { format!("/ladders/{}", self.id) }
    }
}

fn read(fields: &Fields) -> Form {
    let text = |name: &str| fields.text(name).to_owned();
    let all = |name: &str| fields.every(name).map(str::to_owned).collect();
    let rungs = fields.every("rung_seconds").zip(fields.every("rung_tell"));
    Form {
        name: text("name"),
        kinds: all("kinds"),
        areas: all("areas"),
        from: text("from"),
        to: text("to"),
        order: text("order"),
        rungs: rungs
            .map(|(seconds, tell)| RungForm { after_seconds: seconds.to_owned(), tell: tell.to_owned() })
            .collect(),
    }
}

/// The names of the fields in which an error stands: a rung's own row where the error names one.
fn told(error: AppError, form: &Form, visit: &Visit) -> Result<Told, Problem> {
    let AppError::Invalid(problems) = &error else { return Err(error.into()) };
    let row_of = |problem: &FieldProblem| match problem {
        FieldProblem::Ladder(LadderError::NotInOrder { rung, .. } | LadderError::TooLate { rung, .. }) => {
            // Rungs are counted without the empty rows.
            let written =
                form.rungs.iter().enumerate().filter(|(_, rung)| !rung.after_seconds.trim().is_empty());
            written.map(|(row, _)| row).nth(rung - 1)
        }
        FieldProblem::Ladder(LadderError::Unreadable(word)) => {
            form.rungs.iter().position(|rung| rung.after_seconds == *word)
        }
        _ => None,
    };
    let named = problems.all().iter().map(|(field, problem)| {
        let field = row_of(problem).map_or_else(|| (*field).to_owned(), |row| format!("rung-{}", row + 1));
        (field, problem.sentence(visit.words.language))
    });
    Ok(Told(named.collect()))
}

async fn shown(web: &Web, visit: &Visit, id: Option<LadderId>, form: Form, told: Told) -> Reply {
    let (words, actor) = (visit.words, visit.actor()?);
    let teams = teams(&web.app, actor).await?;
    let areas = areas(&web.app, actor).await?;
    let tells = |chosen: &str| {
        let chosen = [chosen.to_owned()];
        let mut tells = vec![
            Choice::among("operators", words.say("ladder-operators"), &chosen),
            Choice::among("next_team", words.say("ladder-next-team"), &chosen),
            Choice::among("supervisor", words.say("ladder-supervisor"), &chosen),
        ];
        tells.extend(teams.iter().map(|team| Choice::among(team.id, &team.name, &chosen)));
        tells
    };
    let rows = (form.rungs.len() + EMPTY_ROWS).min(RUNGS_MAX).max(form.rungs.len());
    let rungs = (0..rows)
        .map(|row| {
            let rung = form.rungs.get(row).cloned().unwrap_or_default();
            RungRow {
                number: row + 1,
                seconds_label: words.count("ladder-rung-seconds", row + 1),
                tell_label: words.count("ladder-rung-tell", row + 1),
                tells: tells(&rung.tell),
                after_seconds: rung.after_seconds,
                problem: told.about(&format!("rung-{}", row + 1)).map(str::to_owned),
            }
        })
        .collect();
    let failed = !told.is_empty();
    let part = Edit {
        id: id.map(|id| id.to_string()).unwrap_or_default(),
        kinds: Kind::ALL
            .iter()
            .map(|kind| Choice::among(kind.name(), words.of(kind.text()), &form.kinds))
            .collect(),
        areas: areas.iter().map(|area| Choice::among(area.id, &area.name, &form.areas)).collect(),
        rungs,
        form,
        told,
        visit: visit.clone(),
    };
    let mut response = whole_page(web, visit, "ladder-one", Frame::default(), &part)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// The empty form.
pub(crate) async fn new(State(web): State<Web>, visit: Visit) -> Reply {
    let form = Form { order: "1".to_owned(), ..Form::default() };
    shown(&web, &visit, None, form, Told::default()).await
}

/// The form as it stands.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id = read_id(&id)?;
    let ladders = ladders(&web.app, visit.actor()?).await?;
    let form = ladders.iter().find(|ladder| ladder.id == id).map(Form::of).ok_or(Problem::NoSuchPage)?;
    shown(&web, &visit, Some(id), form, Told::default()).await
}

/// Saves a new ladder.
pub(crate) async fn create(State(web): State<Web>, visit: Visit, fields: Fields) -> Reply {
    save(&web, &visit, None, read(&fields)).await
}

/// Saves a known ladder.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    save(&web, &visit, Some(read_id(&id)?), read(&fields)).await
}

async fn save(web: &Web, visit: &Visit, id: Option<LadderId>, form: Form) -> Reply {
    match save_ladder(&web.app, visit.actor()?, id, &form).await {
        Ok(_) => Ok(lead_to(visit, "/ladders")),
        Err(error) => {
            let told = told(error, &form, visit)?;
            shown(web, visit, id, form, told).await
        }
    }
}

/// Removes a ladder.
pub(crate) async fn remove(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    remove_ladder(&web.app, visit.actor()?, read_id(&id)?).await?;
    Ok(lead_to(&visit, "/ladders"))
}
