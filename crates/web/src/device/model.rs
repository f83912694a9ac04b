//! Models of devices: the list, one model's form with its history, and removing one that no device has.

use access::Action;
use app::device::model::{DRIVERS, Either, ModelForm, changes, models, remove_model, save_model};
use askama::Template;
use axum::extract::{Path, State};
use base::ModelId;
use device::{Category, Generation, Model, Profile};

use crate::{
    alarm::read_id,
    fields::Fields,
    form::{FieldShown, FormPage, taken},
    history,
    reply::{Frame, Reply, page as framed},
    server::Web,
    table::{CellShown, TableShown},
    text::Words,
    trouble::Problem,
    visit::Visit,
};

/// The page.
#[derive(Template)]
#[template(path = "device/kept.html")]
pub(crate) struct Kept {
    pub(crate) words: Words,
    pub(crate) title: String,
    pub(crate) intro: String,
    pub(crate) table: TableShown,
    /// The address of the form for a new one and its text, for those who may.
    pub(crate) new: Option<(&'static str, String)>,
}

/// Every model.
pub(crate) async fn list(State(web): State<Web>, visit: Visit) -> Reply {
    let words = visit.words;
    let (models, profiles) = models(&web.app, visit.actor()?).await?;
    let can_write = visit.may(Action::DeviceWrite);
    let part = Kept {
        words,
        title: words.say("models-title"),
        intro: words.say("models-intro"),
        table: table(&models, &profiles, can_write, words),
        new: can_write.then(|| ("/devices/models/new", words.say("model-new"))),
    };
    framed(&web, &visit, "models-title", Frame::default(), &part)
}

fn table(models: &[Model], profiles: &[Profile], can_write: bool, words: Words) -> TableShown {
    let row = |model: &Model| {
        let profile = profiles.iter().find(|profile| profile.id == model.profile);
        let name = model.name.clone();
        vec![
            if can_write {
                CellShown::link(name, format!("/devices/models/{}", model.id))
            } else {
                CellShown::text(name)
            },
            CellShown::text(words.of(model.category.text())),
            CellShown::text(model.generation.name()),
            CellShown::text(or_never(model.contact_seconds, "model-seconds", words)),
            CellShown::text(or_never(model.test_days, "model-days", words)),
            CellShown::text(profile.map(|profile| profile.name.clone()).unwrap_or_default()),
        ]
    };
    TableShown {
        name: words.say("models-title"),
        headings: ["name", "category", "generation", "contact_seconds", "test_days", "profile"]
            .map(|field| words.say(format!("model-field-{field}")))
            .to_vec(),
        rows: models.iter().map(row).collect(),
        none: words.say("models-none"),
    }
}

fn or_never(count: u32, name: &str, words: Words) -> String {
    if count == 0 { words.say("model-never") } else { words.count(name, count) }
}

fn read(fields: &Fields) -> ModelForm {
    let text = |name: &str| fields.text(name).to_owned();
    ModelForm {
        name: text("name"),
        category: text("category"),
        driver: text("driver"),
        generation: text("generation"),
        contact_seconds: text("contact_seconds"),
        test_days: text("test_days"),
        profile: text("profile"),
    }
}

async fn shown(web: &Web, visit: &Visit, id: Option<ModelId>, form: &ModelForm) -> Result<FormPage, Problem> {
    let words = visit.words;
    let (_, profiles) = models(&web.app, visit.actor()?).await?;
    let label = |field: &str| words.say(format!("model-field-{field}"));
    let hint = |field: &str| words.say(format!("model-hint-{field}"));
    let one_of = |field: &str, value: &str, options: Vec<(String, String)>| {
        let none = vec![(String::new(), words.say("form-choose"))];
        FieldShown::one_of(field, label(field), value, [none, options].concat()).required()
    };
    let number = |field: &str, value: &str| FieldShown::number(field, label(field), value).hint(hint(field));
    let category = |one: Category| (one.name().to_owned(), words.of(one.text()).to_owned());
    let named = |name: &str| (name.to_owned(), name.to_owned());
    let profiles_by_id: Vec<(String, String)> =
        profiles.iter().map(|profile| (profile.id.to_string(), profile.name.clone())).collect();
    let driver = |name: &str| (name.to_owned(), words.say(format!("driver-{name}")));
    let fields = vec![
        FieldShown::line("name", label("name"), &form.name).required(),
        one_of("category", &form.category, Category::ALL.map(category).to_vec()),
        one_of("driver", &form.driver, DRIVERS.map(driver).to_vec()),
        one_of("generation", &form.generation, Generation::ALL.map(|one| named(one.name())).to_vec()),
        number("contact_seconds", &form.contact_seconds),
        number("test_days", &form.test_days),
        one_of("profile", &form.profile, profiles_by_id.clone()).hint(hint("profile")),
    ];
    let list = "/devices/models".to_owned();
    let Some(id) = id else { return Ok(FormPage::new(visit, "model-new", list.clone(), list, fields)) };
    let (changes, names) = changes(&web.app, visit.actor()?, Either::Model(id)).await?;
    let value = |field: &str, value: &str| match field {
        "category" => Category::from_name(value).map_or(value, |one| words.of(one.text())).to_owned(),
        "driver" => words.find(&format!("driver-{value}")).unwrap_or_else(|| value.to_owned()),
        "profile" => {
            let found = profiles_by_id.iter().find(|(id, _)| id == value);
            found.map_or_else(|| value.to_owned(), |(_, name)| name.clone())
        }
        _ => value.to_owned(),
    };
    Ok(FormPage {
        remove: Some((format!("{list}/{id}/remove"), words.say("model-remove"))),
        remove_sure: None,
        history: Some(history::table(&changes, &names, "model-field-", words, value)),
        ..FormPage::new(visit, "model-one", format!("{list}/{id}"), list, fields)
    })
}

/// The empty form.
pub(crate) async fn new(State(web): State<Web>, visit: Visit) -> Reply {
    let form =
        ModelForm { contact_seconds: "86400".to_owned(), test_days: "30".to_owned(), ..ModelForm::default() };
    shown(&web, &visit, None, &form).await?.show(&web, &visit, "model-new")
}

/// The form as it stands.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id = read_id(&id)?;
    let form = known(&web, &visit, id).await?;
    shown(&web, &visit, Some(id), &form).await?.show(&web, &visit, "model-one")
}

async fn known(web: &Web, visit: &Visit, id: ModelId) -> Result<ModelForm, Problem> {
    let (models, _) = models(&web.app, visit.actor()?).await?;
    models.iter().find(|model| model.id == id).map(ModelForm::of).ok_or(Problem::NoSuchPage)
}

/// Saves a new model.
pub(crate) async fn create(State(web): State<Web>, visit: Visit, fields: Fields) -> Reply {
    save(&web, &visit, None, &read(&fields)).await
}

/// Saves a known model.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    save(&web, &visit, Some(read_id(&id)?), &read(&fields)).await
}

async fn save(web: &Web, visit: &Visit, id: Option<ModelId>, form: &ModelForm) -> Reply {
    let outcome = save_model(&web.app, visit.actor()?, id, form).await;
    let again = shown(web, visit, id, form);
    taken(web, visit, outcome, |_| "/devices/models".to_owned(), "model-one", again).await
}

/// Removes a model that no device has.
pub(crate) async fn remove(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id = read_id(&id)?;
    let outcome = remove_model(&web.app, visit.actor()?, id).await;
    let again = async {
        let form = known(&web, &visit, id).await?;
        shown(&web, &visit, Some(id), &form).await
    };
    taken(&web, &visit, outcome, |()| "/devices/models".to_owned(), "model-one", again).await
}
