//! Datagrams: one socket, one SIP machine, one task.

use std::{collections::VecDeque, io::ErrorKind, net::SocketAddr, sync::Arc, time::Duration};

use sip::{Config, Endpoint, Incoming, Input, Output, Path, limits::MESSAGE_BYTES_MAX};
use socket2::SockRef;
use tokio::{
    net::UdpSocket,
    sync::{mpsc, watch},
    task::JoinHandle,
};

use crate::{
    config::ListenError,
    desk::{Desk, Next, Response},
};

/// How many datagrams are read before others get their turn.
const DATAGRAMS_PER_TURN: usize = 64;
/// How many heartbeats and tests may wait behind what has just arrived, so that a flood of them holds up no alarm; more
/// are read in their turn. Some 2 KiB each.
const IDLE_WAITING_MAX: usize = 8_192;
/// How many of those are read before the socket is looked at again.
const IDLE_PER_TURN: usize = 8;
/// How many bytes of datagrams the kernel is asked to keep for us while a batch is being stored: some thousand
/// messages. It gives at most its own limit (`net.core.rmem_max`); what finds no room there is sent again by its device.
const BYTES_WAITING: usize = 4 << 20;
/// How many answers may wait for the socket's task.
const ANSWERS_WAITING_MAX: usize = 10_000;
/// How long the task sleeps at most, so that timers are never late by more.
const SLEEP_MAX: Duration = Duration::from_millis(200);

type Answered = (Incoming, Response);

/// What a turn left in the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Nothing,
    /// The turn was used up before the socket was empty.
    Perhaps,
}

/// Opens a socket and serves it until told to stop.
pub(crate) async fn start(
    address: SocketAddr,
    desk: Arc<Desk>,
    stopped: watch::Receiver<bool>,
) -> Result<(SocketAddr, JoinHandle<()>), ListenError> {
    let bind = |source| ListenError::Bind { transport: "udp", address, source };
    let socket = UdpSocket::bind(address).await.map_err(bind)?;
    if let Err(error) = SockRef::from(&socket).set_recv_buffer_size(BYTES_WAITING) {
        tracing::warn!(%error, "The kernel keeps its usual room for datagrams");
    }
    let address = socket.local_addr().map_err(bind)?;
    let endpoint = Endpoint::new(Config::new(seed()?, &address.to_string()));
    let (answers, answered) = mpsc::channel(ANSWERS_WAITING_MAX);
    let server = Server { socket, endpoint, desk, answers, idle: VecDeque::new(), token: 0 };
    Ok((address, tokio::spawn(server.run(answered, stopped))))
}

/// Secret random numbers for one SIP machine.
pub(crate) fn seed() -> Result<sip::Seed, ListenError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| ListenError::Randomness)?;
    let (left, right) = bytes.split_at(8);
    let number = |half: &[u8]| u64::from_le_bytes(half.try_into().unwrap_or_default());
    Ok([number(left), number(right)])
}

struct Server {
    socket: UdpSocket,
    endpoint: Endpoint,
    desk: Arc<Desk>,
    answers: mpsc::Sender<Answered>,
    /// What can wait: by a glance at its bytes it is a heartbeat or a test.
    idle: VecDeque<Incoming>,
    token: u64,
}

impl Server {
    async fn run(mut self, mut answered: mpsc::Receiver<Answered>, mut stopped: watch::Receiver<bool>) {
        let mut buffer = vec![0_u8; MESSAGE_BYTES_MAX];
        let mut ready = Vec::with_capacity(DATAGRAMS_PER_TURN);
        loop {
            let now = self.desk.elapsed();
            let sleep = self
                .endpoint
                .poll_timeout()
                .map_or(SLEEP_MAX, |(due, _)| due.saturating_sub(now).min(SLEEP_MAX));
            let mut has_more = false;
            tokio::select! {
                biased;
                () = crate::ended(&mut stopped) => break,
                _ = answered.recv_many(&mut ready, DATAGRAMS_PER_TURN) => {
                    for (incoming, response) in ready.drain(..) {
                        self.answer(&incoming, response);
                    }
                }
                readable = self.socket.readable() => {
                    has_more = readable.is_ok() && self.read(&mut buffer) == Left::Perhaps;
                }
                () = std::future::ready(()), if !self.idle.is_empty() => {
                    has_more = true;
                    for incoming in self.idle.drain(..self.idle.len().min(IDLE_PER_TURN)).collect::<Vec<_>>() {
                        self.request(incoming);
                    }
                }
                () = tokio::time::sleep(sleep.max(Duration::from_millis(1))) => {
                    self.endpoint.handle(Input::Tick, self.desk.elapsed());
                }
            }
            self.drain().await;
            if has_more {
                // What has just been stored is waiting on this thread to be acknowledged: a flood must not hold that up.
                tokio::task::yield_now().await;
            }
        }
        self.finish(answered).await;
    }

    /// Reads what has arrived, up to a turn's worth.
    fn read(&mut self, buffer: &mut [u8]) -> Left {
        for _ in 0..DATAGRAMS_PER_TURN {
            match self.socket.try_recv_from(buffer) {
                Ok((length, peer)) => {
                    let bytes = buffer.get(..length).unwrap_or_default();
                    self.endpoint
                        .handle(Input::Received { path: Path::udp(peer), bytes }, self.desk.elapsed());
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Left::Nothing,
                // An ICMP error of an earlier datagram is no reason to stop reading.
                Err(_) => {}
            }
        }
        Left::Perhaps
    }

    fn answer(&mut self, incoming: &Incoming, response: Response) {
        let now = self.desk.elapsed();
        self.endpoint.handle(Input::Answer { request: incoming, answer: response.answer }, now);
        if let Some(request) = response.separate {
            self.token += 1;
            let path = incoming.reply_path();
            self.endpoint.handle(Input::Send { token: self.token, path, request }, now);
        }
    }

    async fn drain(&mut self) {
        while let Some(output) = self.endpoint.poll_output() {
            match output {
                Output::Transmit { path, bytes } => self.transmit(path, &bytes).await,
                Output::Request(incoming) => {
                    if self.idle.len() < IDLE_WAITING_MAX && scaip::seems_idle(incoming.message().body()) {
                        self.idle.push_back(incoming);
                    } else {
                        self.request(incoming);
                    }
                }
                Output::Outcome { outcome, .. } => count_outcome(&outcome),
                Output::Malformed { path, bytes, error, .. } => {
                    let desk = Arc::clone(&self.desk);
                    tokio::spawn(async move { desk.keep_malformed(path, bytes, error).await });
                }
            }
        }
    }

    async fn transmit(&self, path: Path, bytes: &[u8]) {
        let sent = match self.socket.try_send_to(bytes, path.peer) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                self.socket.send_to(bytes, path.peer).await
            }
            sent => sent,
        };
        if sent.is_err() {
            // The device repeats its message and gets the same answer again.
            metrics::counter!("tryggve_datagrams_not_sent_total").increment(1);
        }
    }

    fn request(&mut self, incoming: Incoming) {
        match self.desk.open(&incoming, &[]) {
            Next::Done(response) => self.answer(&incoming, response),
            Next::Store(task) => {
                let (desk, answers) = (Arc::clone(&self.desk), self.answers.clone());
                tokio::spawn(async move {
                    let response = desk.store(&incoming, *task).await;
                    // The socket is gone only when Tryggve stops; the alarm is stored all the same.
                    let _ = answers.send((incoming, response)).await;
                });
            }
        }
    }

    /// Answers what is being stored before the socket closes.
    async fn finish(self, mut answered: mpsc::Receiver<Answered>) {
        let Server { socket, mut endpoint, desk, answers, .. } = self;
        // What still waits unread has no answer, and is sent again to whoever comes next.
        drop(answers);
        while let Some((incoming, response)) = answered.recv().await {
            endpoint.handle(Input::Answer { request: &incoming, answer: response.answer }, desk.elapsed());
            while let Some(output) = endpoint.poll_output() {
                if let Output::Transmit { path, bytes } = output {
                    let _ = socket.send_to(&bytes, path.peer).await;
                }
            }
        }
    }
}

/// Counts how the separate replies ended.
pub(crate) fn count_outcome(outcome: &sip::Outcome) {
    let name = match outcome {
        sip::Outcome::Answered { status, .. } if (200..300).contains(status) => "delivered",
        sip::Outcome::Answered { .. } => "refused",
        sip::Outcome::TimedOut => "timed_out",
        sip::Outcome::ConnectionLost => "connection_lost",
        sip::Outcome::NotSent => "not_sent",
    };
    metrics::counter!("tryggve_replies_total", "outcome" => name).increment(1);
}
