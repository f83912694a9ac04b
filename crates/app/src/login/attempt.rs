//! One password is compared: at once, or slowly where its source guesses.
//!
//! Whoever has logged in from that source before is never slowed, so nobody's guessing holds up a colleague at the same
//! console; the audit log knows them, also after a restart.

use std::sync::Arc;

use ::login::password_fits;
use base::Private;
use store::login::Login;

use super::{guesses::Source, origin::Origin};
use crate::App;

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
/// `login` is `None` for a name that nobody has: it takes as long. `is_known` says that the login has been proven from
/// that source before.
pub(crate) async fn fits(
    app: &App,
    login: Option<&Login>,
    is_known: bool,
    password: Private<String>,
    origin: &Origin,
) -> Option<bool> {
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
    let (None, Some(source)) = (fits, attempt.source) else { return fits };
    let place = if is_known {
        None
    } else {
        let place = app.guesses.place(source)?;
        tokio::time::sleep(app.guesses.slowed_by()).await;
        Some(place)
    };
    let fits = app.passwords.work(move || attempt.compare()).await.unwrap_or(false);
    drop(place);
    Some(fits)
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
