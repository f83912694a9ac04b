//! One's own account: password, language and where one is logged in.

pub(crate) mod language;
pub(crate) mod password;
pub(crate) mod sessions;
