//! SCAIP: requests and replies, and what a device is taken to have said.

use base::{ProfileId, id::Uuid};
use device::{Profile, Signal};
use scaip::{Class, Limits, MessageType, Reply, Request, TechnicalStatuses, classify, limits, salvage};

/// A message: what is written from it is read back alike, and what cannot be read still tells who it was.
pub(crate) fn message(bytes: &[u8]) {
    let limits = Limits::default();
    match Request::parse(bytes, &limits) {
        Ok(request) => {
            assert!(bytes.len() <= limits::MESSAGE_BYTES_MAX);
            round_trip(&request, &limits);
            in_our_words(&request);
        }
        Err(error) => {
            assert!(error.found().len() <= 256, "an error is one line");
            let who = salvage(bytes);
            for found in [who.controller_id, who.reference].into_iter().flatten() {
                assert!(found.len() <= bytes.len() * 2);
            }
        }
    }
    if let Ok(reply) = Reply::parse(bytes, &limits) {
        let again = Reply::parse(reply.to_xml().as_bytes(), &limits).expect("our own reply is read");
        assert_eq!((again.to_xml(), again.status), (reply.to_xml(), reply.status));
    }
}

fn round_trip(request: &Request, limits: &Limits) {
    let xml = request.to_xml();
    if xml.len() > limits.message_bytes {
        return;
    }
    let again = Request::parse(xml.as_bytes(), limits).expect("our own message is read");
    assert_eq!(again.to_xml(), xml, "written and read again it is another message");
}

fn in_our_words(request: &Request) {
    let report = device::drivers::scaip::report(request, &Profile::of_unknown_sender(ProfileId(Uuid::nil())));
    assert!(!report.controller_id.trim().is_empty(), "an alarm is from someone");
    let is_message = request.message_type() == MessageType::Message;
    if request.is_doubtful("mty") || is_message && request.is_doubtful("stc") {
        assert!(matches!(report.signal, Signal::Alarm(_)), "doubt is an alarm");
    }
    if classify(request, TechnicalStatuses::NONE) == Class::Heartbeat {
        assert_eq!(request.message_type(), MessageType::Heartbeat);
    }
    let _ = request.number_to_call();
}
