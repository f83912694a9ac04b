//! The reception desk: one SIP request in, its answer and its SCAIP reply out.

use std::{
    net::IpAddr,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use app::{
    App,
    alarm::{
        receive::{Arrival, Content, Receipt},
        reception::{NotReceived, Reception},
    },
    network::Networks,
    registry::Entry,
};
use base::{Private, ProfileId, id::Uuid};
use device::{Profile, ReplyStyle, Report};
use scaip::{MEDIA_TYPE, Reply};
use sip::{Answer, Incoming, Method, Outgoing, digest::Authenticator, limits::RETRY_AFTER_SECONDS};

use crate::{
    authenticate::{Origin, Standing, Trust, check},
    config::ListenError,
    limiter::Limiter,
    read::{Body, could_be_alarm, read},
    replay::Replays,
    reply,
    unproven::Unproven,
};

/// What all sockets share.
pub struct Desk {
    pub(crate) app: App,
    pub(crate) reception: Reception,
    authenticator: RwLock<Arc<Authenticator>>,
    pub(crate) networks: Networks,
    pub(crate) limiter: Limiter,
    pub(crate) unproven: Unproven,
    pub(crate) replays: Replays,
    pub(crate) unknown: Profile,
    started: Instant,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Desk")
    }
}

/// What goes back to the device.
pub(crate) struct Response {
    /// The answer to its request.
    pub(crate) answer: Answer,
    /// A MESSAGE of our own, when the profile wants the reply so.
    pub(crate) separate: Option<Outgoing>,
}

impl Response {
    fn plain(status: u16) -> Self {
        Response { answer: Answer::new(status), separate: None }
    }
}

/// What the desk makes of a request before anything is stored.
pub(crate) enum Next {
    /// It is answered at once.
    Done(Response),
    /// It is stored first.
    Store(Box<Task>),
}

/// A request that must be stored before it is answered.
pub(crate) struct Task {
    arrival: Arrival,
    then: Then,
}

enum Then {
    /// Accepted, with a SCAIP reply in the profile's style.
    Accept { root: scaip::RootStyle, reference: String },
    /// Stored for an operator and refused, with the SIP status that fits.
    Refuse { status: u16 },
    /// Stored for an operator; the device is told by SCAIP what was wrong.
    Explain { reply: Option<Reply> },
}

impl Desk {
    /// Sets the desk up. The secret of the challenges is drawn anew at each start.
    pub fn new(app: App, reception: Reception, realm: &str, networks: Networks) -> Result<Self, ListenError> {
        Ok(Desk {
            app,
            reception,
            authenticator: RwLock::new(authenticator(realm)?),
            networks,
            limiter: Limiter::default(),
            unproven: Unproven::default(),
            replays: Replays::default(),
            unknown: Profile::of_unknown_sender(ProfileId(Uuid::nil())),
            started: Instant::now(),
        })
    }

    /// Challenges with this realm from now on: a start while the database is away may have had to guess it.
    pub fn settle_realm(&self, realm: &str) -> Result<(), ListenError> {
        if self.authenticator().realm() != realm {
            *self.authenticator.write().unwrap_or_else(PoisonError::into_inner) = authenticator(realm)?;
        }
        Ok(())
    }

    /// Makes and checks challenges.
    pub(crate) fn authenticator(&self) -> Arc<Authenticator> {
        Arc::clone(&self.authenticator.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Time on the clock that the SIP machines share.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Decides what to do with a request: fast, without waiting for anything.
    pub(crate) fn open(&self, incoming: &Incoming, certificate_names: &[String]) -> Next {
        let message = incoming.message();
        match message.method() {
            Some(Method::Message) => {}
            // A REGISTER is welcome and changes nothing: replies go back the way each message came.
            Some(Method::Register) => return Next::Done(Response::plain(200)),
            _ => return Next::Done(Response::plain(405)),
        }
        let path = incoming.path();
        let (transport, source) = (transport_name(path.transport), path.peer.to_string());
        let raw = Private::new(message.body().to_vec());
        let arrival = |content| Arrival { transport, source: source.clone(), content, raw: raw.clone() };
        let memory = self.app.registry.memory();
        match read(message.body(), &memory, &self.unknown) {
            Body::Reply => Next::Done(Response::plain(200)),
            Body::Broken { controller_id, reference, error } => {
                metrics::counter!("tryggve_messages_broken_total").increment(1);
                let reply = (!reference.is_empty()).then(|| reply::refused(&reference, error.reply_status()));
                let trouble = format!("Meddelandet går inte att läsa: {error}");
                let then = Then::Explain { reply };
                let content = Content::Doubtful { controller_id, reference, trouble };
                self.doubtful(arrival(content), path.peer.ip(), then, 400)
            }
            Body::Request { report, root } => {
                let Some(entry) = memory.device(&report.controller_id) else {
                    return self.unknown_sender(report, path.peer.ip(), arrival);
                };
                let origin = Origin { address: path.peer.ip(), certificate_names };
                let trust = Trust {
                    authenticator: &self.authenticator(),
                    networks: &self.networks,
                    replays: &self.replays,
                };
                let standing = check(entry, &report.controller_id, message, origin, trust, self.elapsed());
                match standing {
                    Standing::Proven => self.proven(incoming, entry, (report, root), arrival),
                    Standing::Challenge(headers) => self.challenge(report, headers, arrival),
                    Standing::Refused(trouble) => self.refused(report, trouble, path.peer.ip(), arrival),
                }
            }
        }
    }

    fn proven(
        &self,
        incoming: &Incoming,
        entry: &Entry,
        (report, root): (Report, scaip::RootStyle),
        arrival: impl Fn(Content) -> Arrival,
    ) -> Next {
        let reference = report.reference.clone();
        if report.signal.is_stored() {
            self.unproven.settled(&(report.controller_id.clone(), reference.clone()));
            let then = Then::Accept { root, reference };
            return Next::Store(Box::new(Task { arrival: arrival(Content::Read(report)), then }));
        }
        // A heartbeat: the time of the last contact is all that is kept of it, within a second.
        metrics::counter!("tryggve_heartbeats_total").increment(1);
        self.app.contact.heard(entry.device, self.app.now());
        let profile = Arc::clone(&entry.profile);
        let receipt = Receipt { alarm: None, signal: report.signal, copy: false, known: true, profile };
        Next::Done(Then::Accept { root, reference }.response(incoming, &receipt))
    }

    /// A sender that nobody has registered: stored, shown, and refused so that it also tries its next receiver.
    fn unknown_sender(&self, report: Report, address: IpAddr, arrival: impl Fn(Content) -> Arrival) -> Next {
        metrics::counter!("tryggve_messages_of_unknown_senders_total").increment(1);
        let trouble = "Avsändaren är inte registrerad".to_owned();
        if report.signal.is_shed_first() {
            return Next::Done(Response::plain(403));
        }
        let (controller_id, reference) = (report.controller_id, report.reference);
        let content = Content::Doubtful { controller_id, reference, trouble };
        self.doubtful(arrival(content), address, Then::Refuse { status: 403 }, 403)
    }

    fn refused(
        &self,
        report: Report,
        trouble: &'static str,
        address: IpAddr,
        arrival: impl Fn(Content) -> Arrival,
    ) -> Next {
        metrics::counter!("tryggve_messages_refused_total").increment(1);
        if report.signal.is_shed_first() {
            return Next::Done(Response::plain(403));
        }
        let content = Content::Doubtful {
            controller_id: report.controller_id,
            reference: report.reference,
            trouble: format!("Avsändaren kunde inte bevisa vem den är: {trouble}"),
        };
        self.doubtful(arrival(content), address, Then::Refuse { status: 403 }, 403)
    }

    fn challenge(&self, report: Report, headers: Vec<String>, arrival: impl Fn(Content) -> Arrival) -> Next {
        let answer = headers
            .iter()
            .fold(Answer::new(401), |answer, header| answer.with_header("WWW-Authenticate", header));
        let challenge = Response { answer, separate: None };
        if report.signal.is_shed_first() {
            return Next::Done(challenge);
        }
        let key = (report.controller_id.clone(), report.reference.clone());
        let doubtful = arrival(Content::Doubtful {
            controller_id: report.controller_id,
            reference: report.reference,
            trouble: "Enheten svarade inte på frågan om lösenord".to_owned(),
        });
        match self.unproven.remember(key, doubtful, Instant::now()) {
            None => Next::Done(challenge),
            Some(arrival) => Next::Store(Box::new(Task { arrival, then: Then::Refuse { status: 401 } })),
        }
    }

    /// Doubtful, and perhaps someone in need: stored within the source's limit, counted beyond it.
    fn doubtful(&self, arrival: Arrival, address: IpAddr, then: Then, status_beyond_limit: u16) -> Next {
        if self.limiter.admits(address, Instant::now()) {
            return Next::Store(Box::new(Task { arrival, then }));
        }
        metrics::counter!("tryggve_messages_over_source_limit_total").increment(1);
        Next::Done(Response::plain(status_beyond_limit))
    }

    /// Stores a request and says what goes back.
    pub(crate) async fn store(&self, incoming: &Incoming, task: Task) -> Response {
        let Task { arrival, then } = task;
        let doubted = match &arrival.content {
            Content::Doubtful { controller_id, reference, .. } => {
                Some((controller_id.clone(), reference.clone()))
            }
            Content::Read(_) => None,
        };
        match self.reception.submit(arrival).await {
            Ok(receipt) => {
                // An operator has it now: the same message is not handed over again when its time to answer is out.
                doubted.iter().for_each(|key| self.unproven.settled(key));
                then.response(incoming, &receipt)
            }
            Err(NotReceived::Shed | NotReceived::NoRoom | NotReceived::NotStored) => {
                let retry = RETRY_AFTER_SECONDS.to_string();
                Response { answer: Answer::new(503).with_header("Retry-After", &retry), separate: None }
            }
        }
    }

    /// Keeps bytes that are no SIP message, if they could be an alarm.
    pub(crate) async fn keep_malformed(&self, path: sip::Path, bytes: Vec<u8>, error: sip::ParseError) {
        metrics::counter!("tryggve_messages_malformed_total").increment(1);
        if !could_be_alarm(&bytes) {
            return;
        }
        let salvaged = scaip::salvage(&bytes);
        let arrival = Arrival {
            transport: transport_name(path.transport),
            source: path.peer.to_string(),
            content: Content::Doubtful {
                controller_id: salvaged.controller_id.unwrap_or_default(),
                reference: salvaged.reference.unwrap_or_default(),
                trouble: format!("Meddelandet är inte giltig SIP: {error}"),
            },
            raw: Private::new(bytes),
        };
        if self.limiter.admits(path.peer.ip(), Instant::now()) {
            self.keep_doubtful(arrival).await;
        } else {
            metrics::counter!("tryggve_messages_over_source_limit_total").increment(1);
        }
    }

    /// Fetches what the register holds by now; `false` when the database does not answer.
    pub(crate) async fn refresh_registry(&self) -> bool {
        let Ok(mut transaction) = self.app.store.read().await else { return false };
        self.app.registry.refresh(&mut transaction).await.is_ok()
    }

    /// Stores a doubtful message that nobody waits for. A failure is logged: the sender was never told that it arrived.
    pub(crate) async fn keep_doubtful(&self, arrival: Arrival) {
        if let Err(error) = self.reception.submit(arrival).await {
            tracing::error!(%error, "A doubtful message could not be stored");
        }
    }
}

/// Challenges for a realm, with a secret of their own.
fn authenticator(realm: &str) -> Result<Arc<Authenticator>, ListenError> {
    let mut secret = [0_u8; 32];
    getrandom::fill(&mut secret).map_err(|_| ListenError::Randomness)?;
    Ok(Arc::new(Authenticator::new(realm, secret)))
}

impl Then {
    fn response(self, incoming: &Incoming, receipt: &Receipt) -> Response {
        match self {
            Then::Refuse { status } => Response::plain(status),
            Then::Explain { reply: None } => Response::plain(400),
            Then::Explain { reply: Some(reply) } => {
                Response { answer: Answer::new(200), separate: Some(reply::separate(incoming, &reply)) }
            }
            Then::Accept { root, reference } => {
                let reply = reply::accepted(&reference, root, receipt);
                match receipt.profile.reply_style {
                    ReplyStyle::InsideOk => Response {
                        answer: Answer::new(200).with_body(MEDIA_TYPE, reply.to_xml().as_bytes()),
                        separate: None,
                    },
                    ReplyStyle::SeparateMessage => Response {
                        answer: Answer::new(200),
                        separate: Some(reply::separate(incoming, &reply)),
                    },
                }
            }
        }
    }
}

fn transport_name(transport: sip::Transport) -> &'static str {
    match transport {
        sip::Transport::Udp => "udp",
        sip::Transport::Tcp => "tcp",
        sip::Transport::Tls => "tls",
    }
}
