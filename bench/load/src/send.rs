//! Keeps a fixed number of messages in flight and measures each from its sending to its 200.

use std::{
    collections::HashMap,
    net::{SocketAddr, UdpSocket},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use clap::Args;

use crate::{
    seed::controller_id,
    wire::{Said, answer, call_number, message},
};

/// After so long without an answer a message is sent again, as SIP asks (timer E).
const AGAIN_AFTER: Duration = Duration::from_millis(500);
/// After so long it counts as lost, as SIP asks (timer F).
const LOST_AFTER: Duration = Duration::from_secs(32);

/// Sends alarms and waits for their acknowledgements.
#[derive(Debug, Args)]
pub(crate) struct Send {
    /// The reception.
    #[arg(long)]
    to: SocketAddr,
    /// Messages in flight.
    #[arg(long, default_value_t = 64)]
    in_flight: usize,
    /// For how long, in seconds.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How many devices take turns; as registered by `seed`.
    #[arg(long, default_value_t = 20_000)]
    devices: usize,
    /// The first device, so that several senders do not share one.
    #[arg(long, default_value_t = 0)]
    first_device: usize,
    /// A word in every reference, so that two runs never send the same message.
    #[arg(long, default_value = "a")]
    run: String,
    /// For how long to wait for what is in flight when the time is up, in seconds.
    #[arg(long, default_value_t = 32)]
    patience_seconds: u64,
    /// Writes the sender and reference of every acknowledged message to a file, a line each.
    #[arg(long)]
    acknowledged: Option<std::path::PathBuf>,
}

/// Sends until the time is up, waits for what is in flight, prints the figures as JSON.
pub(crate) fn run(send: &Send) -> anyhow::Result<()> {
    let mut sender = Sender::open(send)?;
    let figures = sender.run(send)?;
    if let Some(path) = &send.acknowledged {
        let mut lines = sender.acknowledged.join("\n");
        lines.push('\n');
        std::fs::write(path, lines).with_context(|| path.display().to_string())?;
    }
    println!("{figures}");
    Ok(())
}

struct Flight {
    sent: Instant,
    again: Instant,
    bytes: Vec<u8>,
    /// Sender and reference.
    name: String,
}

struct Sender {
    socket: UdpSocket,
    local: SocketAddr,
    flights: HashMap<u64, Flight>,
    next: u64,
    /// Microseconds from sending to acknowledgement.
    times: Vec<u32>,
    /// Sender and reference of what was acknowledged.
    acknowledged: Vec<String>,
    repeated: u64,
    refused: u64,
    lost: u64,
    replies: u64,
}

impl Sender {
    fn open(send: &Send) -> anyhow::Result<Self> {
        let socket = UdpSocket::bind(if send.to.is_ipv4() { "127.0.0.1:0" } else { "[::1]:0" })?;
        socket2::SockRef::from(&socket).set_recv_buffer_size(crate::wire::BYTES_WAITING)?;
        socket.connect(send.to)?;
        socket.set_read_timeout(Some(Duration::from_millis(50)))?;
        let local = socket.local_addr()?;
        Ok(Sender {
            socket,
            local,
            flights: HashMap::new(),
            next: 0,
            times: Vec::new(),
            acknowledged: Vec::new(),
            repeated: 0,
            refused: 0,
            lost: 0,
            replies: 0,
        })
    }

    fn run(&mut self, send: &Send) -> anyhow::Result<serde_json::Value> {
        let began = Instant::now();
        let end = began + Duration::from_secs(send.seconds);
        let mut buffer = vec![0_u8; 65_535];
        for _ in 0..send.in_flight {
            self.launch(send);
        }
        let last = end + Duration::from_secs(send.patience_seconds);
        let mut swept = Instant::now();
        while !self.flights.is_empty() {
            let now = Instant::now();
            if now > last {
                break;
            }
            // An error is a time-out, or word that nobody listens there right now: both end by themselves.
            if let Ok(length) = self.socket.recv(&mut buffer) {
                let landed = self.take(buffer.get(..length).unwrap_or_default());
                if landed && Instant::now() < end {
                    self.launch(send);
                }
            }
            if now.duration_since(swept) > Duration::from_millis(50) {
                swept = now;
                self.sweep(now);
            }
        }
        self.lost += self.flights.len() as u64;
        Ok(self.figures(began.elapsed()))
    }

    fn launch(&mut self, send: &Send) {
        let number = self.next;
        self.next += 1;
        let device = send.first_device + usize::try_from(number).unwrap_or(0) % send.devices;
        let reference = format!("{}{number:x}", send.run);
        let sender = controller_id(device);
        let bytes = message(Said::Alarm, &sender, &reference, (number, &send.run), self.local);
        let sent = Instant::now();
        let _ = self.socket.send(&bytes);
        self.flights.insert(
            number,
            Flight { sent, again: sent + AGAIN_AFTER, bytes, name: format!("{sender} {reference}") },
        );
    }

    /// Takes one datagram; tells whether a message has landed.
    fn take(&mut self, bytes: &[u8]) -> bool {
        if bytes.starts_with(b"MESSAGE") {
            self.replies += 1;
            if let Some(answer) = answer(bytes) {
                let _ = self.socket.send(&answer);
            }
            return false;
        }
        let Some(number) = call_number(bytes) else { return false };
        let Some(flight) = self.flights.remove(&number) else { return false };
        if bytes.starts_with(b"SIP/2.0 200") {
            self.times.push(u32::try_from(flight.sent.elapsed().as_micros()).unwrap_or(u32::MAX));
            self.acknowledged.push(flight.name);
        } else {
            self.refused += 1;
        }
        true
    }

    fn sweep(&mut self, now: Instant) {
        let mut lost = Vec::new();
        for (number, flight) in &mut self.flights {
            if now.duration_since(flight.sent) > LOST_AFTER {
                lost.push(*number);
            } else if now >= flight.again {
                flight.again = now + AGAIN_AFTER;
                self.repeated += 1;
                let _ = self.socket.send(&flight.bytes);
            }
        }
        self.lost += lost.len() as u64;
        for number in lost {
            self.flights.remove(&number);
        }
    }

    fn figures(&mut self, elapsed: Duration) -> serde_json::Value {
        self.times.sort_unstable();
        let acknowledged = self.times.len();
        let milliseconds = |share: f64| {
            let place = ((acknowledged as f64 - 1.0) * share).max(0.0) as usize;
            self.times.get(place).map_or(0.0, |micros| f64::from(*micros) / 1_000.0)
        };
        serde_json::json!({
            "sent": self.next,
            "acknowledged": acknowledged,
            "refused": self.refused,
            "repeated": self.repeated,
            "lost": self.lost,
            "replies": self.replies,
            "seconds": elapsed.as_secs_f64(),
            "acknowledged_per_second": acknowledged as f64 / elapsed.as_secs_f64(),
            "p50_ms": milliseconds(0.5),
            "p99_ms": milliseconds(0.99),
            "max_ms": milliseconds(1.0),
        })
    }
}
