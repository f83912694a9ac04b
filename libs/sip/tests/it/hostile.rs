//! Bytes of ill will: every input gives a value, never a panic.

use std::time::Duration;

use proptest::prelude::*;
use sip::digest::{Authorization, Challenge};
use sip::{Address, Answer, Config, Endpoint, Input, Limits, Message, Output, Path, StreamFramer};

/// Mutated messages: many where the code is fast, fewer where it is checked.
const MUTATIONS: u64 = if cfg!(debug_assertions) { 20_000 } else { 200_000 };

const SAMPLE: &[u8] = b"MESSAGE sip:larm@example.org SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bK77;rport\r\n\
    Max-Forwards: 70\r\nFrom: \"Enhet \\\"1\\\"\" <sip:100200@example.org>;tag=286524\r\nTo: <sip:larm@example.org>\r\n\
    Call-ID: 803137200003@192.0.2.7\r\nCSeq: 1 MESSAGE\r\nContact: <sip:100200@192.0.2.7>\r\n\
    Authorization: Digest username=\"100200\", realm=\"r\", nonce=\"n\", uri=\"sip:x\", response=\"0\"\r\n\
    Content-Type: application/scaip+xml\r\nContent-Length: 5\r\n\r\n<mrq>";

/// A small generator, so that a failing round can be found again by its number.
fn next(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state >> 16).unwrap_or_default()
}

fn touch_all(message: &Message<'_>) -> usize {
    let names = [message.from(), message.to()].map(|a| a.display().len() + a.user().len() + a.host().len());
    let contact = message.contact().map_or(0, |a| a.uri().len());
    let digest = message
        .header(sip::HeaderName::Authorization)
        .and_then(|value| Authorization::parse(&value).map(|a| a.user().len()));
    names[0]
        + names[1]
        + contact
        + digest.unwrap_or_default()
        + message.call_id().len()
        + message.body().len()
}

#[test]
fn mutated_messages_give_a_value() {
    const PIECES: [&[u8]; 12] =
        [b"\r\n", b"\r\n\r\n", b"\n", b" ", b"\"", b"<", b">", b";", b",", b"\0", b"\xff", b"99999999999"];
    let mut state = 0x5EED_u64;
    let (mut accepted, mut read) = (0, 0);
    let mut endpoint = Endpoint::new(Config::new([1, 2], "192.0.2.1:5060"));
    for round in 0..MUTATIONS {
        let mut bytes = SAMPLE.to_vec();
        for _ in 0..=next(&mut state) % 4 {
            if bytes.is_empty() {
                break;
            }
            let at = next(&mut state) % bytes.len();
            match next(&mut state) % 4 {
                0 => bytes[at] = u8::try_from(next(&mut state) % 256).unwrap(),
                1 => drop(bytes.splice(at..at, PIECES[next(&mut state) % PIECES.len()].iter().copied())),
                2 => drop(bytes.drain(at..(at + 1 + next(&mut state) % 9).min(bytes.len()))),
                _ => bytes.truncate(at.max(1)),
            }
        }
        if let Ok(message) = Message::parse(&bytes, &Limits::default()) {
            accepted += 1;
            read += touch_all(&message);
        }
        let path = Path::udp("192.0.2.7:5060".parse().unwrap());
        let now = Duration::from_millis(round);
        endpoint.handle(Input::Received { path, bytes: &bytes }, now);
        while let Some(output) = endpoint.poll_output() {
            match output {
                Output::Request(request) => {
                    endpoint.handle(Input::Answer { request: &request, answer: Answer::new(200) }, now);
                }
                Output::Transmit { bytes, .. } => assert!(bytes.starts_with(b"SIP/2.0 ")),
                Output::Outcome { .. } | Output::Malformed { .. } => {}
            }
        }
    }
    assert!(accepted > MUTATIONS / 10 && accepted < MUTATIONS, "{accepted} of {MUTATIONS} accepted");
    assert!(read > 0);
    assert_eq!(endpoint.pending(), 0);
}

proptest! {
    #[test]
    fn any_bytes_give_a_value(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(message) = Message::parse(&bytes, &Limits::default()) {
            touch_all(&message);
        }
        let _ = Address::parse(&bytes);
        let text = String::from_utf8_lossy(&bytes);
        let _ = (Authorization::parse(&text), Challenge::parse(&text));
        let mut framer = StreamFramer::new(Limits::default());
        framer.push(&bytes);
        while let Ok(Some(_)) = framer.next_frame() {}
    }

    #[test]
    fn header_like_text_gives_a_value(value in "[\"<>;,:= a@%\\\\]{0,40}") {
        let _ = Address::parse(value.as_bytes());
        let _ = Authorization::parse(&format!("Digest {value}"));
        let bytes = format!("MESSAGE sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h{value}\r\n\
             From: {value}sip:a\r\nTo: sip:b{value}\r\nCall-ID: 1\r\nCSeq: 1 MESSAGE\r\n\r\n");
        if let Ok(message) = Message::parse(bytes.as_bytes(), &Limits::default()) {
            touch_all(&message);
        }
    }
}
