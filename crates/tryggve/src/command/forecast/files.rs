//! Reads the files that the command names, with a preview on stderr and refusals in the reader's language.

use std::path::Path;

use anyhow::{Context, bail};
use base::Language;
use base::language::Text;
use housing::demand::care_use::CareUse;
use housing::demand::history::Evidence;
use housing::import::{self, Preview, population::sum_of_areas};
use housing::places::register::Register;
use housing::population::Population;
use housing::source::Source;
use housing::suspicion::swapped_sexes;

use super::Arguments;

/// What the forecast is made of.
pub(super) struct Input {
    /// The area's history.
    pub(super) population: Population,
    /// Areas below it, where the file has them.
    pub(super) areas: Vec<Population>,
    /// Whether the population is the nation's shipped one.
    pub(super) is_national: bool,
    /// The area's own counts of care.
    pub(super) care_use: Option<CareUse>,
    /// An official forecast to use instead of our own.
    pub(super) official: Option<Population>,
    /// The register of homes.
    pub(super) register: Option<Register>,
    /// What looked wrong in the sources.
    pub(super) findings: Vec<String>,
}

/// Reads all files; the first refused file ends the command with every kept reason.
pub(super) fn read(arguments: &Arguments, evidence: &Evidence, language: Language) -> anyhow::Result<Input> {
    let mut findings = Vec::new();
    let name = arguments.municipality.as_deref();
    let (population, areas) = match (&arguments.population, name) {
        (Some(path), _) => population(path, name, language, &mut findings)?,
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
    let care_use = match &arguments.care_use {
        Some(path) => Some(care_use(path, &population, language, &mut findings)?),
        None => None,
    };
    if is_national && care_use.is_none() {
        let printed = housing::data::sweden_care_use_as_printed();
        let note = Text::new("Rätat i den medföljande tabellen", "Put right in the shipped table");
        for found in swapped_sexes(&printed, &evidence.population) {
            findings.push(format!("{}: {}", note.get(language), found.sentence(language)));
        }
    }
    let official = match &arguments.population_forecast {
        Some(path) => Some(self::population(path, name, language, &mut findings)?.0),
        None => None,
    };
    let register = match &arguments.places {
        Some(path) => {
            let preview = import::places::read(&bytes(path)?, &source(path, language));
            Some(accept(path, preview, language, &mut Vec::new())?)
        }
        None => None,
    };
    Ok(Input { population, areas, is_national, care_use, official, register, findings })
}

fn population(
    path: &Path,
    name: Option<&str>,
    language: Language,
    findings: &mut Vec<String>,
) -> anyhow::Result<(Population, Vec<Population>)> {
    let preview = import::population::read(&bytes(path)?, name.unwrap_or("?"), &source(path, language));
    let mut areas = accept(path, preview, language, findings)?;
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

fn care_use(
    path: &Path,
    population: &Population,
    language: Language,
    findings: &mut Vec<String>,
) -> anyhow::Result<CareUse> {
    let preview = import::care_use::read(&bytes(path)?, &population.area, &source(path, language));
    let read = accept(path, preview, language, findings)?;
    findings.extend(swapped_sexes(&read, population).iter().map(|found| found.sentence(language)));
    Ok(read)
}

fn accept<T>(
    path: &Path,
    preview: Preview<T>,
    language: Language,
    findings: &mut Vec<String>,
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
    findings.extend(preview.residuals.iter().map(|residual| residual.sentence(language)));
    preview.accept().map_err(|refused| anyhow::anyhow!("{}\n{}", path.display(), refused.sentence(language)))
}

fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| path.display().to_string())
}

fn source(path: &Path, language: Language) -> Source {
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // The file's own date is the only date known of it.
    let as_of = std::fs::metadata(path)
        .and_then(|data| data.modified())
        .ok()
        .and_then(|time| base::time::Timestamp::try_from(time).ok())
        .map(|time| time.to_zoned(base::time::stockholm()).date().to_string())
        .unwrap_or_default();
    let owner = Text::new("egen fil", "own file").get(language);
    Source::new(owner, &file, &as_of, Text::new("enligt källan", "as the source states").get(language))
}

/// Names alike but for case and the letters å, ä, ö: `linkoping` is `Linköping`.
pub(super) fn alike(a: &str, b: &str) -> bool {
    let plain = |name: &str| name.to_lowercase().replace(['å', 'ä'], "a").replace('ö', "o");
    plain(a) == plain(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_however_they_are_typed() {
        assert!(alike("linkoping", "Linköping") && alike("HÄRNÖSAND", "Härnösand"));
        assert!(!alike("Lidköping", "Linköping"));
    }
}
