//! The forecast of a municipality: fitted once, kept in memory, recomputed whenever a slider is moved.

use std::sync::{Arc, Mutex};

use ::housing::claims::{AreaFigures, CheckedClaim, check_claims};
use ::housing::demand::alternative::Alternative;
use ::housing::demand::history::Evidence;
use ::housing::municipality::alike;
use ::housing::outlook::Sliders;
use ::housing::places::register::Register;
use ::housing::source::Source;
use ::housing::study::{Material, Study, StudyError, StudyView};
use access::{Action, Actor, Relation};
use base::id::Uuid;
use base::language::Text;
use export::edition::Edition;
use store::housing::forecast::{FileKind, ForecastFile};

use super::{file, today};
use crate::{App, AppError, error::require};

/// How many fitted municipalities are kept in memory.
pub const STUDIES_KEPT_MAX: usize = 8;
/// The most simulations that a page may ask for.
pub const SIMULATIONS_MAX: usize = 2_000;

/// What is kept in memory between requests.
#[derive(Default)]
pub struct Desk {
    evidence: Mutex<Option<Arc<Evidence>>>,
    studies: Mutex<Vec<(Key, Arc<Study>)>>,
}

/// What a study was fitted from: when any of it changes, it is fitted again.
#[derive(Debug, Clone, PartialEq)]
struct Key {
    area: String,
    files: Vec<Uuid>,
    register: Option<Register>,
}

/// A municipality's forecast under one setting of the sliders.
pub struct Forecast {
    evidence: Arc<Evidence>,
    study: Arc<Study>,
    view: StudyView,
}

impl Forecast {
    /// As tables, charts and a report in one language.
    pub fn edition(&self, language: base::Language) -> Edition<'_> {
        Edition { evidence: &self.evidence, study: &self.study, view: &self.view, language }
    }

    /// The study.
    pub fn study(&self) -> &Study {
        &self.study
    }

    /// What the sliders gave.
    pub fn view(&self) -> &StudyView {
        &self.view
    }
}

/// A municipality that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choosable {
    /// Its name.
    pub name: String,
    /// Whether its population is known; otherwise a file must be brought first.
    pub known: bool,
}

/// The name of the whole country, whose figures are shipped.
pub fn country(desk: &Evidence) -> &str {
    &desk.population.area
}

/// Every municipality that can be chosen: the country, those with files, then all others of the country.
pub async fn choosable(app: &App, actor: &Actor) -> Result<Vec<Choosable>, AppError> {
    require(actor, Action::ForecastRead, Relation::NoPerson)?;
    let evidence = evidence(app)?;
    let mut transaction = app.store.read().await?;
    let files = store::housing::forecast::files(&mut transaction).await?;
    let mut found = vec![Choosable { name: country(&evidence).to_owned(), known: true }];
    for file in files.iter().filter(|file| file.in_use && file.kind == FileKind::Population) {
        found.push(Choosable { name: file.area.clone(), known: true });
    }
    for one in ::housing::municipality::all() {
        if !found.iter().any(|known| alike(&known.name, one.name)) {
            found.push(Choosable { name: one.name.to_owned(), known: false });
        }
    }
    Ok(found)
}

/// The forecast of a municipality; an empty name means the one with files, or the country.
///
/// `Ok(None)` means that no population of that name is known: a file must be brought first.
pub async fn forecast(
    app: &App,
    actor: &Actor,
    area: &str,
    sliders: Sliders,
) -> Result<Option<Forecast>, AppError> {
    require(actor, Action::ForecastRead, Relation::NoPerson)?;
    let evidence = evidence(app)?;
    let Some((key, material)) = gather(app, &evidence, area).await? else { return Ok(None) };
    let desk = app.forecasts.clone();
    let computed = tokio::task::spawn_blocking(move || -> Result<Forecast, StudyError> {
        let area = key.area.clone();
        let study = desk.study(&evidence, key, material)?;
        let view = study.view(&sliders).map_err(|source| StudyError::Outlook { area, source })?;
        Ok(Forecast { evidence, study, view })
    });
    let forecast =
        computed.await.map_err(|error| AppError::Field { field: "area", problem: error.to_string() })??;
    Ok(Some(forecast))
}

/// The published statements, recomputed; Linköping's need Linköping's own figures.
pub async fn claims(
    app: &App,
    actor: &Actor,
    language: base::Language,
) -> Result<Vec<CheckedClaim>, AppError> {
    require(actor, Action::ForecastRead, Relation::NoPerson)?;
    let sliders =
        Sliders { simulations: 0, alternatives: vec![Alternative::StatusQuo], ..Sliders::default() };
    let found = forecast(app, actor, LINKOPING, sliders).await?;
    let figures = found.as_ref().and_then(|found| {
        Some(AreaFigures {
            history: &found.study.outlook.history,
            projection: &found.view.outlook.projection,
            status_quo: found.view.outlook.forecasts.first()?,
        })
    });
    Ok(check_claims(figures, language))
}

/// The register of homes as a source.
const REGISTER: Text = Text::new("registret över boenden", "the register of homes");

/// The municipality that some statements are about.
const LINKOPING: &str = "Linköping";

impl Desk {
    /// The study of a key, fitted when it is not kept. Several may fit at once; the last one is kept.
    fn study(&self, evidence: &Evidence, key: Key, material: Material) -> Result<Arc<Study>, StudyError> {
        let kept = |studies: &[(Key, Arc<Study>)]| {
            studies.iter().find(|(known, _)| *known == key).map(|(_, study)| Arc::clone(study))
        };
        if let Ok(studies) = self.studies.lock()
            && let Some(study) = kept(&studies)
        {
            return Ok(study);
        }
        let study = Arc::new(Study::fit(evidence, material, &[])?);
        if let Ok(mut studies) = self.studies.lock() {
            studies.retain(|(known, _)| known.area != key.area);
            if studies.len() >= STUDIES_KEPT_MAX {
                studies.remove(0);
            }
            studies.push((key, Arc::clone(&study)));
        }
        Ok(study)
    }
}

/// The shipped figures, read once.
fn evidence(app: &App) -> Result<Arc<Evidence>, AppError> {
    let broken = |problem: String| AppError::Field { field: "area", problem };
    let mut kept = app.forecasts.evidence.lock().map_err(|error| broken(error.to_string()))?;
    if let Some(evidence) = kept.as_ref() {
        return Ok(Arc::clone(evidence));
    }
    let evidence = Arc::new(Evidence::shipped().map_err(|error| broken(error.to_string()))?);
    *kept = Some(Arc::clone(&evidence));
    Ok(evidence)
}

/// The files of a municipality and the register. Contents are read only when they are not fitted already.
async fn gather(app: &App, evidence: &Evidence, area: &str) -> Result<Option<(Key, Material)>, AppError> {
    let mut transaction = app.store.read().await?;
    let files = store::housing::forecast::files(&mut transaction).await?;
    let used: Vec<&ForecastFile> = files.iter().filter(|file| file.in_use).collect();
    let populations = || used.iter().filter(|file| file.kind == FileKind::Population);
    let area = match area.trim() {
        "" => populations().next().map_or(country(evidence), |file| file.area.as_str()),
        named => named,
    };
    if alike(area, country(evidence)) {
        let key = Key { area: country(evidence).to_owned(), files: Vec::new(), register: None };
        return Ok(Some((key, Material::national(evidence))));
    }
    let Some(population) = populations().find(|file| alike(&file.area, area)) else { return Ok(None) };
    let theirs: Vec<&ForecastFile> =
        used.iter().copied().filter(|file| file.area == population.area).collect();
    let homes = store::housing::home::all(&mut transaction).await?;
    let register = (!homes.is_empty()).then(|| Register {
        homes: homes.into_iter().map(|registered| registered.home).collect(),
        source: Source::new("Tryggve", REGISTER, &today(app).to_string(), population.area.as_str()),
    });
    let files = theirs.iter().map(|file| file.id).collect();
    let key = Key { area: population.area.clone(), files, register: register.clone() };
    let known = app.forecasts.studies.lock().is_ok_and(|kept| kept.iter().any(|(one, _)| *one == key));
    if known {
        return Ok(Some((key, Material::national(evidence))));
    }
    let mut material = Material { is_national: false, register, ..Material::national(evidence) };
    for kind in FileKind::ALL {
        let Some(used) = theirs.iter().find(|file| file.kind == kind) else { continue };
        let Some(content) = store::housing::forecast::content(&mut transaction, used.id).await? else {
            continue;
        };
        let used = (*used).clone();
        material = tokio::task::spawn_blocking(move || add(material, &used, &content))
            .await
            .map_err(|error| AppError::Field { field: "area", problem: error.to_string() })?;
    }
    Ok(Some((key, material)))
}

/// Adds what a file holds; the population comes first, since counts are set against its areas.
fn add(mut material: Material, file: &ForecastFile, content: &[u8]) -> Material {
    match file.kind {
        FileKind::Population => {
            let preview = file::read_population(file, content);
            material.residuals.extend(preview.residuals);
            if let Some((whole, areas)) = preview.value {
                material.population = whole;
                material.areas = areas;
            }
        }
        FileKind::Official => {
            material.official = file::read_population(file, content).value.map(|(whole, _)| whole);
        }
        FileKind::CareUse => {
            let preview = file::read_care_use(file, content);
            let split = preview
                .value
                .and_then(|tables| file::counts_of(tables, &material.population, &material.areas));
            if let Some((whole, parts)) = split {
                material.care_use = whole;
                material.area_counts = parts;
            }
        }
    }
    material
}
