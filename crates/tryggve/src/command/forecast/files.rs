//! Reads the files that the command names, with a preview on stderr and refusals in the reader's language.

use std::path::Path;

use anyhow::{Context, bail};
use base::Language;
use base::language::Text;
use housing::demand::care_use::CareUse;
use housing::demand::history::Evidence;
use housing::import::care_use::split_counts;
use housing::import::{self, Preview, Residual, population::sum_of_areas};
use housing::municipality::alike;
use housing::population::Population;
use housing::source::Source;
use housing::study::Material;

use super::Arguments;

/// Reads all files; the first refused file ends the command with every kept reason.
pub(super) fn read(
    arguments: &Arguments,
    evidence: &Evidence,
    language: Language,
) -> anyhow::Result<Material> {
    let mut residuals = Vec::new();
    let name = arguments.municipality.as_deref();
    let (population, areas) = match (&arguments.population, name) {
        (Some(path), _) => population(path, name, language, &mut residuals)?,
        (None, None) => (evidence.population.clone(), Vec::new()),
        (None, Some(name)) => bail!(
            Text::new(
                "ingen folkmängd för {name} följer med Tryggve: ange --population FIL, eller utelämna --municipality för hela riket",
                "no population of {name} is shipped with Tryggve: give --population FILE, or leave out --municipality for the whole country",
            )
            .get(language)
            .replace("{name}", name)
        ),
    };
    let is_national = arguments.population.is_none();
    let (care_use, area_counts) = match &arguments.care_use {
        Some(path) => care_use(path, &population, &areas, language, &mut residuals)?,
        None => (None, Vec::new()),
    };
    let official = match &arguments.population_forecast {
        Some(path) => Some(self::population(path, name, language, &mut residuals)?.0),
        None => None,
    };
    let register = match &arguments.places {
        Some(path) => {
            let preview = import::places::read(&bytes(path)?, &source(path));
            Some(accept(path, preview, language, &mut Vec::new())?)
        }
        None => None,
    };
    Ok(Material { population, areas, is_national, care_use, area_counts, official, register, residuals })
}

fn population(
    path: &Path,
    name: Option<&str>,
    language: Language,
    residuals: &mut Vec<Residual>,
) -> anyhow::Result<(Population, Vec<Population>)> {
    let preview = import::population::read(&bytes(path)?, name.unwrap_or("?"), &source(path));
    let mut areas = accept(path, preview, language, residuals)?;
    if areas.len() == 1 {
        return Ok((areas.remove(0), Vec::new()));
    }
    if let Some(index) = areas.iter().position(|area| name.is_some_and(|name| alike(&area.area, name))) {
        return Ok((areas.remove(index), Vec::new()));
    }
    let whole = sum_of_areas(name.unwrap_or("?"), &areas).with_context(|| {
        format!("{}: the areas have different years and cannot be added up", path.display())
    })?;
    Ok((whole, areas))
}

/// The municipality's own counts, and those of areas that the population file knows.
fn care_use(
    path: &Path,
    population: &Population,
    areas: &[Population],
    language: Language,
    residuals: &mut Vec<Residual>,
) -> anyhow::Result<(Option<CareUse>, Vec<CareUse>)> {
    let preview = import::care_use::read_areas(&bytes(path)?, &population.area, &source(path));
    let read = accept(path, preview, language, residuals)?;
    split_counts(read, population, areas)
        .map_err(|refused| anyhow::anyhow!("{}\n{}", path.display(), refused.sentence(language)))
}

fn accept<T>(
    path: &Path,
    preview: Preview<T>,
    language: Language,
    residuals: &mut Vec<Residual>,
) -> anyhow::Result<T> {
    let text = Text::new(
        "{file}: {read} rader lästa, {used} använda, {totals} summarader, {bad} fel",
        "{file}: {read} rows read, {used} used, {totals} rows of totals, {bad} errors",
    );
    let line = text
        .get(language)
        .replace("{file}", &path.display().to_string())
        .replace("{read}", &preview.rows_read.to_string())
        .replace("{used}", &preview.rows_used.to_string())
        .replace("{totals}", &preview.rows_of_totals.to_string())
        .replace("{bad}", &(preview.errors.len() + preview.errors_more).to_string());
    eprintln!("{line}");
    residuals.extend(preview.residuals.iter().cloned());
    preview.accept().map_err(|refused| anyhow::anyhow!("{}\n{}", path.display(), refused.sentence(language)))
}

fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| path.display().to_string())
}

fn source(path: &Path) -> Source {
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // The file's own date is the only date known of it.
    let as_of = std::fs::metadata(path)
        .and_then(|data| data.modified())
        .ok()
        .and_then(|time| base::time::Timestamp::try_from(time).ok())
        .map(|time| time.to_zoned(base::time::stockholm()).date().to_string())
        .unwrap_or_default();
    let owner = Text::new("egen fil", "own file");
    Source::new(owner, file.as_str(), &as_of, Text::new("enligt källan", "as the source states"))
}
