//! Those close to a person: the whole list is written at once, in call order.

use ::person::{KIN_MAX, Kin};
use access::{Action, Actor, Relation};
use base::{KinId, PersonId, Private};

use super::{
    form::{NAME_CHARACTERS_MAX, read_phone},
    relation::subject,
};
use crate::{
    App, AppError,
    audit::{About, record},
    error::require,
    history,
    problem::{Problem, Problems},
};

/// One line of the list, as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Their name; a line without one is left out.
    pub name: Private<String>,
    /// What they are to the person.
    pub relation: Private<String>,
    /// Their telephone number.
    pub phone: Private<String>,
    /// Whether they have a key.
    pub has_key: bool,
}

/// What is wrong with which line, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineProblem {
    /// Which line.
    pub line: usize,
    /// Which field.
    pub field: &'static str,
    /// What.
    pub problem: Problem,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// The list stands.
    Yes,
    /// Nothing was changed.
    No(Vec<LineProblem>),
}

/// Replaces the list of a person who was read at a version.
pub async fn write_kin(
    app: &App,
    actor: &Actor,
    id: PersonId,
    read_version: i64,
    lines: &[Line],
) -> Result<Written, AppError> {
    require(actor, Action::PersonWrite, Relation::NoPerson)?;
    let now = app.now();
    let mut transaction = app.store.write().await?;
    store::person::load(&mut transaction, id).await?.ok_or(AppError::NotFound("person"))?;
    store::person::claim(&mut transaction, id, read_version).await?;
    let known = store::person::kin(&mut transaction, id).await?;
    let mut kin = Vec::new();
    let mut wrong = Vec::new();
    for (place, line) in lines.iter().enumerate().filter(|(_, line)| !line.name.reveal().trim().is_empty()) {
        let mut problems = Problems::default();
        let order = u16::try_from(kin.len() + 1).unwrap_or(u16::MAX);
        kin.push(Kin {
            id: KinId::fresh(app.ids.as_ref(), now),
            person: id,
            name: Private::new(problems.required("name", line.name.reveal(), NAME_CHARACTERS_MAX)),
            relation: Private::new(problems.text("relation", line.relation.reveal(), NAME_CHARACTERS_MAX)),
            phone: Private::new(read_phone(&mut problems, "phone", line.phone.reveal())),
            has_key: line.has_key,
            order,
        });
        if kin.len() > KIN_MAX {
            problems.add("name", Problem::Number { lowest: 0, highest: KIN_MAX as i64 });
        }
        let of_line = |(field, problem): &(&'static str, Problem)| LineProblem {
            line: place + 1,
            field,
            problem: problem.clone(),
        };
        wrong.extend(problems.all().iter().map(of_line));
    }
    if !wrong.is_empty() {
        return Ok(Written::No(wrong));
    }
    store::person::replace_kin(&mut transaction, id, &kin).await?;
    let list = |kin: &[Kin]| vec![("kin", kin.iter().map(in_words).collect::<Vec<_>>().join("; "))];
    history::record(app, &mut transaction, actor, &subject(id), &list(&known), &list(&kin)).await?;
    let about = About { person: Some(id), subject: subject(id), reason: String::new() };
    record(app, &mut transaction, actor, Action::PersonWrite, about).await?;
    transaction.commit().await?;
    Ok(Written::Yes)
}

fn in_words(kin: &Kin) -> String {
    let key = if kin.has_key { ", nyckel" } else { "" };
    format!("{}. {} ({}) {}{key}", kin.order, kin.name.reveal(), kin.relation.reveal(), kin.phone.reveal())
}
