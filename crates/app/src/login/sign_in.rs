//! Someone logs in. Wrong passwords are counted and lock the login for a while, where they come from.

use ::login::{Proof, Secret, hash_secret, new_secret};
use access::Action;
use base::{AuditId, Private, SignedDuration, Timestamp};
use store::{
    audit::Entry,
    login::{Login, Session},
};

use super::{
    attempt,
    guesses::Source,
    lock::{self, Lock, count_failure},
    origin::Origin,
};
use crate::{App, AppError};

/// So many wrong passwords in a row lock a login: those from one of its usual places, or those from elsewhere.
pub const FAILURES_MAX: u32 = 5;
/// How long it is locked, in seconds.
pub const LOCKED_SECONDS: i64 = 15 * 60;
/// How long a session lasts at most, in seconds: one long shift.
pub const SESSION_SECONDS_MAX: i64 = 14 * 3_600;

/// What came of it.
#[derive(Debug)]
pub enum SignedIn {
    /// The browser's secret, to be kept in its cookie.
    Yes(Secret),
    /// The name or the password is wrong; which one is not told.
    Wrong,
    /// Too many wrong passwords: try again after this moment.
    Locked(Timestamp),
    /// Too many wrong passwords at many names come from the same source, and as many as may wait are waiting: try again
    /// in a moment.
    HeldBack,
}

/// Logs in.
pub async fn sign_in(app: &App, proof: Proof, origin: &Origin) -> Result<SignedIn, AppError> {
    let Proof::Password { login_name, password } = proof;
    let (found, Lock { is_known, usual, until }) = {
        let mut transaction = app.store.read().await?;
        match store::login::by_name(&mut transaction, &login_name).await? {
            Some(login) => {
                let lock = lock::look(&mut transaction, &login, origin, app.now()).await?;
                (Some(login), lock)
            }
            None => (None, Lock { is_known: false, usual: None, until: None }),
        }
    };
    if let Some(until) = until {
        tell_refused(origin);
        return Ok(SignedIn::Locked(until));
    }
    let Some(fits) = attempt::fits(app, found.as_ref(), is_known, password, origin).await else {
        // The log has told of this source once. A line for each of what may be thousands would drown the rest.
        return Ok(SignedIn::HeldBack);
    };
    let now = app.now();
    let outcome = match (found, fits) {
        (Some(login), true) => let_in(app, login, usual, origin, now).await,
        (Some(login), false) => count_failure(app, login.id, usual, origin, now).await,
        (None, _) => Ok(SignedIn::Wrong),
    }?;
    if !matches!(outcome, SignedIn::Yes(_)) {
        tell_refused(origin);
    }
    Ok(outcome)
}

/// The name may be a password that went into the wrong field, so neither is told.
fn tell_refused(origin: &Origin) {
    tracing::warn!(address = origin.shown(), "A login was refused");
}

/// Begins a session after a right password, unless the login was locked or stopped while it was compared.
async fn let_in(
    app: &App,
    login: Login,
    usual: Option<Source>,
    origin: &Origin,
    now: Timestamp,
) -> Result<SignedIn, AppError> {
    let mut transaction = app.store.write().await?;
    if lock::pass(&mut transaction, &login, usual, now).await? {
        return add_session(app, transaction, &login, origin, now).await;
    }
    let until = match store::login::load(&mut transaction, login.id).await? {
        Some(login) => lock::locked_until(&mut transaction, &login, usual, now).await?,
        None => None,
    };
    Ok(until.map_or(SignedIn::Wrong, SignedIn::Locked))
}

/// Writes a login that has just been given its password, and begins a session for it.
pub(crate) async fn begin_session(
    app: &App,
    mut login: Login,
    origin: &Origin,
    now: Timestamp,
) -> Result<SignedIn, AppError> {
    login.failures = 0;
    login.locked_until = None;
    let mut transaction = app.store.write().await?;
    store::login::save(&mut transaction, &login, now).await?;
    store::login::forget_all_failures_at(&mut transaction, login.id).await?;
    add_session(app, transaction, &login, origin, now).await
}

async fn add_session(
    app: &App,
    mut transaction: store::Transaction,
    login: &Login,
    origin: &Origin,
    now: Timestamp,
) -> Result<SignedIn, AppError> {
    let (secret, form_secret) = (new_secret()?, new_secret()?);
    let session = Session {
        secret_hash: hash_secret(secret.reveal()),
        login: login.id,
        form_secret: form_secret.into_revealed(),
        created_at: now,
        seen_at: now,
        expires_at: now + SignedDuration::from_secs(SESSION_SECONDS_MAX),
        browser: origin.browser.kept(),
        told: false,
    };
    store::login::add_session(&mut transaction, &session).await?;
    store::login::end_expired_sessions(&mut transaction, now).await?;
    audit_from(app, &mut transaction, login, "login.signed_in", origin, now).await?;
    transaction.commit().await?;
    tracing::info!(user.id = %login.id, address = origin.shown(), "Someone logged in");
    Ok(SignedIn::Yes(secret))
}

pub(crate) async fn audit(
    app: &App,
    transaction: &mut store::Transaction,
    login: &Login,
    action: &str,
    now: Timestamp,
) -> Result<(), AppError> {
    audit_from(app, transaction, login, action, &Origin::default(), now).await
}

/// The same for what may be someone else's doing: with the address that it came from.
pub(crate) async fn audit_from(
    app: &App,
    transaction: &mut store::Transaction,
    login: &Login,
    action: &str,
    origin: &Origin,
    now: Timestamp,
) -> Result<(), AppError> {
    let entry = Entry {
        id: AuditId::fresh(app.ids.as_ref(), now),
        at: now,
        user: Some(login.id),
        action: action.to_owned(),
        person: None,
        subject: Action::OwnAccount.name().to_owned(),
        reason: Private::default(),
        address: Private::new(origin.shown()),
    };
    Ok(store::audit::add(transaction, &entry).await?)
}
