//! The digest password of a device: given or made, shown once; only what is derived from it is kept.

use ::login::{digest_secrets, new_secret};
use access::{Action, Actor, Relation};
use base::{DeviceId, Private};
use store::device::Secrets;

use super::subject;
use crate::{
    App, AppError,
    audit::{About, record},
    error::require,
    problem::{Problem, Problems},
    team::refresh,
};

/// The name of the setting that holds the realm. Devices derive their answers from it, so a new realm needs new
/// passwords for all of them.
pub const REALM_SETTING: &str = "intake.realm";
/// The realm where none is set.
pub const REALM: &str = "tryggve";
/// The shortest password that is taken, in characters: a device's keypad may allow no more.
pub const PASSWORD_CHARACTERS_MIN: usize = 8;
/// The longest, in characters.
pub const PASSWORD_CHARACTERS_MAX: usize = 64;
/// How long a made password is, in characters: 16 of 64 signs are 96 bits.
const MADE_CHARACTERS: usize = 16;

/// The realm that devices are challenged with; see [`settle_realm`].
pub async fn realm(app: &App) -> Result<String, AppError> {
    let mut transaction = app.store.read().await?;
    let stored = store::setting::all(&mut transaction).await?.remove(REALM_SETTING);
    Ok(stored.filter(|realm| !realm.is_empty()).unwrap_or_else(|| REALM.to_owned()))
}

/// What became of the realm that the configuration names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It holds.
    Holds(String),
    /// Devices have passwords that were derived for another one, which holds on: with the configured one, none of them
    /// could prove itself.
    Keeps {
        /// What holds.
        realm: String,
        /// What the configuration names.
        configured: String,
    },
}

impl Settled {
    /// The realm that holds.
    pub fn realm(&self) -> &str {
        match self {
            Settled::Holds(realm) | Settled::Keeps { realm, .. } => realm,
        }
    }
}

/// Settles the realm at start: the database's, unless the configuration names another one and no device has a
/// password yet. Reception challenges with it and passwords are derived for it, so there is one only.
pub async fn settle_realm(app: &App, configured: Option<&str>) -> Result<Settled, AppError> {
    let mut transaction = app.store.write().await?;
    let stored = store::setting::all(&mut transaction).await?.remove(REALM_SETTING);
    let mut stored = stored.filter(|realm| !realm.is_empty());
    let has_passwords = store::device::any_secret(&mut transaction).await?;
    if stored.is_none() && has_passwords {
        stored = Some(REALM.to_owned());
    }
    let wanted = configured.filter(|realm| !realm.is_empty());
    let settled = match (stored, wanted) {
        (Some(realm), None) => return Ok(Settled::Holds(realm)),
        (Some(realm), Some(wanted)) if realm == wanted => return Ok(Settled::Holds(realm)),
        (Some(realm), Some(wanted)) if has_passwords => {
            return Ok(Settled::Keeps { realm, configured: wanted.to_owned() });
        }
        (_, wanted) => wanted.unwrap_or(REALM).to_owned(),
    };
    store::setting::set(&mut transaction, REALM_SETTING, &settled, None, app.now()).await?;
    transaction.commit().await?;
    Ok(Settled::Holds(settled))
}

/// Sets the password of a device; makes one where none is given. Returns it, to be shown once.
pub async fn set_password(
    app: &App,
    actor: &Actor,
    id: DeviceId,
    given: Option<Private<String>>,
) -> Result<Private<String>, AppError> {
    require(actor, Action::DeviceWrite, Relation::NoPerson)?;
    let realm = realm(app).await?;
    let password = match given.map(|given| given.map(|text| text.trim().to_owned())) {
        Some(given) if !given.reveal().is_empty() => {
            let mut problems = Problems::default();
            check_password(&mut problems, &given);
            problems.finish()?;
            given
        }
        _ => new_secret()?.map(|secret| secret.chars().take(MADE_CHARACTERS).collect()),
    };
    let mut transaction = app.store.write().await?;
    let device = store::device::load(&mut transaction, id).await?.ok_or(AppError::NotFound("device"))?;
    let derived = digest_secrets(&device.controller_id, &realm, &password);
    let secrets = Secrets { md5: derived.md5, sha256: derived.sha256 };
    store::device::set_secrets(&mut transaction, &[(id, secrets)]).await?;
    let about = About { person: device.person, subject: subject(id), reason: "password".to_owned() };
    record(app, &mut transaction, actor, Action::DeviceWrite, about).await?;
    transaction.commit().await?;
    refresh(app).await?;
    Ok(password)
}

/// Whether a password can be typed into a device and is long enough.
pub(crate) fn check_password(problems: &mut Problems, password: &Private<String>) {
    let characters = password.reveal().chars().count();
    if characters > PASSWORD_CHARACTERS_MAX {
        problems.add("password", Problem::TooLong { characters_max: PASSWORD_CHARACTERS_MAX });
    } else if characters < PASSWORD_CHARACTERS_MIN || !password.reveal().bytes().all(|c| c.is_ascii_graphic())
    {
        problems.add("password", Problem::Form { example: "8 till 64 tecken: a-z, 0-9" });
    }
}
