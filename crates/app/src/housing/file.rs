//! Files that a municipality's forecast is made from: looked at first, then taken into use.

use ::housing::demand::care_use::CareUse;
use ::housing::import::{
    self, Preview, Residual, RowError,
    care_use::{split_counts, sum_of_tables},
    population::sum_of_areas,
};
use ::housing::municipality::{alike, find};
use ::housing::population::Population;
use ::housing::source::Source;
use ::housing::suspicion::{SwappedSexes, swapped_sexes};
use access::{Action, Actor, Relation};
use base::{SignedDuration, id::Uuid, language::Text};
pub use store::housing::forecast::{FileKind, ForecastFile};

use super::{NAME_CHARACTERS_MAX, about, finish, today};
use crate::{
    App, AppError,
    error::require,
    history::Fields,
    problem::{Problem, Problems},
};

/// The largest file that is taken, in bytes: a municipality's whole history by one-year age is below two million.
pub const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// How long a file that was only looked at is kept, in hours.
pub const LOOKED_AT_HOURS: i64 = 24;
/// The longest name of a publisher or a file, in characters.
pub const TEXT_CHARACTERS_MAX: usize = 120;

/// What is written about a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// The municipality that it is about.
    pub area: String,
    /// The name of what it holds.
    pub kind: String,
    /// Who published the figures.
    pub publisher: String,
    /// The date that the figures describe; empty for today.
    pub as_of: String,
}

/// What reading a file gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Looked {
    /// The file, when it could be taken into use.
    pub file: Option<ForecastFile>,
    /// Rows with figures.
    pub rows_read: usize,
    /// Rows used.
    pub rows_used: usize,
    /// Rows left out because they are totals.
    pub rows_of_totals: usize,
    /// The first refused rows with their reasons.
    pub errors: Vec<RowError>,
    /// Refused rows beyond those.
    pub errors_more: usize,
    /// Printed totals that their parts do not give.
    pub residuals: Vec<Residual>,
    /// Rows for women and men that seem to stand in each other's place.
    pub swapped: Vec<SwappedSexes>,
    /// What was found: areas, first and last year.
    pub found: Vec<(String, i32, i32)>,
}

/// Every file, by area and kind.
pub async fn files(app: &App, actor: &Actor) -> Result<Vec<ForecastFile>, AppError> {
    require(actor, Action::ForecastRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    Ok(store::housing::forecast::files(&mut transaction).await?)
}

/// Reads a file and tells what is in it. One without errors is kept for a day, until somebody takes it into use.
pub async fn look_at(
    app: &App,
    actor: &Actor,
    form: &Form,
    file_name: &str,
    content: Vec<u8>,
) -> Result<Looked, AppError> {
    require(actor, Action::ForecastWrite, Relation::NoPerson)?;
    let mut problems = Problems::default();
    let area = problems.required("area", &form.area, NAME_CHARACTERS_MAX);
    // A municipality that is known is called as it is called, however it was typed.
    let area = find(&area).map_or(area, |known| known.name.to_owned());
    let kind = FileKind::from_name(&form.kind);
    if kind.is_none() {
        problems.add("kind", Problem::Unknown);
    }
    let publisher = problems.required("publisher", &form.publisher, TEXT_CHARACTERS_MAX);
    let as_of = super::read_optional_day(&mut problems, "as_of", &form.as_of).unwrap_or(today(app));
    if content.is_empty() {
        problems.add("file", Problem::Missing);
    }
    problems.finish()?;
    let file_name: String = file_name.chars().filter(|c| !c.is_control()).take(TEXT_CHARACTERS_MAX).collect();
    let file = ForecastFile {
        id: app.ids.next(app.now()),
        area,
        kind: kind.unwrap_or(FileKind::Population),
        file_name,
        publisher,
        as_of: as_of.to_string(),
        in_use: false,
        added_at: app.now(),
        added_by: Some(actor.user),
    };
    let (file, content, mut looked) = tokio::task::spawn_blocking(move || {
        let looked = look(&file, &content);
        (file, content, looked)
    })
    .await
    .map_err(|_| AppError::NotFound("readable file"))?;
    if looked.errors.is_empty() && looked.errors_more == 0 {
        let mut transaction = app.store.write().await?;
        let before = app.now() - SignedDuration::from_hours(LOOKED_AT_HOURS);
        store::housing::forecast::delete_unused(&mut transaction, before).await?;
        store::housing::forecast::add_file(&mut transaction, &file, content).await?;
        let none = Fields::new();
        finish(app, transaction, actor, Action::ForecastWrite, about("forecast-file", file.id), &none, &none)
            .await?;
        looked.file = Some(file);
    }
    Ok(looked)
}

/// Takes a file that was looked at into use; the one before for the same is removed.
pub async fn use_file(app: &App, actor: &Actor, id: Uuid) -> Result<ForecastFile, AppError> {
    require(actor, Action::ForecastWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let files = store::housing::forecast::files(&mut transaction).await?;
    let file = files.into_iter().find(|file| file.id == id).ok_or(AppError::NotFound("file"))?;
    store::housing::forecast::use_file(&mut transaction, &file).await?;
    let none = Fields::new();
    finish(app, transaction, actor, Action::ForecastWrite, about("forecast-file", id), &none, &none).await?;
    Ok(file)
}

/// Removes a file.
pub async fn remove_file(app: &App, actor: &Actor, id: Uuid) -> Result<(), AppError> {
    require(actor, Action::ForecastWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    store::housing::forecast::delete_file(&mut transaction, id).await?;
    let none = Fields::new();
    finish(app, transaction, actor, Action::ForecastWrite, about("forecast-file", id), &none, &none).await
}

/// Where the figures of a file come from.
pub(super) fn source_of(file: &ForecastFile) -> Source {
    let terms = Text::new("enligt källan", "as the source states");
    Source::new(file.publisher.as_str(), file.file_name.as_str(), &file.as_of, terms)
}

/// A population file: the municipality, and the areas below it.
pub(super) fn read_population(file: &ForecastFile, content: &[u8]) -> Preview<(Population, Vec<Population>)> {
    let Preview { rows_read, rows_used, rows_of_totals, mut errors, errors_more, residuals, value } =
        import::population::read(content, &file.area, &source_of(file));
    let value = value.and_then(|mut areas| {
        if areas.len() == 1 {
            let alone = areas.remove(0);
            return Some((Population { area: file.area.clone(), ..alone }, Vec::new()));
        }
        if let Some(index) = areas.iter().position(|area| alike(&area.area, &file.area)) {
            return Some((areas.remove(index), Vec::new()));
        }
        let whole = sum_of_areas(&file.area, &areas);
        if whole.is_none() {
            errors.push(RowError { row: None, problem: import::problem::Problem::AreasDiffer });
        }
        Some((whole?, areas))
    });
    Preview { rows_read, rows_used, rows_of_totals, errors, errors_more, residuals, value }
}

/// A care-use file: the municipality's own counts, and those of areas below it.
pub(super) fn read_care_use(file: &ForecastFile, content: &[u8]) -> Preview<Vec<CareUse>> {
    import::care_use::read_areas(content, &file.area, &source_of(file))
}

/// Sets the counts against the areas of the population.
pub(super) fn counts_of(
    tables: Vec<CareUse>,
    population: &Population,
    areas: &[Population],
) -> Option<(Option<CareUse>, Vec<CareUse>)> {
    split_counts(tables, population, areas).ok()
}

fn look(file: &ForecastFile, content: &[u8]) -> Looked {
    fn looked<T>(preview: Preview<T>, found: impl FnOnce(T) -> Vec<(String, i32, i32)>) -> Looked {
        Looked {
            file: None,
            rows_read: preview.rows_read,
            rows_used: preview.rows_used,
            rows_of_totals: preview.rows_of_totals,
            errors: preview.errors,
            errors_more: preview.errors_more,
            residuals: preview.residuals,
            swapped: Vec::new(),
            found: preview.value.map(found).unwrap_or_default(),
        }
    }
    let span =
        |population: &Population| (population.area.clone(), population.first_year, population.last_year());
    match file.kind {
        FileKind::Population | FileKind::Official => {
            looked(read_population(file, content), |(whole, areas)| {
                std::iter::once(&whole).chain(&areas).map(span).collect()
            })
        }
        FileKind::CareUse => {
            let preview = read_care_use(file, content);
            let whole = preview.value.as_ref().and_then(|tables| sum_of_tables(&file.area, tables));
            // Only how the sexes compare matters, so the country's population does for every municipality.
            let swapped = whole.map(|whole| swapped_sexes(&whole, &::housing::data::sweden_population()));
            let read = looked(preview, |tables| {
                let spans = tables.iter().filter_map(|table| {
                    let years = table.years();
                    Some((table.area.clone(), *years.first()?, *years.last()?))
                });
                spans.collect()
            });
            Looked { swapped: swapped.unwrap_or_default(), ..read }
        }
    }
}
