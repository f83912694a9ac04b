//! Our own ingress: one task per connection. It routes nothing and keeps no sessions; it takes messages over.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use app::alarm::reception::NotReceived;
use futures_util::{StreamExt as _, future::BoxFuture, stream::FuturesOrdered};
use mqtt::{Connect, ConnectAnswer, Packet, Publish, PublishAnswer, Quality, Subscribe, Version, reason};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::Instant,
};
use tokio_rustls::TlsAcceptor;

use super::{
    CONNECT_BYTES_MAX, CONNECTIONS_MAX, Gate, IN_FLIGHT_MAX, PACKET_BYTES_MAX, SILENT_SECONDS_MAX, STARTED,
    gate::{Said, Sender},
    wire::{Lost, Wire},
};
use crate::{config::ListenError, tls};

/// Opens a socket and serves its connections until told to stop.
pub(crate) async fn start(
    address: SocketAddr,
    acceptor: Option<TlsAcceptor>,
    gate: Arc<Gate>,
    stopped: watch::Receiver<bool>,
) -> Result<(SocketAddr, JoinHandle<()>), ListenError> {
    let transport = if acceptor.is_some() { "mqtts" } else { "mqtt" };
    let bind = |source| ListenError::Bind { transport, address, source };
    let listener = TcpListener::bind(address).await.map_err(bind)?;
    let address = listener.local_addr().map_err(bind)?;
    Ok((address, tokio::spawn(accept(listener, acceptor, gate, stopped))))
}

async fn accept(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    gate: Arc<Gate>,
    mut stopped: watch::Receiver<bool>,
) {
    let open = Arc::new(AtomicUsize::new(0));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = crate::ended(&mut stopped) => break,
            Some(_) = connections.join_next() => continue,
        };
        let Ok((stream, peer)) = accepted else {
            // Out of file handles, most likely: give those that end a moment.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        if open.load(Ordering::Relaxed) >= CONNECTIONS_MAX {
            metrics::counter!("tryggve_connections_refused_total").increment(1);
            continue;
        }
        open.fetch_add(1, Ordering::Relaxed);
        let (acceptor, gate, open, stopped) =
            (acceptor.clone(), Arc::clone(&gate), Arc::clone(&open), stopped.clone());
        connections.spawn(async move {
            serve(stream, peer, acceptor, gate, stopped).await;
            open.fetch_sub(1, Ordering::Relaxed);
        });
    }
    while connections.join_next().await.is_some() {}
}

async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    acceptor: Option<TlsAcceptor>,
    gate: Arc<Gate>,
    stopped: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    match acceptor {
        None => Connection::run(stream, peer, Vec::new(), gate, stopped).await,
        Some(acceptor) => {
            let Ok(Ok(stream)) = tokio::time::timeout(STARTED, acceptor.accept(stream)).await else {
                metrics::counter!("tryggve_handshakes_failed_total").increment(1);
                return;
            };
            let names = tls::peer_names(stream.get_ref().1);
            Connection::run(stream, peer, names, gate, stopped).await;
        }
    }
}

/// A message on its way to the disk, and how it is acknowledged.
struct Taken {
    quality: Quality,
    id: u16,
    outcome: Outcome,
}

enum Outcome {
    Received(Option<Publish>),
    OverLimit,
    NotReceived(NotReceived),
}

struct Connection<S> {
    wire: Wire<S>,
    gate: Arc<Gate>,
    sender: Sender,
    user: String,
    replies: Vec<String>,
    in_flight: FuturesOrdered<BoxFuture<'static, Taken>>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    async fn run(
        stream: S,
        peer: SocketAddr,
        names: Vec<String>,
        gate: Arc<Gate>,
        mut stopped: watch::Receiver<bool>,
    ) {
        let mut wire = Wire::new(stream, Version::V311, CONNECT_BYTES_MAX);
        let Some((connect, sender)) = welcome(&mut wire, peer, &names, &gate).await else {
            metrics::counter!("tryggve_mqtt_connections_refused_total").increment(1);
            return wire.close().await;
        };
        let silence = silence(connect.keep_alive_seconds);
        let user = connect.user.unwrap_or_default();
        let (replies, in_flight) = (Vec::new(), FuturesOrdered::new());
        let mut connection = Connection { wire, gate, sender, user, replies, in_flight };
        let mut deadline = Instant::now() + silence;
        let end = loop {
            let room = connection.in_flight.len() < IN_FLIGHT_MAX;
            let step = tokio::select! {
                biased;
                Some(taken) = connection.in_flight.next() => connection.acknowledge(taken).await,
                packet = connection.wire.next(), if room => {
                    deadline = Instant::now() + silence;
                    match packet {
                        Ok(packet) => connection.take(packet).await,
                        Err(lost) => Err(of_lost(lost)),
                    }
                }
                () = tokio::time::sleep_until(deadline), if room => Err(Some(reason::KEEP_ALIVE_TIMEOUT)),
                () = crate::ended(&mut stopped) => Err(Some(reason::SERVER_STOPS)),
            };
            if let Err(end) = step {
                break end;
            }
        };
        connection.finish(end).await;
    }

    /// Does what a packet asks for. An error ends the connection, with the reason that version 5 is told.
    async fn take(&mut self, packet: Packet) -> Result<(), Option<u8>> {
        let answer = match packet {
            Packet::Publish(publish) => {
                self.publish(publish);
                return Ok(());
            }
            Packet::PublishRelease(PublishAnswer { id, .. }) => {
                Packet::PublishComplete(PublishAnswer { id, reason: reason::SUCCESS })
            }
            Packet::Subscribe(subscribe) => self.subscribe(subscribe),
            Packet::Unsubscribe { id, filters } => {
                self.replies.retain(|topic| !filters.contains(topic));
                Packet::UnsubscribeAnswer { id, count: filters.len() }
            }
            Packet::PingRequest => {
                self.gate.heard(&self.user);
                Packet::PingResponse
            }
            Packet::Disconnect { .. } => return Err(None),
            // Replies leave with QoS 0, so nothing of ours is ever acknowledged.
            _ => return Err(Some(reason::PROTOCOL_ERROR)),
        };
        self.wire.send(&answer).await.map_err(|_| None)
    }

    fn publish(&mut self, publish: Publish) {
        let said = self.gate.open(&self.sender, &publish);
        let (gate, quality, id) = (Arc::clone(&self.gate), publish.quality, publish.id);
        self.in_flight.push_back(Box::pin(async move {
            let outcome = match said {
                Said::Heard(reply) => Outcome::Received(reply),
                Said::OverLimit => Outcome::OverLimit,
                Said::Store(task) => match gate.store(task).await {
                    Ok(reply) => Outcome::Received(reply),
                    Err(error) => Outcome::NotReceived(error),
                },
            };
            Taken { quality, id, outcome }
        }));
    }

    fn subscribe(&mut self, subscribe: Subscribe) -> Packet {
        let refused = match self.wire.version {
            Version::V311 => reason::SUBSCRIPTION_REFUSED,
            Version::V5 => reason::NOT_AUTHORISED,
        };
        let mut codes = Vec::with_capacity(subscribe.filters.len());
        for (filter, _) in subscribe.filters {
            let may = self.gate.may_subscribe(&self.user, &filter);
            codes.push(if may { Quality::AtMostOnce.number() } else { refused });
            if may && !self.replies.contains(&filter) {
                self.replies.push(filter);
            }
        }
        Packet::SubscribeAnswer { id: subscribe.id, codes }
    }

    /// Acknowledges what is on disk. What is not ends the connection, so that it is sent again.
    async fn acknowledge(&mut self, taken: Taken) -> Result<(), Option<u8>> {
        let (code, reply) = match taken.outcome {
            Outcome::Received(reply) => (reason::SUCCESS, reply),
            Outcome::OverLimit
                if self.wire.version == Version::V5 || taken.quality == Quality::AtMostOnce =>
            {
                (reason::QUOTA_EXCEEDED, None)
            }
            Outcome::OverLimit => return Err(Some(reason::QUOTA_EXCEEDED)),
            Outcome::NotReceived(error) => {
                tracing::warn!(%error, "A message over MQTT is not acknowledged; its connection is closed");
                return Err(Some(reason::SERVER_BUSY));
            }
        };
        let answer = PublishAnswer { id: taken.id, reason: code };
        let packet = match taken.quality {
            Quality::AtMostOnce => None,
            Quality::AtLeastOnce => Some(Packet::PublishAck(answer)),
            Quality::ExactlyOnce => Some(Packet::PublishReceived(answer)),
        };
        if let Some(packet) = packet {
            self.wire.send(&packet).await.map_err(|_| None)?;
        }
        match reply {
            Some(reply) if self.replies.contains(&reply.topic) => {
                self.wire.send(&Packet::Publish(reply)).await.map_err(|_| None)
            }
            _ => Ok(()),
        }
    }

    /// Acknowledges what is still being stored, unless something before it was not: order is a promise.
    async fn finish(mut self, end: Option<u8>) {
        let mut in_order = end != Some(reason::SERVER_BUSY) && end != Some(reason::QUOTA_EXCEEDED);
        while let Some(taken) = self.in_flight.next().await {
            in_order = in_order && self.acknowledge(taken).await.is_ok();
        }
        if let (Some(reason), Version::V5) = (end, self.wire.version) {
            let _ = self.wire.send(&Packet::Disconnect { reason }).await;
        }
        self.wire.close().await;
    }
}

/// Hears who a client is, and lets it in or not.
async fn welcome<S: AsyncRead + AsyncWrite + Unpin>(
    wire: &mut Wire<S>,
    peer: SocketAddr,
    names: &[String],
    gate: &Gate,
) -> Option<(Connect, Sender)> {
    let first = tokio::time::timeout(STARTED, wire.next()).await.ok()?;
    let Ok(Packet::Connect(connect)) = first else { return None };
    wire.version = connect.version;
    wire.bytes_max = PACKET_BYTES_MAX;
    let user = connect.user.clone();
    // Two devices may call their sessions the same; the login tells them apart.
    let client = format!("{} {}", user.as_deref().unwrap_or_default(), connect.client_id);
    let sender = Sender { source: peer.to_string(), address: peer.ip(), user, client };
    let admitted = gate.admits(&connect, &sender, names).await;
    let code = match (&admitted, wire.version) {
        (Ok(()), _) => reason::SUCCESS,
        (Err(_), Version::V311) => reason::V311_BAD_CREDENTIALS,
        (Err(_), Version::V5) => reason::BAD_CREDENTIALS,
    };
    let receive_max = admitted.is_ok().then_some(u16::try_from(IN_FLIGHT_MAX).unwrap_or(u16::MAX));
    let answer = ConnectAnswer { session_present: false, code, receive_max };
    wire.send(&Packet::ConnectAnswer(answer)).await.ok()?;
    admitted.is_ok().then_some((connect, sender))
}

/// How long a client may be silent: half as long again as it promised (section 3.1.2.10).
fn silence(keep_alive_seconds: u16) -> Duration {
    match keep_alive_seconds {
        0 => Duration::from_secs(SILENT_SECONDS_MAX),
        seconds => Duration::from_secs(u64::from(seconds)) * 3 / 2,
    }
}

fn of_lost(lost: Lost) -> Option<u8> {
    match lost {
        Lost::Closed => None,
        Lost::Slow => Some(reason::KEEP_ALIVE_TIMEOUT),
        Lost::Wrong(error) => Some(error.reason()),
    }
}
