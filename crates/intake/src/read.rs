//! From a SIP body to what the device says.

use app::registry::Memory;
use device::{Profile, Report, drivers};
use scaip::{Limits, Reply, Request};

/// What a body turned out to be.
pub(crate) enum Body {
    /// A SCAIP request, read by the sender's profile.
    Request { report: Report, root: scaip::RootStyle },
    /// A SCAIP reply to us: a device that talks like a receiver. Counted, nothing more.
    Reply,
    /// Not readable; what could be salvaged, and what the device is told.
    Broken { controller_id: String, reference: String, error: scaip::ParseError },
}

/// Reads a body. The profile is looked up by the sender that the body names.
pub(crate) fn read(bytes: &[u8], memory: &Memory, unknown: &Profile) -> Body {
    let limits = Limits::default();
    match Request::parse(bytes, &limits) {
        Ok(request) => {
            let entry = memory.device(&request.controller_id);
            let profile = entry.map_or(unknown, |entry| &entry.profile);
            Body::Request { root: request.root, report: drivers::scaip::report(&request, profile) }
        }
        Err(_) if Reply::parse(bytes, &limits).is_ok() => Body::Reply,
        Err(error) => {
            let salvaged = scaip::salvage(bytes);
            Body::Broken {
                controller_id: salvaged.controller_id.unwrap_or_default(),
                reference: salvaged.reference.unwrap_or_default(),
                error,
            }
        }
    }
}

/// Whether bytes that are no SIP message could still be someone's alarm, and not a stray scan.
pub(crate) fn could_be_alarm(bytes: &[u8]) -> bool {
    let has = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle));
    has(b"<mrq")
        || has(b"scaip")
        || bytes.trim_ascii_start().get(..7).is_some_and(|head| head.eq_ignore_ascii_case(b"MESSAGE"))
}

#[cfg(test)]
mod tests {
    use super::could_be_alarm;

    #[test]
    fn a_scan_is_no_alarm_but_a_torn_message_is() {
        for (bytes, expected) in [
            (&b"MESSAGE sip:larm SIP/2.0\r\nnonsense"[..], true),
            (b"\x00\x01<MRQ><cid>1</cid>", true),
            (b"OPTIONS sip:100@1.1.1.1 SIP/2.0", false),
            (b"\x16\x03\x01\x00", false),
            (b"", false),
        ] {
            assert_eq!(could_be_alarm(bytes), expected, "{bytes:?}");
        }
    }
}
