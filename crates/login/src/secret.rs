//! Secrets that browsers, systems and devices hold. We keep hashes only.

use base::Private;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use sip::digest::Ha1;

use crate::LoginError;

/// A secret in text form: 256 bits from the operating system, safe in a URL or a cookie.
pub type Secret = Private<String>;

/// A new secret.
pub fn new_secret() -> Result<Secret, LoginError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| LoginError::Randomness)?;
    Ok(Private::new(URL_SAFE_NO_PAD.encode(bytes)))
}

/// What is kept of a secret. A secret of full strength needs no slow hash.
pub fn hash_secret(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}

/// The digest secrets HA1 of a device, one per algorithm (RFC 7616 section 3.4.2). The password itself is not kept.
pub fn digest_secrets(user: &str, realm: &str, password: &Private<String>) -> Ha1 {
    Ha1::derive(user, realm, password.reveal())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_secrets_differ_and_hash_the_same_way() {
        let (one, other) = (new_secret().unwrap(), new_secret().unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(hash_secret(one.reveal()), hash_secret(one.reveal()));
    }

    #[test]
    fn digest_secrets_follow_the_example_of_rfc_7616() {
        // RFC 7616 section 3.9.1: user Mufasa, realm http-auth@example.org, password Circle of Life.
        let secrets =
            digest_secrets("Mufasa", "http-auth@example.org", &Private::new("Circle of Life".to_owned()));
        assert_eq!(secrets.md5, "3d78807defe7de2157e2b0b6573a855f");
        assert_eq!(secrets.sha256.len(), 64);
    }
}
