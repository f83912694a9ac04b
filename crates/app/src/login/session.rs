//! Who a browser is, on every request; and logging out.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use ::login::hash_secret;
use access::Actor;
use base::{Language, SignedDuration, Timestamp, UserId};

use crate::{App, AppError};

/// A session that nobody has used for so long is over, in seconds.
pub const IDLE_SECONDS_MAX: i64 = 4 * 3_600;
/// How often the last use is written, in seconds: not on every request.
const SEEN_WRITTEN_SECONDS: i64 = 60;

/// How many are remembered.
const REMEMBERED_MAX: usize = 10_000;

/// Who a browser is.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Who, and what they may be asked to do.
    pub actor: Actor,
    /// What others see.
    pub shown_name: String,
    /// The language of their pages.
    pub language: Language,
    /// The secret that forms must carry.
    pub form_secret: String,
    /// Whether they must choose a new password first.
    pub must_change_password: bool,
    /// When they logged in, while they have not been told what happened to their login before.
    pub untold_since: Option<Timestamp>,
}

/// Who was logged in when the database last said: while it is away, they go on seeing alarms.
///
/// Nobody is let in who was not in already, and nobody longer than an idle session lasts.
#[derive(Debug, Default)]
pub struct Remembered(Mutex<HashMap<String, (Timestamp, Visitor)>>);

impl Remembered {
    fn note(&self, hash: &str, found: Option<&Visitor>, now: Timestamp) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(visitor) = found else {
            known.remove(hash);
            return;
        };
        if known.len() >= REMEMBERED_MAX {
            known.retain(|_, (at, _)| now.duration_since(*at) <= SignedDuration::from_secs(IDLE_SECONDS_MAX));
        }
        if known.len() < REMEMBERED_MAX || known.contains_key(hash) {
            known.insert(hash.to_owned(), (now, visitor.clone()));
        }
    }

    /// Forgets a browser that is logged out.
    pub(crate) fn forget(&self, hash: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(hash);
    }

    /// Forgets every browser of a login but one, or all.
    pub(crate) fn forget_others(&self, user: UserId, kept: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|hash, (_, visitor)| visitor.actor.user != user || hash == kept);
    }

    /// Everyone, with the hash of their secret and when they were last seen, in a fixed order.
    pub(crate) fn all(&self) -> Vec<(String, Timestamp, Visitor)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> =
            known.iter().map(|(hash, (at, visitor))| (hash.clone(), *at, visitor.clone())).collect();
        all.sort_by(|one, other| one.0.cmp(&other.0));
        all
    }

    /// Remembers someone of the last run.
    pub(crate) fn recall(&self, hash: &str, at: Timestamp, visitor: &Visitor) {
        self.note(hash, Some(visitor), at);
    }

    fn find(&self, hash: &str, now: Timestamp) -> Option<Visitor> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, visitor) = known.get(hash)?;
        (now.duration_since(*at) <= SignedDuration::from_secs(IDLE_SECONDS_MAX)).then(|| visitor.clone())
    }
}

/// Who holds this secret; `None` when nobody does any more. While the database is away, who held it before.
pub async fn visitor(app: &App, secret: &str) -> Result<Option<Visitor>, AppError> {
    let hash = hash_secret(secret);
    if app.aside.is_away()
        && let Some(visitor) = app.visitors.find(&hash, app.now())
    {
        return Ok(Some(visitor));
    }
    let found = read_visitor(app, &hash).await?;
    app.visitors.note(&hash, found.as_ref(), app.now());
    Ok(found)
}

async fn read_visitor(app: &App, hash: &str) -> Result<Option<Visitor>, AppError> {
    let now = app.now();
    let mut transaction = app.store.read().await?;
    let Some(session) = store::login::session(&mut transaction, hash).await? else { return Ok(None) };
    let idle = now.duration_since(session.seen_at);
    if session.expires_at <= now || idle > SignedDuration::from_secs(IDLE_SECONDS_MAX) {
        return Ok(None);
    }
    let Some(login) = store::login::load(&mut transaction, session.login).await? else { return Ok(None) };
    if !login.active {
        return Ok(None);
    }
    let teams = store::team::teams_of(&mut transaction, login.id).await?;
    drop(transaction);
    if idle > SignedDuration::from_secs(SEEN_WRITTEN_SECONDS) {
        let mut transaction = app.store.write().await?;
        store::login::touch_session(&mut transaction, hash, now).await?;
        transaction.commit().await?;
    }
    Ok(Some(Visitor {
        actor: Actor { user: login.id, roles: login.roles, teams, scopes: Vec::new() },
        shown_name: login.shown_name,
        language: login.language,
        form_secret: session.form_secret,
        must_change_password: login.must_change_password,
        untold_since: (!session.told).then_some(session.created_at),
    }))
}

/// Logs out.
pub async fn sign_out(app: &App, secret: &str) -> Result<(), AppError> {
    let mut transaction = app.store.write().await?;
    let hash = hash_secret(secret);
    store::login::end_session(&mut transaction, &hash).await?;
    transaction.commit().await?;
    app.visitors.forget(&hash);
    Ok(())
}
