//! Transactions over time: repetition, loss, overload, streams, and that nothing stays for ever.

use std::net::SocketAddr;
use std::time::Duration;

use sip::{
    Answer, Config, Endpoint, Frame, Incoming, Input, Limits, Message, Method, Outcome, Outgoing, Output,
    Path, ResponseTarget, StreamFramer, Transport,
};

const ZERO: Duration = Duration::ZERO;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn peer() -> SocketAddr {
    "192.0.2.7:4242".parse().unwrap()
}

fn udp() -> Path {
    Path::udp(peer())
}

fn stream(connection: u64) -> Path {
    Path { transport: Transport::Tls, peer: peer(), connection }
}

fn endpoint() -> Endpoint {
    Endpoint::new(Config::new([11, 12], "192.0.2.1:5060"))
}

fn message(method: &str, branch: &str, cseq: u32, body: &str) -> Vec<u8> {
    format!(
        "{method} sip:larm@example.org SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9:5062;branch={branch};rport\r\n\
         From: <sip:100200@example.org>;tag=286524\r\nTo: <sip:larm@example.org>\r\nCall-ID: c1\r\n\
         CSeq: {cseq} {method}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn drain(endpoint: &mut Endpoint) -> Vec<Output> {
    std::iter::from_fn(|| endpoint.poll_output()).collect()
}

fn receive(endpoint: &mut Endpoint, path: Path, bytes: &[u8], now: Duration) -> Vec<Output> {
    endpoint.handle(Input::Received { path, bytes }, now);
    drain(endpoint)
}

fn request(outputs: Vec<Output>) -> Incoming {
    match <[Output; 1]>::try_from(outputs) {
        Ok([Output::Request(request)]) => request,
        other => panic!("one request expected, found {other:?}"),
    }
}

fn sent(outputs: Vec<Output>) -> (Path, String) {
    match <[Output; 1]>::try_from(outputs) {
        Ok([Output::Transmit { path, bytes }]) => (path, String::from_utf8(bytes).unwrap()),
        other => panic!("one message expected, found {other:?}"),
    }
}

fn answer(endpoint: &mut Endpoint, request: &Incoming, answer: Answer, now: Duration) -> Vec<Output> {
    endpoint.handle(Input::Answer { request, answer }, now);
    drain(endpoint)
}

#[test]
fn a_repetition_is_swallowed_then_answered_alike() {
    let mut endpoint = endpoint();
    let bytes = message("MESSAGE", "z9hG4bK1", 1, "<mrq/>");
    let first = request(receive(&mut endpoint, udp(), &bytes, ZERO));
    assert!(receive(&mut endpoint, udp(), &bytes, ms(500)).is_empty(), "swallowed while it is stored");
    let reply = Answer::new(200).with_body("application/scaip+xml", b"<mrs/>");
    let (path, response) = sent(answer(&mut endpoint, &first, reply, ms(600)));
    assert_eq!(path, udp());
    assert!(
        response.contains("Via: SIP/2.0/UDP 10.0.0.9:5062;branch=z9hG4bK1;rport=4242;received=192.0.2.7\r\n")
    );
    assert!(response.ends_with("\r\nContent-Type: application/scaip+xml\r\nContent-Length: 6\r\n\r\n<mrs/>"));
    // From another port after a new address translation: the same answer goes there.
    let moved = Path::udp("192.0.2.7:9999".parse().unwrap());
    let (path, again) = sent(receive(&mut endpoint, moved, &bytes, ms(1_500)));
    assert_eq!((path, again), (moved, response.replace("rport=4242", "rport=9999")));
    assert_eq!(sent(receive(&mut endpoint, udp(), &bytes, ms(32_599))).1, response);
    assert!(answer(&mut endpoint, &first, Answer::new(500), ms(32_599)).is_empty(), "answered once");
    assert_eq!(endpoint.poll_timeout().map(|(at, _)| at), Some(ms(32_600)));
    endpoint.handle(Input::Tick, ms(32_600));
    assert_eq!((endpoint.completed(), endpoint.pending(), endpoint.poll_timeout()), (0, 0, None));
    let counters = endpoint.counters();
    assert_eq!((counters.requests, counters.repetitions_swallowed), (1, 1));
    assert_eq!((counters.repetitions_answered, counters.answers_late), (2, 1));
}

#[test]
fn a_constant_branch_hides_no_new_alarm() {
    for branch in ["z9hG4bKconstant", "z9hG4bK", "old"] {
        let mut endpoint = endpoint();
        for (cseq, body) in [(1, "a"), (2, "a"), (2, "b")] {
            let bytes = message("MESSAGE", branch, cseq, body);
            let new = request(receive(&mut endpoint, udp(), &bytes, ZERO));
            answer(&mut endpoint, &new, Answer::new(200), ZERO);
            sent(receive(&mut endpoint, udp(), &bytes, ZERO));
        }
        assert_eq!(endpoint.counters().requests, 3);
    }
}

#[test]
fn the_endpoint_answers_what_is_not_for_the_application() {
    fn check(method: &str, lines: &str, start: &str, line: &str) {
        let bytes = String::from_utf8(message(method, "z9hG4bK1", 1, "")).unwrap();
        let bytes = bytes.replace("Call-ID", &format!("{lines}Call-ID"));
        let (_, response) = sent(receive(&mut endpoint(), udp(), bytes.as_bytes(), ZERO));
        assert!(response.starts_with(start) && response.contains(line), "{response}");
    }
    check("OPTIONS", "", "SIP/2.0 200 OK\r\n", "Allow: MESSAGE, REGISTER, OPTIONS\r\n");
    check("OPTIONS", "Require: a, b\r\n", "SIP/2.0 420 ", "Unsupported: a, b\r\n");
    check("INVITE", "", "SIP/2.0 405 ", "Allow: MESSAGE, REGISTER, OPTIONS\r\n");
    check("PUBLISH", "", "SIP/2.0 405 ", "Allow: ");
    check("CANCEL", "", "SIP/2.0 481 ", "");
    let ack = message("ACK", "z9hG4bK1", 1, "");
    assert!(receive(&mut endpoint(), udp(), &ack, ZERO).is_empty());
    let required = String::from_utf8(message("MESSAGE", "z9hG4bK1", 1, "")).unwrap();
    let required = required.replace("Call-ID", "Require: x\r\nCall-ID");
    request(receive(&mut endpoint(), udp(), required.as_bytes(), ZERO));
}

#[test]
fn broken_messages_are_refused_and_handed_on() {
    fn check(bytes: &[u8], refused: Option<u16>) {
        let mut outputs = receive(&mut endpoint(), udp(), bytes, ZERO);
        let Some(Output::Malformed { bytes: kept, refused_with, .. }) = outputs.pop() else {
            panic!("the message must be handed on");
        };
        assert_eq!((kept.as_slice(), refused_with), (bytes, refused));
        if let Some(status) = refused {
            let (_, response) = sent(outputs);
            assert!(response.starts_with(&format!("SIP/2.0 {status} ")), "{response}");
        } else {
            assert!(outputs.is_empty());
        }
    }
    let good = String::from_utf8(message("MESSAGE", "z9hG4bK1", 1, "x")).unwrap();
    check(good.replace("Call-ID: c1\r\n", "").as_bytes(), Some(400));
    check(good.replace("Length: 1", "Length: 2").as_bytes(), Some(400));
    check(good.replace("SIP/2.0\r\nVia", "SIP/3.0\r\nVia").as_bytes(), Some(505));
    check(good.replace("CSeq", "broken line\r\nCSeq").as_bytes(), Some(400));
    check(good.split("To:").next().unwrap_or_default().as_bytes(), Some(400));
    check(b"help", None);
    check(b"SIP/2.0 2000 x\r\nVia: SIP/2.0/UDP h\r\n\r\n", None);
    check(b"ACK x\r\nVia: SIP/2.0/UDP h\r\n\r\n", None);
    assert!(receive(&mut endpoint(), udp(), b"\r\n\r\n", ZERO).is_empty(), "a keep-alive is nothing");
}

#[test]
fn overload_refuses_and_recovers() {
    let mut config = Config::new([1, 2], "h");
    (config.pending_max, config.completed_max) = (2, 3);
    let mut endpoint = Endpoint::new(config);
    let bytes = |number: u32| message("MESSAGE", &format!("z9hG4bK{number}"), number, "");
    let first = request(receive(&mut endpoint, udp(), &bytes(1), ZERO));
    request(receive(&mut endpoint, udp(), &bytes(2), ZERO));
    let (_, refused) = sent(receive(&mut endpoint, udp(), &bytes(3), ZERO));
    assert!(refused.starts_with("SIP/2.0 503 ") && refused.contains("Retry-After: 5\r\n"));
    answer(&mut endpoint, &first, Answer::new(200), ZERO);
    for number in 3..9 {
        let new = request(receive(&mut endpoint, udp(), &bytes(number), ms(1)));
        answer(&mut endpoint, &new, Answer::new(200), ms(1));
    }
    assert_eq!((endpoint.completed(), endpoint.pending()), (3, 1));
    assert_eq!((endpoint.counters().overloaded, endpoint.counters().forgotten_early), (1, 4));
    endpoint.handle(Input::Tick, ms(33_000));
    assert_eq!((endpoint.completed(), endpoint.pending(), endpoint.counters().unanswered), (0, 0, 1));
}

#[test]
fn a_stream_keeps_no_answers_and_a_new_connection_gets_its_own() {
    let mut endpoint = endpoint();
    let bytes = message("MESSAGE", "z9hG4bK1", 1, "");
    let old = request(receive(&mut endpoint, stream(1), &bytes, ZERO));
    endpoint.handle(Input::Closed { path: stream(1) }, ms(1));
    let new = request(receive(&mut endpoint, stream(2), &bytes, ms(2)));
    for (incoming, connection) in [(old, 1), (new, 2)] {
        let (path, _) = sent(answer(&mut endpoint, &incoming, Answer::new(200), ms(3)));
        assert_eq!(path, stream(connection));
    }
    assert_eq!((endpoint.completed(), endpoint.pending(), endpoint.poll_timeout()), (0, 0, None));
    let mut framer = StreamFramer::new(Limits::default());
    framer.push(b"MESSAGE sip:a SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK1\r\n\r\n");
    let error = framer.next_frame().map(|frame| frame.map(|_: Frame<'_>| ())).unwrap_err();
    endpoint.handle(Input::Unframed { path: stream(2), bytes: framer.waiting(), error }, ms(4));
    let outputs = drain(&mut endpoint);
    assert!(matches!(
        &outputs[..],
        [Output::Transmit { .. }, Output::Malformed { refused_with: Some(400), .. }]
    ));
}

#[test]
fn a_response_may_go_to_the_port_of_the_via() {
    let mut config = Config::new([1, 2], "h");
    config.response_target = ResponseTarget::ViaPort;
    let bytes = String::from_utf8(message("OPTIONS", "z9hG4bK1", 1, "")).unwrap();
    let mut endpoint = Endpoint::new(config);
    assert_eq!(
        sent(receive(&mut endpoint, udp(), bytes.as_bytes(), ZERO)).0,
        udp(),
        "rport asks for the source"
    );
    let plain = bytes.replace(";rport", "");
    let (path, _) = sent(receive(&mut endpoint, udp(), plain.as_bytes(), ZERO));
    assert_eq!(path.peer, "192.0.2.7:5062".parse().unwrap());
}

fn reply() -> Outgoing {
    Outgoing::new(
        Method::Message,
        "sip:100200@192.0.2.7",
        "<sip:larm@example.org>",
        "<sip:100200@example.org>",
    )
    .with_body("application/scaip+xml", b"<mrs/>")
}

fn respond(sent: &str, status: &str) -> String {
    let wanted = ["Via", "From", "To", "Call-ID", "CSeq"];
    let echoed: Vec<&str> = sent
        .lines()
        .filter(|line| wanted.iter().any(|name| line.starts_with(&format!("{name}: "))))
        .collect();
    format!("SIP/2.0 {status}\r\n{}\r\nContent-Length: 0\r\n\r\n", echoed.join("\r\n"))
}

fn send(endpoint: &mut Endpoint, token: u64, path: Path, now: Duration) -> String {
    endpoint.handle(Input::Send { token, path, request: reply() }, now);
    sent(drain(endpoint)).1
}

fn outcome(outputs: Vec<Output>) -> (u64, Outcome) {
    match <[Output; 1]>::try_from(outputs) {
        Ok([Output::Outcome { token, outcome }]) => (token, outcome),
        other => panic!("one outcome expected, found {other:?}"),
    }
}

/// Times in milliseconds at which the endpoint sends something until it reports an outcome.
fn repetitions(endpoint: &mut Endpoint) -> (Vec<u128>, u128) {
    let mut times = Vec::new();
    loop {
        let (now, reason) = endpoint.poll_timeout().expect("a request of our own ends");
        assert!(reason.ends_with("of our own"));
        endpoint.handle(Input::Tick, now);
        match drain(endpoint).pop() {
            Some(Output::Transmit { .. }) => times.push(now.as_millis()),
            Some(Output::Outcome { outcome: Outcome::TimedOut, .. }) => return (times, now.as_millis()),
            other => panic!("unexpected {other:?}"),
        }
    }
}

#[test]
fn our_own_request_is_repeated_by_the_timers_of_the_rfc() {
    let mut endpoint = endpoint();
    send(&mut endpoint, 1, udp(), ZERO);
    let expected = vec![500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
    assert_eq!(repetitions(&mut endpoint), (expected, 32_000));
    let first = send(&mut endpoint, 2, udp(), ms(100_000));
    assert!(receive(&mut endpoint, udp(), respond(&first, "100 Trying").as_bytes(), ms(100_100)).is_empty());
    let (times, end) = repetitions(&mut endpoint);
    assert_eq!((times[0], times[1], end), (100_500, 104_500, 132_000));
    send(&mut endpoint, 3, stream(1), ms(200_000));
    assert_eq!(repetitions(&mut endpoint), (vec![], 232_000));
    assert_eq!(endpoint.clients(), 0);
}

#[test]
fn our_own_request_ends_once() {
    let mut endpoint = endpoint();
    let first = send(&mut endpoint, 7, udp(), ZERO);
    let message = Message::parse(first.as_bytes(), &Limits::default()).unwrap();
    assert_eq!((message.method(), message.body()), (Some(Method::Message), &b"<mrs/>"[..]));
    assert!(message.from().tag().is_some() && first.contains(";rport\r\n"));
    for forged in [
        respond(&first, "200 OK").replace("z9hG4bK0.", "z9hG4bK1."),
        respond(&first, "200 OK").replace("branch=z9hG4bK0.", "branch=z9hG4bK0.0"),
        respond(&first, "200 OK").replace("CSeq: 1 MESSAGE", "CSeq: 1 OPTIONS"),
    ] {
        assert!(receive(&mut endpoint, udp(), forged.as_bytes(), ms(1)).is_empty());
    }
    let (token, result) =
        outcome(receive(&mut endpoint, udp(), respond(&first, "202 Accepted").as_bytes(), ms(2)));
    assert!(matches!((token, result), (7, Outcome::Answered { status: 202, .. })));
    assert!(receive(&mut endpoint, udp(), respond(&first, "202 Accepted").as_bytes(), ms(3)).is_empty());
    assert_eq!(
        (endpoint.clients(), endpoint.counters().responses_stray, endpoint.poll_timeout()),
        (0, 4, None)
    );
    send(&mut endpoint, 8, stream(1), ms(4));
    send(&mut endpoint, 9, stream(2), ms(4));
    endpoint.handle(Input::Closed { path: stream(1) }, ms(5));
    assert_eq!(outcome(drain(&mut endpoint)), (8, Outcome::ConnectionLost));
    assert_eq!(endpoint.clients(), 1);
    let invite = Outgoing::new(Method::Invite, "sip:a", "<sip:a>", "<sip:b>");
    endpoint.handle(Input::Send { token: 10, path: udp(), request: invite }, ms(6));
    assert_eq!(outcome(drain(&mut endpoint)), (10, Outcome::NotSent));
}

/// Simulated days of traffic, a third of it unanswered: the tables end empty and never pass what is under way.
#[test]
fn days_of_traffic_leave_nothing_behind() {
    let mut endpoint = endpoint();
    let (mut now, mut ended) = (ZERO, 0);
    for number in 0..6_000_u32 {
        now += Duration::from_secs(30);
        let bytes = message("MESSAGE", &format!("z9hG4bK{number}"), number, "");
        let outputs = receive(&mut endpoint, udp(), &bytes, now);
        ended += outputs.iter().filter(|output| matches!(output, Output::Outcome { .. })).count();
        let new = outputs.into_iter().find_map(|output| match output {
            Output::Request(request) => Some(request),
            _ => None,
        });
        if number % 3 != 0 {
            answer(&mut endpoint, &new.expect("a new request"), Answer::new(200), now);
        }
        endpoint.handle(Input::Send { token: number.into(), path: udp(), request: reply() }, now);
        let first = match endpoint.poll_output() {
            Some(Output::Transmit { bytes, .. }) => String::from_utf8(bytes).unwrap(),
            other => panic!("unexpected {other:?}"),
        };
        if number % 3 != 1 {
            outcome(receive(&mut endpoint, udp(), respond(&first, "200 OK").as_bytes(), now));
            ended += 1;
        }
        assert!(endpoint.pending() <= 2 && endpoint.completed() <= 2 && endpoint.clients() <= 2);
    }
    endpoint.handle(Input::Tick, now + Duration::from_secs(33));
    ended += drain(&mut endpoint).iter().filter(|output| matches!(output, Output::Outcome { .. })).count();
    assert_eq!((endpoint.pending(), endpoint.completed(), endpoint.clients()), (0, 0, 0));
    assert_eq!((endpoint.poll_timeout(), ended), (None, 6_000));
    assert_eq!(endpoint.counters().unanswered, 2_000);
}
