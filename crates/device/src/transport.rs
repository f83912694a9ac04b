//! The way over which a message came.

use base::language::Text;

/// The way over which a message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// SIP in datagrams.
    Udp,
    /// SIP over a stream.
    Tcp,
    /// SIP over an encrypted stream.
    Tls,
    /// MQTT.
    Mqtt,
    /// MQTT over an encrypted stream.
    Mqtts,
    /// Over no wire: Tryggve itself noticed that a device is silent.
    Supervision,
    /// A message that came out of the reserve without its wire's name.
    Other,
}

impl Transport {
    /// Every way.
    pub const ALL: [Transport; 7] = [
        Transport::Udp,
        Transport::Tcp,
        Transport::Tls,
        Transport::Mqtt,
        Transport::Mqtts,
        Transport::Supervision,
        Transport::Other,
    ];

    /// The name in the database and the metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Transport::Udp => "udp",
            Transport::Tcp => "tcp",
            Transport::Tls => "tls",
            Transport::Mqtt => "mqtt",
            Transport::Mqtts => "mqtts",
            Transport::Supervision => "supervision",
            Transport::Other => "other",
        }
    }

    /// Reads [`Transport::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Transport::ALL.into_iter().find(|transport| transport.name() == name)
    }

    /// The words on the page.
    pub const fn text(self) -> Text {
        match self {
            Transport::Udp => Text::new("SIP över UDP", "SIP over UDP"),
            Transport::Tcp => Text::new("SIP över TCP", "SIP over TCP"),
            Transport::Tls => Text::new("SIP över TLS", "SIP over TLS"),
            Transport::Mqtt => Text::new("MQTT", "MQTT"),
            Transport::Mqtts => Text::new("MQTT över TLS", "MQTT over TLS"),
            Transport::Supervision => Text::new("Tryggves övervakning", "Tryggve's supervision"),
            Transport::Other => Text::new("okänd väg", "an unknown way"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_is_read_again_by_its_name() {
        for transport in Transport::ALL {
            assert_eq!(Transport::from_name(transport.name()), Some(transport));
        }
        assert_eq!(Transport::from_name("pigeon"), None);
    }
}
