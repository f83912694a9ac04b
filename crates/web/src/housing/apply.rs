//! Noting that somebody applies for a place.

use app::{
    AppError,
    housing::{
        application::{Form, WISHES_MAX, apply},
        home::homes,
    },
};
use axum::extract::State;
use base::Private;
use housing::places::register::PlaceKind;

use super::{day_field, marked_profiles, profile_marks};
use crate::{
    fields::Fields,
    form::{FieldShown, FormPage},
    reply::{Reply, lead_to},
    server::Web,
    trouble::Problem,
    visit::Visit,
};

/// How many wishes the form has room for.
const WISHES_SHOWN: usize = 3;

async fn form_page(web: &Web, visit: &Visit, form: &Form) -> Result<FormPage, Problem> {
    let words = visit.words;
    let homes = homes(&web.app, visit.actor()?).await?;
    let kinds: Vec<(String, String)> = PlaceKind::ALL
        .into_iter()
        .filter(|kind| *kind != PlaceKind::SeniorHousing)
        .map(|kind| (kind.name().to_owned(), words.of(kind.text()).to_owned()))
        .collect();
    let mut choices = vec![(String::new(), words.say("places-any-home"))];
    choices.extend(homes.iter().map(|home| {
        (home.id.to_string(), format!("{} ({})", home.home.name, words.of(home.home.kind.text())))
    }));
    let mut fields = vec![
        FieldShown::line("identity", words.say("places-identity"), form.identity.reveal())
            .required()
            .hint(words.say("places-identity-hint")),
        FieldShown::one_of("kind", words.say("homes-kind"), &form.kind, kinds),
        day_field("applied", words.say("places-applied"), &form.applied)
            .hint(words.say("places-applied-hint")),
    ];
    for index in 0..WISHES_SHOWN.min(WISHES_MAX) {
        let number = (index + 1).to_string();
        let label = words.with("places-wish", &[("number", &number)]);
        let value = form.wishes.get(index).map_or("", String::as_str);
        fields.push(FieldShown::one_of(wish_name(index), label, value, choices.clone()));
    }
    fields.push(
        FieldShown::line("languages", words.say("places-languages"), &form.languages)
            .hint(words.say("homes-languages-hint")),
    );
    fields.extend(profile_marks(words, &form.profiles));
    fields.extend([
        day_field("stay_from", words.say("places-stay-from"), &form.stay_from)
            .hint(words.say("places-stay-hint")),
        day_field("stay_until", words.say("places-stay-until"), &form.stay_until),
        FieldShown::mark("urgent", words.say("places-urgent-mark"), form.urgent),
    ]);
    Ok(FormPage {
        words,
        form_secret: visit.form_secret().to_owned(),
        title: words.say("places-apply"),
        intro: words.say("places-apply-intro"),
        action: "/queue/new".to_owned(),
        fields,
        hidden: Vec::new(),
        button: words.say("places-apply-save"),
        back: "/queue".to_owned(),
        remove: None,
        remove_sure: None,
        history: None,
    })
}

fn wish_name(index: usize) -> String {
    if index == 0 { "wishes".to_owned() } else { format!("wish_{index}") }
}

fn read(fields: &Fields) -> Form {
    let text = |name: &str| fields.text(name).to_owned();
    let wishes = (0..WISHES_SHOWN).map(|index| text(&wish_name(index)));
    Form {
        identity: Private::new(text("identity")),
        kind: text("kind"),
        applied: text("applied"),
        wishes: wishes.filter(|wish| !wish.is_empty()).collect(),
        languages: text("languages"),
        profiles: marked_profiles(fields),
        stay_from: text("stay_from"),
        stay_until: text("stay_until"),
        urgent: fields.text("urgent") == "yes",
    }
}

/// The empty form.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    let form = Form { kind: PlaceKind::CareHome.name().to_owned(), ..Form::default() };
    form_page(&web, &visit, &form).await?.show(&web, &visit, "places-apply")
}

/// Notes the application.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, fields: Fields) -> Reply {
    let form = read(&fields);
    match apply(&web.app, visit.actor()?, &form).await {
        Ok(id) => Ok(lead_to(&visit, &format!("/queue/{id}"))),
        Err(AppError::Invalid(problems)) => {
            let mut page = form_page(&web, &visit, &form).await?;
            page.tell(&problems);
            page.show(&web, &visit, "places-apply")
        }
        Err(other) => Err(other.into()),
    }
}
