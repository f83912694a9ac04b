//! Someone sees where they are logged in, and logs out elsewhere.

use ::login::hash_secret;
use access::{Action, Actor, Relation};
use base::{SignedDuration, Timestamp, UserId};
use store::{Transaction, login::Session};

use super::{session::IDLE_SECONDS_MAX, sign_in::audit};
use crate::{App, AppError, error::require};

/// The most sessions of one login that are shown.
pub const SESSIONS_SHOWN_MAX: i64 = 50;
/// So many characters of what is kept of a session's secret tell it from its owner's others.
const HANDLE_CHARACTERS: usize = 16;

/// One's own session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    /// What tells it from one's others; it opens nothing.
    pub handle: String,
    /// Since when.
    pub begun_at: Timestamp,
    /// When it was last used, give or take a minute.
    pub seen_at: Timestamp,
    /// The kind of browser, such as `Firefox/Windows`; either part is empty where it is not known.
    pub browser: String,
    /// Whether it is the one that asks.
    pub here: bool,
}

/// Where the actor is logged in: the browser that holds the secret first, then the one used last.
pub async fn list(app: &App, actor: &Actor, secret: &str) -> Result<Vec<OwnSession>, AppError> {
    require(actor, Action::OwnAccount, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let here = hash_secret(secret);
    let mut sessions: Vec<OwnSession> = live(app, &mut transaction, actor.user)
        .await?
        .into_iter()
        .map(|session| OwnSession {
            handle: handle(&session.secret_hash),
            begun_at: session.created_at,
            seen_at: session.seen_at,
            here: session.secret_hash == here,
            browser: session.browser,
        })
        .collect();
    sessions.sort_by_key(|session| !session.here);
    Ok(sessions)
}

/// Logs the actor out in one other browser; `false` when it was logged out already.
pub async fn end(app: &App, actor: &Actor, secret: &str, wanted: &str) -> Result<bool, AppError> {
    require(actor, Action::OwnAccount, Relation::NoPerson)?;
    let here = hash_secret(secret);
    let mut transaction = app.store.write().await?;
    let found = live(app, &mut transaction, actor.user)
        .await?
        .into_iter()
        .find(|session| handle(&session.secret_hash) == wanted && session.secret_hash != here);
    let Some(session) = found else { return Ok(false) };
    store::login::end_session(&mut transaction, &session.secret_hash).await?;
    finish(app, transaction, actor).await?;
    app.visitors.forget(&session.secret_hash);
    Ok(true)
}

/// Logs the actor out everywhere but in the browser that holds the secret; returns how many sessions ended.
pub async fn end_others(app: &App, actor: &Actor, secret: &str) -> Result<u64, AppError> {
    require(actor, Action::OwnAccount, Relation::NoPerson)?;
    let here = hash_secret(secret);
    let mut transaction = app.store.write().await?;
    let ended = store::login::end_other_sessions(&mut transaction, actor.user, &here).await?;
    if ended > 0 {
        finish(app, transaction, actor).await?;
        app.visitors.forget_others(actor.user, &here);
    }
    Ok(ended)
}

async fn live(
    app: &App,
    transaction: &mut Transaction,
    login: UserId,
) -> Result<Vec<Session>, store::StoreError> {
    let now = app.now();
    let seen_after = now - SignedDuration::from_secs(IDLE_SECONDS_MAX);
    store::login::sessions_of(transaction, login, now, seen_after, SESSIONS_SHOWN_MAX).await
}

async fn finish(app: &App, mut transaction: Transaction, actor: &Actor) -> Result<(), AppError> {
    let login = store::login::load(&mut transaction, actor.user).await?.ok_or(AppError::NotFound("login"))?;
    audit(app, &mut transaction, &login, "login.sessions_ended", app.now()).await?;
    Ok(transaction.commit().await?)
}

fn handle(secret_hash: &str) -> String {
    secret_hash.chars().take(HANDLE_CHARACTERS).collect()
}
