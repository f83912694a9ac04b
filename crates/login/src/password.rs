//! Passwords: argon2id with 19 MiB, two passes, one lane (the OWASP cheat sheet's first choice).

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use base::Private;

use crate::{LoginError, easy::is_easy};

/// The shortest password, in characters (OWASP ASVS 4.0.3, 2.1.1); blanks in a row count as one.
pub const PASSWORD_CHARACTERS_MIN: usize = 12;
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
    if counted(password) < PASSWORD_CHARACTERS_MIN {
        return Err(PasswordProblem::TooShort);
    }
    if password.chars().count() > PASSWORD_CHARACTERS_MAX {
        return Err(PasswordProblem::TooLong);
    }
    let contains_name =
        !login_name.is_empty() && password.to_lowercase().contains(&login_name.to_lowercase());
    if contains_name || is_easy(password) {
        return Err(PasswordProblem::TooEasy);
    }
    Ok(())
}

/// How many characters a password has when blanks in a row are one. The password itself keeps them all.
fn counted(password: &str) -> usize {
    let mut after_blank = false;
    let counts = |character: &char| {
        let repeats = after_blank && character.is_whitespace();
        after_blank = character.is_whitespace();
        !repeats
    };
    password.chars().filter(counts).count()
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
    fn each_hash_has_a_salt_of_its_own() {
        let salt = || {
            let hash = hash_password(&Private::new("en lång fras".to_owned())).unwrap();
            hash.split('$').nth(4).unwrap().to_owned()
        };
        let (one, other) = (salt(), salt());
        assert_ne!(one, other);
        // 16 bytes in base64 without padding.
        assert_eq!((one.len(), other.len()), (22, 22));
    }

    #[test]
    fn twelve_to_128_characters_of_any_kind_are_taken() {
        for (password, taken) in [
            ("elva teckån".to_owned(), Err(PasswordProblem::TooShort)),
            ("tolv teckenå".to_owned(), Ok(())),
            ("blankt        ".to_owned(), Err(PasswordProblem::TooShort)),
            ("två  blanka x".to_owned(), Ok(())),
            ("🐈🚲🌧️🫖🐝🌻🧶🪴🎈🛶🧊🪁".to_owned(), Ok(())),
            ("雨の日の黄色い自転車です".to_owned(), Ok(())),
            ("gul cykel ".repeat(12) + "i skogen", Ok(())),
            ("gul cykel ".repeat(12) + "i skogen.", Err(PasswordProblem::TooLong)),
        ] {
            assert_eq!(check_password(&password, "anna"), taken, "{password}");
        }
    }

    #[test]
    fn not_one_of_128_characters_is_cut() {
        let long = "gul cykel ".repeat(12) + "i skogen";
        let hash = hash_password(&Private::new(long.clone())).unwrap();
        assert!(password_fits(&Private::new(long.clone()), &hash));
        assert!(!password_fits(&Private::new(long[..127].to_owned()), &hash));
    }

    #[test]
    fn easy_passwords_are_not_taken() {
        assert_eq!(check_password("kort", "anna"), Err(PasswordProblem::TooShort));
        assert_eq!(check_password("aaaaaaaaaaaa", "anna"), Err(PasswordProblem::TooEasy));
        assert_eq!(check_password("Anna12345678", "anna"), Err(PasswordProblem::TooEasy));
        assert_eq!(check_password("gul cykel i regn", "anna"), Ok(()));
    }
}
