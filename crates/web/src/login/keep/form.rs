//! The form of a login, new or known.

use ::login::Secret;
use access::{Actor, Role};
use app::login::keep::{Form, Kept};
use askama::Template;
use axum::http::StatusCode;
use base::Language;

use crate::{
    choice::Choice,
    fields::Fields,
    reply::{Frame, Reply, whole_page},
    server::Web,
    told::Told,
    trouble::Problem,
    visit::Visit,
};

/// The page of one login.
#[derive(Template)]
#[template(path = "login/keep.html")]
pub(crate) struct Page {
    pub(crate) visit: Visit,
    pub(crate) title: String,
    pub(crate) form: Form,
    pub(crate) roles: Vec<Choice>,
    pub(crate) teams: Vec<Choice>,
    pub(crate) languages: Vec<Choice>,
    /// The login as it stands; missing for a new one.
    pub(crate) known: Option<Kept>,
    pub(crate) locked_until: String,
    pub(crate) told: Told,
}

impl Page {
    fn address(&self) -> String {
        self.known.as_ref().map_or_else(|| "/logins".to_owned(), |kept| format!("/logins/{}", kept.id))
    }
}

/// What a form carried.
pub(super) fn read(fields: &Fields) -> Form {
    let all = |name: &str| fields.every(name).map(str::to_owned).collect();
    Form {
        login_name: fields.text("login_name").to_owned(),
        shown_name: fields.text("shown_name").to_owned(),
        roles: all("roles"),
        teams: all("teams"),
        language: Language::from_tag(fields.text("language")).unwrap_or_default(),
    }
}

/// The form of a login as it stands.
pub(super) fn of(kept: &Kept) -> Form {
    Form {
        login_name: kept.login_name.clone(),
        shown_name: kept.shown_name.clone(),
        roles: kept.roles.iter().map(|role| role.name().to_owned()).collect(),
        teams: kept.teams.iter().map(ToString::to_string).collect(),
        language: kept.language,
    }
}

/// Shows the form.
pub(super) async fn shown(web: &Web, visit: &Visit, known: Option<Kept>, form: Form, told: Told) -> Reply {
    let words = visit.words;
    let teams = app::team::responders::teams(&web.app, visit.actor()?).await?;
    let roles = Role::ALL.into_iter().filter(|role| *role != Role::System);
    let title = known.as_ref().map_or_else(|| words.say("keep-new"), |kept| kept.shown_name.clone());
    let part = Page {
        title,
        roles: roles.map(|role| Choice::among(role.name(), words.of(role.text()), &form.roles)).collect(),
        teams: teams.iter().map(|team| Choice::among(team.id, &team.name, &form.teams)).collect(),
        languages: [(Language::Swedish, "Svenska"), (Language::English, "English")]
            .map(|(language, name)| Choice::among(language.tag(), name, &[form.language.tag().to_owned()]))
            .to_vec(),
        locked_until: known
            .as_ref()
            .and_then(|kept| kept.locked_until)
            .map(|until| words.clock(until))
            .unwrap_or_default(),
        form,
        known,
        told: told.clone(),
        visit: visit.clone(),
    };
    let mut response = whole_page(web, visit, "keep-title", Frame::default(), &part)?;
    if !told.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// A login as it stands.
pub(super) async fn known(web: &Web, actor: &Actor, id: base::UserId) -> Result<Kept, Problem> {
    let logins = app::login::keep::list(&web.app, actor).await?;
    logins.into_iter().find(|kept| kept.id == id).ok_or(Problem::NoSuchPage)
}

/// A secret that is shown once.
#[derive(Template)]
#[template(path = "login/once.html")]
pub(crate) struct Once {
    pub(crate) visit: Visit,
    pub(crate) what: String,
    pub(crate) secret: String,
    /// How it is used.
    pub(crate) how: String,
    pub(crate) back: &'static str,
}

/// Shows a secret once. `before` stands in front of it, as the address of a link does.
pub(crate) fn once(
    web: &Web,
    visit: &Visit,
    name: &str,
    before: &str,
    secret: &Secret,
    back: &'static str,
) -> Reply {
    let words = visit.words;
    let part = Once {
        what: words.say(format!("{name}-once")),
        how: words.say(format!("{name}-how")),
        secret: format!("{before}{}", secret.reveal()),
        back,
        visit: visit.clone(),
    };
    whole_page(web, visit, "once-title", Frame::default(), &part)
}
