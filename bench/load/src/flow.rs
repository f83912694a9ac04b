//! An open-loop sender: messages leave when they are due, whether or not the last one was answered.

use std::{
    collections::HashMap,
    net::{SocketAddr, UdpSocket},
    time::{Duration, Instant},
};

use crate::{
    seed::controller_id,
    wire::{Said, answer, call_number, message},
};

/// After so long without an answer a message is sent again, as SIP asks (timer E).
const AGAIN_AFTER: Duration = Duration::from_millis(500);
/// After so long without an answer a device that has a second receiver turns to it.
const SECOND_AFTER: Duration = Duration::from_millis(1_000);
/// How long one look at the socket may take, so that nothing is sent late by more.
const LOOK: Duration = Duration::from_millis(1);
/// How often what waits for its answer is looked through.
const SWEEP: Duration = Duration::from_millis(50);

/// When the messages of a flow leave, from the beginning.
#[derive(Debug, Clone)]
pub(crate) enum Due {
    /// Each at its moment; ascending.
    At(Vec<Duration>),
    /// Evenly spread: so many a second, so many in all. Takes no memory, however many there are.
    Evenly {
        /// Messages a second.
        per_second: f64,
        /// Messages in all.
        count: usize,
    },
}

impl Due {
    /// When the message of that number leaves; none after the last.
    fn at(&self, number: usize) -> Option<Duration> {
        match self {
            Due::At(moments) => moments.get(number).copied(),
            Due::Evenly { per_second, count } => {
                (number < *count).then(|| Duration::from_secs_f64(number as f64 / per_second))
            }
        }
    }

    fn last(&self) -> Option<Duration> {
        match self {
            Due::At(moments) => moments.last().copied(),
            Due::Evenly { count, .. } => self.at(count.checked_sub(1)?),
        }
    }
}

/// What one flow sends, and when.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    /// What its devices say.
    pub(crate) said: Said,
    /// The first device, so that two flows never share one.
    pub(crate) first_device: usize,
    /// How many devices take turns.
    pub(crate) devices: usize,
    /// When each message leaves.
    pub(crate) due: Due,
    /// A word in every reference.
    pub(crate) run: String,
}

/// Where a device sends: its receiver, and the one it turns to when that does not answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Receivers {
    /// The one that is tried first.
    pub(crate) first: SocketAddr,
    /// The other one, where it has two.
    pub(crate) second: Option<SocketAddr>,
}

impl Receivers {
    /// A socket for each, in their order.
    fn sockets(self) -> std::io::Result<Vec<UdpSocket>> {
        let connect = |to: SocketAddr| {
            let socket = UdpSocket::bind(if to.is_ipv4() { "127.0.0.1:0" } else { "[::1]:0" })?;
            socket2::SockRef::from(&socket).set_recv_buffer_size(crate::wire::BYTES_WAITING)?;
            socket.connect(to)?;
            socket.set_read_timeout(Some(LOOK))?;
            Ok(socket)
        };
        [Some(self.first), self.second].into_iter().flatten().map(connect).collect()
    }
}

/// How one message ended.
#[derive(Debug, Clone)]
pub(crate) struct Ended {
    /// Sender and reference.
    pub(crate) name: String,
    /// When it first left.
    pub(crate) sent: Instant,
    /// From its first leaving to its answer; none where no answer came.
    pub(crate) took: Option<Duration>,
    /// The status of the answer; 0 where none came.
    pub(crate) status: u16,
    /// Whether it had to be sent again.
    pub(crate) repeated: bool,
}

struct Flight {
    sent: Instant,
    again: Instant,
    repeated: bool,
    bytes: Vec<u8>,
    name: String,
}

/// Evenly spread moments.
pub(crate) fn steady(per_second: f64, seconds: u64) -> Vec<Duration> {
    let count = (per_second * seconds as f64).round() as usize;
    (0..count).map(|number| Duration::from_secs_f64(number as f64 / per_second)).collect()
}

impl Flow {
    /// Sends everything from `began` on, and waits up to `patience` for what is still under way.
    pub(crate) fn run(
        &self,
        to: Receivers,
        began: Instant,
        patience: Duration,
    ) -> std::io::Result<Vec<Ended>> {
        let mut ended = Vec::new();
        self.run_into(to, began, patience, &mut |one| ended.push(one))?;
        Ok(ended)
    }

    /// The same for a flow of any length: each message is handed on when it has ended, and kept no longer.
    pub(crate) fn run_into(
        &self,
        to: Receivers,
        began: Instant,
        patience: Duration,
        ended: &mut dyn FnMut(Ended),
    ) -> std::io::Result<()> {
        let sockets = to.sockets()?;
        let Some(first) = sockets.first() else { return Ok(()) };
        let local = first.local_addr()?;
        let mut flights: HashMap<u64, Flight> = HashMap::new();
        let is_due = |number: usize, now: Instant| self.due.at(number).is_some_and(|due| began + due <= now);
        let mut buffer = vec![0_u8; 65_535];
        let mut next = 0;
        let mut swept = began;
        let end = began + self.due.last().unwrap_or_default() + patience;
        while self.due.at(next).is_some() || !flights.is_empty() {
            let now = Instant::now();
            if now > end {
                break;
            }
            while is_due(next, now) {
                self.launch(next, first, local, &mut flights);
                next += 1;
            }
            // An error is a time-out, or word that nobody listens there right now: both end by themselves.
            for socket in &sockets {
                while let Ok(length) = socket.recv(&mut buffer) {
                    take(buffer.get(..length).unwrap_or_default(), socket, &mut flights, ended);
                    if is_due(next, Instant::now()) {
                        break;
                    }
                }
            }
            if now.duration_since(swept) > SWEEP {
                swept = now;
                repeat(now, &sockets, &mut flights);
            }
        }
        flights.into_values().for_each(|flight| ended(flight.end(None, 0)));
        Ok(())
    }

    fn launch(
        &self,
        number: usize,
        socket: &UdpSocket,
        local: SocketAddr,
        flights: &mut HashMap<u64, Flight>,
    ) {
        let sender = controller_id(self.first_device + number % self.devices.max(1));
        let reference = format!("{}{number:x}", self.run);
        let bytes = message(self.said, &sender, &reference, (number as u64, &self.run), local);
        let sent = Instant::now();
        let _ = socket.send(&bytes);
        let name = format!("{sender} {reference}");
        flights
            .insert(number as u64, Flight { sent, again: sent + AGAIN_AFTER, repeated: false, bytes, name });
    }
}

impl Flight {
    fn end(self, took: Option<Duration>, status: u16) -> Ended {
        Ended { name: self.name, sent: self.sent, took, status, repeated: self.repeated }
    }
}

fn take(bytes: &[u8], socket: &UdpSocket, flights: &mut HashMap<u64, Flight>, ended: &mut dyn FnMut(Ended)) {
    if bytes.starts_with(b"MESSAGE") {
        if let Some(answer) = answer(bytes) {
            let _ = socket.send(&answer);
        }
        return;
    }
    let status = bytes.get(8..11).and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
    let Some(flight) = call_number(bytes).and_then(|number| flights.remove(&number)) else { return };
    let took = flight.sent.elapsed();
    ended(flight.end(Some(took), status.unwrap_or(0)));
}

fn repeat(now: Instant, sockets: &[UdpSocket], flights: &mut HashMap<u64, Flight>) {
    for flight in flights.values_mut().filter(|flight| now >= flight.again) {
        flight.again = now + AGAIN_AFTER;
        flight.repeated = true;
        let waited = now.duration_since(flight.sent) >= SECOND_AFTER;
        let socket = sockets.get(usize::from(waited)).or(sockets.first());
        let _ = socket.map(|socket| socket.send(&flight.bytes));
    }
}

/// The figures of one flow.
pub(crate) fn figures(ended: &[Ended]) -> serde_json::Value {
    let mut accepted: Vec<f64> = ended
        .iter()
        .filter(|one| one.status == 200)
        .filter_map(|one| one.took)
        .map(|took| took.as_secs_f64() * 1_000.0)
        .collect();
    let refused = ended.iter().filter(|one| one.status >= 300).count();
    let lost = ended.iter().filter(|one| one.took.is_none()).count();
    let repeated = ended.iter().filter(|one| one.repeated).count();
    let mut all = percentiles(&mut accepted);
    let more = serde_json::json!({
        "sent": ended.len(), "acknowledged": accepted.len(), "refused": refused, "lost": lost, "repeated": repeated,
    });
    if let (Some(all), Some(more)) = (all.as_object_mut(), more.as_object()) {
        all.extend(more.clone());
    }
    all
}

/// Median, 99th percentile and greatest of some milliseconds.
pub(crate) fn percentiles(milliseconds: &mut [f64]) -> serde_json::Value {
    milliseconds.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = ((milliseconds.len() as f64 - 1.0) * share).max(0.0).ceil() as usize;
        milliseconds.get(place).copied().unwrap_or(0.0)
    };
    serde_json::json!({ "p50_ms": at(0.5), "p99_ms": at(0.99), "max_ms": at(1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_spread_evenly() {
        let due = steady(20.0, 3);
        assert_eq!(due.len(), 60);
        assert_eq!(due[20], Duration::from_secs(1));
    }

    #[test]
    fn a_flow_of_any_length_leaves_as_a_listed_one() {
        let (listed, even) = (Due::At(steady(20.0, 3)), Due::Evenly { per_second: 20.0, count: 60 });
        assert!((0..61).all(|number| listed.at(number) == even.at(number)));
        assert_eq!(listed.last(), even.last());
        assert_eq!(Due::Evenly { per_second: 1.0, count: 0 }.last(), None);
    }

    #[test]
    fn the_99th_of_a_hundred_is_not_the_greatest_nor_the_middle() {
        let mut all: Vec<f64> = (1..=200).map(f64::from).rev().collect();
        let said = percentiles(&mut all);
        assert_eq!((said["p99_ms"].as_f64(), said["max_ms"].as_f64()), (Some(199.0), Some(200.0)));
    }
}
