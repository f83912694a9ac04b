//! Tokens of other systems: created once with their secret, used, taken back.

use ::login::{Secret, hash_secret, new_secret};
use access::{Action, Actor, Relation, Role, Scope};
use base::{SignedDuration, TokenId, UserId};
use store::token::Token;

use crate::{
    App, AppError,
    audit::{About, record},
    error::require,
    problem::{Problem, Problems},
};

/// How often the last use is written, in seconds: not on every request.
const USED_WRITTEN_SECONDS: i64 = 60;

/// Every token, by name.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<Token>, AppError> {
    require(actor, Action::UserWrite, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    Ok(store::token::all(&mut transaction).await?)
}

/// Creates a token for a system, which opens what `scopes` name; the secret is shown once.
pub async fn create(
    app: &App,
    actor: &Actor,
    name: &str,
    scopes: &[String],
) -> Result<(TokenId, Secret), AppError> {
    require(actor, Action::UserWrite, Relation::NoPerson)?;
    let mut problems = Problems::default();
    let name = problems.required("name", name, super::keep::NAME_CHARACTERS_MAX);
    let named: Vec<Scope> =
        Scope::ALL.into_iter().filter(|scope| scopes.iter().any(|name| name == scope.name())).collect();
    if scopes.iter().any(|name| Scope::from_name(name).is_none()) {
        problems.add("scopes", Problem::Unknown);
    } else if named.is_empty() {
        problems.add("scopes", Problem::Missing);
    }
    let mut transaction = app.store.write().await?;
    if store::token::all(&mut transaction).await?.iter().any(|token| token.name == name) {
        problems.add("name", Problem::Taken);
    }
    problems.finish()?;
    let now = app.now();
    let secret = new_secret()?;
    let id = TokenId::fresh(app.ids.as_ref(), now);
    let words: Vec<&str> = named.iter().map(|scope| scope.name()).collect();
    let token = Token { id, name, scopes: words.join(" "), created_at: now, used_at: None, revoked_at: None };
    store::token::add(&mut transaction, &token, &hash_secret(secret.reveal())).await?;
    let about = About { subject: format!("token:{id}"), reason: token.scopes, ..About::default() };
    record(app, &mut transaction, actor, Action::UserWrite, about).await?;
    transaction.commit().await?;
    Ok((id, secret))
}

/// Takes a token back for good.
pub async fn revoke(app: &App, actor: &Actor, id: TokenId) -> Result<(), AppError> {
    require(actor, Action::UserWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    store::token::load(&mut transaction, id).await?.ok_or(AppError::NotFound("token"))?;
    store::token::revoke(&mut transaction, id, app.now()).await?;
    let about = About { subject: format!("token:{id}"), reason: "revoked".to_owned(), ..About::default() };
    record(app, &mut transaction, actor, Action::UserWrite, about).await?;
    Ok(transaction.commit().await?)
}

/// Who a system is by its secret; `None` when the token does not exist or was taken back.
///
/// The audit log shows the token's id in the place of a login's.
pub async fn system(app: &App, secret: &Secret) -> Result<Option<Actor>, AppError> {
    let mut transaction = app.store.read().await?;
    let Some(token) = store::token::by_secret(&mut transaction, &hash_secret(secret.reveal())).await? else {
        return Ok(None);
    };
    drop(transaction);
    let now = app.now();
    let stale = token
        .used_at
        .is_none_or(|at| now.duration_since(at) > SignedDuration::from_secs(USED_WRITTEN_SECONDS));
    if stale {
        let mut transaction = app.store.write().await?;
        store::token::touch(&mut transaction, token.id, now).await?;
        transaction.commit().await?;
    }
    Ok(Some(Actor {
        user: UserId(token.id.0),
        roles: vec![Role::System],
        teams: Vec::new(),
        scopes: scopes_of(&token),
    }))
}

/// What a token opens. A word that no scope has any more opens nothing.
pub fn scopes_of(token: &Token) -> Vec<Scope> {
    token.scopes.split(' ').filter_map(Scope::from_name).collect()
}
