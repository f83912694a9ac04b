//! Someone chooses a new password for themselves. Every other session of theirs ends.

use ::login::{check_password, hash_password, hash_secret, password_fits};
use access::{Action, Actor, Relation};
use base::Private;

use super::{
    lock::{self, Lock, count_failure},
    origin::Origin,
    sign_in::{SignedIn, audit_from},
};
use crate::{App, AppError, error::require};

/// What they typed.
#[derive(Debug)]
pub struct ChangePassword {
    /// The password they have now.
    pub current: Private<String>,
    /// The password they want.
    pub new: Private<String>,
    /// The secret of the browser they sit at, whose session goes on.
    pub session_secret: Private<String>,
    /// Where they sit.
    pub origin: Origin,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// The new password holds.
    Yes,
    /// The password they have now was typed wrong; the miss counts like one at login.
    Wrong,
    /// Too many wrong passwords: try again after this moment.
    Locked(base::Timestamp),
}

/// Changes the password of the actor.
pub async fn change_password(app: &App, actor: &Actor, command: ChangePassword) -> Result<Changed, AppError> {
    require(actor, Action::OwnAccount, Relation::NoPerson)?;
    let now = app.now();
    let (login, Lock { usual, until, .. }) = {
        let mut transaction = app.store.read().await?;
        let login =
            store::login::load(&mut transaction, actor.user).await?.ok_or(AppError::NotFound("login"))?;
        let lock = lock::look(&mut transaction, &login, &command.origin, now).await?;
        (login, lock)
    };
    if let Some(until) = until {
        return Ok(Changed::Locked(until));
    }
    check_password(command.new.reveal(), &login.login_name)
        .map_err(|problem| AppError::Field { field: "new_password", problem: problem.to_string() })?;
    let (current, kept) = (command.current, login.password_hash.clone());
    let fits = app.passwords.work(move || password_fits(&current, &kept)).await.unwrap_or(false);
    if !fits {
        return Ok(match count_failure(app, login.id, usual, &command.origin, now).await? {
            SignedIn::Locked(until) => Changed::Locked(until),
            SignedIn::Yes(_) | SignedIn::Wrong | SignedIn::HeldBack => Changed::Wrong,
        });
    }
    let new = command.new;
    let hash = app.passwords.work(move || hash_password(&new)).await??;
    let mut transaction = app.store.write().await?;
    // Read again inside the writing transaction, so that a change by an administrator in between is kept.
    let mut login =
        store::login::load(&mut transaction, actor.user).await?.ok_or(AppError::NotFound("login"))?;
    login.password_hash = hash;
    login.must_change_password = false;
    login.failures = 0;
    store::login::save(&mut transaction, &login, now).await?;
    store::login::forget_all_failures_at(&mut transaction, login.id).await?;
    let kept_session = hash_secret(command.session_secret.reveal());
    store::login::end_other_sessions(&mut transaction, login.id, &kept_session).await?;
    audit_from(app, &mut transaction, &login, "login.password_changed", &command.origin, now).await?;
    transaction.commit().await?;
    app.visitors.forget_others(login.id, &kept_session);
    Ok(Changed::Yes)
}
