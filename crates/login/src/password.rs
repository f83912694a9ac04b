//! Passwords: argon2id with 19 MiB, two passes, one lane (the OWASP cheat sheet's first choice).

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use base::Private;

use crate::{LoginError, easy::is_easy};

/// The shortest password, in characters (NIST SP 800-63B asks for at least 8; staff get 10).
pub const PASSWORD_CHARACTERS_MIN: usize = 10;
/// The longest password, in characters, so that nobody can make us hash a book.
pub const PASSWORD_CHARACTERS_MAX: usize = 128;

/// Why a new password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// Shorter than [`PASSWORD_CHARACTERS_MIN`].
    #[error("at least {PASSWORD_CHARACTERS_MIN} characters")]
    TooShort,
    /// Longer than [`PASSWORD_CHARACTERS_MAX`].
    #[error("at most {PASSWORD_CHARACTERS_MAX} characters")]
    TooLong,
    /// The login name, a common word with digits around it, a row of keys, or a short piece over and over.
    #[error("too easy to guess")]
    TooEasy,
}

/// Checks a new password before it is taken.
pub fn check_password(password: &str, login_name: &str) -> Result<(), PasswordProblem> {
    let characters = password.chars().count();
    if characters < PASSWORD_CHARACTERS_MIN {
        return Err(PasswordProblem::TooShort);
    }
    if characters > PASSWORD_CHARACTERS_MAX {
        return Err(PasswordProblem::TooLong);
    }
    let contains_name =
        !login_name.is_empty() && password.to_lowercase().contains(&login_name.to_lowercase());
    if contains_name || is_easy(password) {
        return Err(PasswordProblem::TooEasy);
    }
    Ok(())
}

fn argon2() -> Result<Argon2<'static>, LoginError> {
    let params = Params::new(19_456, 2, 1, None).map_err(|_| LoginError::Hash)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash to keep, in PHC form. Takes some 20 ms on purpose: call it off the async threads.
pub fn hash_password(password: &Private<String>) -> Result<String, LoginError> {
    let hash = argon2()?.hash_password(password.reveal().as_bytes()).map_err(|_| LoginError::Hash)?;
    Ok(hash.to_string())
}

/// Whether a password fits a kept hash. An empty hash fits nothing, at the same cost, so that an unknown name
/// cannot be told from a wrong password by the time it takes.
pub fn password_fits(password: &Private<String>, kept_hash: &str) -> bool {
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let hash = if kept_hash.is_empty() { NOBODY } else { kept_hash };
    let Ok(parsed) = PasswordHash::new(hash) else { return false };
    let Ok(argon2) = argon2() else { return false };
    argon2.verify_password(password.reveal().as_bytes(), &parsed).is_ok() && !kept_hash.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_fits_its_password_only() {
        let hash = hash_password(&Private::new("en lång fras".to_owned())).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(password_fits(&Private::new("en lång fras".to_owned()), &hash));
        assert!(!password_fits(&Private::new("en lång fros".to_owned()), &hash));
        assert!(!password_fits(&Private::new(String::new()), ""));
    }

    #[test]
    fn easy_passwords_are_not_taken() {
        assert_eq!(check_password("kort", "anna"), Err(PasswordProblem::TooShort));
        assert_eq!(check_password("aaaaaaaaaaaa", "anna"), Err(PasswordProblem::TooEasy));
        assert_eq!(check_password("Anna12345678", "anna"), Err(PasswordProblem::TooEasy));
        assert_eq!(check_password("gul cykel i regn", "anna"), Ok(()));
    }
}
