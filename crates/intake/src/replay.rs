//! Whether a proof fits its message: a password's answer is good for one message, sent to us.
//!
//! Real devices are untidy: they sign another form of our address, count from 0 or not at all. What such a device does
//! is taken and counted. A recorded answer with another message under it is what only a forger sends on purpose: it
//! is challenged anew, which an honest device answers and a forger cannot.

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher as _, RandomState},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sip::digest::{Authorization, NONCE_LIFETIME, ReplayWindow};

/// How many counts of one nonce are remembered with their message; as many as [`ReplayWindow`] looks back.
const COUNTS_REMEMBERED: usize = 64;
/// How many pairs of device and nonce are remembered before the old ones are looked through.
const NONCES_SWEPT_AT: usize = 10_000;

/// The proofs that were taken lately.
#[derive(Debug, Default)]
pub(crate) struct Replays {
    seen: Mutex<HashMap<(String, String), Seen>>,
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Seen {
    window: ReplayWindow,
    messages: VecDeque<(u32, u64)>,
    last_at: Duration,
}

/// What a proof is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Worth {
    /// It is new, or the same message once more.
    Good,
    /// It was used for another message.
    Replayed,
}

impl Replays {
    /// Notes a right answer with its count and its message. Without a count there is nothing to compare: the old form
    /// of digest is good for as long as its nonce.
    pub(crate) fn note(
        &self,
        authorization: &Authorization,
        count: Option<u32>,
        body: &[u8],
        now: Duration,
    ) -> Worth {
        let Some(count) = count else {
            metrics::counter!("tryggve_digest_untidy_total", "what" => "no_count").increment(1);
            return Worth::Good;
        };
        let message = self.hasher.hash_one(body);
        let key = (authorization.user().to_owned(), authorization.nonce().to_owned());
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= NONCES_SWEPT_AT && !seen.contains_key(&key) {
            // Only devices that have proven themselves are here, so their number bounds what is left.
            seen.retain(|_, seen| now.saturating_sub(seen.last_at) <= NONCE_LIFETIME);
        }
        let known = seen.entry(key).or_default();
        known.last_at = now;
        if let Some((_, first)) = known.messages.iter().find(|(used, _)| *used == count) {
            return if *first == message { Worth::Good } else { Worth::Replayed };
        }
        if count == 0 {
            metrics::counter!("tryggve_digest_untidy_total", "what" => "count_from_0").increment(1);
        } else if !known.window.accept(count) {
            return Worth::Replayed;
        }
        if known.messages.len() >= COUNTS_REMEMBERED {
            known.messages.pop_front();
        }
        known.messages.push_back((count, message));
        Worth::Good
    }
}

/// How the address that was signed fits the one that was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// To the letter.
    Same,
    /// Another form of it: the user or the host is the same, or it is the realm.
    Untidy,
    /// Nothing in common.
    Other,
}

/// Compares the address that was signed with the one that was asked. Proxies and devices rewrite ports, parameters
/// and hosts, so one part in common is enough.
pub(crate) fn fit(signed: &str, asked: &str, realm: &str) -> Fit {
    if signed == asked {
        return Fit::Same;
    }
    let (signed, asked) = (parts(signed), parts(asked));
    let same = |one: &str, other: &str| !one.is_empty() && one.eq_ignore_ascii_case(other);
    if same(signed.0, asked.0) || same(signed.1, asked.1) || same(signed.1, realm) {
        return Fit::Untidy;
    }
    Fit::Other
}

/// User and host of `sip:user@host:port;parameters`.
fn parts(uri: &str) -> (&str, &str) {
    let uri = uri.split_once(':').map_or(uri, |(scheme, rest)| {
        if scheme.eq_ignore_ascii_case("sip") || scheme.eq_ignore_ascii_case("sips") { rest } else { uri }
    });
    let uri = uri.split([';', '?', '>']).next().unwrap_or_default();
    let (user, host) = uri.split_once('@').unwrap_or(("", uri));
    let host = match host.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    (user, host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_fit(signed: &str, expected: Fit) {
        assert_eq!(
            fit(signed, "sip:larm@tryggve.example:5060;transport=udp", "kommunen"),
            expected,
            "{signed}"
        );
    }

    #[test]
    fn another_form_of_our_address_is_taken_and_another_address_is_not() {
        check_fit("sip:larm@tryggve.example:5060;transport=udp", Fit::Same);
        check_fit("sip:larm@tryggve.example", Fit::Untidy);
        check_fit("sip:tryggve.example", Fit::Untidy);
        check_fit("SIPS:LARM@[2001:db8::1]:5061", Fit::Untidy);
        check_fit("tryggve.example", Fit::Untidy);
        check_fit("sip:kommunen", Fit::Untidy);
        check_fit("sip:annat@other.example", Fit::Other);
        check_fit("/", Fit::Other);
        check_fit("", Fit::Other);
    }

    #[test]
    fn one_answer_is_good_for_one_message() {
        let authorization = |nonce: &str| {
            Authorization::parse(&format!(
                "Digest username=\"u\", realm=\"r\", nonce=\"{nonce}\", uri=\"sip:x\", response=\"0\""
            ))
            .unwrap()
        };
        let replays = Replays::default();
        let check = |nonce: &str, count, body: &[u8], expected| {
            let worth = replays.note(&authorization(nonce), count, body, Duration::ZERO);
            assert_eq!(worth, expected, "{nonce} {count:?} {body:?}");
        };
        check("a", Some(1), b"one", Worth::Good);
        check("a", Some(1), b"one", Worth::Good);
        check("a", Some(1), b"other", Worth::Replayed);
        check("a", Some(2), b"other", Worth::Good);
        check("b", Some(1), b"other", Worth::Good);
        check("a", Some(0), b"one", Worth::Good);
        check("a", Some(0), b"other", Worth::Replayed);
        check("a", None, b"one", Worth::Good);
        check("a", None, b"other", Worth::Good);
        check("a", Some(500), b"late", Worth::Good);
        check("a", Some(3), b"early", Worth::Replayed);
    }
}
