//! The devices that fit a filter, as a file.

use app::device::export::export;
use axum::extract::{Query, State};
use serde::Deserialize;

use super::list::Asked;
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

/// The file.
pub(crate) async fn download(
    State(web): State<Web>,
    visit: Visit,
    Query(wanted): Query<Wanted>,
    Query(asked): Query<Asked>,
) -> Reply {
    let format = Format::from_name(&wanted.format).ok_or(Problem::NoSuchPage)?;
    let sheet = export(&web.app, visit.actor()?, &asked.filter()).await?;
    file(sheet, "devices-title", visit.words, format)
}
