//! Logging in and out, and keeping logins.

pub mod change_language;
pub mod change_password;
pub mod first_administrator;
pub mod session;
pub mod sign_in;
