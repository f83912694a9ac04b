//! Ranges of addresses, for whom to trust by address.

use std::{net::IpAddr, str::FromStr};

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

impl From<IpAddr> for Network {
    /// The one address alone.
    fn from(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Network { address, prefix: if address.is_ipv4() { 32 } else { 128 } }
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

/// Networks that are trusted with something.
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
        let alone = Networks(vec![Network::from(IpAddr::from([192, 0, 2, 1]))]);
        for (address, expected) in [([192, 0, 2, 1], true), ([192, 0, 2, 2], false)] {
            assert_eq!(alone.contain(IpAddr::from(address)), expected);
        }
    }

    #[test]
    fn a_text_that_is_no_network_says_what_was_expected() {
        for text in ["10.0.0.0", "10.0.0.0/33", "x/8", ""] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
