//! One password is compared: at once, or slowly where its source guesses.
//!
//! Whoever has logged in from that source before is never slowed, so nobody's guessing holds up a colleague at the same
//! console; the audit log knows them, also after a restart.

use std::sync::Arc;

use ::login::password_fits;
use base::{Private, UserId};
use store::login::Login;

use super::{guesses::Source, origin::Origin};
use crate::{App, AppError};

/// How many of a login's latest times are looked at for the source it comes from now; a year of them.
const LOGINS_LOOKED_AT_MAX: i64 = 500;

/// What was typed for a login, and where.
#[derive(Clone)]
struct Attempt {
    app: App,
    password: Arc<Private<String>>,
    kept: String,
    source: Option<Source>,
    address: String,
}

/// Whether the password fits; `None` when its source is held back and as many of its attempts as may wait are waiting.
/// `login` is `None` for a name that nobody has: it takes as long.
pub(crate) async fn fits(
    app: &App,
    login: Option<&Login>,
    password: Private<String>,
    origin: &Origin,
) -> Result<Option<bool>, AppError> {
    let attempt = Attempt {
        app: app.clone(),
        password: Arc::new(password),
        kept: login.filter(|login| login.active).map(|login| login.password_hash.clone()).unwrap_or_default(),
        source: Source::of(origin),
        address: origin.shown(),
    };
    let free = attempt.clone();
    // Asked again in its turn: of guesses that come all at once, most wait for theirs while the first are counted.
    let at_once = move || (!free.is_held_back()).then(|| free.compare());
    let fits = match attempt.is_held_back() {
        true => None,
        false => app.passwords.work(at_once).await.unwrap_or(Some(false)),
    };
    let (None, Some(source)) = (fits, attempt.source) else { return Ok(fits) };
    let place = match login {
        Some(login) if is_known(app, login.id, source).await? => None,
        Some(_) | None => {
            let Some(place) = app.guesses.place(source) else { return Ok(None) };
            tokio::time::sleep(app.guesses.slowed_by()).await;
            Some(place)
        }
    };
    let fits = app.passwords.work(move || attempt.compare()).await.unwrap_or(false);
    drop(place);
    Ok(Some(fits))
}

impl Attempt {
    fn is_held_back(&self) -> bool {
        self.source.is_some_and(|source| self.app.guesses.holds_back(source, self.app.now()))
    }

    /// Compares, and counts a wrong one before the next in line is compared.
    fn compare(&self) -> bool {
        let fits = password_fits(&self.password, &self.kept);
        if !fits && self.source.is_some_and(|source| self.app.guesses.note_wrong(source, self.app.now())) {
            tracing::error!(address = self.address, "One address guesses passwords, and is slowed down");
        }
        fits
    }
}

/// Whether a login has been proven from this source before.
async fn is_known(app: &App, login: UserId, source: Source) -> Result<bool, AppError> {
    let mut transaction = app.store.read().await?;
    let addresses = store::audit::login_addresses(&mut transaction, login, LOGINS_LOOKED_AT_MAX).await?;
    let is_same = |address: &Private<String>| {
        address.reveal().parse().is_ok_and(|address| Source::at(address) == Some(source))
    };
    Ok(addresses.iter().any(is_same))
}
