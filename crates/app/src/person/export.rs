//! The register of people as a file: for checking it, and for moving it.

use access::{Action, Actor, Relation};

use crate::{
    App, AppError,
    audit::{About, record},
    error::require,
    sheet::Sheet,
};

/// How many people are read at a time.
const PAGE: i64 = 500;
/// The headings, which an import reads back.
pub const HEADINGS: [&str; 14] = [
    "identity",
    "given_name",
    "family_name",
    "spoken_language",
    "phone",
    "street",
    "postal_code",
    "town",
    "latitude",
    "longitude",
    "area",
    "entry_note",
    "health_note",
    "note",
];

/// Every person who is not protected, in the order they were registered. Taking the file is logged with its reason.
///
/// A protected person never leaves Tryggve in a file: the sheet says how many were left out.
pub async fn export(app: &App, actor: &Actor, reason: &str) -> Result<Sheet, AppError> {
    require(actor, Action::PersonWrite, Relation::NoPerson)?;
    let mut problems = crate::problem::Problems::default();
    let reason = problems.required("reason", reason, super::relation::REASON_CHARACTERS_MAX);
    problems.finish()?;
    let mut transaction = app.store.write().await?;
    let areas = store::team::areas(&mut transaction).await?;
    let mut sheet = Sheet::new("personer", &HEADINGS);
    let mut after = None;
    let mut left_out = 0_usize;
    loop {
        let people = store::person::page_after(&mut transaction, after, PAGE).await?;
        let Some(last) = people.last() else { break };
        after = Some(last.id);
        for person in people {
            if person.protected {
                left_out += 1;
                continue;
            }
            let mut row: Vec<String> = super::form::fields(&person)
                .into_iter()
                .filter(|(field, _)| *field != "protected")
                .map(|(_, value)| value)
                .collect();
            if let Some(place) = HEADINGS.iter().position(|heading| *heading == "area") {
                row[place] = areas
                    .iter()
                    .find(|area| Some(area.id) == person.area)
                    .map(|area| area.name.clone())
                    .unwrap_or_default();
            }
            sheet.push(row);
        }
    }
    sheet.left_out = left_out;
    let about = About { person: None, subject: "person:export".to_owned(), reason };
    record(app, &mut transaction, actor, Action::PersonWrite, about).await?;
    transaction.commit().await?;
    Ok(sheet)
}
