//! Prints what one message costs: `cargo run --release -p sip --example sip_speed`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use sip::{Answer, Config, Endpoint, Input, Limits, Message, Output, Path};

const ROUNDS: u32 = 300_000;

fn main() {
    let sample = message(7);
    let limits = Limits::default();
    let start = Instant::now();
    let mut read = 0;
    for _ in 0..ROUNDS {
        read += u32::from(Message::parse(black_box(&sample), &limits).is_ok());
    }
    report("parsed", read, start);

    let messages: Vec<Vec<u8>> = (0..ROUNDS).map(message).collect();
    let path = Path::udp(([192, 0, 2, 7], 5060).into());
    let mut endpoint = Endpoint::new(Config::new([1, 2], "192.0.2.1:5060"));
    let before = resident_kilobytes();
    let start = Instant::now();
    let mut answered = 0;
    for (number, bytes) in messages.iter().enumerate() {
        // Ten thousand each second: all answers of the last 32 s are remembered.
        let now = Duration::from_micros(u64::try_from(number).unwrap_or_default() * 100);
        endpoint.handle(Input::Received { path, bytes: black_box(bytes) }, now);
        while let Some(output) = endpoint.poll_output() {
            match output {
                Output::Request(request) => {
                    endpoint.handle(Input::Answer { request: &request, answer: Answer::new(200) }, now);
                }
                Output::Transmit { bytes, .. } => answered += u32::from(black_box(bytes).len() > 100),
                Output::Outcome { .. } | Output::Malformed { .. } => {}
            }
        }
    }
    report("taken, answered and remembered", answered, start);
    if let (Some(before), Some(after)) = (before, resident_kilobytes()) {
        let bytes = after.saturating_sub(before) * 1_024 / endpoint.completed().max(1);
        println!("{} remembered answers, about {bytes} bytes each", endpoint.completed());
    }

    let now = Duration::from_secs(31);
    let start = Instant::now();
    let mut repeated = 0;
    for bytes in &messages {
        endpoint.handle(Input::Received { path, bytes: black_box(bytes) }, now);
        while let Some(output) = endpoint.poll_output() {
            repeated += u32::from(matches!(output, Output::Transmit { .. }));
        }
    }
    report("repeated and answered alike", repeated, start);
}

fn report(what: &str, count: u32, start: Instant) {
    let nanoseconds = start.elapsed().as_nanos() / u128::from(count.max(1));
    println!("{count} messages {what}, {nanoseconds} ns each");
}

fn message(number: u32) -> Vec<u8> {
    let body = format!(
        "<mrq><ref>{number:08}</ref><cid>{number:07}</cid><dty>0004</dty><mty>ME</mty><stc>0010</stc><lco>002</lco><crd>gsm:</crd><cha>0</cha></mrq>"
    );
    format!(
        "MESSAGE sip:larm@example.org SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bK{number:08x};rport\r\n\
         Max-Forwards: 70\r\nFrom: <sip:{number:07}@example.org>;tag=286524\r\nTo: <sip:larm@example.org>\r\n\
         Call-ID: {number:08}@192.0.2.7\r\nCSeq: 1 MESSAGE\r\nUser-Agent: example\r\n\
         Content-Type: application/scaip+xml\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Memory of this process as Linux shows it.
fn resident_kilobytes() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
