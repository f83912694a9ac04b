//! How two nodes prove to each other that they know the same secret, and how each frame proves that it is theirs.
//!
//! The keeper greets with [`MARK`] and a nonce; the owner answers with the mark, a nonce of its own and its proof; the
//! keeper closes with its own. A proof is HMAC-SHA256 (RFC 2104) under the secret over a word for the role and both
//! nonces, so that neither can be sent back to the one who made it. A third HMAC is the key of the seals. Nothing is
//! encrypted here: the link belongs on a private network.

use base::Private;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// What every connection begins with; another version of the protocol has another mark.
pub const MARK: [u8; 8] = *b"TRYGGVC1";
/// The length of a nonce.
pub const NONCE_BYTES: usize = 32;
/// The length of a proof.
pub const PROOF_BYTES: usize = 32;
/// The length of a seal: half of a SHA-256 is far beyond guessing.
pub const SEAL_BYTES: usize = 16;
/// A shorter secret could be guessed.
pub const SECRET_BYTES_MIN: usize = 16;

/// A number that is used once.
pub type Nonce = [u8; NONCE_BYTES];

/// A key as HMAC wants it: a block of its hash function, filled up with zeros.
type HmacKey = [u8; HMAC_KEY_BYTES];
const HMAC_KEY_BYTES: usize = 64;

/// What both nodes know, as a key.
#[derive(Debug, Clone)]
pub struct Secret(Private<HmacKey>);

/// A secret that could be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret has {0} characters, expected {SECRET_BYTES_MIN} at least")]
pub struct SecretTooShort(usize);

impl Secret {
    /// Takes a secret of some length.
    pub fn new(text: &str) -> Result<Self, SecretTooShort> {
        let length = text.len();
        if length < SECRET_BYTES_MIN {
            return Err(SecretTooShort(length));
        }
        Ok(Secret(Private::new(filled_up(Sha256::digest(text.as_bytes()).into()))))
    }

    /// What a node proves itself with in a role.
    pub fn proof(&self, role: Role, keeper: &Nonce, owner: &Nonce) -> [u8; PROOF_BYTES] {
        self.about(role.word(), keeper, owner).finalize().into_bytes().into()
    }

    /// Whether a proof is right; the time that this takes tells nothing.
    pub fn is_proven(&self, role: Role, keeper: &Nonce, owner: &Nonce, proof: &[u8; PROOF_BYTES]) -> bool {
        self.about(role.word(), keeper, owner).verify_slice(proof).is_ok()
    }

    /// The seals of what a role sends on this connection.
    pub fn seals(&self, role: Role, keeper: &Nonce, owner: &Nonce) -> Seal {
        let key = self.about(b"tryggve copy seal", keeper, owner).finalize().into_bytes().into();
        Seal { key: filled_up(key), role, count: 0 }
    }

    fn about(&self, word: &[u8], keeper: &Nonce, owner: &Nonce) -> Hmac<Sha256> {
        hmac(self.0.reveal(), &[word, keeper, owner])
    }
}

/// Which of the two a node is on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Its journal is copied.
    Owner,
    /// It keeps the copy.
    Keeper,
}

impl Role {
    const fn word(self) -> &'static [u8] {
        match self {
            Role::Owner => b"tryggve copy owner",
            Role::Keeper => b"tryggve copy keeper",
        }
    }
}

/// Seals the frames of one direction of one connection, each in its place.
pub struct Seal {
    key: HmacKey,
    role: Role,
    count: u64,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Seal {:?} {}", self.role, self.count)
    }
}

impl Seal {
    /// The seal of the next frame's body.
    pub fn seal(&mut self, body: &[u8]) -> [u8; SEAL_BYTES] {
        let whole: [u8; PROOF_BYTES] = self.over(body).finalize().into_bytes().into();
        self.count += 1;
        let mut seal = [0; SEAL_BYTES];
        seal.copy_from_slice(&whole[..SEAL_BYTES]);
        seal
    }

    /// Whether this is the seal of the next frame's body; the time that this takes tells nothing.
    pub fn is_right(&mut self, body: &[u8], seal: &[u8; SEAL_BYTES]) -> bool {
        let right = self.over(body).verify_truncated_left(seal).is_ok();
        self.count += 1;
        right
    }

    fn over(&self, body: &[u8]) -> Hmac<Sha256> {
        hmac(&self.key, &[self.role.word(), &self.count.to_le_bytes(), body])
    }
}

fn filled_up(hash: [u8; PROOF_BYTES]) -> HmacKey {
    let mut key = [0; HMAC_KEY_BYTES];
    key[..PROOF_BYTES].copy_from_slice(&hash);
    key
}

/// An HMAC over parts of which all but the last have a length of their own.
fn hmac(key: &HmacKey, parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new(key.into());
    for part in parts {
        mac.update(part);
    }
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEEPER: Nonce = [1; NONCE_BYTES];
    const OWNER: Nonce = [2; NONCE_BYTES];

    fn secret(text: &str) -> Secret {
        Secret::new(text).unwrap()
    }

    #[test]
    fn only_who_knows_the_secret_proves_itself_and_only_in_its_role() {
        let (right, wrong) = (secret("sixteen letters!"), secret("sixteen letters?"));
        let proof = right.proof(Role::Owner, &KEEPER, &OWNER);
        assert!(right.is_proven(Role::Owner, &KEEPER, &OWNER, &proof));
        assert!(!right.is_proven(Role::Keeper, &KEEPER, &OWNER, &proof), "sent back");
        assert!(!right.is_proven(Role::Owner, &[3; NONCE_BYTES], &OWNER, &proof), "kept from before");
        assert!(!wrong.is_proven(Role::Owner, &KEEPER, &OWNER, &proof));
        assert_eq!(Secret::new("too short").unwrap_err(), SecretTooShort(9));
        assert!(!format!("{right:?}").contains("sixteen"));
    }

    #[test]
    fn a_seal_is_right_for_its_body_in_its_place_only() {
        let secret = secret("sixteen letters!");
        let of = |role| secret.seals(role, &KEEPER, &OWNER);
        let (mut sends, mut reads) = (of(Role::Owner), of(Role::Owner));
        let (first, second) = (sends.seal(b"a"), sends.seal(b"a"));
        assert_ne!(first, second);
        assert!(reads.is_right(b"a", &first));
        assert!(!reads.is_right(b"a", &first), "sent again");
        assert!(!of(Role::Owner).is_right(b"b", &first));
        assert!(!of(Role::Keeper).is_right(b"a", &first), "sent back");
    }
}
