//! Logging in and out, and keeping logins.

pub mod first_administrator;
pub mod session;
pub mod sign_in;
