//! Someone uses the link that an administrator gave them, chooses a password, and is logged in.

use ::login::{Secret, check_password, hash_password, hash_secret};
use base::Private;

use super::{
    keep::PURPOSE,
    origin::Origin,
    sign_in::{SignedIn, audit_from, begin_session},
};
use crate::{
    App, AppError,
    problem::{Problem, Problems},
};

/// Whose link a secret opens, without using it: the login name to show, or `None` when it works no more.
pub async fn link_owner(app: &App, secret: &Secret) -> Result<Option<String>, AppError> {
    let mut transaction = app.store.read().await?;
    let found =
        store::login::link(&mut transaction, &hash_secret(secret.reveal()), PURPOSE, app.now()).await?;
    let Some(Some(id)) = found else { return Ok(None) };
    let login = store::login::load(&mut transaction, id).await?;
    Ok(login.filter(|login| login.active).map(|login| login.login_name))
}

/// Sets the password, ends every other session of the login and begins a new one.
pub async fn set_password(
    app: &App,
    secret: &Secret,
    password: Private<String>,
    origin: &Origin,
) -> Result<SignedIn, AppError> {
    let Some(login_name) = link_owner(app, secret).await? else { return Ok(SignedIn::Wrong) };
    check_password(password.reveal(), &login_name)
        .map_err(|problem| AppError::Invalid(Problems::one("password", Problem::Password(problem))))?;
    let password_hash = app.passwords.work(move || hash_password(&password)).await??;
    let now = app.now();
    let hash = hash_secret(secret.reveal());
    let mut transaction = app.store.write().await?;
    // Looked up again in the writing transaction, so that the link works once only.
    let Some(Some(id)) = store::login::link(&mut transaction, &hash, PURPOSE, now).await? else {
        return Ok(SignedIn::Wrong);
    };
    if !store::login::use_link(&mut transaction, &hash).await? {
        return Ok(SignedIn::Wrong);
    }
    let Some(mut login) = store::login::load(&mut transaction, id).await?.filter(|login| login.active) else {
        return Ok(SignedIn::Wrong);
    };
    login.password_hash = password_hash;
    login.must_change_password = false;
    login.failures = 0;
    login.locked_until = None;
    store::login::save(&mut transaction, &login, now).await?;
    store::login::end_other_sessions(&mut transaction, id, "").await?;
    audit_from(app, &mut transaction, &login, "login.password_set", origin, now).await?;
    transaction.commit().await?;
    app.visitors.forget_others(id, "");
    begin_session(app, login, origin, now).await
}
