//! The other side of an MQTT connection: a device, or a broker that a test plays itself.

use std::{net::SocketAddr, time::Duration};

use mqtt::{Connect, ConnectAnswer, Packet, Publish, PublishAnswer, Quality, Subscribe, Version};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(10);
const BYTES_MAX: usize = 1_000_000;

pub(crate) struct Peer<S = TcpStream> {
    stream: S,
    buffer: Vec<u8>,
    version: Version,
}

impl Peer {
    pub(crate) async fn reach(address: SocketAddr, version: Version) -> Self {
        Peer::over(TcpStream::connect(address).await.unwrap(), version)
    }

    /// Connects and is let in.
    pub(crate) async fn logged_in(address: SocketAddr, version: Version, user: &str, password: &str) -> Self {
        let mut peer = Peer::reach(address, version).await;
        assert_eq!(peer.connect(user, password).await.code, 0);
        peer
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Peer<S> {
    pub(crate) fn over(stream: S, version: Version) -> Self {
        Peer { stream, buffer: Vec::new(), version }
    }

    pub(crate) async fn connect(&mut self, user: &str, password: &str) -> ConnectAnswer {
        self.connect_for(user, password, 60).await
    }

    pub(crate) async fn connect_for(
        &mut self,
        user: &str,
        password: &str,
        keep_alive_seconds: u16,
    ) -> ConnectAnswer {
        let connect = Connect {
            version: self.version,
            clean_start: true,
            keep_alive_seconds,
            client_id: "test".to_owned(),
            will: None,
            user: Some(user.to_owned()),
            password: Some(password.as_bytes().to_vec()),
        };
        self.send(&Packet::Connect(connect)).await;
        match self.next().await {
            Some(Packet::ConnectAnswer(answer)) => answer,
            other => panic!("expected an answer to CONNECT, got {other:?}"),
        }
    }

    pub(crate) async fn send(&mut self, packet: &Packet) {
        self.send_bytes(&mqtt::write(packet, self.version)).await;
    }

    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// The next packet, or `None` when the other side has closed.
    pub(crate) async fn next(&mut self) -> Option<Packet> {
        loop {
            if let Some((packet, length)) = mqtt::read(&self.buffer, self.version, BYTES_MAX).unwrap() {
                self.buffer.drain(..length);
                return Some(packet);
            }
            let read =
                timeout(PATIENCE, self.stream.read_buf(&mut self.buffer)).await.expect("something comes");
            if read.unwrap_or(0) == 0 {
                return None;
            }
        }
    }

    pub(crate) async fn publish(&mut self, topic: &str, payload: &[u8], id: u16) {
        self.send(&Packet::Publish(message(topic, payload, Quality::AtLeastOnce, id))).await;
    }

    /// Publishes and waits for the PUBACK with its reason.
    pub(crate) async fn deliver(&mut self, topic: &str, payload: &[u8], id: u16) -> u8 {
        self.publish(topic, payload, id).await;
        match self.next().await {
            Some(Packet::PublishAck(PublishAnswer { id: answered, reason })) if answered == id => reason,
            other => panic!("expected PUBACK {id}, got {other:?}"),
        }
    }

    pub(crate) async fn subscribe(&mut self, filter: &str) -> Vec<u8> {
        let filters = vec![(filter.to_owned(), Quality::AtLeastOnce)];
        self.send(&Packet::Subscribe(Subscribe { id: 9, filters })).await;
        match self.next().await {
            Some(Packet::SubscribeAnswer { id: 9, codes }) => codes,
            other => panic!("expected SUBACK, got {other:?}"),
        }
    }
}

pub(crate) fn message(topic: &str, payload: &[u8], quality: Quality, id: u16) -> Publish {
    Publish {
        topic: topic.to_owned(),
        payload: payload.to_vec(),
        quality,
        duplicate: false,
        retain: false,
        id,
    }
}
