//! Who a sender is: a password, a certificate, or the network it comes from, as its profile asks.

use std::{net::IpAddr, time::Duration};

use app::{network::Networks, registry::Entry};
use device::Authentication;
use sip::{
    HeaderName, Message,
    digest::{Algorithm, Authenticator, Authorization, Ha1, Verdict},
};

use crate::replay::{Fit, Replays, Worth, fit};

/// What was found about a sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is who it says.
    Proven,
    /// It must answer a challenge first; these are the header values.
    Challenge(Vec<String>),
    /// It answered wrongly, or may not speak from here.
    Refused(&'static str),
}

/// Where a message came from, as far as trust goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin<'a> {
    /// The sender's address.
    pub(crate) address: IpAddr,
    /// The names in its client certificate.
    pub(crate) certificate_names: &'a [String],
}

/// What a sender is checked against.
#[derive(Clone, Copy)]
pub(crate) struct Trust<'a> {
    /// Makes and checks challenges.
    pub(crate) authenticator: &'a Authenticator,
    /// Whose senders need no password.
    pub(crate) networks: &'a Networks,
    /// The answers that were taken lately.
    pub(crate) replays: &'a Replays,
}

/// Checks a known device by its profile.
pub(crate) fn check(
    entry: &Entry,
    controller_id: &str,
    message: &Message<'_>,
    origin: Origin<'_>,
    trust: Trust<'_>,
    now: Duration,
) -> Standing {
    match entry.profile.authentication {
        Authentication::Network if trust.networks.contain(origin.address) => Standing::Proven,
        Authentication::Network => Standing::Refused("adressen hör inte till ett betrott nät"),
        Authentication::Certificate if origin.certificate_names.iter().any(|name| name == controller_id) => {
            Standing::Proven
        }
        Authentication::Certificate => Standing::Refused("certifikatet saknas eller gäller en annan enhet"),
        Authentication::Digest => digest(entry, controller_id, message, trust, now),
    }
}

/// Checks a known device that shows its password itself, as MQTT does.
pub(crate) fn check_password(
    entry: &Entry,
    controller_id: &str,
    password: &[u8],
    origin: Origin<'_>,
    (realm, networks): (&str, &Networks),
) -> Result<(), &'static str> {
    match entry.profile.authentication {
        Authentication::Network if networks.contain(origin.address) => Ok(()),
        Authentication::Network => Err("adressen hör inte till ett betrott nät"),
        Authentication::Certificate if origin.certificate_names.iter().any(|name| name == controller_id) => {
            Ok(())
        }
        Authentication::Certificate => Err("certifikatet saknas eller gäller en annan enhet"),
        Authentication::Digest => {
            let password = std::str::from_utf8(password).map_err(|_| "fel lösenord")?;
            let shown = Ha1::derive(controller_id, realm, password);
            let secrets = &entry.secrets;
            let same = if secrets.sha256.is_empty() {
                !secrets.md5.is_empty() && equal(&shown.md5, &secrets.md5)
            } else {
                equal(&shown.sha256, &secrets.sha256)
            };
            if same { Ok(()) } else { Err("fel lösenord") }
        }
    }
}

/// Compares in a time that does not tell where two secrets differ.
fn equal(left: &str, right: &str) -> bool {
    let difference = left.bytes().zip(right.bytes()).fold(0, |all, (one, other)| all | (one ^ other));
    left.len() == right.len() && std::hint::black_box(difference) == 0
}

fn digest(
    entry: &Entry,
    controller_id: &str,
    message: &Message<'_>,
    Trust { authenticator, replays, .. }: Trust<'_>,
    now: Duration,
) -> Standing {
    let challenge = |stale| {
        let has_sha256 = !entry.secrets.sha256.is_empty();
        let algorithms: &[Algorithm] =
            if has_sha256 { &[Algorithm::Sha256, Algorithm::Md5] } else { &[Algorithm::Md5] };
        Standing::Challenge(
            algorithms.iter().map(|algorithm| authenticator.challenge(*algorithm, now, stale)).collect(),
        )
    };
    let Some(header) = message.header(HeaderName::Authorization) else { return challenge(false) };
    let Some(authorization) = Authorization::parse(&header) else {
        return Standing::Refused("inloggningen går inte att läsa");
    };
    if entry.secrets.md5.is_empty() {
        return Standing::Refused("enheten har inget lösenord registrerat");
    }
    let ha1 = Ha1 { md5: entry.secrets.md5.clone(), sha256: entry.secrets.sha256.clone() };
    let method = message.method_text().unwrap_or_default();
    match authenticator.verify(&authorization, &method, &ha1, now) {
        Verdict::Accepted { .. } if authorization.user() != controller_id => {
            Standing::Refused("lösenordet hör till en annan enhet")
        }
        Verdict::Accepted { nonce_count } => {
            let asked = message.uri().unwrap_or_default();
            match fit(authorization.uri(), &asked, authenticator.realm()) {
                Fit::Same => {}
                Fit::Untidy => {
                    metrics::counter!("tryggve_digest_untidy_total", "what" => "uri").increment(1);
                }
                Fit::Other => return Standing::Refused("inloggningen gäller en annan adress"),
            }
            match replays.note(&authorization, nonce_count, message.body(), now) {
                Worth::Good => Standing::Proven,
                Worth::Replayed => {
                    metrics::counter!("tryggve_digest_replays_total").increment(1);
                    tracing::warn!(device = %entry.device, "An answer to a challenge came again with another message");
                    challenge(true)
                }
            }
        }
        Verdict::Stale => challenge(true),
        Verdict::Wrong => Standing::Refused("fel lösenord"),
    }
}
