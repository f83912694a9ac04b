//! The form of a device, as it is shown and as it is read.

use app::{App, AppError, device::form::Form};

use crate::{
    fields::Fields,
    form::{FieldShown, FormPage},
    visit::Visit,
};

/// What was written.
pub(crate) fn read(fields: &Fields) -> Form {
    let text = |name: &str| fields.text(name).to_owned();
    Form {
        model: text("model"),
        serial: text("serial"),
        controller_id: text("controller_id"),
        accessories: text("accessories"),
        network_operator: text("network_operator"),
        area: text("area"),
        room: text("room"),
        latitude: text("latitude"),
        longitude: text("longitude"),
    }
}

/// The form as a page; the caller says where it is sent and from where it came.
pub(crate) async fn shown(app: &App, visit: &Visit, form: &Form) -> Result<FormPage, AppError> {
    let words = visit.words;
    let Ok(actor) = visit.actor() else { return Err(AppError::NotFound("login")) };
    let (models, _) = app::device::model::models(app, actor).await?;
    let areas = app::team::area::areas(app, actor).await?;
    let label = |name: &str| words.say(format!("device-field-{name}"));
    let line = |name: &str, value: &str| FieldShown::line(name, label(name), value);
    let none = || vec![(String::new(), words.say("form-choose"))];
    let models = models.into_iter().map(|model| (model.id.to_string(), model.name)).collect();
    let areas = areas.into_iter().map(|area| (area.id.to_string(), area.name)).collect();
    let fields = vec![
        FieldShown::one_of("model", label("model"), &form.model, [none(), models].concat()).required(),
        line("serial", &form.serial).required(),
        line("controller_id", &form.controller_id).hint(words.say("device-controller-id-hint")),
        line("accessories", &form.accessories),
        line("network_operator", &form.network_operator),
        FieldShown::one_of("area", label("area"), &form.area, [none(), areas].concat())
            .hint(words.say("device-area-hint")),
        line("room", &form.room),
        line("latitude", &form.latitude),
        line("longitude", &form.longitude),
    ];
    Ok(FormPage::new(visit, "device-register", "/devices/new".to_owned(), "/devices".to_owned(), fields))
}
