//! Files that forecasts are made from: brought, looked at with every refused row, and taken into use.

use access::Action;
use app::{
    AppError,
    housing::file::{FileKind, ForecastFile, Form, Looked, files, look_at, remove_file, use_file},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
};

use crate::{
    alarm::read_id,
    choice::Choice,
    device::list::encode,
    fields::Fields,
    reply::{Frame, Reply, lead_to, whole_page},
    server::Web,
    text::Words,
    told::Told,
    upload::Upload,
    visit::Visit,
};

/// One file.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) area: String,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) added: String,
    pub(crate) in_use: bool,
}

/// What reading a file gave.
#[derive(Debug, Clone)]
pub(crate) struct Preview {
    /// The id of the file that may be taken into use; empty where it was refused.
    pub(crate) id: String,
    pub(crate) counts: String,
    pub(crate) found: Vec<String>,
    pub(crate) errors: Vec<String>,
    pub(crate) residuals: Vec<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "housing/files.html")]
pub(crate) struct Files {
    pub(crate) visit: Visit,
    pub(crate) form: Form,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) lines: Vec<Line>,
    pub(crate) preview: Option<Preview>,
    pub(crate) told: Told,
    pub(crate) may_write: bool,
}

fn kind_in_words(kind: FileKind, words: Words) -> String {
    words.say(format!("forecast-file-{}", kind.name().replace('_', "-")))
}

async fn shown(web: &Web, visit: &Visit, form: Form, preview: Option<Preview>, told: Told) -> Reply {
    let words = visit.words;
    let line = |file: ForecastFile| Line {
        id: file.id.to_string(),
        kind: kind_in_words(file.kind, words),
        name: file.file_name,
        source: format!("{}, {}", file.publisher, file.as_of),
        added: words.moment(file.added_at),
        area: file.area,
        in_use: file.in_use,
    };
    let chosen = [form.kind.clone()];
    let refused = preview.as_ref().is_some_and(|preview| preview.id.is_empty());
    let failed = !told.is_empty() || refused;
    let part = Files {
        kinds: FileKind::ALL
            .map(|kind| Choice::among(kind.name(), kind_in_words(kind, words), &chosen))
            .into(),
        lines: files(&web.app, visit.actor()?).await?.into_iter().map(line).collect(),
        may_write: visit.may(Action::ForecastWrite),
        visit: visit.clone(),
        form,
        preview,
        told,
    };
    let mut response = whole_page(web, visit, "forecast-files", Frame::default(), &part)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// The list and the form.
pub(crate) async fn page(
    State(web): State<Web>,
    visit: Visit,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Reply {
    let asked = Fields::new(pairs);
    let form = Form { area: asked.text("area").to_owned(), ..Form::default() };
    shown(&web, &visit, form, None, Told::default()).await
}

/// Looks at a file.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, fields: Fields, upload: Upload) -> Reply {
    let text = |name: &str| fields.text(name).to_owned();
    let form =
        Form { area: text("area"), kind: text("kind"), publisher: text("publisher"), as_of: text("as_of") };
    match look_at(&web.app, visit.actor()?, &form, &upload.name, upload.bytes).await {
        Ok(looked) => {
            let preview = preview(looked, visit.words);
            shown(&web, &visit, form, Some(preview), Told::default()).await
        }
        Err(error @ AppError::Invalid(_)) => {
            let told = Told::of(error, visit.words)?;
            shown(&web, &visit, form, None, told).await
        }
        Err(other) => Err(other.into()),
    }
}

fn preview(looked: Looked, words: Words) -> Preview {
    let count = |number: usize| number.to_string();
    let counts = [
        ("read", count(looked.rows_read)),
        ("used", count(looked.rows_used)),
        ("totals", count(looked.rows_of_totals)),
        ("bad", count(looked.errors.len() + looked.errors_more)),
    ];
    let mut errors: Vec<String> = looked.errors.iter().map(|error| error.sentence(words.language)).collect();
    if looked.errors_more > 0 {
        errors.push(words.count("forecast-file-more-errors", looked.errors_more));
    }
    Preview {
        id: looked.file.map(|file| file.id.to_string()).unwrap_or_default(),
        counts: words
            .with("forecast-file-counts", &counts.each_ref().map(|(name, text)| (*name, text.as_str()))),
        found: looked
            .found
            .into_iter()
            .map(|(area, first, last)| format!("{area}: {first}–{last}"))
            .collect(),
        errors,
        residuals: looked
            .residuals
            .iter()
            .map(|residual| residual.sentence(words.language))
            .chain(looked.swapped.iter().map(|found| found.sentence(words.language)))
            .collect(),
    }
}

/// Takes a file into use, and leads to its municipality's forecast.
pub(crate) async fn take(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let file = use_file(&web.app, visit.actor()?, read_id(&id)?).await?;
    Ok(lead_to(&visit, &format!("/forecast?area={}", encode(&file.area))))
}

/// Removes a file.
pub(crate) async fn remove(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    remove_file(&web.app, visit.actor()?, read_id(&id)?).await?;
    Ok(lead_to(&visit, "/forecast/files"))
}
