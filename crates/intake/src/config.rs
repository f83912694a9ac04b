//! Where to listen.

use std::{net::SocketAddr, path::PathBuf};

use crate::mqtt::{Broker, TopicRule};

/// Where devices reach us.
#[derive(Debug, Clone, Default)]
pub struct Listen {
    /// Datagram sockets.
    pub udp: Vec<SocketAddr>,
    /// Plain stream sockets.
    pub tcp: Vec<SocketAddr>,
    /// Encrypted stream sockets with their certificates.
    pub tls: Vec<(SocketAddr, TlsFiles)>,
    /// Plain MQTT sockets.
    pub mqtt: Vec<SocketAddr>,
    /// Encrypted MQTT sockets with their certificates.
    pub mqtt_tls: Vec<(SocketAddr, TlsFiles)>,
    /// What MQTT topics mean, on our own sockets and at every broker; the first rule that fits decides.
    pub topics: Vec<TopicRule>,
    /// Brokers of others that we fetch messages from.
    pub brokers: Vec<Broker>,
}

/// The files of an encrypted socket, in PEM form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The server's certificate chain.
    pub certificate: PathBuf,
    /// The server's private key.
    pub key: PathBuf,
    /// Whose client certificates are asked for and trusted; none means that none is asked for.
    pub client_authority: Option<PathBuf>,
}

/// Why a socket could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address is taken, not ours, or needs more rights.
    #[error("cannot listen on {transport} {address}: is the port free?")]
    Bind {
        /// `udp`, `tcp`, `tls`, `mqtt` or `mqtts`.
        transport: &'static str,
        /// Which address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// A certificate or key could not be read.
    #[error("cannot use {}: expected {expected}", path.display())]
    Certificate {
        /// Which file.
        path: PathBuf,
        /// What should stand in it.
        expected: &'static str,
    },
    /// A broker's address is of no use.
    #[error("cannot use the broker {url:?}: expected mqtt://host:1883 or mqtts://host:8883")]
    Broker {
        /// What was given.
        url: String,
    },
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness")]
    Randomness,
}
