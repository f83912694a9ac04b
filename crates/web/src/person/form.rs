//! The form of a person, as it is shown and as it is read.

use app::person::form::Form;
use base::Private;

use super::area_options;
use crate::{
    fields::Fields,
    form::{FieldShown, FormPage},
    server::Web,
    trouble::Problem,
    visit::Visit,
};

/// What was written.
pub(crate) fn read(fields: &Fields) -> Form {
    let text = |name: &str| Private::new(fields.text(name).to_owned());
    Form {
        identity: text("identity"),
        protected: fields.text("protected") == "yes",
        given_name: text("given_name"),
        family_name: text("family_name"),
        spoken_language: text("spoken_language"),
        phone: text("phone"),
        street: text("street"),
        postal_code: text("postal_code"),
        town: text("town"),
        latitude: text("latitude"),
        longitude: text("longitude"),
        area: fields.text("area").to_owned(),
        entry_note: text("entry_note"),
        health_note: text("health_note"),
        note: text("note"),
    }
}

/// The form as a page; a new person's unless the caller says otherwise.
pub(crate) async fn shown(web: &Web, visit: &Visit, form: &Form, new: bool) -> Result<FormPage, Problem> {
    let words = visit.words;
    let label = |name: &str| words.say(format!("person-field-{name}"));
    let line = |name: &str, value: &Private<String>| FieldShown::line(name, label(name), value.reveal());
    let lines = |name: &str, value: &Private<String>| FieldShown::lines(name, label(name), value.reveal());
    let mut identity = line("identity", &form.identity);
    identity = if new { identity.required() } else { identity.hint(words.say("person-identity-kept")) };
    let areas = [vec![(String::new(), words.say("form-choose"))], area_options(web, visit).await?].concat();
    let fields = vec![
        line("given_name", &form.given_name).required(),
        line("family_name", &form.family_name).required(),
        identity,
        FieldShown::mark("protected", label("protected"), form.protected),
        line("phone", &form.phone),
        line("spoken_language", &form.spoken_language).hint(words.say("person-language-hint")),
        line("street", &form.street),
        line("postal_code", &form.postal_code),
        line("town", &form.town),
        FieldShown::one_of("area", label("area"), &form.area, areas),
        line("latitude", &form.latitude).hint(words.say("person-position-hint")),
        line("longitude", &form.longitude),
        lines("entry_note", &form.entry_note),
        lines("health_note", &form.health_note),
        lines("note", &form.note),
    ];
    Ok(FormPage::new(visit, "person-register", "/people/new".to_owned(), "/people".to_owned(), fields))
}
