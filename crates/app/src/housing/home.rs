//! The register of homes: what stands, what is planned, and what is away for renovation.

use ::housing::places::{
    queue::{HomeId, SpecialProfile},
    register::{Home, Owner, PlaceKind, RegisteredHome, Renovation},
    spoken_language,
};
use access::{Action, Actor, Relation};
use base::{language::Text, time::Date};
use store::change::FieldChange;

use super::{NAME_CHARACTERS_MAX, about, finish, not_allowed, read_day, read_optional_day, today};
use crate::{
    App, AppError,
    error::require,
    history::{CHANGES_SHOWN_MAX, Fields},
    problem::{Problem, Problems},
    sheet::Sheet,
};

/// The most places of one home.
pub const PLACES_MAX: i64 = 2_000;
/// The most renovations of one home.
pub const RENOVATIONS_MAX: usize = 10;
/// The most languages and other profiles of one home.
pub const PROFILES_MAX: usize = 20;
const TOO_MANY_PROFILES: Text = Text::new(
    "Högst 20 språk och inriktningar tillsammans.",
    "At most 20 languages and other profiles together.",
);

/// What is written about one renovation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenovationForm {
    /// The first day with places evacuated.
    pub from: String,
    /// The first day with all places back.
    pub until: String,
    /// Places out of use meanwhile.
    pub places_evacuated: String,
    /// Places that the home has afterwards.
    pub places_after: String,
}

impl RenovationForm {
    /// Whether anything is written; a row where nothing is stands for no renovation.
    pub fn is_written(&self) -> bool {
        [&self.from, &self.until, &self.places_evacuated, &self.places_after]
            .iter()
            .any(|text| !text.trim().is_empty())
    }
}

/// What is written about a home.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Its name.
    pub name: String,
    /// The name of its kind of places.
    pub kind: String,
    /// The name of who runs it.
    pub owner: String,
    /// Places when open and whole.
    pub places: String,
    /// Places that are free now.
    pub free_places: String,
    /// The first day; empty where it already stands.
    pub opens: String,
    /// The first day without it; empty where it is to stay.
    pub closes: String,
    /// Languages by name with commas between, or as tags: `finska, so`.
    pub languages: String,
    /// The names of other profiles.
    pub profiles: Vec<String>,
    /// Renovations.
    pub renovations: Vec<RenovationForm>,
}

impl Form {
    /// The form of a home as it stands.
    pub fn of(registered: &RegisteredHome) -> Self {
        let home = &registered.home;
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let (languages, profiles) = split_profiles(&registered.profiles);
        Form {
            name: home.name.clone(),
            kind: home.kind.name().to_owned(),
            owner: home.owner.name().to_owned(),
            places: home.places.to_string(),
            free_places: registered.free_places.to_string(),
            opens: day(home.opens),
            closes: day(home.closes),
            languages,
            profiles,
            renovations: home
                .renovations
                .iter()
                .map(|renovation| RenovationForm {
                    from: renovation.from.to_string(),
                    until: renovation.until.to_string(),
                    places_evacuated: renovation.places_evacuated.to_string(),
                    places_after: renovation.places_after.to_string(),
                })
                .collect(),
        }
    }
}

/// A home with what its page shows.
#[derive(Debug, Clone)]
pub struct View {
    /// The home.
    pub registered: RegisteredHome,
    /// The version that a change must name.
    pub version: i64,
    /// What was changed, newest first.
    pub changes: Vec<FieldChange>,
    /// Names of the logins in the changes.
    pub names: std::collections::HashMap<base::UserId, String>,
}

/// Every home, by name.
pub async fn homes(app: &App, actor: &Actor) -> Result<Vec<RegisteredHome>, AppError> {
    require(actor, Action::HomeRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    Ok(store::housing::home::all(&mut transaction).await?)
}

/// One home with its history.
pub async fn home(app: &App, actor: &Actor, id: HomeId) -> Result<View, AppError> {
    require(actor, Action::HomeRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let all = store::housing::home::all(&mut transaction).await?;
    let registered = all.into_iter().find(|home| home.id == id).ok_or(AppError::NotFound("home"))?;
    let subject = about("home", id).subject;
    Ok(View {
        registered,
        version: store::housing::home::version(&mut transaction, id).await?,
        changes: store::change::of_subject(&mut transaction, &subject, CHANGES_SHOWN_MAX).await?,
        names: crate::login::names(&mut transaction).await?,
    })
}

/// Writes a home: a new one without id, a known one with the version that was read.
pub async fn save_home(
    app: &App,
    actor: &Actor,
    known: Option<(HomeId, i64)>,
    form: &Form,
) -> Result<HomeId, AppError> {
    require(actor, Action::HomeWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let all = store::housing::home::all(&mut transaction).await?;
    let before = known
        .map(|(id, _)| all.iter().find(|home| home.id == id).ok_or(AppError::NotFound("home")))
        .transpose()?;
    let id = known.map_or_else(|| HomeId::fresh(app.ids.as_ref(), app.now()), |(id, _)| id);
    let registered = read(form, id, &all, today(app))?;
    if let Some((id, version)) = known {
        store::housing::home::claim(&mut transaction, id, version).await?;
    }
    store::housing::home::save(&mut transaction, &registered).await?;
    let before = before.map(fields).unwrap_or_default();
    let after = fields(&registered);
    finish(app, transaction, actor, Action::HomeWrite, about("home", id), &before, &after).await?;
    Ok(id)
}

/// Removes a home that no place was ever offered in; one that was is closed instead.
pub async fn remove_home(app: &App, actor: &Actor, id: HomeId) -> Result<(), AppError> {
    require(actor, Action::HomeWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let all = store::housing::home::all(&mut transaction).await?;
    let before = all.iter().find(|home| home.id == id).map(fields).ok_or(AppError::NotFound("home"))?;
    store::housing::home::delete(&mut transaction, id).await.map_err(|error| {
        if error.is_still_used() {
            AppError::Invalid(Problems::one("name", Problem::StillUsed))
        } else {
            AppError::from(error)
        }
    })?;
    // What it was stays in the history, for whoever must write it in again.
    finish(app, transaction, actor, Action::HomeWrite, about("home", id), &before, &Fields::new()).await
}

/// The register as a table that the forecast command reads again: one row for each renovation.
pub async fn sheet(app: &App, actor: &Actor) -> Result<Sheet, AppError> {
    let homes = homes(app, actor).await?;
    let mut sheet = Sheet::new(
        "boenden",
        &[
            "namn",
            "slag",
            "driftform",
            "platser",
            "öppnar",
            "stänger",
            "evakuering från",
            "evakuering till",
            "evakuerade platser",
            "platser efter",
        ],
    );
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    for RegisteredHome { home, .. } in homes {
        let head = [
            home.name.clone(),
            home.kind.text().swedish.to_owned(),
            home.owner.text().swedish.to_owned(),
            home.places.to_string(),
            day(home.opens),
            day(home.closes),
        ];
        let renovated: Vec<[String; 4]> = home
            .renovations
            .iter()
            .map(|one| {
                [
                    one.from.to_string(),
                    one.until.to_string(),
                    one.places_evacuated.to_string(),
                    one.places_after.to_string(),
                ]
            })
            .collect();
        if renovated.is_empty() {
            sheet.push([head.to_vec(), vec![String::new(); 4]].concat());
        }
        for tail in renovated {
            sheet.push([head.as_slice(), tail.as_slice()].concat());
        }
    }
    Ok(sheet)
}

fn read(form: &Form, id: HomeId, all: &[RegisteredHome], today: Date) -> Result<RegisteredHome, AppError> {
    let mut problems = Problems::default();
    let name = problems.required("name", &form.name, NAME_CHARACTERS_MAX);
    let kind = PlaceKind::from_stored_name(&form.kind);
    if kind.is_none() {
        problems.add("kind", Problem::Unknown);
    }
    let owner = Owner::from_stored_name(&form.owner);
    if owner.is_none() {
        problems.add("owner", Problem::Unknown);
    }
    if all.iter().any(|home| home.home.name == name && Some(home.home.kind) == kind && home.id != id) {
        problems.add("name", Problem::Taken);
    }
    let places = places(&mut problems, "places", &form.places);
    let free = if form.free_places.trim().is_empty() { "0" } else { &form.free_places };
    let free_places = places_from(&mut problems, "free_places", free);
    let opens = read_optional_day(&mut problems, "opens", &form.opens);
    let closes = read_optional_day(&mut problems, "closes", &form.closes);
    let profiles = read_profiles(&mut problems, &form.languages, &form.profiles);
    let renovations = read_renovations(&mut problems, &form.renovations);
    let registered = RegisteredHome {
        id,
        home: Home {
            name,
            kind: kind.unwrap_or(PlaceKind::CareHome),
            owner: owner.unwrap_or(Owner::OwnRun),
            places,
            opens,
            closes,
            renovations,
        },
        profiles,
        free_places,
    };
    if problems.is_empty()
        && let Err(error) = registered.check(today)
    {
        use ::housing::places::register::HomeError;
        let field = match error {
            HomeError::ClosesFirst => "closes",
            HomeError::TooManyFree => "free_places",
            HomeError::RenovationEndsFirst | HomeError::TooManyEvacuated | HomeError::RenovationsOverlap => {
                "renovations"
            }
        };
        problems.add(field, not_allowed(error.text()));
    }
    problems.finish()?;
    Ok(registered)
}

fn places(problems: &mut Problems, field: &'static str, text: &str) -> u32 {
    u32::try_from(problems.number(field, text, 1, PLACES_MAX)).unwrap_or(1)
}

fn places_from(problems: &mut Problems, field: &'static str, text: &str) -> u32 {
    u32::try_from(problems.number(field, text, 0, PLACES_MAX)).unwrap_or(0)
}

fn read_renovations(problems: &mut Problems, forms: &[RenovationForm]) -> Vec<Renovation> {
    let written: Vec<&RenovationForm> =
        forms.iter().filter(|form| form.is_written()).take(RENOVATIONS_MAX).collect();
    let mut renovations: Vec<Renovation> = written
        .into_iter()
        .filter_map(|form| {
            let from = read_day(problems, "renovations", &form.from);
            let until = read_day(problems, "renovations", &form.until);
            let places_evacuated = places_from(problems, "renovations", &form.places_evacuated);
            let places_after = places_from(problems, "renovations", &form.places_after);
            Some(Renovation { from: from?, until: until?, places_evacuated, places_after })
        })
        .collect();
    renovations.sort_by_key(|renovation| renovation.from);
    renovations
}

/// Languages as tags with spaces between, and the names of other profiles.
pub(super) fn split_profiles(profiles: &[SpecialProfile]) -> (String, Vec<String>) {
    let mut languages = Vec::new();
    let mut others = Vec::new();
    for profile in profiles {
        match profile {
            SpecialProfile::SpokenLanguage(tag) => languages.push(tag.as_str()),
            SpecialProfile::YoungerDementia | SpecialProfile::Hbtqi | SpecialProfile::SocialPsychiatry => {
                others.push(profile.name());
            }
        }
    }
    (languages.join(" "), others)
}

/// The tags of languages that are written by name with commas between, or as tags with blanks between.
fn read_tags(languages: &str) -> Vec<String> {
    let pieces = languages.split([',', ';']).map(str::trim).filter(|piece| !piece.is_empty());
    pieces
        .flat_map(|piece| match spoken_language::tag_of(piece) {
            Some(tag) => vec![tag.to_owned()],
            None => {
                let words = piece.split_whitespace();
                words.map(|word| spoken_language::tag_of(word).unwrap_or(word).to_owned()).collect()
            }
        })
        .collect()
}

pub(super) fn read_profiles(
    problems: &mut Problems,
    languages: &str,
    names: &[String],
) -> Vec<SpecialProfile> {
    let spoken: Vec<String> =
        read_tags(languages).into_iter().map(|tag| format!("language:{}", tag.to_lowercase())).collect();
    let mut profiles = Vec::new();
    for (field, name) in
        spoken.iter().map(|name| ("languages", name)).chain(names.iter().map(|name| ("profiles", name)))
    {
        match SpecialProfile::from_name(name) {
            Some(profile) if !profiles.contains(&profile) => profiles.push(profile),
            Some(_) => {}
            None if field == "languages" => problems.add(field, Problem::Form { example: "finska, so" }),
            None => problems.add(field, Problem::Unknown),
        }
    }
    if profiles.len() > PROFILES_MAX {
        problems.add("languages", not_allowed(TOO_MANY_PROFILES));
    }
    profiles
}

fn fields(registered: &RegisteredHome) -> Fields {
    let form = Form::of(registered);
    let renovations: Vec<String> = form
        .renovations
        .iter()
        .map(|one| format!("{}–{}: −{} → {}", one.from, one.until, one.places_evacuated, one.places_after))
        .collect();
    vec![
        ("name", form.name),
        ("kind", form.kind),
        ("owner", form.owner),
        ("places", form.places),
        ("free_places", form.free_places),
        ("opens", form.opens),
        ("closes", form.closes),
        ("languages", form.languages),
        ("profiles", form.profiles.join(" ")),
        ("renovations", renovations.join("; ")),
    ]
}
