//! One's own account: password and language.

pub(crate) mod language;
pub(crate) mod password;
