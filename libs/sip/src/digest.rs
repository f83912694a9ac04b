//! Digest authentication (RFC 7616, RFC 8760) with MD5 and SHA-256, both sides.
//!
//! The server keeps no list of nonces: a nonce is a time and a signature. Passwords are kept as [`Ha1`], never in clear.

mod header;

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use sha2::Sha256;

pub use header::{Authorization, Challenge};

/// Time a nonce is good for, unless set otherwise.
pub const NONCE_LIFETIME: Duration = Duration::from_secs(300);

/// Hash of the digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// The only one that many devices know.
    Md5,
    /// SHA-256.
    Sha256,
}

impl Algorithm {
    /// Returns its name in headers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
        }
    }

    /// Recognises a name in any case.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        [Self::Md5, Self::Sha256].into_iter().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    fn hash(self, parts: &[&[u8]]) -> String {
        match self {
            Self::Md5 => hash::<Md5>(parts),
            Self::Sha256 => hash::<Sha256>(parts),
        }
    }
}

fn hash<D: Digest>(parts: &[&[u8]]) -> String {
    let mut digest = D::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            digest.update(b":");
        }
        digest.update(part);
    }
    hex(&digest.finalize())
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What is kept of a password: its hash with user and realm, one for each algorithm, in lower-case hexadecimal.
///
/// Whoever reads it can log in to this realm, so it is kept as a secret; `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Ha1 {
    /// 32 hexadecimal digits.
    pub md5: String,
    /// 64 hexadecimal digits.
    pub sha256: String,
}

impl Ha1 {
    /// Derives it from a password.
    #[must_use]
    pub fn derive(user: &str, realm: &str, password: &str) -> Self {
        let parts = [user.as_bytes(), realm.as_bytes(), password.as_bytes()];
        Self { md5: Algorithm::Md5.hash(&parts), sha256: Algorithm::Sha256.hash(&parts) }
    }

    fn of(&self, algorithm: Algorithm) -> &str {
        match algorithm {
            Algorithm::Md5 => &self.md5,
            Algorithm::Sha256 => &self.sha256,
        }
    }
}

impl std::fmt::Debug for Ha1 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ha1(***)")
    }
}

/// What the server found about an Authorization header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The password is right and the nonce is good.
    Accepted {
        /// How often the nonce was used, by the client's count; absent in the old form without `qop`.
        nonce_count: Option<u32>,
    },
    /// The password is right but the nonce is old or another server's: challenge again with `stale`.
    Stale,
    /// The password is wrong, or the header belongs to another realm.
    Wrong,
}

/// The server's side for one realm.
///
/// ```
/// use sip::digest::{Algorithm, Authenticator, Authorization, Challenge, Ha1, Verdict};
/// use std::time::Duration;
/// let server = Authenticator::new("larm.example.org", [7; 32]);
/// let now = Duration::from_secs(1_000);
/// let [sha256, _md5] = server.challenges(now, false);
/// // The device:
/// let answer = Challenge::parse(&sha256).unwrap().answer("100200", "secret", "MESSAGE", "sip:larm@example.org", "c1", 1);
/// // The server again:
/// let authorization = Authorization::parse(&answer).unwrap();
/// let ha1 = Ha1::derive("100200", "larm.example.org", "secret");
/// let verdict = server.verify(&authorization, "MESSAGE", &ha1, now + Duration::from_secs(1));
/// assert_eq!(verdict, Verdict::Accepted { nonce_count: Some(1) });
/// ```
#[derive(Clone)]
pub struct Authenticator {
    realm: String,
    secret: [u8; 32],
    nonce_lifetime: Duration,
}

impl Authenticator {
    /// Makes it with a random secret. Nodes that share the secret and the clock accept each other's nonces.
    #[must_use]
    pub fn new(realm: &str, secret: [u8; 32]) -> Self {
        Self { realm: realm.to_owned(), secret, nonce_lifetime: NONCE_LIFETIME }
    }

    /// Sets how long a nonce is good.
    #[must_use]
    pub fn with_nonce_lifetime(mut self, lifetime: Duration) -> Self {
        self.nonce_lifetime = lifetime;
        self
    }

    /// Returns the realm.
    #[must_use]
    pub fn realm(&self) -> &str {
        &self.realm
    }

    /// Returns the values of two `WWW-Authenticate` headers, the stronger first (RFC 8760, 2.4).
    ///
    /// A device that knows only one algorithm may need only that one: see [`Authenticator::challenge`].
    #[must_use]
    pub fn challenges(&self, now: Duration, stale: bool) -> [String; 2] {
        [self.challenge(Algorithm::Sha256, now, stale), self.challenge(Algorithm::Md5, now, stale)]
    }

    /// Returns the value of one `WWW-Authenticate` header. `now` is the time since any fixed moment.
    #[must_use]
    pub fn challenge(&self, algorithm: Algorithm, now: Duration, stale: bool) -> String {
        // Microseconds, so that a device that is challenged twice in one second gets two nonces.
        let made = u64::try_from(now.as_micros()).unwrap_or(u64::MAX);
        let nonce = format!("{made:016x}{}", self.signature(made));
        let stale = if stale { ", stale=true" } else { "" };
        let realm = header::quoted(&self.realm);
        format!(
            "Digest realm={realm}, nonce=\"{nonce}\", algorithm={}, qop=\"auth\"{stale}",
            algorithm.name()
        )
    }

    /// Checks an answer against the kept hash. The clock is the one of [`Authenticator::challenge`].
    ///
    /// The old form without `qop` is accepted, because old devices send it. Compare
    /// [`Authorization::uri`] with the request where the sender is not on a trusted line,
    /// and [`ReplayWindow`] the count.
    #[must_use]
    pub fn verify(&self, authorization: &Authorization, method: &str, ha1: &Ha1, now: Duration) -> Verdict {
        if authorization.realm != self.realm {
            return Verdict::Wrong;
        }
        let expected = authorization.expected_response(ha1.of(authorization.algorithm), method);
        let given = authorization.response.to_ascii_lowercase();
        if !same(expected.as_bytes(), given.as_bytes()) {
            return Verdict::Wrong;
        }
        if !self.is_fresh(&authorization.nonce, now) {
            return Verdict::Stale;
        }
        Verdict::Accepted { nonce_count: authorization.qop.as_ref().map(|qop| qop.count) }
    }

    fn is_fresh(&self, nonce: &str, now: Duration) -> bool {
        let Some((time, signature)) = nonce.split_at_checked(16) else { return false };
        let Ok(made) = u64::from_str_radix(time, 16) else { return false };
        let age = now.checked_sub(Duration::from_micros(made));
        same(self.signature(made).as_bytes(), signature.as_bytes())
            && age.is_some_and(|age| age <= self.nonce_lifetime)
    }

    fn signature(&self, made: u64) -> String {
        // A key of 32 bytes is always accepted; were it not, an empty signature matches no nonce of 48 digits.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else { return String::new() };
        mac.update(&made.to_be_bytes());
        mac.update(self.realm.as_bytes());
        let full = mac.finalize().into_bytes();
        hex(full.get(..16).unwrap_or(&full))
    }
}

impl std::fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authenticator").field("realm", &self.realm).finish_non_exhaustive()
    }
}

/// Compares without telling by its duration where the difference is.
fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

/// Which counts of one nonce have been used, so that a recorded answer cannot be played again.
///
/// Counts may come out of order within the last 64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReplayWindow {
    highest: u32,
    used: u64,
}

impl ReplayWindow {
    /// Notes a count; `false` when it is 0, was used, or is too old to know.
    pub fn accept(&mut self, count: u32) -> bool {
        if count == 0 {
            return false;
        }
        if count > self.highest {
            let step = count - self.highest;
            self.used = self.used.checked_shl(step).unwrap_or(0) | 1;
            self.highest = count;
            return true;
        }
        let Some(bit) = 1_u64.checked_shl(self.highest - count) else { return false };
        let fresh = self.used & bit == 0;
        self.used |= bit;
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(10_000);

    fn check(now: Duration, password: &str, secret: u8, expected: Verdict) {
        for algorithm in [Algorithm::Md5, Algorithm::Sha256] {
            let header = Authenticator::new("a \"b\"", [1; 32]).challenge(algorithm, NOW, false);
            let challenge = Challenge::parse(&header).unwrap();
            let answer = challenge.answer("u", "right", "MESSAGE", "sip:x", "cn", 3);
            let server = Authenticator::new("a \"b\"", [secret; 32]);
            let authorization = Authorization::parse(&answer).unwrap();
            let ha1 = Ha1::derive("u", server.realm(), password);
            assert_eq!(server.verify(&authorization, "MESSAGE", &ha1, now), expected);
            assert_eq!(server.verify(&authorization, "REGISTER", &ha1, now), Verdict::Wrong);
        }
    }

    #[test]
    fn right_wrong_and_stale() {
        check(NOW, "right", 1, Verdict::Accepted { nonce_count: Some(3) });
        check(NOW + NONCE_LIFETIME, "right", 1, Verdict::Accepted { nonce_count: Some(3) });
        check(NOW + NONCE_LIFETIME + Duration::from_secs(1), "right", 1, Verdict::Stale);
        check(NOW - Duration::from_secs(1), "right", 1, Verdict::Stale);
        check(NOW, "right", 2, Verdict::Stale);
        check(NOW, "wrong", 1, Verdict::Wrong);
    }

    /// The worked example of RFC 7616, section 3.9.1.
    #[test]
    fn the_example_of_the_rfc() {
        let make = |algorithm, response: &str| {
            format!(
                "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", algorithm={algorithm}, \
                 nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, \
                 cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, response=\"{response}\""
            )
        };
        let ha1 = Ha1::derive("Mufasa", "http-auth@example.org", "Circle of Life");
        let server = Authenticator::new("http-auth@example.org", [0; 32]);
        for (algorithm, response) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ] {
            let authorization = Authorization::parse(&make(algorithm, response)).unwrap();
            // The nonce is not ours, so the best verdict is stale: the password is right.
            assert_eq!(server.verify(&authorization, "GET", &ha1, NOW), Verdict::Stale, "{algorithm}");
        }
    }

    #[test]
    fn the_old_form_without_qop_is_accepted() {
        let server = Authenticator::new("r", [1; 32]);
        let challenge = Challenge::parse(&server.challenge(Algorithm::Md5, NOW, false)).unwrap();
        let ha1 = Ha1::derive("u", "r", "p");
        let ha2 = Algorithm::Md5.hash(&[b"MESSAGE", b"sip:x"]);
        let response = Algorithm::Md5.hash(&[ha1.md5.as_bytes(), challenge.nonce.as_bytes(), ha2.as_bytes()]);
        let header = format!(
            "Digest username=\"u\",realm=\"r\",nonce=\"{}\",uri=\"sip:x\",response=\"{response}\"",
            challenge.nonce
        );
        let authorization = Authorization::parse(&header).unwrap();
        assert_eq!(
            server.verify(&authorization, "MESSAGE", &ha1, NOW),
            Verdict::Accepted { nonce_count: None }
        );
    }

    #[test]
    fn a_count_is_good_once() {
        let mut window = ReplayWindow::default();
        let counts = [0, 1, 1, 3, 2, 2, 100, 37, 36, 100, 101];
        let accepted = counts.map(|count| window.accept(count));
        assert_eq!(accepted, [false, true, false, true, true, false, true, true, false, false, true]);
    }
}
