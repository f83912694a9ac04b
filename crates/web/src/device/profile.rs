//! Profiles: how a model talks and wants to be answered. The list, one profile's form with its history, and removing
//! one that no model has.

use access::Action;
use app::device::model::{Either, ProfileForm, changes, models, remove_profile, save_profile};
use axum::extract::{Path, State};
use base::ProfileId;
use device::{Authentication, Profile, ReplyStyle};

use super::model::Kept;
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

/// `mre` and `cre` as a device is told them (SCAIP as observed).
const MEDIA: [&str; 4] = ["0", "1", "2", "3"];
const CALLS: [&str; 2] = ["61", "62"];

/// Every profile.
pub(crate) async fn list(State(web): State<Web>, visit: Visit) -> Reply {
    let words = visit.words;
    let (_, profiles) = models(&web.app, visit.actor()?).await?;
    let can_write = visit.may(Action::DeviceWrite);
    let part = Kept {
        words,
        title: words.say("profiles-title"),
        intro: words.say("profiles-intro"),
        table: table(&profiles, can_write, words),
        new: can_write.then(|| ("/devices/profiles/new", words.say("profile-new"))),
    };
    framed(&web, &visit, "profiles-title", Frame::default(), &part)
}

fn table(profiles: &[Profile], can_write: bool, words: Words) -> TableShown {
    let row = |profile: &Profile| {
        let name = profile.name.clone();
        vec![
            if can_write {
                CellShown::link(name, format!("/devices/profiles/{}", profile.id))
            } else {
                CellShown::text(name)
            },
            CellShown::text(words.of(profile.reply_style.text())),
            CellShown::text(words.of(profile.authentication.text())),
            CellShown::text(words.say(format!("profile-media-{}", profile.media_reply))),
            CellShown::text(profile.call_number.clone()),
        ]
    };
    TableShown {
        name: words.say("profiles-title"),
        headings: ["name", "reply_style", "authentication", "media_reply", "call_number"]
            .map(|field| words.say(format!("profile-field-{field}")))
            .to_vec(),
        rows: profiles.iter().map(row).collect(),
        none: words.say("profiles-none"),
    }
}

fn read(fields: &Fields) -> ProfileForm {
    let text = |name: &str| fields.text(name).to_owned();
    ProfileForm {
        name: text("name"),
        reply_style: text("reply_style"),
        authentication: text("authentication"),
        media_reply: text("media_reply"),
        call_reply: text("call_reply"),
        call_number: text("call_number"),
        technical_codes: text("technical_codes"),
        duplicate_window_seconds: text("duplicate_window_seconds"),
    }
}

/// A value of a profile's field in words.
fn in_words(field: &str, value: &str, words: Words) -> String {
    let found = match field {
        "reply_style" => ReplyStyle::from_name(value).map(|one| words.of(one.text()).to_owned()),
        "authentication" => Authentication::from_name(value).map(|one| words.of(one.text()).to_owned()),
        "media_reply" => words.find(&format!("profile-media-{value}")),
        "call_reply" => words.find(&format!("profile-call-{value}")),
        _ => None,
    };
    found.unwrap_or_else(|| value.to_owned())
}

async fn shown(
    web: &Web,
    visit: &Visit,
    id: Option<ProfileId>,
    form: &ProfileForm,
) -> Result<FormPage, Problem> {
    let words = visit.words;
    let label = |field: &str| words.say(format!("profile-field-{field}"));
    let hint = |field: &str| words.say(format!("profile-hint-{field}"));
    let one_of = |field: &str, value: &str, names: &[&str]| {
        let options = names.iter().map(|name| ((*name).to_owned(), in_words(field, name, words)));
        FieldShown::one_of(field, label(field), value, options.collect()).required()
    };
    let fields = vec![
        FieldShown::line("name", label("name"), &form.name).required(),
        one_of("reply_style", &form.reply_style, &ReplyStyle::ALL.map(ReplyStyle::name)),
        one_of("authentication", &form.authentication, &Authentication::ALL.map(Authentication::name)),
        one_of("media_reply", &form.media_reply, &MEDIA).hint(hint("media_reply")),
        one_of("call_reply", &form.call_reply, &CALLS).hint(hint("call_reply")),
        FieldShown::line("call_number", label("call_number"), &form.call_number).hint(hint("call_number")),
        FieldShown::line("technical_codes", label("technical_codes"), &form.technical_codes)
            .hint(hint("technical_codes")),
        FieldShown::number(
            "duplicate_window_seconds",
            label("duplicate_window_seconds"),
            &form.duplicate_window_seconds,
        )
        .hint(hint("duplicate_window_seconds")),
    ];
    let list = "/devices/profiles".to_owned();
    let Some(id) = id else { return Ok(FormPage::new(visit, "profile-new", list.clone(), list, fields)) };
    let (changes, names) = changes(&web.app, visit.actor()?, Either::Profile(id)).await?;
    let value = |field: &str, value: &str| in_words(field, value, words);
    Ok(FormPage {
        remove: Some((format!("{list}/{id}/remove"), words.say("profile-remove"))),
        remove_sure: None,
        history: Some(history::table(&changes, &names, "profile-field-", words, value)),
        ..FormPage::new(visit, "profile-one", format!("{list}/{id}"), list, fields)
    })
}

/// The empty form.
pub(crate) async fn new(State(web): State<Web>, visit: Visit) -> Reply {
    let usual = Profile::of_unknown_sender(ProfileId(base::id::Uuid::nil()));
    let form = ProfileForm { authentication: "digest".to_owned(), ..ProfileForm::of(&usual) };
    shown(&web, &visit, None, &form).await?.show(&web, &visit, "profile-new")
}

/// The form as it stands.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id = read_id(&id)?;
    let form = known(&web, &visit, id).await?;
    shown(&web, &visit, Some(id), &form).await?.show(&web, &visit, "profile-one")
}

async fn known(web: &Web, visit: &Visit, id: ProfileId) -> Result<ProfileForm, Problem> {
    let (_, profiles) = models(&web.app, visit.actor()?).await?;
    profiles.iter().find(|profile| profile.id == id).map(ProfileForm::of).ok_or(Problem::NoSuchPage)
}

/// Saves a new profile.
pub(crate) async fn create(State(web): State<Web>, visit: Visit, fields: Fields) -> Reply {
    save(&web, &visit, None, &read(&fields)).await
}

/// Saves a known profile.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    save(&web, &visit, Some(read_id(&id)?), &read(&fields)).await
}

async fn save(web: &Web, visit: &Visit, id: Option<ProfileId>, form: &ProfileForm) -> Reply {
    let outcome = save_profile(&web.app, visit.actor()?, id, form).await;
    let again = shown(web, visit, id, form);
    taken(web, visit, outcome, |_| "/devices/profiles".to_owned(), "profile-one", again).await
}

/// Removes a profile that no model has.
pub(crate) async fn remove(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id = read_id(&id)?;
    let outcome = remove_profile(&web.app, visit.actor()?, id).await;
    let again = async {
        let form = known(&web, &visit, id).await?;
        shown(&web, &visit, Some(id), &form).await
    };
    taken(&web, &visit, outcome, |()| "/devices/profiles".to_owned(), "profile-one", again).await
}
