//! Breaking the glass: whoever has no care relation to a person states why they must look.

use app::{
    AppError,
    person::{relation::REASON_CHARACTERS_MIN, view::view},
};
use axum::extract::{Path, State};
use base::PersonId;

use crate::{
    alarm::read_id,
    fields::Fields,
    form::{FieldShown, FormPage},
    reply::{Reply, lead_to},
    server::Web,
    visit::Visit,
};

/// The form that asks for the reason.
pub(crate) fn ask(web: &Web, visit: &Visit, id: PersonId, problem: Option<String>) -> Reply {
    let words = visit.words;
    let field = FieldShown::line("reason", words.say("person-reason"), "")
        .required()
        .hint(words.say("person-reason-hint"));
    let (action, back) = (format!("/people/{id}/reason"), "/people".to_owned());
    let page = FormPage {
        intro: words.say("person-reason-why"),
        button: words.say("person-reason-button"),
        ..FormPage::new(visit, "person-reason-title", action, back, vec![FieldShown { problem, ..field }])
    };
    page.show(web, visit, "person-reason-title")
}

/// Takes the reason and leads to the person.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    let id = read_id(&id)?;
    let least = i64::try_from(REASON_CHARACTERS_MIN).unwrap_or(i64::MAX);
    match view(&web.app, visit.actor()?, id, fields.text("reason")).await {
        Ok(_) => Ok(lead_to(&visit, &format!("/people/{id}"))),
        Err(AppError::NeedsReason(_)) => {
            ask(&web, &visit, id, Some(visit.words.count("person-reason-short", least)))
        }
        Err(AppError::Invalid(problems)) => {
            let told = problems.of("reason").map(|problem| problem.sentence(visit.words.language));
            ask(&web, &visit, id, told)
        }
        Err(other) => Err(other.into()),
    }
}
