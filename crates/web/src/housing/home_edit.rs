//! One home: its form, new or known, and saving and removing it.

use app::{
    AppError,
    housing::home::{Form, RenovationForm, home, remove_home, save_home},
};
use axum::extract::{Path, State};
use housing::places::{
    queue::HomeId,
    register::{Owner, PlaceKind},
};

use super::{day_field, marked_profiles, number_field, profile_marks};
use crate::{
    alarm::read_id,
    fields::Fields,
    form::{FieldShown, FormPage},
    reply::{Reply, lead_to},
    server::Web,
    text::Words,
    visit::Visit,
};

/// How many renovations one form has room for beyond those that stand.
const RENOVATIONS_MORE: usize = 1;
/// How many renovations one form reads.
const RENOVATIONS_READ_MAX: usize = app::housing::home::RENOVATIONS_MAX;

fn read(fields: &Fields) -> Form {
    let text = |name: &str| fields.text(name).to_owned();
    let renovation = |index: usize| RenovationForm {
        from: text(&renovation_name(index)),
        until: text(&format!("renovation_until_{index}")),
        places_evacuated: text(&format!("renovation_evacuated_{index}")),
        places_after: text(&format!("renovation_after_{index}")),
    };
    Form {
        name: text("name"),
        kind: text("kind"),
        owner: text("owner"),
        places: text("places"),
        free_places: text("free_places"),
        opens: text("opens"),
        closes: text("closes"),
        languages: text("languages"),
        profiles: marked_profiles(fields),
        renovations: (0..RENOVATIONS_READ_MAX).map(renovation).collect(),
    }
}

/// The first field of a renovation; what is wrong with any of them is told beside the first one.
fn renovation_name(index: usize) -> String {
    if index == 0 { "renovations".to_owned() } else { format!("renovation_from_{index}") }
}

fn form_page(visit: &Visit, known: Option<(HomeId, String)>, form: &Form) -> FormPage {
    let words = visit.words;
    let kinds = PlaceKind::ALL.map(|kind| (kind.name().to_owned(), words.of(kind.text()).to_owned()));
    let owners = Owner::ALL.map(|owner| (owner.name().to_owned(), words.of(owner.text()).to_owned()));
    let mut fields = vec![
        FieldShown::line("name", words.say("homes-name"), &form.name).required(),
        FieldShown::one_of("kind", words.say("homes-kind"), &form.kind, kinds.to_vec()),
        FieldShown::one_of("owner", words.say("homes-owner"), &form.owner, owners.to_vec()),
        number_field("places", words.say("homes-places-whole"), &form.places).required(),
        number_field("free_places", words.say("homes-free"), &form.free_places)
            .hint(words.say("homes-free-hint")),
        day_field("opens", words.say("homes-opens"), &form.opens).hint(words.say("homes-opens-hint")),
        day_field("closes", words.say("homes-closes"), &form.closes).hint(words.say("homes-closes-hint")),
        FieldShown::line("languages", words.say("homes-languages"), &form.languages)
            .hint(words.say("homes-languages-hint")),
    ];
    fields.extend(profile_marks(words, &form.profiles));
    let written = form.renovations.iter().filter(|one| one.is_written()).count();
    for index in 0..(written + RENOVATIONS_MORE).min(RENOVATIONS_READ_MAX) {
        let none = RenovationForm::default();
        fields.extend(renovation_fields(index, form.renovations.get(index).unwrap_or(&none), words));
    }
    let (id, version) = known.unzip();
    FormPage {
        words,
        form_secret: visit.form_secret().to_owned(),
        title: words.say("homes-one"),
        intro: words.say("homes-intro"),
        action: id.map_or_else(|| "/homes".to_owned(), |id| format!("/homes/{id}")),
        fields,
        hidden: version.map(|version| ("version", version)).into_iter().collect(),
        button: words.say("homes-save"),
        back: "/homes".to_owned(),
        remove: id.map(|id| (format!("/homes/{id}/remove"), words.say("homes-remove"))),
        remove_sure: Some((words.say("homes-remove-sure"), words.say("homes-remove-yes"))),
        history: None,
    }
}

fn renovation_fields(index: usize, form: &RenovationForm, words: Words) -> [FieldShown; 4] {
    let number = (index + 1).to_string();
    let label = |name: &str| words.with(name, &[("number", &number)]);
    [
        day_field(&renovation_name(index), label("homes-renovation-from"), &form.from),
        day_field(&format!("renovation_until_{index}"), label("homes-renovation-until"), &form.until),
        number_field(
            &format!("renovation_evacuated_{index}"),
            label("homes-renovation-evacuated"),
            &form.places_evacuated,
        ),
        number_field(
            &format!("renovation_after_{index}"),
            label("homes-renovation-after"),
            &form.places_after,
        ),
    ]
}

/// The empty form.
pub(crate) async fn new(State(web): State<Web>, visit: Visit) -> Reply {
    let form = Form {
        kind: PlaceKind::CareHome.name().to_owned(),
        owner: Owner::OwnRun.name().to_owned(),
        ..Form::default()
    };
    form_page(&visit, None, &form).show(&web, &visit, "homes-one")
}

/// The form as it stands.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id = read_id(&id)?;
    let known = home(&web.app, visit.actor()?, id).await?;
    let form = Form::of(&known.registered);
    form_page(&visit, Some((id, known.version.to_string())), &form).show(&web, &visit, "homes-one")
}

/// Saves a new home.
pub(crate) async fn create(State(web): State<Web>, visit: Visit, fields: Fields) -> Reply {
    save(&web, &visit, None, &fields).await
}

/// Saves a known home, or removes it where that was asked for.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    save(&web, &visit, Some(read_id(&id)?), &fields).await
}

async fn save(web: &Web, visit: &Visit, id: Option<HomeId>, fields: &Fields) -> Reply {
    let (form, version) = (read(fields), fields.text("version"));
    let known = id.map(|id| (id, version.parse().unwrap_or(0)));
    match save_home(&web.app, visit.actor()?, known, &form).await {
        Ok(_) => Ok(lead_to(visit, "/homes")),
        Err(AppError::Invalid(problems)) => {
            let mut page = form_page(visit, id.map(|id| (id, version.to_owned())), &form);
            page.tell(&problems);
            page.show(web, visit, "homes-one")
        }
        Err(other) => Err(other.into()),
    }
}

/// Removes a home that no place was ever offered in.
pub(crate) async fn remove(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id = read_id(&id)?;
    match remove_home(&web.app, visit.actor()?, id).await {
        Ok(()) => Ok(lead_to(&visit, "/homes")),
        Err(AppError::Invalid(problems)) => {
            let known = home(&web.app, visit.actor()?, id).await?;
            let form = Form::of(&known.registered);
            let mut page = form_page(&visit, Some((id, known.version.to_string())), &form);
            page.tell(&problems);
            page.show(&web, &visit, "homes-one")
        }
        Err(other) => Err(other.into()),
    }
}
