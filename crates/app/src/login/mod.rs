//! Logging in and out, and keeping logins.

pub(crate) mod attempt;
pub mod change_language;
pub mod change_password;
pub mod first_administrator;
pub mod guesses;
pub mod keep;
pub(crate) mod lock;
pub mod news;
pub mod origin;
pub mod own_sessions;
pub mod room;
pub mod session;
pub mod set_password;
pub mod sign_in;
pub mod token;

use std::collections::HashMap;

use base::UserId;
use store::{StoreError, Transaction};

/// The shown name of every login, for histories.
pub(crate) async fn names(transaction: &mut Transaction) -> Result<HashMap<UserId, String>, StoreError> {
    Ok(store::login::all(transaction).await?.into_iter().map(|login| (login.id, login.shown_name)).collect())
}
