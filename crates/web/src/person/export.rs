//! The register of people as a file, for a stated reason.

use app::{
    AppError,
    person::{export::export, import::COLUMNS},
};
use axum::extract::State;

use crate::{
    fields::Fields,
    form::{FieldShown, FormPage},
    reply::Reply,
    server::Web,
    table::{Format, file, in_words},
    trouble::Problem,
    visit::Visit,
};

fn form(visit: &Visit) -> FormPage {
    let words = visit.words;
    let formats = [("csv", "file-csv"), ("xlsx", "file-xlsx")];
    let fields = vec![
        FieldShown::line("reason", words.say("person-reason"), "").required(),
        FieldShown::one_of(
            "format",
            words.say("people-export-format"),
            "csv",
            formats.map(|(value, text)| (value.to_owned(), words.say(text))).to_vec(),
        ),
    ];
    FormPage {
        intro: words.say("people-export-why"),
        button: words.say("people-export-button"),
        ..FormPage::new(visit, "people-export", "/people/export".to_owned(), "/people".to_owned(), fields)
    }
}

/// The form that asks for the reason.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    form(&visit).show(&web, &visit, "people-export")
}

/// The file.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, fields: Fields) -> Reply {
    // Read first: an export that gives no file must not stand in the log as one.
    let format = Format::from_name(fields.text("format")).ok_or(Problem::Unreadable)?;
    match export(&web.app, visit.actor()?, fields.text("reason")).await {
        Ok(mut sheet) => {
            in_words(&mut sheet, &COLUMNS, visit.words);
            file(sheet, "people-title", visit.words, format)
        }
        Err(AppError::Invalid(problems)) => {
            let mut page = form(&visit);
            page.tell(&problems);
            page.show(&web, &visit, "people-export")
        }
        Err(other) => Err(other.into()),
    }
}
