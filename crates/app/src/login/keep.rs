//! Keeping logins: creating, changing, stopping, unlocking, and giving a link to choose a password by.

use ::login::{Secret, hash_secret, new_secret};
use access::{Action, Actor, Relation, Role};
use base::{Language, SignedDuration, TeamId, Timestamp, UserId};
use store::{Transaction, login::Login};

use super::{
    lock,
    sign_in::{FAILURES_MAX, LOCKED_SECONDS},
};
use crate::{
    App, AppError,
    audit::{About, record},
    error::require,
    history::{self, Fields},
    problem::{Problem, Problems},
};

/// How long a link to choose a password works, in seconds: three days, so that a new colleague has time.
pub const LINK_SECONDS_MAX: i64 = 3 * 86_400;
/// The longest name, in characters.
pub const NAME_CHARACTERS_MAX: usize = 80;
/// What the link is for.
pub(super) const PURPOSE: &str = "choose_password";

/// A login as its keeper sees it: without the hash of its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Which login.
    pub id: UserId,
    /// What they type.
    pub login_name: String,
    /// What others see.
    pub shown_name: String,
    /// What they work as.
    pub roles: Vec<Role>,
    /// The teams they respond for.
    pub teams: Vec<TeamId>,
    /// The language of their pages.
    pub language: Language,
    /// Whether they may log in at all.
    pub active: bool,
    /// Whether they have chosen a password.
    pub has_password: bool,
    /// Until when no password is tried, from a usual place of its or from elsewhere; the later moment.
    pub locked_until: Option<Timestamp>,
}

/// What is written about a login.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// What they type.
    pub login_name: String,
    /// What others see.
    pub shown_name: String,
    /// The names of their roles.
    pub roles: Vec<String>,
    /// The ids of their teams.
    pub teams: Vec<String>,
    /// The language of their pages.
    pub language: Language,
}

/// Every login, by name.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<Kept>, AppError> {
    require(actor, Action::UserWrite, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let teams = store::login::teams_of_all(&mut transaction).await?;
    let now = app.now();
    let since = lock::forgotten_since(now);
    let last = store::login::last_of_failures(&mut transaction, since, FAILURES_MAX).await?;
    let locked_where_usual =
        |id: UserId| last.get(&id).map(|last| *last + SignedDuration::from_secs(LOCKED_SECONDS));
    let kept = |login: Login| Kept {
        teams: teams.iter().filter(|(user, _)| *user == login.id).map(|(_, team)| *team).collect(),
        has_password: !login.password_hash.is_empty(),
        locked_until: login.locked_until.filter(|until| *until > now).max(locked_where_usual(login.id)),
        id: login.id,
        login_name: login.login_name,
        shown_name: login.shown_name,
        roles: login.roles,
        language: login.language,
        active: login.active,
    };
    Ok(store::login::all(&mut transaction).await?.into_iter().map(kept).collect())
}

/// Creates a login; returns the secret of the link by which its owner chooses a password. It is shown once.
pub async fn create(app: &App, actor: &Actor, form: &Form) -> Result<(UserId, Secret), AppError> {
    require(actor, Action::UserWrite, Relation::NoPerson)?;
    let now = app.now();
    let mut transaction = app.store.write().await?;
    let id = UserId::fresh(app.ids.as_ref(), now);
    let (login, teams) = read(&mut transaction, form, id, None).await?;
    store::login::save(&mut transaction, &login, now).await?;
    store::login::set_teams(&mut transaction, id, &teams).await?;
    let secret = new_link(&mut transaction, id, now).await?;
    finish(app, transaction, actor, id, "created").await?;
    Ok((id, secret))
}

/// Changes names, roles, teams and language. Roles and teams hold from the next click.
pub async fn change(app: &App, actor: &Actor, id: UserId, form: &Form) -> Result<(), AppError> {
    require(actor, Action::UserWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let known = store::login::load(&mut transaction, id).await?.ok_or(AppError::NotFound("login"))?;
    let known_teams = store::team::teams_of(&mut transaction, id).await?;
    let (login, teams) = read(&mut transaction, form, id, Some(&known)).await?;
    store::login::save(&mut transaction, &login, app.now()).await?;
    store::login::set_teams(&mut transaction, id, &teams).await?;
    refuse_last(&mut transaction, "roles").await?;
    let subject = format!("login:{id}");
    history::record(
        app,
        &mut transaction,
        actor,
        &subject,
        &fields(&known, &known_teams),
        &fields(&login, &teams),
    )
    .await?;
    finish(app, transaction, actor, id, "changed").await
}

/// Stops a login or lets it in again. Stopping ends every session at once.
pub async fn set_active(app: &App, actor: &Actor, id: UserId, active: bool) -> Result<(), AppError> {
    require(actor, Action::UserWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let mut login = store::login::load(&mut transaction, id).await?.ok_or(AppError::NotFound("login"))?;
    let before = vec![("active", login.active.to_string())];
    login.active = active;
    store::login::save(&mut transaction, &login, app.now()).await?;
    if !active {
        store::login::end_other_sessions(&mut transaction, id, "").await?;
        store::login::forget_links(&mut transaction, PURPOSE, id).await?;
        refuse_last(&mut transaction, "active").await?;
    }
    let after = vec![("active", active.to_string())];
    history::record(app, &mut transaction, actor, &format!("login:{id}"), &before, &after).await?;
    finish(app, transaction, actor, id, if active { "let in" } else { "stopped" }).await?;
    if !active {
        app.visitors.forget_others(id, "");
    }
    Ok(())
}

/// Gives a new link to choose a password by. The password that stands works until the link is used.
pub async fn reset(app: &App, actor: &Actor, id: UserId) -> Result<Secret, AppError> {
    require(actor, Action::UserWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    store::login::load(&mut transaction, id).await?.ok_or(AppError::NotFound("login"))?;
    let secret = new_link(&mut transaction, id, app.now()).await?;
    finish(app, transaction, actor, id, "link given").await?;
    Ok(secret)
}

/// Lets a login that is locked after wrong passwords try again at once, from everywhere.
pub async fn unlock(app: &App, actor: &Actor, id: UserId) -> Result<(), AppError> {
    require(actor, Action::UserWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let mut login = store::login::load(&mut transaction, id).await?.ok_or(AppError::NotFound("login"))?;
    login.locked_until = None;
    login.failures = 0;
    store::login::save(&mut transaction, &login, app.now()).await?;
    store::login::forget_all_failures_at(&mut transaction, id).await?;
    finish(app, transaction, actor, id, "unlocked").await
}

async fn finish(
    app: &App,
    mut transaction: Transaction,
    actor: &Actor,
    id: UserId,
    what: &str,
) -> Result<(), AppError> {
    let about = About { person: None, subject: format!("login:{id}"), reason: what.to_owned() };
    record(app, &mut transaction, actor, Action::UserWrite, about).await?;
    Ok(transaction.commit().await?)
}

async fn new_link(transaction: &mut Transaction, id: UserId, now: Timestamp) -> Result<Secret, AppError> {
    let secret = new_secret()?;
    let expires_at = now + SignedDuration::from_secs(LINK_SECONDS_MAX);
    store::login::forget_links(transaction, PURPOSE, id).await?;
    store::login::add_link(transaction, &hash_secret(secret.reveal()), PURPOSE, Some(id), expires_at).await?;
    Ok(secret)
}

/// Asked after the change, inside its transaction: an error undoes it.
async fn refuse_last(transaction: &mut Transaction, field: &'static str) -> Result<(), AppError> {
    match store::login::administrators(transaction).await? {
        0 => Err(AppError::Invalid(Problems::one(field, Problem::LastAdministrator))),
        _ => Ok(()),
    }
}

async fn read(
    transaction: &mut Transaction,
    form: &Form,
    id: UserId,
    known: Option<&Login>,
) -> Result<(Login, Vec<TeamId>), AppError> {
    let mut problems = Problems::default();
    let login_name = problems.required("login_name", &form.login_name, NAME_CHARACTERS_MAX).to_lowercase();
    if login_name.chars().any(|c| c.is_whitespace() || c.is_control()) {
        problems.add("login_name", Problem::Form { example: "anna.andersson" });
    }
    if store::login::by_name(transaction, &login_name).await?.is_some_and(|other| other.id != id) {
        problems.add("login_name", Problem::Taken);
    }
    let shown_name = problems.required("shown_name", &form.shown_name, NAME_CHARACTERS_MAX);
    let mut roles: Vec<Role> = form.roles.iter().filter_map(|name| Role::from_name(name)).collect();
    roles.sort_unstable();
    roles.dedup();
    if roles.len() < form.roles.len() || roles.contains(&Role::System) {
        problems.add("roles", Problem::Unknown);
    }
    if roles.is_empty() {
        problems.add("roles", Problem::Missing);
    }
    let exist = store::team::teams(transaction).await?;
    let mut teams: Vec<TeamId> = form.teams.iter().filter_map(|id| problems.id("teams", id)).collect();
    teams.sort_unstable();
    teams.dedup();
    if teams.iter().any(|team| !exist.iter().any(|other| other.id == *team)) {
        problems.add("teams", Problem::Unknown);
    }
    problems.finish()?;
    let login = Login {
        id,
        login_name,
        shown_name,
        password_hash: known.map(|login| login.password_hash.clone()).unwrap_or_default(),
        roles,
        language: form.language,
        active: known.is_none_or(|login| login.active),
        failures: known.map_or(0, |login| login.failures),
        locked_until: known.and_then(|login| login.locked_until),
        must_change_password: known.is_some_and(|login| login.must_change_password),
    };
    Ok((login, teams))
}

fn fields(login: &Login, teams: &[TeamId]) -> Fields {
    let join = |words: Vec<String>| words.join(" ");
    vec![
        ("login_name", login.login_name.clone()),
        ("shown_name", login.shown_name.clone()),
        ("roles", join(login.roles.iter().map(|role| role.name().to_owned()).collect())),
        ("teams", join(teams.iter().map(ToString::to_string).collect())),
        ("language", login.language.tag().to_owned()),
    ]
}
