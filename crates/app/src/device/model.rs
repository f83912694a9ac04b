//! Models of devices, and the profiles by which they are answered.

use std::collections::HashMap;

use ::device::{
    Authentication, Category, Generation, Model, NAME_CHARACTERS_MAX, Profile, ReplyStyle,
    profile::TECHNICAL_CODES_MAX,
};
use access::{Action, Actor, Relation};
use base::{ModelId, ProfileId, Timestamp, UserId, id::Uuid};
use store::{Transaction, change::FieldChange};

use crate::{
    App, AppError,
    audit::{About, record},
    error::require,
    history::{self, Fields},
    problem::{Problem, Problems},
    team::refresh,
};

/// The drivers that read devices.
pub const DRIVERS: [&str; 2] = ["scaip", "zigbee2mqtt"];
/// The longest expected interval between signs of life, in seconds: a week.
pub const CONTACT_SECONDS_MAX: i64 = 604_800;
/// The longest time between test alarms, in days.
pub const TEST_DAYS_MAX: i64 = 400;
/// The longest window for copies of a message, in seconds: a day.
pub const DUPLICATE_WINDOW_SECONDS_MAX: i64 = 86_400;

/// What is written about a model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelForm {
    /// Its name.
    pub name: String,
    /// The name of its category.
    pub category: String,
    /// One of [`DRIVERS`].
    pub driver: String,
    /// The name of its generation.
    pub generation: String,
    /// How often it should be heard of, in seconds; 0 for never supervised.
    pub contact_seconds: String,
    /// How often it should prove a test alarm, in days; 0 for never.
    pub test_days: String,
    /// The id of its profile.
    pub profile: String,
}

/// What is written about a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileForm {
    /// Its name.
    pub name: String,
    /// `separate_message` or `inside_ok`.
    pub reply_style: String,
    /// `digest`, `network` or `certificate`.
    pub authentication: String,
    /// `mre`: 0 to 3.
    pub media_reply: String,
    /// `cre`: 61 or 62.
    pub call_reply: String,
    /// `tnu`: the number or URI to call; needed with `cre` 62.
    pub call_number: String,
    /// Status codes that are technical, separated by spaces or commas.
    pub technical_codes: String,
    /// Seconds within which the same message is a repeat of itself.
    pub duplicate_window_seconds: String,
}

impl ModelForm {
    /// The form of a model as it stands.
    pub fn of(model: &Model) -> Self {
        ModelForm {
            name: model.name.clone(),
            category: model.category.name().to_owned(),
            driver: model.driver.clone(),
            generation: model.generation.name().to_owned(),
            contact_seconds: model.contact_seconds.to_string(),
            test_days: model.test_days.to_string(),
            profile: model.profile.to_string(),
        }
    }
}

impl ProfileForm {
    /// The form of a profile as it stands.
    pub fn of(profile: &Profile) -> Self {
        let codes: Vec<String> = profile.technical_codes.iter().map(ToString::to_string).collect();
        ProfileForm {
            name: profile.name.clone(),
            reply_style: profile.reply_style.name().to_owned(),
            authentication: profile.authentication.name().to_owned(),
            media_reply: profile.media_reply.to_string(),
            call_reply: profile.call_reply.to_string(),
            call_number: profile.call_number.clone(),
            technical_codes: codes.join(" "),
            duplicate_window_seconds: profile.duplicate_window_seconds.to_string(),
        }
    }
}

/// Every model and every profile, by name.
pub async fn models(app: &App, actor: &Actor) -> Result<(Vec<Model>, Vec<Profile>), AppError> {
    require(actor, Action::DeviceRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    Ok((store::device::models(&mut transaction).await?, store::device::profiles(&mut transaction).await?))
}

/// What was changed about a model or a profile, newest first, with the names of those who did.
pub async fn changes(
    app: &App,
    actor: &Actor,
    about: Either,
) -> Result<(Vec<FieldChange>, HashMap<UserId, String>), AppError> {
    require(actor, Action::DeviceRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let changes =
        store::change::of_subject(&mut transaction, &about.subject(), history::CHANGES_SHOWN_MAX).await?;
    Ok((changes, crate::login::names(&mut transaction).await?))
}

/// A model's form as it stood before a change, and when that change was made. Nothing is saved.
pub async fn model_before(
    app: &App,
    actor: &Actor,
    id: ModelId,
    change: Uuid,
) -> Result<(ModelForm, Timestamp), AppError> {
    let (changes, _) = changes(app, actor, Either::Model(id)).await?;
    let (models, _) = models(app, actor).await?;
    let model = models.iter().find(|model| model.id == id).ok_or(AppError::NotFound("model"))?;
    let mut fields = model_fields(&ModelForm::of(model));
    let at = history::rewind(&mut fields, &changes, change).ok_or(AppError::NotFound("change"))?;
    let mut value = |name| take(&mut fields, name);
    let form = ModelForm {
        name: value("name"),
        category: value("category"),
        driver: value("driver"),
        generation: value("generation"),
        contact_seconds: value("contact_seconds"),
        test_days: value("test_days"),
        profile: value("profile"),
    };
    Ok((form, at))
}

/// A profile's form as it stood before a change, and when that change was made. Nothing is saved.
pub async fn profile_before(
    app: &App,
    actor: &Actor,
    id: ProfileId,
    change: Uuid,
) -> Result<(ProfileForm, Timestamp), AppError> {
    let (changes, _) = changes(app, actor, Either::Profile(id)).await?;
    let (_, profiles) = models(app, actor).await?;
    let profile = profiles.iter().find(|profile| profile.id == id).ok_or(AppError::NotFound("profile"))?;
    let mut fields = profile_fields(&ProfileForm::of(profile));
    let at = history::rewind(&mut fields, &changes, change).ok_or(AppError::NotFound("change"))?;
    let mut value = |name| take(&mut fields, name);
    let form = ProfileForm {
        name: value("name"),
        reply_style: value("reply_style"),
        authentication: value("authentication"),
        media_reply: value("media_reply"),
        call_reply: value("call_reply"),
        call_number: value("call_number"),
        technical_codes: value("technical_codes"),
        duplicate_window_seconds: value("duplicate_window_seconds"),
    };
    Ok((form, at))
}

fn take(fields: &mut Fields, name: &str) -> String {
    let found = fields.iter_mut().find(|(field, _)| *field == name);
    found.map(|(_, value)| std::mem::take(value)).unwrap_or_default()
}

/// A model or a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Either {
    /// A model.
    Model(ModelId),
    /// A profile.
    Profile(ProfileId),
}

impl Either {
    fn subject(self) -> String {
        match self {
            Either::Model(id) => format!("model:{id}"),
            Either::Profile(id) => format!("profile:{id}"),
        }
    }
}

/// Writes a model: a new one without id.
pub async fn save_model(
    app: &App,
    actor: &Actor,
    id: Option<ModelId>,
    form: &ModelForm,
) -> Result<ModelId, AppError> {
    require(actor, Action::DeviceWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let known = store::device::models(&mut transaction).await?;
    let profiles = store::device::profiles(&mut transaction).await?;
    let before = id
        .map(|id| known.iter().find(|model| model.id == id).ok_or(AppError::NotFound("model")))
        .transpose()?;
    let id = id.unwrap_or_else(|| ModelId::fresh(app.ids.as_ref(), app.now()));
    let model = read_model(form, id, &known, &profiles).map_err(AppError::Invalid)?;
    store::device::save_model(&mut transaction, &model).await?;
    let before = before.map(|model| model_fields(&ModelForm::of(model))).unwrap_or_default();
    let after = model_fields(&ModelForm::of(&model));
    finish(app, transaction, actor, format!("model:{id}"), &before, &after).await?;
    Ok(id)
}

/// Removes a model that no device has.
pub async fn remove_model(app: &App, actor: &Actor, id: ModelId) -> Result<(), AppError> {
    require(actor, Action::DeviceWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let removed = store::device::delete_model(&mut transaction, id).await;
    removed.map_err(|error| still_used("model", error))?;
    finish(app, transaction, actor, format!("model:{id}"), &Vec::new(), &Vec::new()).await
}

/// Writes a profile: a new one without id.
pub async fn save_profile(
    app: &App,
    actor: &Actor,
    id: Option<ProfileId>,
    form: &ProfileForm,
) -> Result<ProfileId, AppError> {
    require(actor, Action::DeviceWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let known = store::device::profiles(&mut transaction).await?;
    let before = id
        .map(|id| known.iter().find(|profile| profile.id == id).ok_or(AppError::NotFound("profile")))
        .transpose()?;
    let id = id.unwrap_or_else(|| ProfileId::fresh(app.ids.as_ref(), app.now()));
    let profile = read_profile(form, id, &known).map_err(AppError::Invalid)?;
    store::device::save_profile(&mut transaction, &profile).await?;
    let before = before.map(|profile| profile_fields(&ProfileForm::of(profile))).unwrap_or_default();
    let after = profile_fields(&ProfileForm::of(&profile));
    finish(app, transaction, actor, format!("profile:{id}"), &before, &after).await?;
    Ok(id)
}

/// Removes a profile that no model has.
pub async fn remove_profile(app: &App, actor: &Actor, id: ProfileId) -> Result<(), AppError> {
    require(actor, Action::DeviceWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let removed = store::device::delete_profile(&mut transaction, id).await;
    removed.map_err(|error| still_used("profile", error))?;
    finish(app, transaction, actor, format!("profile:{id}"), &Vec::new(), &Vec::new()).await
}

fn still_used(field: &'static str, error: store::StoreError) -> AppError {
    if error.is_still_used() {
        AppError::Invalid(Problems::one(field, Problem::StillUsed))
    } else {
        AppError::from(error)
    }
}

async fn finish(
    app: &App,
    mut transaction: Transaction,
    actor: &Actor,
    subject: String,
    before: &Fields,
    after: &Fields,
) -> Result<(), AppError> {
    history::record(app, &mut transaction, actor, &subject, before, after).await?;
    record(app, &mut transaction, actor, Action::DeviceWrite, About { subject, ..About::default() }).await?;
    transaction.commit().await?;
    refresh(app).await
}

fn read_model(
    form: &ModelForm,
    id: ModelId,
    known: &[Model],
    profiles: &[Profile],
) -> Result<Model, Problems> {
    let mut problems = Problems::default();
    let name = problems.required("name", &form.name, NAME_CHARACTERS_MAX);
    if known.iter().any(|model| model.name == name && model.id != id) {
        problems.add("name", Problem::Taken);
    }
    let category = Category::from_name(&form.category);
    let generation = Generation::from_name(&form.generation);
    for (field, found) in [
        ("category", category.is_some()),
        ("generation", generation.is_some()),
        ("driver", DRIVERS.contains(&form.driver.as_str())),
    ] {
        if !found {
            problems.add(field, Problem::Unknown);
        }
    }
    let contact_seconds = problems.number("contact_seconds", &form.contact_seconds, 0, CONTACT_SECONDS_MAX);
    let test_days = problems.number("test_days", &form.test_days, 0, TEST_DAYS_MAX);
    let profile: Option<ProfileId> = problems.id("profile", &form.profile);
    if !profile.is_some_and(|profile| profiles.iter().any(|found| found.id == profile)) {
        problems.add("profile", Problem::Unknown);
    }
    match (category, generation, profile) {
        (Some(category), Some(generation), Some(profile)) if problems.is_empty() => Ok(Model {
            id,
            name,
            category,
            driver: form.driver.clone(),
            generation,
            contact_seconds: u32::try_from(contact_seconds).unwrap_or(0),
            test_days: u32::try_from(test_days).unwrap_or(0),
            profile,
        }),
        _ => Err(problems),
    }
}

fn read_profile(form: &ProfileForm, id: ProfileId, known: &[Profile]) -> Result<Profile, Problems> {
    let mut problems = Problems::default();
    let name = problems.required("name", &form.name, NAME_CHARACTERS_MAX);
    if known.iter().any(|profile| profile.name == name && profile.id != id) {
        problems.add("name", Problem::Taken);
    }
    let reply_style = ReplyStyle::from_name(&form.reply_style);
    let authentication = Authentication::from_name(&form.authentication);
    for (field, found) in
        [("reply_style", reply_style.is_some()), ("authentication", authentication.is_some())]
    {
        if !found {
            problems.add(field, Problem::Unknown);
        }
    }
    let media_reply = problems.number("media_reply", &form.media_reply, 0, 3);
    let call_reply = problems.number("call_reply", &form.call_reply, 61, 62);
    let call_number = problems.text("call_number", &form.call_number, NAME_CHARACTERS_MAX);
    if call_reply == 62 && call_number.is_empty() {
        problems.add("call_number", Problem::Missing);
    }
    let codes: Vec<&str> =
        form.technical_codes.split([' ', ',', ';']).map(str::trim).filter(|code| !code.is_empty()).collect();
    let technical_codes: Vec<u16> =
        codes.iter().filter_map(|code| code.parse().ok()).filter(|code| *code <= 999).collect();
    if technical_codes.len() < codes.len() {
        problems.add("technical_codes", Problem::Form { example: "113 123" });
    }
    if codes.len() > TECHNICAL_CODES_MAX {
        problems.add("technical_codes", Problem::Number { lowest: 0, highest: TECHNICAL_CODES_MAX as i64 });
    }
    let window = problems.number(
        "duplicate_window_seconds",
        &form.duplicate_window_seconds,
        0,
        DUPLICATE_WINDOW_SECONDS_MAX,
    );
    match (reply_style, authentication) {
        (Some(reply_style), Some(authentication)) if problems.is_empty() => Ok(Profile {
            id,
            name,
            reply_style,
            authentication,
            media_reply: u8::try_from(media_reply).unwrap_or(0),
            call_reply: u8::try_from(call_reply).unwrap_or(61),
            call_number,
            technical_codes,
            duplicate_window_seconds: u32::try_from(window).unwrap_or(0),
        }),
        _ => Err(problems),
    }
}

fn model_fields(form: &ModelForm) -> Fields {
    vec![
        ("name", form.name.clone()),
        ("category", form.category.clone()),
        ("driver", form.driver.clone()),
        ("generation", form.generation.clone()),
        ("contact_seconds", form.contact_seconds.clone()),
        ("test_days", form.test_days.clone()),
        ("profile", form.profile.clone()),
    ]
}

fn profile_fields(form: &ProfileForm) -> Fields {
    vec![
        ("name", form.name.clone()),
        ("reply_style", form.reply_style.clone()),
        ("authentication", form.authentication.clone()),
        ("media_reply", form.media_reply.clone()),
        ("call_reply", form.call_reply.clone()),
        ("call_number", form.call_number.clone()),
        ("technical_codes", form.technical_codes.clone()),
        ("duplicate_window_seconds", form.duplicate_window_seconds.clone()),
    ]
}
