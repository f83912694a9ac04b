//! A client of someone else's broker: it acknowledges, in order, what is on disk, and comes back when it is lost.
//!
//! The session is kept by the broker (no clean start), so that what was published meanwhile is delivered afterwards.

use std::{path::PathBuf, sync::Arc, time::Duration};

use app::alarm::reception::NotReceived;
use futures_util::{StreamExt as _, future::BoxFuture, stream::FuturesOrdered};
use mqtt::{Connect, Packet, Publish, PublishAnswer, Quality, Subscribe, Version, reason};
use rustls_pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::watch,
    task::JoinHandle,
    time::Instant,
};
use tokio_rustls::TlsConnector;

use super::{
    BROKER_KEEP_ALIVE_SECONDS, Broker, Gate, IN_FLIGHT_MAX, PACKET_BYTES_MAX, RECONNECT_SECONDS_MAX,
    RECONNECT_SECONDS_MIN, STARTED,
    gate::{Said, Sender},
    wire::{Lost, Wire},
};
use crate::{config::ListenError, tls};

/// Where a Debian system keeps the certificates it trusts.
const SYSTEM_AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";
const SUBSCRIBE_ID: u16 = 1;

/// Why a broker was lost, in words for the log.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("it cannot be reached: {0}")]
    Unreachable(#[from] std::io::Error),
    #[error("it refuses us with code {0}: are user and password right?")]
    Refused(u8),
    #[error("it refuses the filter {0:?}")]
    FilterRefused(String),
    #[error("it did not answer as MQTT asks")]
    Strange,
    #[error("it sent what is no MQTT: {0}")]
    Wrong(mqtt::Error),
    #[error("it fell silent")]
    Silent,
    #[error("the connection was closed")]
    Closed,
    #[error("a message of it could not be stored and was not acknowledged")]
    NotStored(#[from] NotReceived),
}

impl From<Lost> for Trouble {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Closed => Trouble::Closed,
            Lost::Slow => Trouble::Silent,
            Lost::Wrong(error) => Trouble::Wrong(error),
        }
    }
}

struct Place {
    host: String,
    port: u16,
    connector: Option<TlsConnector>,
}

/// Fetches from a broker until told to stop.
pub(crate) fn start(
    broker: &Broker,
    gate: Arc<Gate>,
    stopped: watch::Receiver<bool>,
) -> Result<JoinHandle<()>, ListenError> {
    let place = place(broker)?;
    Ok(tokio::spawn(run(broker.clone(), place, gate, stopped)))
}

fn place(broker: &Broker) -> Result<Place, ListenError> {
    let wrong = || ListenError::Broker { url: broker.url.clone() };
    let (scheme, rest) = broker.url.split_once("://").ok_or_else(wrong)?;
    let (encrypted, port) = match scheme {
        "mqtt" => (false, 1883),
        "mqtts" => (true, 8883),
        _ => return Err(wrong()),
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    // An address of version 6 stands in brackets, since it is full of colons itself.
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, digits)) if !digits.contains(']') => (host, digits.parse().map_err(|_| wrong())?),
        _ => (rest, port),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() || host.contains(['/', '@', ' ']) {
        return Err(wrong());
    }
    let connector = if encrypted {
        let authority = broker.authority.clone().unwrap_or_else(|| PathBuf::from(SYSTEM_AUTHORITIES));
        Some(tls::connector(&authority)?)
    } else {
        None
    };
    Ok(Place { host: host.to_owned(), port, connector })
}

async fn run(broker: Broker, place: Place, gate: Arc<Gate>, mut stopped: watch::Receiver<bool>) {
    let mut wait = RECONNECT_SECONDS_MIN;
    loop {
        let began = Instant::now();
        match connect(&broker, &place, &gate, &mut stopped).await {
            Ok(()) => return,
            Err(trouble) => {
                metrics::counter!("tryggve_brokers_lost_total").increment(1);
                tracing::warn!(%trouble, broker = %broker.url, wait_seconds = wait, "A broker is lost and will be tried again");
            }
        }
        // One that held for a while was well: it is tried again at once.
        if began.elapsed() > Duration::from_secs(RECONNECT_SECONDS_MAX) {
            wait = RECONNECT_SECONDS_MIN;
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(wait)) => {}
            () = crate::ended(&mut stopped) => return,
        }
        wait = (wait * 2).min(RECONNECT_SECONDS_MAX);
    }
}

/// Serves one connection. `Ok` means that we were told to stop.
async fn connect(
    broker: &Broker,
    place: &Place,
    gate: &Arc<Gate>,
    stopped: &mut watch::Receiver<bool>,
) -> Result<(), Trouble> {
    let timeout = |_| std::io::Error::from(std::io::ErrorKind::TimedOut);
    let reach = tokio::time::timeout(STARTED, TcpStream::connect((place.host.as_str(), place.port)));
    let stream = tokio::select! {
        stream = reach => stream.map_err(timeout)??,
        () = crate::ended(stopped) => return Ok(()),
    };
    let _ = stream.set_nodelay(true);
    let peer = stream.peer_addr()?;
    let sender = Sender {
        source: peer.to_string(),
        address: peer.ip(),
        user: None,
        client: format!("{} {}", broker.url, broker.client_id),
    };
    match &place.connector {
        None => Session::run(stream, broker, sender, gate, stopped).await,
        Some(connector) => {
            let invalid = |_| std::io::Error::from(std::io::ErrorKind::InvalidInput);
            let name = ServerName::try_from(place.host.clone()).map_err(invalid)?;
            let stream =
                tokio::time::timeout(STARTED, connector.connect(name, stream)).await.map_err(timeout)??;
            Session::run(stream, broker, sender, gate, stopped).await
        }
    }
}

/// A message on its way to the disk.
struct Taken {
    quality: Quality,
    id: u16,
    outcome: Result<Option<Publish>, NotReceived>,
}

struct Session<'a, S> {
    wire: Wire<S>,
    sender: Sender,
    gate: &'a Arc<Gate>,
    in_flight: FuturesOrdered<BoxFuture<'static, Taken>>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<'_, S> {
    async fn run(
        stream: S,
        broker: &Broker,
        sender: Sender,
        gate: &Arc<Gate>,
        stopped: &mut watch::Receiver<bool>,
    ) -> Result<(), Trouble> {
        let wire = Wire::new(stream, Version::V311, PACKET_BYTES_MAX);
        let mut session = Session { wire, sender, gate, in_flight: FuturesOrdered::new() };
        let begun = tokio::time::timeout(STARTED, session.begin(broker)).await;
        let ended = match begun.unwrap_or(Err(Trouble::Silent)) {
            Ok(()) => {
                tracing::info!(broker = %broker.url, "A broker is connected");
                session.serve(stopped).await
            }
            Err(trouble) => Err(trouble),
        };
        // What is stored by now is acknowledged, in order; after one that was not stored nothing may be.
        let mut in_order = !matches!(ended, Err(Trouble::NotStored(_)));
        while let Some(taken) = session.in_flight.next().await {
            in_order = in_order && session.acknowledge(taken).await.is_ok();
        }
        if ended.is_ok() {
            let _ = session.wire.send(&Packet::Disconnect { reason: reason::SUCCESS }).await;
        }
        session.wire.close().await;
        ended
    }

    async fn begin(&mut self, broker: &Broker) -> Result<(), Trouble> {
        let login = !broker.user.is_empty();
        let connect = Connect {
            version: Version::V311,
            clean_start: false,
            keep_alive_seconds: BROKER_KEEP_ALIVE_SECONDS,
            client_id: broker.client_id.clone(),
            will: None,
            user: login.then(|| broker.user.clone()),
            password: login.then(|| broker.password.reveal().clone().into_bytes()),
        };
        self.wire.send(&Packet::Connect(connect)).await?;
        match self.wire.next().await? {
            Packet::ConnectAnswer(answer) if answer.code == reason::SUCCESS => {}
            Packet::ConnectAnswer(answer) => return Err(Trouble::Refused(answer.code)),
            _ => return Err(Trouble::Strange),
        }
        let filters = if broker.filters.is_empty() { self.gate.filters() } else { broker.filters.clone() };
        let wanted = filters.iter().map(|filter| (filter.clone(), Quality::AtLeastOnce)).collect();
        self.wire.send(&Packet::Subscribe(Subscribe { id: SUBSCRIBE_ID, filters: wanted })).await?;
        loop {
            match self.wire.next().await? {
                Packet::SubscribeAnswer { codes, .. } => {
                    let refused =
                        filters.iter().zip(codes).find(|(_, code)| *code >= reason::SUBSCRIPTION_REFUSED);
                    return match refused {
                        Some((filter, _)) => Err(Trouble::FilterRefused(filter.clone())),
                        None => Ok(()),
                    };
                }
                // What waited in the session may come before the answer.
                packet => self.take(packet).await?,
            }
        }
    }

    async fn serve(&mut self, stopped: &mut watch::Receiver<bool>) -> Result<(), Trouble> {
        let keep_alive = Duration::from_secs(u64::from(BROKER_KEEP_ALIVE_SECONDS));
        let mut ping = tokio::time::interval_at(Instant::now() + keep_alive / 2, keep_alive / 2);
        let mut heard = Instant::now();
        loop {
            let room = self.in_flight.len() < IN_FLIGHT_MAX;
            tokio::select! {
                biased;
                Some(taken) = self.in_flight.next() => self.acknowledge(taken).await?,
                () = crate::ended(stopped) => return Ok(()),
                _ = ping.tick() => {
                    if room && heard.elapsed() > keep_alive * 3 / 2 {
                        return Err(Trouble::Silent);
                    }
                    self.wire.send(&Packet::PingRequest).await?;
                }
                packet = self.wire.next(), if room => {
                    heard = Instant::now();
                    self.take(packet?).await?;
                }
            }
        }
    }

    async fn take(&mut self, packet: Packet) -> Result<(), Trouble> {
        match packet {
            Packet::Publish(publish) => self.publish(publish),
            Packet::PublishRelease(PublishAnswer { id, .. }) => {
                let answer = PublishAnswer { id, reason: reason::SUCCESS };
                self.wire.send(&Packet::PublishComplete(answer)).await?;
            }
            Packet::PingResponse => {}
            _ => return Err(Trouble::Strange),
        }
        Ok(())
    }

    fn publish(&mut self, publish: Publish) {
        let said = self.gate.open(&self.sender, &publish);
        let (gate, quality, id) = (Arc::clone(self.gate), publish.quality, publish.id);
        self.in_flight.push_back(Box::pin(async move {
            let outcome = match said {
                Said::Heard(reply) => Ok(reply),
                // Rubbish beyond the limit is counted and let go: held back, it would hold back the alarms behind it.
                Said::OverLimit => Ok(None),
                Said::Store(task) => gate.store(task).await,
            };
            Taken { quality, id, outcome }
        }));
    }

    async fn acknowledge(&mut self, taken: Taken) -> Result<(), Trouble> {
        let reply = taken.outcome?;
        let answer = PublishAnswer { id: taken.id, reason: reason::SUCCESS };
        let packet = match taken.quality {
            Quality::AtMostOnce => None,
            Quality::AtLeastOnce => Some(Packet::PublishAck(answer)),
            Quality::ExactlyOnce => Some(Packet::PublishReceived(answer)),
        };
        for packet in packet.into_iter().chain(reply.map(Packet::Publish)) {
            self.wire.send(&packet).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broker_is_named_by_its_url() {
        let broker = |url: &str| Broker {
            url: url.to_owned(),
            user: String::new(),
            password: String::new().into(),
            client_id: "tryggve".to_owned(),
            filters: Vec::new(),
            authority: None,
        };
        for (url, host, port) in [
            ("mqtt://broker.example:1884", "broker.example", 1884),
            ("mqtt://192.0.2.1/", "192.0.2.1", 1883),
            ("mqtt://[2001:db8::1]:1885", "2001:db8::1", 1885),
            ("mqtt://[2001:db8::1]", "2001:db8::1", 1883),
        ] {
            let found = place(&broker(url)).unwrap();
            assert_eq!((found.host.as_str(), found.port), (host, port), "{url}");
        }
        for url in
            ["", "broker", "http://broker", "mqtt://", "mqtt://broker:x", "mqtt://user@broker", "mqtt://a/b"]
        {
            assert!(place(&broker(url)).is_err(), "{url}");
        }
    }
}
