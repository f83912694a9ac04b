//! The devices that fit a filter, as a file.

use app::device::{export::export, import::COLUMNS};
use axum::extract::{Query, State};
use serde::Deserialize;

use super::list::Asked;
use crate::{
    reply::Reply,
    server::Web,
    table::{Format, file, in_words},
    trouble::Problem,
    visit::Visit,
};

/// Which file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    format: String,
}

/// The file.
pub(crate) async fn download(
    State(web): State<Web>,
    visit: Visit,
    Query(wanted): Query<Wanted>,
    Query(asked): Query<Asked>,
) -> Reply {
    let format = Format::from_name(&wanted.format).ok_or(Problem::NoSuchPage)?;
    let mut sheet = export(&web.app, visit.actor()?, &asked.filter()).await?;
    in_words(&mut sheet, &COLUMNS, visit.words);
    file(sheet, "devices-title", visit.words, format)
}
