//! The forecast: who will need care, is what we build enough, and how wrong would this have been before?

use access::Action;
use app::{
    AppError,
    housing::{
        alternative::{KeptAlternative, alternatives},
        forecast::{Choosable, Forecast, choosable, forecast},
    },
};
use askama::Template;
use axum::extract::{Query, State};
use export::chart::Layout;
use housing::demand::care_use::CareForm;
use housing::group::show_decimal;

use super::{
    asked::{self, Asked, SIMULATIONS_LIVE, Slider},
    misread::{KRONOR, Misread, misread},
    parts::{ChartPart, TablePart},
};
use crate::{
    choice::Choice,
    reply::{Frame, Reply, page as framed},
    server::Web,
    statics,
    text::Words,
    visit::Visit,
};

/// A slider as it is shown.
#[derive(Debug, Clone)]
pub(crate) struct SliderShown {
    pub(crate) name: &'static str,
    pub(crate) label: String,
    pub(crate) lowest: f64,
    pub(crate) highest: f64,
    pub(crate) step: f64,
    pub(crate) value: f64,
    /// What stands after the number.
    pub(crate) unit: String,
}

/// What the sliders gave.
#[derive(Template)]
#[template(path = "housing/result.html")]
pub(crate) struct Outcome {
    pub(crate) words: Words,
    pub(crate) area: String,
    /// What was asked for and could not be used as it was written.
    pub(crate) misread: Vec<Misread>,
    /// The same of the one field that is written in, which stands beside it; empty where it could be used.
    pub(crate) kronor_problem: String,
    pub(crate) key_figures: Vec<(String, String)>,
    pub(crate) pyramid: Option<ChartPart>,
    pub(crate) pyramid_year: i32,
    pub(crate) first_year: i32,
    pub(crate) last_year: i32,
    pub(crate) demand: Vec<(ChartPart, Option<ChartPart>)>,
    pub(crate) gap: Option<ChartPart>,
    pub(crate) senior_housing: Option<ChartPart>,
    pub(crate) areas: Option<TablePart>,
    /// How often each method came nearest, in a sentence.
    pub(crate) back_test_told: String,
    pub(crate) back_tests: Vec<TablePart>,
    /// Whether the tables behind charts stand here; an answer to a slider leaves them to be fetched when one is opened.
    pub(crate) has_tables: bool,
    pub(crate) assumptions: Vec<String>,
    pub(crate) sources: Vec<String>,
    pub(crate) findings: Vec<String>,
    /// The setting as the end of an address.
    pub(crate) query: String,
}

/// The page.
#[derive(Template)]
#[template(path = "housing/forecast.html")]
pub(crate) struct Page {
    pub(crate) words: Words,
    pub(crate) area: String,
    pub(crate) choices: Vec<Choosable>,
    pub(crate) sliders: Vec<SliderShown>,
    pub(crate) kronor: String,
    pub(crate) own: Vec<Choice>,
    pub(crate) may_write: bool,
    /// Why the known files give no forecast; empty where none are known.
    pub(crate) problem: String,
    /// Missing where no population of the municipality is known.
    pub(crate) result: Option<Outcome>,
}

impl Page {
    fn file(&self, name: &str) -> String {
        statics::address(name)
    }
}

/// The page; to htmx only what the sliders gave.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, query: Query<Vec<(String, String)>>) -> Reply {
    let (words, actor) = (visit.words, visit.actor()?);
    let asked = Asked::of(query);
    let kept = alternatives(&web.app, actor).await?;
    let sliders = asked.sliders(&kept, words, SIMULATIONS_LIVE);
    let (found, problem) = match forecast(&web.app, actor, asked.area(), sliders).await {
        Ok(found) => (found, String::new()),
        // Files that contradict each other are told beside the way to mend them.
        Err(AppError::Forecast(error)) => (None, error.sentence(words.language)),
        Err(other) => return Err(other.into()),
    };
    let result = found.map(|found| result(&found, &asked, words, !visit.partial));
    if visit.partial
        && let Some(result) = &result
    {
        return framed(&web, &visit, "forecast-title", Frame::default(), result);
    }
    let part = Page {
        words,
        area: result.as_ref().map_or(asked.area().to_owned(), |result| result.area.clone()),
        choices: choosable(&web.app, actor).await?,
        sliders: shown(&asked, words),
        kronor: asked.kronor().to_owned(),
        own: own_choices(&kept, &asked),
        may_write: visit.may(Action::ForecastWrite),
        problem,
        result,
    };
    framed(&web, &visit, "forecast-title", Frame::default(), &part)
}

fn own_choices(kept: &[KeptAlternative], asked: &Asked) -> Vec<Choice> {
    kept.iter().map(|one| Choice::among(one.id, &one.own.name, &asked.own())).collect()
}

fn shown(asked: &Asked, words: Words) -> Vec<SliderShown> {
    let unit = |slider: &Slider| match slider.name {
        "until" => String::new(),
        "places_per_home" => words.say("forecast-unit-places"),
        "home_care" | "care_home" => words.say("forecast-unit-percent-a-year"),
        _ => "%".to_owned(),
    };
    asked::SLIDERS
        .iter()
        .map(|slider| SliderShown {
            name: slider.name,
            label: words.say(format!("forecast-slider-{}", slider.name.replace('_', "-"))),
            lowest: slider.lowest,
            highest: slider.highest,
            step: slider.step,
            value: asked.at(*slider),
            unit: unit(slider),
        })
        .collect()
}

fn result(found: &Forecast, asked: &Asked, words: Words, has_tables: bool) -> Outcome {
    let edition = found.edition(words.language);
    let history = &found.study().outlook.history;
    let (first, last) = (found.view().outlook.projection.first_year, asked.until());
    let pyramid_year = asked.pyramid_year().clamp(first, last);
    let (kronor, misread): (Vec<Misread>, Vec<Misread>) =
        misread(asked, words).into_iter().partition(|one| one.field == KRONOR);
    let kronor_problem = kronor.into_iter().map(|one| one.told).collect();
    let chart = |chart: export::chart::Chart| ChartPart::of(&chart, words);
    Outcome {
        words,
        misread,
        kronor_problem,
        key_figures: edition.key_figures(),
        pyramid: edition.pyramid(pyramid_year, Layout::Page).map(chart),
        pyramid_year,
        first_year: first,
        last_year: last,
        demand: CareForm::ALL
            .map(|form| {
                let demand = chart(edition.demand(form, Layout::Page));
                (demand, edition.back_test(form, Layout::Page).map(chart))
            })
            .into(),
        gap: edition.gap(Layout::Page).map(chart),
        senior_housing: edition.senior_housing(Layout::Page).map(chart),
        back_test_told: edition.back_test_told(),
        areas: edition.areas().map(|table| TablePart::of(&table, words)),
        has_tables,
        back_tests: edition.back_tests().iter().map(|table| TablePart::of(table, words)).collect(),
        assumptions: edition.assumptions(),
        sources: edition.sources(),
        findings: found.study().findings(words.language),
        query: asked.query(&history.area),
        area: history.area.clone(),
    }
}

/// A number as a slider writes it.
pub(crate) fn plain(value: &f64, words: &Words) -> String {
    let decimals = usize::from(value.fract() != 0.0);
    show_decimal(*value, decimals, words.language)
}
