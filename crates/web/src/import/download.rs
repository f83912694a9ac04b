//! Files to take away: a template to fill in, and the rows that something was wrong with.

use app::import::shelf::{Progress, Register, find};
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use super::{file_id, preview, register, title};
use crate::{
    reply::Reply,
    server::Web,
    table::{Format, file},
    trouble::Problem,
    visit::Visit,
};

/// Which file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    format: String,
}

impl Wanted {
    fn format(&self) -> Result<Format, Problem> {
        Format::from_name(&self.format).ok_or(Problem::NoSuchPage)
    }
}

/// A file with the headings and nothing below them.
pub(crate) async fn template(visit: Visit, Query(wanted): Query<Wanted>) -> Reply {
    let language = visit.words.language;
    let register = register(&visit);
    let sheet = match register {
        Register::Devices => app::device::import::template(language),
        Register::People => app::person::import::template(language),
    };
    file(sheet, title(register), visit.words, wanted.format()?)
}

/// The rows that something was wrong with, to correct the file by.
pub(crate) async fn wrong(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Reply {
    let format = wanted.format()?;
    let register = register(&visit);
    let (rows, progress) = find(&web.app, visit.actor()?, register, file_id(&id)?)?;
    let sheet = match progress {
        Progress::Done(findings) => findings.report(visit.words.language),
        _ => preview(&web.app, &visit, register, &rows).await?.report(visit.words.language),
    };
    file(sheet, "import-bad", visit.words, format)
}
