//! Who a browser is, on every request; and logging out.

use ::login::hash_secret;
use access::Actor;
use base::{Language, SignedDuration};

use crate::{App, AppError};

/// A session that nobody has used for so long is over, in seconds.
pub const IDLE_SECONDS_MAX: i64 = 4 * 3_600;
/// How often the last use is written, in seconds: not on every request.
const SEEN_WRITTEN_SECONDS: i64 = 60;

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
}

/// Who holds this secret; `None` when nobody does any more.
pub async fn visitor(app: &App, secret: &str) -> Result<Option<Visitor>, AppError> {
    let hash = hash_secret(secret);
    let now = app.now();
    let mut transaction = app.store.read().await?;
    let Some(session) = store::login::session(&mut transaction, &hash).await? else { return Ok(None) };
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
        store::login::touch_session(&mut transaction, &hash, now).await?;
        transaction.commit().await?;
    }
    Ok(Some(Visitor {
        actor: Actor { user: login.id, roles: login.roles, teams, scopes: Vec::new() },
        shown_name: login.shown_name,
        language: login.language,
        form_secret: session.form_secret,
        must_change_password: login.must_change_password,
    }))
}

/// Logs out.
pub async fn sign_out(app: &App, secret: &str) -> Result<(), AppError> {
    let mut transaction = app.store.write().await?;
    store::login::end_session(&mut transaction, &hash_secret(secret)).await?;
    transaction.commit().await?;
    Ok(())
}
