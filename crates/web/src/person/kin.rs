//! Those close to a person: the whole list in one form, in call order.

use app::{
    AppError,
    person::{
        kin::{Line, LineProblem, Written, write_kin},
        view::view,
    },
};
use axum::extract::{Path, State};
use base::{PersonId, Private};
use person::KIN_MAX;

use super::reason;
use crate::{
    alarm::read_id,
    fields::Fields,
    form::{FieldShown, FormPage},
    reply::{Reply, lead_to},
    server::Web,
    visit::Visit,
};

/// How many empty lines are offered below those that are filled in.
const EMPTY_LINES: usize = 2;

/// The form.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id = read_id(&id)?;
    let known = match view(&web.app, visit.actor()?, id, "").await {
        Err(AppError::NeedsReason(_)) => return reason::ask(&web, &visit, id, None),
        other => other?,
    };
    let mut lines: Vec<Line> = known
        .kin
        .into_iter()
        .map(|kin| Line { name: kin.name, relation: kin.relation, phone: kin.phone, has_key: kin.has_key })
        .collect();
    let shown = (lines.len() + EMPTY_LINES).min(KIN_MAX);
    lines.resize(shown, Line::default());
    form(&visit, id, &lines, &[], &known.version.to_string()).show(&web, &visit, "kin-change")
}

fn form(visit: &Visit, id: PersonId, lines: &[Line], wrong: &[LineProblem], version: &str) -> FormPage {
    let words = visit.words;
    let fields = lines.iter().zip(1..).flat_map(|(line, place)| {
        let number = place.to_string();
        let label = |name: &str| words.with(name, &[("line", &number)]);
        let field = |name: &str, text: String, value: &Private<String>| {
            let problem = wrong.iter().find(|found| found.line == place && found.field == name);
            FieldShown {
                problem: problem.map(|found| found.problem.sentence(words.language)),
                ..FieldShown::line(format!("{name}-{place}"), text, value.reveal())
            }
        };
        [
            field("name", label("kin-name"), &line.name),
            field("relation", label("kin-relation"), &line.relation),
            field("phone", label("kin-phone"), &line.phone),
            FieldShown::mark(format!("has_key-{place}"), label("kin-key"), line.has_key),
        ]
    });
    let (action, back) = (format!("/people/{id}/kin"), format!("/people/{id}"));
    FormPage {
        intro: words.say("kin-what"),
        hidden: vec![("version", version.to_owned()), ("lines", lines.len().to_string())],
        ..FormPage::new(visit, "kin-change", action, back, fields.collect())
    }
}

/// Writes the list.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    let id = read_id(&id)?;
    let count = fields.text("lines").parse().unwrap_or(0_usize).min(KIN_MAX);
    let text = |name: &str, place: usize| Private::new(fields.text(&format!("{name}-{place}")).to_owned());
    let lines: Vec<Line> = (1..=count)
        .map(|place| Line {
            name: text("name", place),
            relation: text("relation", place),
            phone: text("phone", place),
            has_key: fields.text(&format!("has_key-{place}")) == "yes",
        })
        .collect();
    let version = fields.text("version");
    match write_kin(&web.app, visit.actor()?, id, version.parse().unwrap_or(0), &lines).await? {
        Written::Yes => Ok(lead_to(&visit, &format!("/people/{id}"))),
        Written::No(wrong) => form(&visit, id, &lines, &wrong, version).show(&web, &visit, "kin-change"),
    }
}
