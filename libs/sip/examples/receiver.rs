//! A receiver of alarms over UDP and TCP that asks for a password: `cargo run -p sip --example receiver -- 127.0.0.1:5060`.
//!
//! It answers after "storing", replies with a MESSAGE of its own, and stops after the number of seconds given second.
//! The password of every user is `secret`. Threads read the sockets; one loop owns the endpoint.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use sip::digest::{Algorithm, Authenticator, Authorization, Ha1, Verdict};
use sip::{
    Answer, Config, Endpoint, Frame, HeaderName, Incoming, Input, Limits, Method, Outgoing, Output, PONG,
    ParseError, Path, StreamFramer, Transport,
};

/// Longest sleep, so that the end is noticed.
const SLEEP_MAX: Duration = Duration::from_millis(200);

enum Event {
    Opened(Path, TcpStream),
    Received(Path, Vec<u8>),
    Unframed(Path, Vec<u8>, ParseError),
    Closed(Path),
}

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let listen = arguments.next().unwrap_or_else(|| "127.0.0.1:5060".to_owned());
    let seconds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(3_600);
    let datagrams = UdpSocket::bind(&listen)?;
    let listener = TcpListener::bind(&listen)?;
    let (sender, events) = channel();
    let (reader, connections) = (datagrams.try_clone()?, sender.clone());
    std::thread::spawn(move || read_datagrams(&reader, &sender));
    std::thread::spawn(move || accept(&listener, &connections));
    serve(&datagrams, &events, &listen, Duration::from_secs(seconds));
    Ok(())
}

fn read_datagrams(socket: &UdpSocket, events: &Sender<Event>) {
    let mut buffer = vec![0; sip::limits::MESSAGE_BYTES_MAX];
    while let Ok((length, peer)) = socket.recv_from(&mut buffer) {
        let bytes = buffer.get(..length).unwrap_or_default().to_vec();
        if events.send(Event::Received(Path::udp(peer), bytes)).is_err() {
            return;
        }
    }
}

fn accept(listener: &TcpListener, events: &Sender<Event>) {
    for (stream, connection) in listener.incoming().flatten().zip(1..) {
        let Ok(peer) = stream.peer_addr() else { continue };
        let path = Path { transport: Transport::Tcp, peer, connection };
        let events = events.clone();
        std::thread::spawn(move || {
            // An error here means that the connection or the program is gone.
            let _ = read_stream(path, stream, &events);
            let _ = events.send(Event::Closed(path));
        });
    }
}

fn read_stream(
    path: Path,
    mut stream: TcpStream,
    events: &Sender<Event>,
) -> Result<(), Box<dyn std::error::Error>> {
    events.send(Event::Opened(path, stream.try_clone()?))?;
    let mut framer = StreamFramer::new(Limits::default());
    let mut buffer = [0; 4_096];
    loop {
        let length = stream.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        framer.push(buffer.get(..length).unwrap_or_default());
        loop {
            match framer.next_frame() {
                Ok(Some(Frame::Message(bytes))) => events.send(Event::Received(path, bytes.to_vec()))?,
                Ok(Some(Frame::Ping)) => stream.write_all(PONG)?,
                Ok(Some(Frame::Pong)) => {}
                Ok(None) => break,
                Err(error) => {
                    events.send(Event::Unframed(path, framer.waiting().to_vec(), error))?;
                    return Ok(());
                }
            }
        }
    }
}

fn serve(datagrams: &UdpSocket, events: &Receiver<Event>, listen: &str, lifetime: Duration) {
    // An example has no secrets; a product draws these numbers at start.
    let mut endpoint = Endpoint::new(Config::new([1, 2], listen));
    let authenticator = Authenticator::new("example.org", [3; 32]);
    let mut streams = BTreeMap::new();
    let start = Instant::now();
    let mut taken = 0;
    while start.elapsed() < lifetime {
        let now = start.elapsed();
        let sleep =
            endpoint.poll_timeout().map_or(SLEEP_MAX, |(at, _)| at.saturating_sub(now).min(SLEEP_MAX));
        let event = events.recv_timeout(sleep);
        let now = start.elapsed();
        match event {
            Ok(Event::Opened(path, stream)) => drop(streams.insert(path.connection, stream)),
            Ok(Event::Received(path, bytes)) => endpoint.handle(Input::Received { path, bytes: &bytes }, now),
            Ok(Event::Unframed(path, bytes, error)) => {
                endpoint.handle(Input::Unframed { path, bytes: &bytes, error }, now);
            }
            Ok(Event::Closed(path)) => {
                streams.remove(&path.connection);
                endpoint.handle(Input::Closed { path }, now);
            }
            Err(_) => endpoint.handle(Input::Tick, now),
        }
        while let Some(output) = endpoint.poll_output() {
            match output {
                // What cannot be sent is repeated by its sender or times out.
                Output::Transmit { path, bytes } => match streams.get_mut(&path.connection) {
                    Some(stream) => drop(stream.write_all(&bytes)),
                    None => drop(datagrams.send_to(&bytes, path.peer)),
                },
                Output::Request(request) => {
                    taken += u64::from(take(&mut endpoint, &authenticator, &request, start.elapsed()));
                }
                Output::Outcome { token, outcome } => println!("reply {token}: {outcome:?}"),
                Output::Malformed { error, .. } => println!("malformed: {error}"),
            }
        }
    }
    println!("{taken} alarms, {:?}", endpoint.counters());
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
    let mut reply = reply.with_body("application/scaip+xml", b"<mrs><ref>1</ref><snu>0</snu></mrs>");
    // Nothing demands the device's Call-ID, but test devices sort what they get by it.
    reply.call_id = Some(message.call_id().into_owned());
    endpoint.handle(Input::Send { token: u64::from(message.cseq()), path, request: reply }, now);
    true
}

fn target(peer: SocketAddr, user: &str) -> String {
    format!("sip:{user}@{peer}")
}
