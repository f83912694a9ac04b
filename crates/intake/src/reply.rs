//! What the device is told: the SCAIP reply in the style of its profile.

use app::alarm::receive::Receipt;
use device::Signal;
use scaip::{CallReply, MEDIA_TYPE, MediaReply, Reply, ReplyStatus, RootStyle};
use sip::{Incoming, Method, Outgoing};

/// The reply to a stored message: accepted, with the call instruction if it is a call for help.
pub(crate) fn accepted(reference: &str, root: RootStyle, receipt: &Receipt) -> Reply {
    let reply = Reply::new(reference, ReplyStatus::OK).with_root(root);
    let calls_for_help = matches!(receipt.signal, Signal::Alarm(_));
    let profile = &receipt.profile;
    // A heartbeat or test during an open alarm must not make the device place a second call.
    if !calls_for_help || profile.media_reply == 0 {
        return reply.without_call();
    }
    let media = MediaReply(u16::from(profile.media_reply));
    if profile.call_number.is_empty() {
        reply.with_call(media, CallReply::PREDEFINED_RECEIVER)
    } else {
        reply.with_call(media, CallReply(u16::from(profile.call_reply))).with_number(&profile.call_number)
    }
}

/// The reply to a message that was stored but could not be read: what was wrong with it.
pub(crate) fn refused(reference: &str, status: ReplyStatus) -> Reply {
    Reply::new(reference, status)
}

/// The reply as a MESSAGE of its own, back to where the request came from.
pub(crate) fn separate(incoming: &Incoming, reply: &Reply) -> Outgoing {
    let message = incoming.message();
    let uri = message
        .contact()
        .map(|contact| contact.uri().into_owned())
        .filter(|uri| uri.starts_with("sip"))
        .unwrap_or_else(|| message.from().uri().into_owned());
    let to = format!("<{}>", message.from().uri());
    let from = format!("<{}>", message.to().uri());
    let mut outgoing =
        Outgoing::new(Method::Message, &uri, &from, &to).with_body(MEDIA_TYPE, reply.to_xml().as_bytes());
    // The same Call-ID ties the reply to its request in traces and in test tools; devices go by `ref`.
    outgoing.call_id = Some(message.call_id().into_owned());
    outgoing.cseq = message.cseq().saturating_add(1);
    outgoing
}
