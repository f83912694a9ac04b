//! A forecast as files: one chart, one table, every table, or the printed report.

use app::housing::{
    alternative::alternatives,
    forecast::{Forecast, forecast},
};
use axum::{
    extract::{Path, Query, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use base::{
    Language,
    time::{Date, stockholm},
};
use export::{
    chart::{Chart, Layout},
    csv::to_csv,
    drawing::png::to_png,
    edition::Edition,
    report::pdf::to_pdf,
    sheet::to_xlsx,
    table::Table,
};
use housing::demand::care_use::CareForm;

use super::asked::{Asked, SIMULATIONS_FILES};
use crate::{reply::Reply, server::Web, trouble::Problem, visit::Visit};

/// The file of a name, such as `report.pdf`, `tables.xlsx`, `demand-home-care.svg`.
pub(crate) async fn download(
    State(web): State<Web>,
    visit: Visit,
    Path(name): Path<String>,
    query: Query<Vec<(String, String)>>,
) -> Reply {
    let (words, actor) = (visit.words, visit.actor()?);
    let asked = Asked::of(query);
    let kept = alternatives(&web.app, actor).await?;
    let sliders = asked.sliders(&kept, words, SIMULATIONS_FILES);
    let found = forecast(&web.app, actor, asked.area(), sliders).await?.ok_or(Problem::NoSuchPage)?;
    let today = web.app.now().to_zoned(stockholm()).date();
    let written = {
        let name = name.clone();
        tokio::task::spawn_blocking(move || write(&found, &name, words.language, today))
            .await
            .map_err(|_| Problem::Broken)?
    };
    let (bytes, kind) = written?;
    let area = found_name(&name);
    let kept =
        HeaderValue::from_str(&format!("attachment; filename=\"{area}\"")).map_err(|_| Problem::Broken)?;
    let mut response: Response = bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, kept);
    Ok(response)
}

/// The name that the browser keeps the file by.
fn found_name(name: &str) -> String {
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || ".-".contains(*c)).collect();
    format!("prognos-{plain}")
}

type Written = Result<(Vec<u8>, &'static str), Problem>;

fn write(found: &Forecast, name: &str, language: Language, today: Date) -> Written {
    let edition = found.edition(language);
    let (stem, ending) = name.rsplit_once('.').ok_or(Problem::NoSuchPage)?;
    let broken = |error: &(dyn std::error::Error + 'static)| {
        tracing::error!(error, "A forecast's file could not be written");
        Problem::Broken
    };
    match (stem, ending) {
        ("report", "pdf") => {
            let bytes = to_pdf(&edition.report(today)).map_err(|error| broken(&error))?;
            Ok((bytes, "application/pdf"))
        }
        ("tables", "xlsx") => {
            let bytes = to_xlsx(&every_table(&edition), language).map_err(|error| broken(&error))?;
            Ok((bytes, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))
        }
        (stem, "csv") => {
            let table = every_table(&edition).into_iter().find(|table| table.name == stem);
            let table = table.or_else(|| chart(&edition, stem).map(|chart| chart.table));
            let table = table.ok_or(Problem::NoSuchPage)?;
            Ok((to_csv(&table, language).into_bytes(), "text/csv; charset=utf-8"))
        }
        (stem, "svg") => {
            let chart = chart(&edition, stem).ok_or(Problem::NoSuchPage)?;
            Ok((chart.svg().into_bytes(), "image/svg+xml; charset=utf-8"))
        }
        (stem, "png") => {
            let chart = chart(&edition, stem).ok_or(Problem::NoSuchPage)?;
            Ok((to_png(&chart.drawing).map_err(|error| broken(&error))?, "image/png"))
        }
        _ => Err(Problem::NoSuchPage),
    }
}

/// The tables that are printed, whole demand by part, and those behind charts; each name once.
fn every_table(edition: &Edition<'_>) -> Vec<Table> {
    let mut tables = edition.printed_tables();
    tables.extend(edition.whole_tables());
    tables.extend(CareForm::ALL.map(|form| edition.demand(form, Layout::Print).table));
    tables.extend(edition.gap(Layout::Print).map(|chart| chart.table));
    tables.extend(edition.senior_housing(Layout::Print).map(|chart| chart.table));
    let mut seen = std::collections::BTreeSet::new();
    tables.retain(|table| seen.insert(table.name.clone()));
    tables
}

/// The chart of a name, as its table is called on the page.
fn chart(edition: &Edition<'_>, name: &str) -> Option<Chart> {
    if let Some(year) = name.strip_prefix("pyramid-") {
        return edition.pyramid(year.parse().ok()?, Layout::Print);
    }
    let named = |chart: Option<Chart>| chart.filter(|chart| chart.table.name == name);
    named(edition.gap(Layout::Print)).or_else(|| named(edition.senior_housing(Layout::Print))).or_else(|| {
        CareForm::ALL.into_iter().find_map(|form| {
            named(Some(edition.demand(form, Layout::Print)))
                .or_else(|| named(edition.back_test(form, Layout::Print)))
        })
    })
}
