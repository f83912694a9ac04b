//! The municipality's own alternatives: kept with their assumptions and why.

use access::Action;
use app::{
    AppError,
    housing::alternative::{CHANGE_FIELDS, Form, add_alternative, alternatives, remove_alternative},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
};
use housing::demand::{alternative::Alternative, care_use::CareForm};

use crate::{
    alarm::read_id,
    fields::Fields,
    form::FieldShown,
    reply::{Frame, Reply, lead_to, whole_page},
    server::Web,
    text::Words,
    visit::Visit,
};

/// One alternative.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) assumptions: String,
    pub(crate) reason: String,
}

/// The page.
#[derive(Template)]
#[template(path = "housing/alternatives.html")]
pub(crate) struct Alternatives {
    pub(crate) visit: Visit,
    pub(crate) lines: Vec<Line>,
    pub(crate) fields: Vec<FieldShown>,
    pub(crate) may_write: bool,
}

fn read(fields: &Fields) -> Form {
    let text = |name: &str| fields.text(name).to_owned();
    Form {
        name: text("name"),
        yearly_change_percent: CHANGE_FIELDS.map(text),
        damping: text("damping"),
        moved_home_percent: text("moved_home"),
        reason: text("reason"),
    }
}

fn shown_fields(form: &Form, words: Words) -> Vec<FieldShown> {
    let mut fields = vec![FieldShown::line("name", words.say("alternative-name"), &form.name).required()];
    for form_of_care in CareForm::ALL {
        let place = form_of_care.index();
        let label = words.with("alternative-change", &[("form", form_of_care.text().get(words.language))]);
        fields.push(FieldShown::line(CHANGE_FIELDS[place], label, &form.yearly_change_percent[place]));
    }
    fields.push(
        FieldShown::line("damping", words.say("alternative-damping"), &form.damping)
            .hint(words.say("alternative-damping-hint")),
    );
    fields.push(FieldShown::line(
        "moved_home",
        words.say("alternative-moved-home"),
        &form.moved_home_percent,
    ));
    fields.push(FieldShown::lines("reason", words.say("alternative-reason"), &form.reason));
    fields
}

async fn shown(web: &Web, visit: &Visit, fields: Vec<FieldShown>) -> Reply {
    let words = visit.words;
    let kept = alternatives(&web.app, visit.actor()?).await?;
    let failed = crate::form::has_problems(&fields);
    let part = Alternatives {
        lines: kept
            .into_iter()
            .map(|one| Line {
                id: one.id.to_string(),
                name: one.own.name.clone(),
                assumptions: Alternative::Own(one.own).sentence(words.language),
                reason: one.reason,
            })
            .collect(),
        fields,
        may_write: visit.may(Action::ForecastWrite),
        visit: visit.clone(),
    };
    let mut response = whole_page(web, visit, "alternative-title", Frame::default(), &part)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// The list and the form, which the sliders may have filled in.
pub(crate) async fn page(
    State(web): State<Web>,
    visit: Visit,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Reply {
    let form = read(&Fields::new(pairs));
    shown(&web, &visit, shown_fields(&form, visit.words)).await
}

/// Adds one.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, fields: Fields) -> Reply {
    let form = read(&fields);
    match add_alternative(&web.app, visit.actor()?, &form).await {
        Ok(id) => Ok(lead_to(&visit, &format!("/forecast?own={id}"))),
        Err(AppError::Invalid(problems)) => {
            let mut fields = shown_fields(&form, visit.words);
            for (name, problem) in problems.all() {
                let told = problem.sentence(visit.words.language);
                if let Some(field) = fields.iter_mut().find(|field| field.name == *name) {
                    field.problem.get_or_insert(told);
                }
            }
            shown(&web, &visit, fields).await
        }
        Err(other) => Err(other.into()),
    }
}

/// Removes one.
pub(crate) async fn remove(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    remove_alternative(&web.app, visit.actor()?, read_id(&id)?).await?;
    Ok(lead_to(&visit, "/forecast/alternatives"))
}
