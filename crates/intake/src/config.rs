//! Where to listen, and whom to trust by address.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    str::FromStr,
};

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

/// A range of addresses, such as `10.20.0.0/16`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// A text that is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no network: expected an address and a prefix length, such as 10.20.0.0/16")]
pub struct NetworkError(String);

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NetworkError(text.to_owned());
        let (address, prefix) = text.split_once('/').ok_or_else(wrong)?;
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let prefix: u8 = prefix.trim().parse().map_err(|_| wrong())?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        if prefix > longest { Err(wrong()) } else { Ok(Network { address, prefix }) }
    }
}

impl Network {
    fn contains(&self, other: IpAddr) -> bool {
        // A listener on both families sees IPv4 senders in their IPv6 form.
        match (self.address, other.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(other)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0);
                network.to_bits() & mask == other.to_bits() & mask
            }
            (IpAddr::V6(network), IpAddr::V6(other)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix)).unwrap_or(0);
                network.to_bits() & mask == other.to_bits() & mask
            }
            _ => false,
        }
    }
}

/// The networks whose senders need no password when their profile says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(pub Vec<Network>);

impl Networks {
    /// Whether an address lies in one of them.
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_addresses() {
        let check = |network: &str, address: &str, expected: bool| {
            let networks = Networks(vec![network.parse().unwrap()]);
            assert_eq!(networks.contain(address.parse().unwrap()), expected, "{network} {address}");
        };
        check("10.20.0.0/16", "10.20.255.1", true);
        check("10.20.0.0/16", "10.21.0.1", false);
        check("0.0.0.0/0", "192.0.2.1", true);
        check("127.0.0.0/8", "::ffff:127.0.0.1", true);
        check("::1/128", "::1", true);
        check("::1/128", "127.0.0.1", false);
    }

    #[test]
    fn a_text_that_is_no_network_says_what_was_expected() {
        for text in ["10.0.0.0", "10.0.0.0/33", "x/8", ""] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
