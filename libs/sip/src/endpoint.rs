//! The machine between sockets and application: one input, then drain the outputs, then sleep until the timeout.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use crate::client::{ClientTable, Due};
use crate::error::{Fault, ParseError};
use crate::limits::{CLIENTS_MAX, COMPLETED_MAX, Limits, PENDING_MAX, RETRY_AFTER_SECONDS};
use crate::message::{HeaderName, Message, Method};
use crate::outgoing::Outgoing;
use crate::parse::Wreck;
use crate::response::{Answer, Echo};
use crate::transaction::{Key, Seed, Seen, ServerTable, unguessable};

/// How bytes travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Transport {
    /// Datagrams; requests are repeated until answered.
    Udp,
    /// A plain stream.
    Tcp,
    /// An encrypted stream.
    Tls,
}

impl Transport {
    /// Whether the transport repeats lost bytes itself.
    #[must_use]
    pub fn is_reliable(self) -> bool {
        self != Self::Udp
    }

    /// Returns the name used in Via.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
        }
    }
}

/// Where bytes came from or go to: a peer, and on a stream which connection to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Path {
    /// How the bytes travel.
    pub transport: Transport,
    /// The peer's address as the socket shows it.
    pub peer: SocketAddr,
    /// The connection, numbered by the socket's owner; 0 for datagrams.
    pub connection: u64,
}

impl Path {
    /// Makes a path for datagrams.
    #[must_use]
    pub fn udp(peer: SocketAddr) -> Self {
        Self { transport: Transport::Udp, peer, connection: 0 }
    }
}

/// Where a response to a datagram goes when its Via has no `rport`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResponseTarget {
    /// To the address and port the request came from, which passes address translation.
    #[default]
    Source,
    /// To the address it came from and the port of its Via, as RFC 3261 (18.2.2) has it.
    ViaPort,
}

/// Settings of one endpoint.
#[derive(Debug, Clone)]
pub struct Config {
    /// Secret random numbers; different for each endpoint and each start.
    pub seed: Seed,
    /// Host and port that stand in the Via of our own requests.
    pub sent_by: String,
    /// Methods that reach the application; others get 405. OPTIONS is answered by the endpoint unless it is named here.
    pub methods: Vec<Method>,
    /// Where a response goes when the Via has no `rport`.
    pub response_target: ResponseTarget,
    /// Limits of the parser.
    pub limits: Limits,
    /// Most requests that wait for the application's answer; beyond it new ones get 503.
    pub pending_max: usize,
    /// Most answers that are remembered; beyond it the oldest is forgotten.
    pub completed_max: usize,
    /// Most requests of our own under way.
    pub clients_max: usize,
}

impl Config {
    /// Makes the settings of a receiver of MESSAGE and REGISTER.
    #[must_use]
    pub fn new(seed: Seed, sent_by: &str) -> Self {
        Self {
            seed,
            sent_by: sent_by.to_owned(),
            methods: vec![Method::Message, Method::Register],
            response_target: ResponseTarget::default(),
            limits: Limits::default(),
            pending_max: PENDING_MAX,
            completed_max: COMPLETED_MAX,
            clients_max: CLIENTS_MAX,
        }
    }
}

/// What the endpoint is told.
#[derive(Debug)]
pub enum Input<'a> {
    /// A datagram, or a frame of a stream.
    Received {
        /// Where it came from.
        path: Path,
        /// The message.
        bytes: &'a [u8],
    },
    /// What a stream's framer could not cut into messages. It is refused with the error's status; close the stream then.
    Unframed {
        /// Where it came from.
        path: Path,
        /// The bytes that wait in the framer.
        bytes: &'a [u8],
        /// The framer's error.
        error: ParseError,
    },
    /// The application's final answer to a request.
    Answer {
        /// The request as it was given out.
        request: &'a Incoming,
        /// The answer.
        answer: Answer,
    },
    /// A request of our own.
    Send {
        /// A number of the application's choice that comes back with the outcome.
        token: u64,
        /// Where to.
        path: Path,
        /// The request.
        request: Outgoing,
    },
    /// A stream's connection is gone.
    Closed {
        /// Which one.
        path: Path,
    },
    /// Time has passed: what [`Endpoint::poll_timeout`] named may be due.
    Tick,
}

/// What the endpoint wants done.
#[derive(Debug)]
pub enum Output {
    /// Send these bytes.
    Transmit {
        /// Where to.
        path: Path,
        /// The message.
        bytes: Vec<u8>,
    },
    /// A new request, to be answered once with [`Input::Answer`].
    Request(Incoming),
    /// How a request of our own ended; comes exactly once for each.
    Outcome {
        /// The application's number.
        token: u64,
        /// How it ended.
        outcome: Outcome,
    },
    /// A message that could not be read. It may have been an alarm: keep it and show it.
    Malformed {
        /// Where it came from.
        path: Path,
        /// The message.
        bytes: Vec<u8>,
        /// What is wrong with it.
        error: ParseError,
        /// The status with which it was refused, `None` when it could not be answered.
        refused_with: Option<u16>,
    },
}

/// How a request of our own ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A final response came.
    Answered {
        /// Its status, 200–699.
        status: u16,
        /// The response, such as for its challenge or body.
        response: Message<'static>,
    },
    /// Nothing came within 32 seconds.
    TimedOut,
    /// The connection closed before an answer.
    ConnectionLost,
    /// It was never sent: too many are under way, or its method cannot be sent.
    NotSent,
}

/// A request for the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    key: Key,
    path: Path,
    reply_path: Path,
    message: Message<'static>,
}

impl Incoming {
    /// Returns the request.
    #[must_use]
    pub fn message(&self) -> &Message<'static> {
        &self.message
    }

    /// Returns where it came from.
    #[must_use]
    pub fn path(&self) -> Path {
        self.path
    }

    /// Returns where its response goes and where a separate reply reaches the device: the source, or the same connection.
    #[must_use]
    pub fn reply_path(&self) -> Path {
        self.reply_path
    }
}

/// What an endpoint has counted since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// Requests given to the application.
    pub requests: u64,
    /// Repetitions swallowed while the application worked.
    pub repetitions_swallowed: u64,
    /// Repetitions answered with the remembered answer.
    pub repetitions_answered: u64,
    /// Messages that could not be read.
    pub malformed: u64,
    /// Requests refused with 405, 420 or 481.
    pub refused: u64,
    /// Requests refused with 503 because too many waited.
    pub overloaded: u64,
    /// Requests that the application never answered.
    pub unanswered: u64,
    /// Answers forgotten before their time because too many were remembered.
    pub forgotten_early: u64,
    /// Answers that came for no waiting request, such as a second one.
    pub answers_late: u64,
    /// Responses that belong to no request of ours (any more).
    pub responses_stray: u64,
    /// OPTIONS answered by the endpoint.
    pub options_answered: u64,
    /// Requests of our own repeated.
    pub repeated: u64,
}

/// SIP transactions of one socket or worker.
///
/// Contract: give one [`Input`] to [`Endpoint::handle`], drain [`Endpoint::poll_output`], and come back with another
/// input or with [`Input::Tick`] at the time of [`Endpoint::poll_timeout`]. `now` is any clock that never goes back.
#[derive(Debug)]
pub struct Endpoint {
    config: Config,
    allow: String,
    server: ServerTable,
    clients: ClientTable,
    clients_made: u64,
    outputs: VecDeque<Output>,
    counters: Counters,
}

/// Purposes of unguessable numbers.
const PURPOSE_BRANCH: u64 = 1;
const PURPOSE_TAG: u64 = 2;
const PURPOSE_STATELESS_TAG: u64 = 3;

impl Endpoint {
    /// Makes an endpoint without transactions.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let mut allow: Vec<&str> = config.methods.iter().map(|method| method.name()).collect();
        if !config.methods.contains(&Method::Options) {
            allow.push(Method::Options.name());
        }
        Self {
            allow: allow.join(", "),
            server: ServerTable::new(config.pending_max, config.completed_max),
            clients: ClientTable::default(),
            clients_made: 0,
            outputs: VecDeque::new(),
            counters: Counters::default(),
            config,
        }
    }

    /// Takes one input.
    pub fn handle(&mut self, input: Input<'_>, now: Duration) {
        self.expire(now);
        match input {
            Input::Received { path, bytes } => match Message::parse(bytes, &self.config.limits) {
                Ok(message) if message.status().is_some() => self.response(message),
                Ok(message) => self.request(path, message, now),
                Err(error) => self.malformed(path, bytes, error),
            },
            Input::Unframed { path, bytes, error } => self.malformed(path, bytes, error),
            Input::Answer { request, answer } => self.answer(request, answer, now),
            Input::Send { token, path, request } => self.send(token, path, &request, now),
            Input::Closed { path } => {
                for client in self.clients.remove_path(path) {
                    self.outcome(client.token, Outcome::ConnectionLost);
                }
            }
            Input::Tick => {}
        }
    }

    /// Returns the next thing to be done, until there is none.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Returns when [`Input::Tick`] is due, and for what.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Duration, &'static str)> {
        self.server.next_timeout().into_iter().chain(self.clients.next_timeout()).min()
    }

    /// Returns what was counted.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Returns how many requests wait for the application's answer.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.server.pending_count()
    }

    /// Returns how many answers are remembered for repetitions.
    #[must_use]
    pub fn completed(&self) -> usize {
        self.server.completed_count()
    }

    /// Returns how many requests of our own are under way.
    #[must_use]
    pub fn clients(&self) -> usize {
        self.clients.len()
    }

    fn expire(&mut self, now: Duration) {
        let unanswered = self.server.expire(now);
        self.counters.unanswered += count(unanswered);
        while let Some(due) = self.clients.due(now) {
            match due {
                Due::Repeat(path, bytes) => {
                    self.counters.repeated += 1;
                    self.outputs.push_back(Output::Transmit { path, bytes });
                }
                Due::TimedOut(token) => self.outcome(token, Outcome::TimedOut),
            }
        }
    }

    fn request(&mut self, path: Path, message: Message<'_>, now: Duration) {
        let method = message.method().unwrap_or(Method::Other);
        // RFC 3261 refuses any unknown extension. An alarm is taken all the same: it needs none.
        if !matches!(method, Method::Message | Method::Ack | Method::Cancel)
            && let Some(extensions) = message.header(HeaderName::Require)
        {
            let answer = Answer::new(420).with_header("Unsupported", &extensions);
            return self.refuse(path, &message, answer);
        }
        match method {
            Method::Ack => return,
            Method::Cancel => return self.refuse(path, &message, Answer::new(481)),
            _ if self.config.methods.contains(&method) => {}
            Method::Options => {
                self.counters.options_answered += 1;
                let answer = Answer::new(200).with_header("Allow", &self.allow).with_header("Accept", "*/*");
                return self.respond_once(path, &message, answer);
            }
            _ => {
                let answer = Answer::new(405).with_header("Allow", &self.allow);
                return self.refuse(path, &message, answer);
            }
        }
        let key = Key::of(&message, path, self.config.seed);
        let reply_path = self.reply_path(path, &message);
        match self.server.see(key, now) {
            Seen::Pending => self.counters.repetitions_swallowed += 1,
            Seen::Completed(status, rest) => {
                self.counters.repetitions_answered += 1;
                let answer = Answer::from_parts(status, rest);
                let bytes = Echo::of(&message).response(answer, key.to_tag(), path.peer);
                self.outputs.push_back(Output::Transmit { path: reply_path, bytes });
            }
            Seen::Full => {
                self.counters.overloaded += 1;
                let answer = Answer::new(503).with_header("Retry-After", &RETRY_AFTER_SECONDS.to_string());
                self.respond_once(path, &message, answer);
            }
            Seen::New => {
                self.counters.requests += 1;
                let message = message.into_owned();
                self.outputs.push_back(Output::Request(Incoming { key, path, reply_path, message }));
            }
        }
    }

    fn refuse(&mut self, path: Path, message: &Message<'_>, answer: Answer) {
        self.counters.refused += 1;
        self.respond_once(path, message, answer);
    }

    /// Answers without remembering: a repetition gets the same answer again.
    fn respond_once(&mut self, path: Path, message: &Message<'_>, answer: Answer) {
        let tag = Key::of(message, path, self.config.seed).to_tag();
        let (status, rest) = answer.into_parts();
        let answer = Answer::from_parts(status, rest.as_deref());
        let bytes = Echo::of(message).response(answer, tag, path.peer);
        self.outputs.push_back(Output::Transmit { path: self.reply_path(path, message), bytes });
    }

    fn reply_path(&self, path: Path, message: &Message<'_>) -> Path {
        /// Port of SIP over datagrams when a Via names none.
        const PORT_DEFAULT: u16 = 5060;
        let mut reply = path;
        let by_via = self.config.response_target == ResponseTarget::ViaPort && message.via.rport.is_none();
        if by_via && path.transport == Transport::Udp {
            reply.peer.set_port(message.via.port.unwrap_or(PORT_DEFAULT));
        }
        reply
    }

    fn answer(&mut self, request: &Incoming, answer: Answer, now: Duration) {
        let (status, rest) = answer.into_parts();
        let parts = Answer::from_parts(status, rest.as_deref());
        let bytes = Echo::of(&request.message).response(parts, request.key.to_tag(), request.path.peer);
        let keep = !request.path.transport.is_reliable();
        let (waited, forgotten) = self.server.complete(request.key, status, rest, keep, now);
        self.counters.forgotten_early += count(forgotten);
        if waited {
            self.outputs.push_back(Output::Transmit { path: request.reply_path, bytes });
        } else {
            self.counters.answers_late += 1;
        }
    }

    fn malformed(&mut self, path: Path, bytes: &[u8], error: ParseError) {
        if error.fault == Fault::Empty {
            return;
        }
        self.counters.malformed += 1;
        let wreck = Wreck::of(bytes, &self.config.limits);
        let refused_with = (wreck.answerable && wreck.via.is_some()).then(|| error.status());
        if let Some(status) = refused_with {
            let echo = Echo { bytes, headers: &wreck.headers, via: wreck.via.as_ref() };
            let tag = unguessable(self.config.seed, PURPOSE_STATELESS_TAG, self.counters.malformed);
            let response = echo.response(Answer::from_parts(status, None), tag, path.peer);
            self.outputs.push_back(Output::Transmit { path, bytes: response });
        }
        self.outputs.push_back(Output::Malformed { path, bytes: bytes.to_vec(), error, refused_with });
    }

    fn send(&mut self, token: u64, path: Path, request: &Outgoing, now: Duration) {
        let sendable =
            !matches!(request.method, Method::Ack | Method::Invite | Method::Cancel | Method::Other);
        if self.clients.len() >= self.config.clients_max || !sendable {
            return self.outcome(token, Outcome::NotSent);
        }
        let id = self.clients_made;
        self.clients_made += 1;
        let branch = self.branch(id);
        let unique = unguessable(self.config.seed, PURPOSE_TAG, id);
        let bytes = request.to_bytes(path.transport.name(), &self.config.sent_by, &branch, unique);
        self.clients.add(id, token, path, request.method, &bytes, now);
        self.outputs.push_back(Output::Transmit { path, bytes });
    }

    /// The branch names the transaction and proves that it is ours.
    fn branch(&self, id: u64) -> String {
        format!("z9hG4bK{id:x}.{:016x}", unguessable(self.config.seed, PURPOSE_BRANCH, id))
    }

    fn client_of(&self, message: &Message<'_>) -> Option<u64> {
        let branch = std::str::from_utf8(message.branch()?).ok()?;
        let (id, _) = branch.strip_prefix("z9hG4bK")?.split_once('.')?;
        let id = u64::from_str_radix(id, 16).ok()?;
        let client = self.clients.get(id)?;
        let method = message.cseq_method.of(&message.bytes);
        (branch == self.branch(id) && method == client.method.name().as_bytes()).then_some(id)
    }

    fn response(&mut self, message: Message<'_>) {
        let status = message.status().unwrap_or_default();
        let Some(id) = self.client_of(&message) else {
            self.counters.responses_stray += 1;
            return;
        };
        if status < 200 {
            self.clients.proceed(id);
        } else if let Some(client) = self.clients.remove(id) {
            self.outcome(client.token, Outcome::Answered { status, response: message.into_owned() });
        }
    }

    fn outcome(&mut self, token: u64, outcome: Outcome) {
        self.outputs.push_back(Output::Outcome { token, outcome });
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
