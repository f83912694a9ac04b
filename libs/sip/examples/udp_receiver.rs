//! A receiver of alarms over UDP that asks for a password: `cargo run -p sip --example udp_receiver -- 127.0.0.1:5060`.
//!
//! It answers after "storing", replies with a MESSAGE of its own, and stops after the number of seconds given second.
//! The password of every user is `secret`.

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use sip::digest::{Algorithm, Authenticator, Authorization, Ha1, Verdict};
use sip::{Answer, Config, Endpoint, HeaderName, Incoming, Input, Method, Outgoing, Output, Path};

/// Longest sleep, so that the end is noticed.
const SLEEP_MAX: Duration = Duration::from_millis(200);

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let listen = arguments.next().unwrap_or_else(|| "127.0.0.1:5060".to_owned());
    let seconds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(3_600);
    let socket = UdpSocket::bind(&listen)?;
    // An example has no secrets; a product draws these numbers at start.
    let mut endpoint = Endpoint::new(Config::new([1, 2], &listen));
    let authenticator = Authenticator::new("example.org", [3; 32]);
    let start = Instant::now();
    let mut buffer = vec![0; sip::limits::MESSAGE_BYTES_MAX];
    let mut stored = 0;
    while start.elapsed() < Duration::from_secs(seconds) {
        let now = start.elapsed();
        let sleep =
            endpoint.poll_timeout().map_or(SLEEP_MAX, |(at, _)| at.saturating_sub(now).min(SLEEP_MAX));
        socket.set_read_timeout(Some(sleep.max(Duration::from_millis(1))))?;
        match socket.recv_from(&mut buffer) {
            Ok((length, peer)) => {
                let bytes = buffer.get(..length).unwrap_or_default();
                endpoint.handle(Input::Received { path: Path::udp(peer), bytes }, start.elapsed());
            }
            Err(_) => endpoint.handle(Input::Tick, start.elapsed()),
        }
        while let Some(output) = endpoint.poll_output() {
            let now = start.elapsed();
            match output {
                Output::Transmit { path, bytes } => drop(socket.send_to(&bytes, path.peer)),
                Output::Request(request) => {
                    stored += u64::from(take(&mut endpoint, &authenticator, &request, now));
                }
                Output::Outcome { token, outcome } => println!("reply {token}: {outcome:?}"),
                Output::Malformed { error, .. } => println!("malformed: {error}"),
            }
        }
    }
    println!("{stored} alarms, {:?}", endpoint.counters());
    Ok(())
}

/// Answers one request; tells whether it was an alarm that was taken.
fn take(endpoint: &mut Endpoint, authenticator: &Authenticator, request: &Incoming, now: Duration) -> bool {
    let message = request.message();
    let method = message.method_text().unwrap_or_default();
    let verdict = message
        .header(HeaderName::Authorization)
        .and_then(|value| Authorization::parse(&value))
        .map(|authorization| {
            let ha1 = Ha1::derive(authorization.user(), authenticator.realm(), "secret");
            authenticator.verify(&authorization, &method, &ha1, now)
        });
    if !matches!(verdict, Some(Verdict::Accepted { .. })) {
        let stale = verdict == Some(Verdict::Stale);
        let challenge = authenticator.challenge(Algorithm::Md5, now, stale);
        let answer = Answer::new(401).with_header("WWW-Authenticate", &challenge);
        endpoint.handle(Input::Answer { request, answer }, now);
        return false;
    }
    // Here a product stores the message.
    endpoint.handle(Input::Answer { request, answer: Answer::new(200) }, now);
    let path = request.reply_path();
    let reply = Outgoing::new(
        Method::Message,
        &target(path.peer, &message.from().user()),
        &format!("<{}>", message.to().uri()),
        &format!("<{}>", message.from().uri()),
    );
    let reply = reply.with_body("application/scaip+xml", b"<mrs><ref>1</ref><snu>0</snu></mrs>");
    endpoint.handle(Input::Send { token: u64::from(message.cseq()), path, request: reply }, now);
    true
}

fn target(peer: SocketAddr, user: &str) -> String {
    format!("sip:{user}@{peer}")
}
