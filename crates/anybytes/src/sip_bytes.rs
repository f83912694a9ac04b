//! SIP: messages through the endpoint, frames of a stream, headers by themselves.

use std::time::Duration;

use sip::digest::{Authenticator, Authorization, Challenge, Ha1, Verdict};
use sip::{
    Address, Answer, Config, Endpoint, Frame, HeaderName, Incoming, Input, Limits, Message, Output, Path,
    StreamFramer, limits,
};

/// More than one thing to do for one datagram, and something would multiply what an attacker sends.
const OUTPUTS_MAX: usize = 2;
const NOW: Duration = Duration::from_secs(1_000);

/// One datagram: read, handed out once, answered, and answered alike when it is repeated.
pub(crate) fn message(bytes: &[u8]) {
    let read = Message::parse(bytes, &Limits::default());
    if let Ok(message) = &read {
        look_at(message, bytes);
    }
    let mut endpoint = Endpoint::new(Config::new([1, 2], "192.0.2.1:5060"));
    let path = Path::udp(([192, 0, 2, 7], 5060).into());
    let (requests, _) = hand_over(&mut endpoint, path, bytes);
    let [request] = requests.as_slice() else { return };
    assert_eq!(request.message().bytes(), bytes, "the application sees what came");
    endpoint.handle(
        Input::Answer {
            request,
            answer: Answer::new(200).with_header("X-Note", "a\r\nb").with_body("a/b", b"x"),
        },
        NOW,
    );
    let first = drain(&mut endpoint).1;
    let [answer] = first.as_slice() else { panic!("one answer to one request") };
    let text = String::from_utf8_lossy(answer);
    // An answer repeats every `Via` of its request and adds headers of its own (RFC 3261, section 8.2.6.2).
    let limits = Limits { headers: 2 * limits::HEADERS_MAX, ..Limits::default() };
    let read = Message::parse(answer, &limits);
    assert!(read.is_ok_and(|answer| answer.status() == Some(200)), "unreadable answer: {text}");
    let (again, repeated) = hand_over(&mut endpoint, path, bytes);
    assert!(again.is_empty(), "a repetition is no second request");
    assert_eq!(repeated, first, "a repetition gets the same answer");
    assert_eq!(endpoint.pending(), 0);
}

fn look_at(message: &Message<'_>, bytes: &[u8]) {
    assert!(bytes.len() <= limits::MESSAGE_BYTES_MAX);
    assert_eq!(message.bytes(), bytes);
    assert!(bytes.windows(message.body().len().max(1)).any(|part| part.starts_with(message.body())));
    assert_ne!(message.method().is_some(), message.status().is_some(), "a request or a response");
    for address in [Some(message.from()), Some(message.to()), message.contact()].into_iter().flatten() {
        look_at_address(&address, bytes.len());
    }
    assert!(!message.call_id().is_empty());
    if let Some(kind) = message.content_type() {
        assert!(!kind.contains(char::is_whitespace) && !kind.contains(|c: char| c.is_ascii_uppercase()));
    }
    let (_, _, _) = (message.uri(), message.reason(), message.branch());
    let values = message.all(HeaderName::Via).count();
    assert!((1..=limits::HEADERS_MAX).contains(&values));
    assert_eq!(message.clone().into_owned(), *message);
}

fn hand_over(endpoint: &mut Endpoint, path: Path, bytes: &[u8]) -> (Vec<Incoming>, Vec<Vec<u8>>) {
    endpoint.handle(Input::Received { path, bytes }, NOW);
    drain(endpoint)
}

fn drain(endpoint: &mut Endpoint) -> (Vec<Incoming>, Vec<Vec<u8>>) {
    let (mut requests, mut sent) = (Vec::new(), Vec::new());
    let mut count = 0;
    while let Some(output) = endpoint.poll_output() {
        count += 1;
        assert!(count <= OUTPUTS_MAX, "one datagram, {OUTPUTS_MAX} things to do at most");
        match output {
            Output::Request(request) => requests.push(request),
            Output::Transmit { bytes, .. } => {
                assert!(bytes.starts_with(b"SIP/2.0 "));
                sent.push(bytes);
            }
            Output::Malformed { bytes, .. } => assert!(!bytes.is_empty()),
            Output::Outcome { .. } => panic!("an outcome of nothing that was sent"),
        }
    }
    (requests, sent)
}

/// What a stream says, in words that can be compared.
#[derive(Debug, PartialEq)]
enum Said {
    Message(Vec<u8>),
    Ping,
    Pong,
    Failed(sip::Fault),
}

/// A stream in pieces says what it says as a whole. The first byte is the size of the pieces.
pub(crate) fn stream(bytes: &[u8]) {
    let Some((&size, bytes)) = bytes.split_first() else { return };
    let limits = Limits { message_bytes: 2_000, headers: 16, header_section_bytes: 1_000 };
    let whole = frames(bytes, bytes.len().max(1), limits);
    let pieces = frames(bytes, usize::from(size).max(1), limits);
    assert_eq!(whole, pieces, "in pieces of {size}");
    for said in &whole {
        if let Said::Message(frame) = said {
            assert!(frame.len() <= limits.message_bytes);
            let _ = Message::parse(frame, &limits);
        }
    }
}

fn frames(bytes: &[u8], size: usize, limits: Limits) -> Vec<Said> {
    let mut framer = StreamFramer::new(limits);
    let mut said = Vec::new();
    let mut taken = 0;
    for piece in bytes.chunks(size) {
        framer.push(piece);
        loop {
            match framer.next_frame() {
                Ok(Some(Frame::Message(frame))) => {
                    taken += frame.len();
                    said.push(Said::Message(frame.to_vec()));
                }
                Ok(Some(Frame::Ping)) => said.push(Said::Ping),
                Ok(Some(Frame::Pong)) => said.push(Said::Pong),
                Ok(None) => break,
                Err(error) => {
                    said.push(Said::Failed(error.fault));
                    return said;
                }
            }
        }
        assert!(framer.waiting_bytes() + taken <= bytes.len(), "nothing is made up");
        assert!(framer.waiting_bytes() <= limits.message_bytes + size, "what waits is bounded");
    }
    said
}

/// The value of a header: an address, a challenge, an answer to one.
pub(crate) fn header(bytes: &[u8]) {
    for address in [Address::parse(bytes), Address::parse_first(bytes)].into_iter().flatten() {
        look_at_address(&address, bytes.len());
    }
    let text = String::from_utf8_lossy(bytes);
    if let Some(challenge) = Challenge::parse(&text) {
        let answer = challenge.answer("100200", "secret", "MESSAGE", "sip:x", "c", 1);
        assert!(!answer.contains(char::is_control), "an answer is one line");
        let read = Authorization::parse(&answer).expect("our own answer is read");
        assert_eq!((read.user(), read.uri(), read.algorithm()), ("100200", "sip:x", challenge.algorithm));
        if !challenge.nonce.contains(char::is_control) {
            assert_eq!(read.nonce(), challenge.nonce);
        }
        never_accepted(&read, &challenge.realm);
    }
    if let Some(authorization) = Authorization::parse(&text) {
        never_accepted(&authorization, "larm.example.org");
    }
}

/// Nobody can make up a nonce that is signed with this server's secret.
fn never_accepted(authorization: &Authorization, realm: &str) {
    let ha1 = Ha1::derive("100200", realm, "secret");
    let verdict = Authenticator::new(realm, [9; 32]).verify(authorization, "MESSAGE", &ha1, NOW);
    assert!(matches!(verdict, Verdict::Stale | Verdict::Wrong));
}

fn look_at_address(address: &Address<'_>, bytes: usize) {
    // A byte that is no UTF-8 becomes two.
    for part in [address.display(), address.uri(), address.user(), address.host()] {
        assert!(part.len() <= 3 * bytes, "no part is longer than the whole");
    }
    let _ = address.tag();
}
