//! Choosing a file. What it holds is shown before anything is taken.

use app::import::shelf::{Register, keep};
use askama::Template;
use axum::{extract::State, http::StatusCode};
use export::read::{FILE_BYTES_MAX, ROWS_MAX, read};

use super::{columns, home, list, preview, register, title, told};
use crate::{
    reply::{Frame, Reply, lead_to, page as framed},
    server::Web,
    text::Words,
    upload::Upload,
    visit::Visit,
};

/// The page.
#[derive(Template)]
#[template(path = "import/choose.html")]
struct Choose {
    words: Words,
    form_secret: String,
    home: &'static str,
    back: &'static str,
    title: String,
    limits: String,
    required: String,
    optional: String,
    problem: Option<String>,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    shown(&web, &visit, register(&visit), None)
}

/// Reads the file, keeps it until someone says yes, and leads to what it holds.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, Upload(bytes): Upload) -> Reply {
    let register = register(&visit);
    let language = visit.words.language;
    if bytes.is_empty() {
        return shown(&web, &visit, register, Some(visit.words.say("import-no-file")));
    }
    let rows = match read(&bytes) {
        Ok(rows) => rows,
        Err(problem) => return shown(&web, &visit, register, Some(problem.sentence(language))),
    };
    // Looked at once now, so that a file with the wrong headings is refused beside its field.
    if let Err(problem) = preview(&web.app, &visit, register, &rows).await {
        return match told(&problem, language) {
            Some(told) => shown(&web, &visit, register, Some(told)),
            None => Err(problem),
        };
    }
    let id = keep(&web.app, visit.actor()?, register, rows);
    Ok(lead_to(&visit, &format!("{}/{id}", home(register))))
}

fn shown(web: &Web, visit: &Visit, register: Register, problem: Option<String>) -> Reply {
    let words = visit.words;
    let names = |required: bool| {
        let columns = columns(register, words.language).into_iter();
        let names = columns.filter(|(_, must)| *must == required).map(|(name, _)| name);
        names.collect::<Vec<_>>().join(", ")
    };
    let wrong = problem.is_some();
    let mebibytes = (FILE_BYTES_MAX / (1024 * 1024)).to_string();
    let part = Choose {
        words,
        form_secret: visit.form_secret().to_owned(),
        home: home(register),
        back: list(register),
        title: words.say(title(register)),
        limits: words.with("import-limits", &[("size", &mebibytes), ("rows", &ROWS_MAX.to_string())]),
        required: names(true),
        optional: names(false),
        problem,
    };
    let mut response = framed(web, visit, title(register), Frame::default(), &part)?;
    if wrong {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}
