//! A step of a device's life: out to someone, back, tested, used again or scrapped.

use app::{
    AppError,
    device::step::{Take, take_step},
};
use axum::extract::{Path, State};
use device::Stage;

use super::page::{Said, shown};
use crate::{
    alarm::read_id,
    fields::Fields,
    reply::{Reply, lead_to},
    server::Web,
    trouble::Problem,
    visit::Visit,
};

/// Takes it.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    let id = read_id(&id)?;
    let command = Take {
        to: Stage::from_name(fields.text("to")).ok_or(Problem::Unreadable)?,
        person: fields.text("person").parse().ok(),
        area: fields.text("area").parse().ok(),
        room: fields.text("room").to_owned(),
        note: fields.text("note").to_owned(),
    };
    let read_version = fields.text("version").parse().unwrap_or(0);
    match take_step(&web.app, visit.actor()?, id, read_version, &command).await {
        Ok(()) => Ok(lead_to(&visit, &format!("/devices/{id}"))),
        Err(AppError::Invalid(problems)) => {
            let told = problems.all().first().map(|(field, problem)| {
                let label = visit.words.say(format!("device-step-{field}"));
                format!("{label}: {}", problem.sentence(visit.words.language))
            });
            shown(&web, &visit, id, Said { step_problem: told, ..Said::default() }).await
        }
        Err(other) => Err(other.into()),
    }
}
