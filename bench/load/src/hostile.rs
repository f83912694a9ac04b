//! Whoever wants to do harm, from addresses of their own: what must not reach the alarms of others.

use std::{
    io::{Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, UdpSocket},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use clap::Args;
use serde_json::json;

use crate::wire::{Said, message};

/// Where the attackers come from: loopback addresses that no good device has.
const FIRST_ATTACKER: [u8; 4] = [127, 0, 6, 1];
/// How long an attacker waits for a connection or an answer.
const PATIENCE: Duration = Duration::from_millis(500);
/// How much a header that is far too large holds.
const HEADER_BYTES: usize = 1_024 * 1_024;

/// Attacks a reception in every way at once.
#[derive(Debug, Args)]
pub(crate) struct Hostile {
    /// The reception, UDP and TCP.
    #[arg(long)]
    to: SocketAddr,
    /// The reception, TLS.
    #[arg(long)]
    tls: SocketAddr,
    /// For how long, in seconds.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// How many wrong passwords are tried in all.
    #[arg(long, default_value_t = 100_000)]
    passwords: u64,
    /// Connections that stand half open, and as many that send a byte now and then.
    #[arg(long, default_value_t = 1_000)]
    connections: usize,
}

/// How much of each was done.
#[derive(Debug, Default)]
struct Done {
    datagrams: AtomicU64,
    passwords: AtomicU64,
    copies: AtomicU64,
    streams: AtomicU64,
    half_open: AtomicU64,
    slow_bytes: AtomicU64,
    refused: AtomicU64,
}

/// Attacks until the time is up, prints what was done as JSON.
pub(crate) fn run(hostile: &Hostile) -> anyhow::Result<()> {
    let done = Done::default();
    let end = Instant::now() + Duration::from_secs(hostile.seconds);
    std::thread::scope(|scope| {
        scope.spawn(|| rubbish(hostile, end, &done));
        scope.spawn(|| passwords(hostile, end, &done));
        scope.spawn(|| copies(hostile, end, &done));
        scope.spawn(|| streams(hostile, end, &done));
        scope.spawn(|| half_open(hostile, end, &done));
    });
    let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
    println!(
        "{}",
        json!({
            "datagrams": of(&done.datagrams),
            "passwords": of(&done.passwords),
            "copies": of(&done.copies),
            "streams": of(&done.streams),
            "half_open": of(&done.half_open),
            "slow_bytes": of(&done.slow_bytes),
            "refused": of(&done.refused),
        })
    );
    Ok(())
}

fn socket(number: u8, to: SocketAddr) -> std::io::Result<UdpSocket> {
    let [a, b, c, d] = FIRST_ATTACKER;
    let socket = UdpSocket::bind((IpAddr::V4(Ipv4Addr::new(a, b, c, d + number)), 0))?;
    socket.connect(to)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

fn count(counter: &AtomicU64) -> u64 {
    counter.fetch_add(1, Ordering::Relaxed)
}

/// Waits for the next turn, so that the attack is as fast as asked for and not as the machine can.
fn pace(began: Instant, number: u64, per_second: f64) {
    let due = began + Duration::from_secs_f64(number as f64 / per_second);
    leave_alone(due.saturating_duration_since(Instant::now()));
}

#[expect(clippy::disallowed_methods, reason = "an attacker of a set speed waits between two blows")]
fn leave_alone(time: Duration) {
    std::thread::sleep(time);
}

/// Datagrams that are no SIP, or hardly, or SIP with a body that no reader should survive by luck.
fn rubbish(hostile: &Hostile, end: Instant, done: &Done) {
    let Ok(socket) = socket(0, hostile.to) else { return };
    let all = torture();
    let began = Instant::now();
    while Instant::now() < end {
        let number = count(&done.datagrams);
        if let Some(bytes) = all.get(usize::try_from(number).unwrap_or(0) % all.len()) {
            let _ = socket.send(bytes);
        }
        drain(&socket);
        pace(began, number, 2_000.0);
    }
}

fn drain(socket: &UdpSocket) {
    let mut buffer = [0_u8; 2_048];
    while socket.recv(&mut buffer).is_ok() {}
}

/// Alarms in the name of devices that have a password, with a wrong one.
fn passwords(hostile: &Hostile, end: Instant, done: &Done) {
    let Ok(socket) = socket(1, hostile.to) else { return };
    let Ok(local) = socket.local_addr() else { return };
    let per_second = hostile.passwords as f64 / hostile.seconds.max(1) as f64;
    let began = Instant::now();
    while Instant::now() < end && done.passwords.load(Ordering::Relaxed) < hostile.passwords {
        let number = count(&done.passwords);
        let sender = (20_000_000 + number % 40).to_string();
        let bytes = message(Said::Alarm, &sender, &format!("pw{number:x}"), (number, "pw"), local);
        let header = format!(
            "\r\nAuthorization: Digest username=\"{sender}\", realm=\"tryggve\", nonce=\"{number:048x}\", \
             uri=\"sip:larm@tryggve.example\", response=\"{number:032x}\", algorithm=MD5\r\nContent-Type:"
        );
        let text = String::from_utf8_lossy(&bytes).replacen("\r\nContent-Type:", &header, 1);
        let _ = socket.send(text.as_bytes());
        drain(&socket);
        pace(began, number, per_second);
    }
}

/// Copies of what good devices are about to send or have just sent, with another body or none.
fn copies(hostile: &Hostile, end: Instant, done: &Done) {
    let Ok(socket) = socket(2, hostile.to) else { return };
    let Ok(local) = socket.local_addr() else { return };
    let began = Instant::now();
    while Instant::now() < end {
        let number = count(&done.copies);
        // The same branch and Call-ID as the alarms of `load storm --run good`, from a sender that nobody knows.
        let reference = format!("goodax{number:x}");
        let bytes = message(Said::Alarm, &format!("spoof{number}"), &reference, (number, "goodax"), local);
        let _ = socket.send(&bytes);
        drain(&socket);
        pace(began, number, 200.0);
    }
}

/// Streams that are nothing, far too much, or end in the middle.
fn streams(hostile: &Hostile, end: Instant, done: &Done) {
    let all = torture();
    let began = Instant::now();
    while Instant::now() < end {
        let number = count(&done.streams);
        let to = if number % 4 == 3 { hostile.tls } else { hostile.to };
        pace(began, number, 100.0);
        let Ok(mut stream) = TcpStream::connect_timeout(&to, PATIENCE) else {
            count(&done.refused);
            continue;
        };
        let _ = stream.set_write_timeout(Some(PATIENCE));
        let _ = stream.set_read_timeout(Some(Duration::from_millis(20)));
        let bytes = if number.is_multiple_of(10) {
            let large = "x".repeat(HEADER_BYTES);
            format!("MESSAGE sip:larm@tryggve SIP/2.0\r\nX-Large: {large}\r\n\r\n").into_bytes()
        } else {
            all.get(usize::try_from(number).unwrap_or(0) % all.len()).cloned().unwrap_or_default()
        };
        let _ = stream.write_all(&bytes);
        let _ = stream.read(&mut [0; 512]);
    }
}

/// Connections that say nothing, and connections that say a little now and then; on TLS they never greet.
fn half_open(hostile: &Hostile, end: Instant, done: &Done) {
    let mut open = Vec::new();
    for number in 0..hostile.connections * 2 {
        if Instant::now() > end {
            break;
        }
        let to = if number % 2 == 0 { hostile.to } else { hostile.tls };
        match TcpStream::connect_timeout(&to, PATIENCE) {
            Ok(stream) => {
                count(&done.half_open);
                open.push(stream);
            }
            Err(_) => drop(count(&done.refused)),
        }
    }
    let slow = b"MESSAGE sip:larm@tryggve.example SIP/2.0\r\nVia: SIP/2.0/TCP slow;branch=z9hG4bKslow\r\n";
    for byte in slow.iter().cycle() {
        if Instant::now() > end {
            return;
        }
        for stream in open.iter_mut().step_by(4) {
            if stream.write_all(&[*byte]).is_ok() {
                count(&done.slow_bytes);
            }
        }
        leave_alone(Duration::from_millis(500));
    }
}

/// Messages of every kind that has broken a reader before.
fn torture() -> Vec<Vec<u8>> {
    let local = SocketAddr::from(([127, 0, 6, 1], 5_060));
    let good = String::from_utf8_lossy(&message(Said::Alarm, "10000007", "t1", (1, "t"), local)).into_owned();
    let mut all: Vec<Vec<u8>> = bodies().iter().map(|body| with_body(body)).collect();
    for (from, to) in [
        ("Content-Length: ", "Content-Length: -"),
        ("Content-Length: ", "Content-Length: 99999999999999999999"),
        ("CSeq: 1 MESSAGE", "CSeq: 4294967296 MESSAGE"),
        ("CSeq: 1 MESSAGE", "CSeq: 1 INVITE"),
        ("Max-Forwards: 70", "Max-Forwards: 999999"),
        ("SIP/2.0\r\n", "SIP/7.0\r\n"),
        ("Via: ", "Via: SIP/2.0/UDP \0\0;;;=,,"),
        ("From: ", "From: \"\\\"\u{1}"),
        ("Call-ID: ", "Call-ID: \r\n  folded\r\n\tagain"),
        ("To: ", "To: <sip:\u{fffd}@[::1"),
        ("\r\n\r\n", "\r\n"),
        ("MESSAGE sip:", "MESSAGE  sip:"),
        ("Content-Type: application/scaip+xml", "Content-Type: multipart/mixed;boundary=\"x"),
    ] {
        all.push(good.replacen(from, to, 1).into_bytes());
    }
    let many: String = (0..500).map(|number| format!("X-{number}: a\r\n")).collect();
    all.push(good.replacen("Max-Forwards", &format!("{many}Max-Forwards"), 1).into_bytes());
    all.push("Via: x\r\n".repeat(3_000).into_bytes());
    all.extend([vec![0; 1_200], vec![0xff; 60_000], b"\r\n\r\n".to_vec(), Vec::new()]);
    // Every part of a good message, cut off.
    all.extend(
        (1..good.len()).step_by(17).map(|length| good.as_bytes().iter().take(length).copied().collect()),
    );
    all
}

fn bodies() -> Vec<String> {
    let bomb: String = (1..20)
        .map(|level| format!("<!ENTITY e{level} \"{}\">", format!("&e{};", level - 1).repeat(10)))
        .collect();
    vec![
        format!("<!DOCTYPE mrq [<!ENTITY e0 \"ha\">{bomb}]><mrq><cid>10000001</cid><ref>&e19;</ref></mrq>"),
        "<!DOCTYPE mrq [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><mrq><cid>&x;</cid></mrq>".to_owned(),
        format!("{}{}", "<mrq>".repeat(3_000), "</mrq>".repeat(3_000)),
        format!("<mrq {}=\"1\"/>", "a".repeat(15_000)),
        format!("<mrq><cid>{}</cid></mrq>", "9".repeat(50_000)),
        format!("<mrq>{}</mrq>", "<stc>0010</stc>".repeat(1_000)),
        "<mrq><ref>&#0;&#xD800;</ref><cid>\u{0}</cid></mrq>".to_owned(),
        "<mrq><ref>1</ref><cid>10000001</cid><dty>".to_owned(),
        "<mrs><ref>1</ref><snu>0</snu></mrs>".to_owned(),
    ]
}

fn with_body(body: &str) -> Vec<u8> {
    format!(
        "MESSAGE sip:larm@tryggve.example SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.6.1;branch=z9hG4bK{};rport\r\n\
         Max-Forwards: 70\r\nFrom: <sip:x@x>;tag=1\r\nTo: <sip:larm@x>\r\nCall-ID: {}@x\r\nCSeq: 1 MESSAGE\r\n\
         Content-Type: application/scaip+xml\r\nContent-Length: {}\r\n\r\n{body}",
        body.len(),
        body.len(),
        body.len()
    )
    .into_bytes()
}
