//! What happened to a login since its owner last logged in, told once at the next login. The audit log knows it.

use access::{Action, Actor, Relation};
use base::Timestamp;

use crate::{App, AppError, error::require};

/// The most events that are told; the newest are.
pub const EVENTS_TOLD_MAX: i64 = 10;

/// What happened to a login since its owner last logged in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    /// When they last logged in; `None` when the log knows of no such time.
    pub last_login_at: Option<Timestamp>,
    /// How many wrong passwords were typed since.
    pub wrong_passwords: i64,
    /// What else happened since, newest first.
    pub events: Vec<(Timestamp, Event)>,
}

impl News {
    /// Whether there is more to tell than the last login.
    pub fn is_grave(&self) -> bool {
        self.wrong_passwords > 0 || !self.events.is_empty()
    }
}

/// What can happen to a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Too many wrong passwords locked it.
    Locked,
    /// Its password was changed by whoever was logged in with it.
    PasswordChanged,
    /// Its password was set by a link that an administrator gave.
    PasswordSet,
    /// An administrator gave a link to choose a password by.
    LinkGiven,
    /// An administrator changed its names, roles, teams or language.
    Changed,
    /// An administrator stopped it.
    Stopped,
    /// An administrator let it in again.
    LetIn,
    /// An administrator let it try again after wrong passwords.
    Unlocked,
    /// Whoever was logged in with it logged out its other sessions.
    SessionsEnded,
}

impl Event {
    /// Every one.
    pub const ALL: [Event; 9] = [
        Event::Locked,
        Event::PasswordChanged,
        Event::PasswordSet,
        Event::LinkGiven,
        Event::Changed,
        Event::Stopped,
        Event::LetIn,
        Event::Unlocked,
        Event::SessionsEnded,
    ];

    /// Its name, in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Event::Locked => "locked",
            Event::PasswordChanged => "password-changed",
            Event::PasswordSet => "password-set",
            Event::LinkGiven => "link-given",
            Event::Changed => "changed",
            Event::Stopped => "stopped",
            Event::LetIn => "let-in",
            Event::Unlocked => "unlocked",
            Event::SessionsEnded => "sessions-ended",
        }
    }

    /// What a line of the audit log tells; `None` for what is not told, such as that the login was made.
    fn of(action: &str, word: &str) -> Option<Self> {
        Some(match (action, word) {
            ("login.locked", _) => Event::Locked,
            ("login.password_changed", _) => Event::PasswordChanged,
            ("login.password_set", _) => Event::PasswordSet,
            ("login.sessions_ended", _) => Event::SessionsEnded,
            (_, "link given") => Event::LinkGiven,
            (_, "changed") => Event::Changed,
            (_, "stopped") => Event::Stopped,
            (_, "let in") => Event::LetIn,
            (_, "unlocked") => Event::Unlocked,
            _ => return None,
        })
    }
}

/// What happened between the last login and the one at this moment.
pub async fn news(app: &App, actor: &Actor, logged_in_at: Timestamp) -> Result<News, AppError> {
    require(actor, Action::OwnAccount, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let user = actor.user;
    let last = store::audit::last_before(&mut transaction, user, "login.signed_in", logged_in_at).await?;
    let between = (last, logged_in_at);
    let happened = store::audit::happened_to(&mut transaction, user, between, EVENTS_TOLD_MAX).await?;
    Ok(News {
        last_login_at: last,
        wrong_passwords: store::audit::wrong_passwords(&mut transaction, user, between).await?,
        events: happened
            .into_iter()
            .filter_map(|(at, action, word)| Some((at, Event::of(&action, &word)?)))
            .collect(),
    })
}

/// Notes that the actor has been told, in the session that began at this moment.
pub async fn note_told(app: &App, actor: &Actor, logged_in_at: Timestamp) -> Result<(), AppError> {
    require(actor, Action::OwnAccount, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    store::login::note_told(&mut transaction, actor.user, logged_in_at).await?;
    Ok(transaction.commit().await?)
}
