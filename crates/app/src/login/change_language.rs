//! Someone chooses the language of their pages.

use access::{Action, Actor, Relation};
use base::Language;

use super::sign_in::audit;
use crate::{App, AppError, error::require};

/// Changes the language of the actor's pages.
pub async fn change_language(app: &App, actor: &Actor, language: Language) -> Result<(), AppError> {
    require(actor, Action::OwnAccount, Relation::NoPerson)?;
    let now = app.now();
    let mut transaction = app.store.write().await?;
    let mut login =
        store::login::load(&mut transaction, actor.user).await?.ok_or(AppError::NotFound("login"))?;
    login.language = language;
    store::login::save(&mut transaction, &login, now).await?;
    audit(app, &mut transaction, &login, "login.language_changed", now).await?;
    transaction.commit().await?;
    Ok(())
}
