//! The first administrator: created once, through a link that is printed at the first start.

use ::login::{Secret, check_password, hash_password, hash_secret, new_secret};
use access::Role;
use base::{Language, Private, SignedDuration, UserId};
use store::login::Login;

use super::{
    origin::Origin,
    sign_in::{SignedIn, begin_session},
};
use crate::{App, AppError};

/// How long the printed link works, in seconds. A restart prints a new one.
pub const LINK_SECONDS_MAX: i64 = 3_600;
const PURPOSE: &str = "first_administrator";

/// A secret for the link, or `None` when there is an administrator already.
pub async fn first_link(app: &App) -> Result<Option<Secret>, AppError> {
    let mut transaction = app.store.write().await?;
    if store::login::administrators(&mut transaction).await? > 0 {
        return Ok(None);
    }
    let secret = new_secret()?;
    let expires_at = app.now() + SignedDuration::from_secs(LINK_SECONDS_MAX);
    store::login::add_link(&mut transaction, &hash_secret(secret.reveal()), PURPOSE, None, expires_at)
        .await?;
    transaction.commit().await?;
    Ok(Some(secret))
}

/// Whether the secret of a printed link still works, without using it up.
pub async fn link_works(app: &App, secret: &Secret) -> Result<bool, AppError> {
    let mut transaction = app.store.read().await?;
    let known =
        store::login::link(&mut transaction, &hash_secret(secret.reveal()), PURPOSE, app.now()).await?;
    Ok(known.is_some() && store::login::administrators(&mut transaction).await? == 0)
}

/// What the first administrator chooses.
#[derive(Debug)]
pub struct Create {
    /// The secret of the printed link.
    pub secret: Secret,
    /// What they will type.
    pub login_name: String,
    /// What others see.
    pub shown_name: String,
    /// Their password.
    pub password: Private<String>,
    /// The language of their pages.
    pub language: Language,
}

/// Uses the link up and creates the first administrator, who is then logged in.
pub async fn create(app: &App, command: Create, origin: &Origin) -> Result<SignedIn, AppError> {
    let login_name = command.login_name.trim().to_lowercase();
    if login_name.is_empty() {
        return Err(AppError::Field { field: "login_name", problem: "a name is needed".to_owned() });
    }
    check_password(command.password.reveal(), &login_name)
        .map_err(|problem| AppError::Field { field: "password", problem: problem.to_string() })?;
    let password = command.password;
    let password_hash = app.passwords.work(move || hash_password(&password)).await??;
    let now = app.now();
    let hash = hash_secret(command.secret.reveal());
    let mut transaction = app.store.write().await?;
    let valid = store::login::link(&mut transaction, &hash, PURPOSE, now).await?.is_some();
    if !valid || store::login::administrators(&mut transaction).await? > 0 {
        return Ok(SignedIn::Wrong);
    }
    store::login::use_link(&mut transaction, &hash).await?;
    let login = Login {
        id: UserId::fresh(app.ids.as_ref(), now),
        login_name,
        shown_name: command.shown_name.trim().to_owned(),
        password_hash,
        roles: vec![Role::Administrator],
        language: command.language,
        active: true,
        failures: 0,
        locked_until: None,
        must_change_password: false,
    };
    store::login::save(&mut transaction, &login, now).await?;
    transaction.commit().await?;
    begin_session(app, login, origin, now).await
}
