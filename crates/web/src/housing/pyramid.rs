//! The pyramids of every year as figures, so that the page can let time pass.

use app::housing::{alternative::alternatives, forecast::forecast};
use axum::{
    Json,
    extract::{Query, State},
    response::IntoResponse,
};
use export::chart::{
    Layout,
    pyramid::{Scale, describe},
};
use serde::Serialize;

use super::asked::Asked;
use crate::{reply::Reply, server::Web, trouble::Problem, visit::Visit};

/// One year.
#[derive(Debug, Serialize)]
struct Year {
    /// Women by age, whole persons.
    women: Vec<f64>,
    /// Men by age.
    men: Vec<f64>,
    /// What the pyramid says.
    told: String,
}

/// All years on one scale.
#[derive(Debug, Serialize)]
struct Pyramids {
    area: String,
    first_year: i32,
    women_right: f64,
    men_left: f64,
    unit_per_person: f64,
    years: Vec<Year>,
}

/// The figures.
pub(crate) async fn figures(
    State(web): State<Web>,
    visit: Visit,
    query: Query<Vec<(String, String)>>,
) -> Reply {
    let (words, actor) = (visit.words, visit.actor()?);
    let asked = Asked::of(query);
    let kept = alternatives(&web.app, actor).await?;
    let found = forecast(&web.app, actor, asked.area(), asked.sliders(&kept, words, 0))
        .await?
        .ok_or(Problem::NoSuchPage)?;
    let projection = &found.view().outlook.projection;
    let scale = Scale::of(projection, Layout::Page);
    let years = (projection.first_year..)
        .zip(&projection.years)
        .take_while(|(year, _)| *year <= asked.until())
        .map(|(year, persons)| Year {
            women: persons.women.iter().map(|count| count.round()).collect(),
            men: persons.men.iter().map(|count| count.round()).collect(),
            told: describe(persons, year, words.language),
        })
        .collect();
    let pyramids = Pyramids {
        area: projection.area.clone(),
        first_year: projection.first_year,
        women_right: scale.women_right,
        men_left: scale.men_left,
        unit_per_person: scale.unit_per_person,
        years,
    };
    Ok(Json(pyramids).into_response())
}
