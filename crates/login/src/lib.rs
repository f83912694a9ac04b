//! Passwords, secrets and digest credentials: the only crate that sees those libraries.
//!
//! The seam for OIDC and passkeys is [`Proof`]: a new way to prove who one is becomes a new variant, and
//! `app::login::sign_in` stays as it is.

mod easy;
mod password;
mod secret;

pub use password::{
    PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN, PasswordProblem, check_password, hash_password,
    password_fits,
};
pub use secret::{Secret, digest_secrets, hash_secret, new_secret};

use base::Private;

/// How someone proves who they are.
#[derive(Debug)]
pub enum Proof {
    /// A login name and a password.
    Password {
        /// What they typed as their name.
        login_name: String,
        /// What they typed as their password.
        password: Private<String>,
    },
}

/// A library failed; nothing is let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// The hash could not be computed.
    #[error("the password could not be hashed")]
    Hash,
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness")]
    Randomness,
}
