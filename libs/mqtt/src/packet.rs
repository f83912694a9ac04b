//! The packets.

/// Which MQTT a connection speaks; decided by its CONNECT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// 3.1.1, protocol level 4.
    V311,
    /// 5.0, protocol level 5.
    V5,
}

/// How surely a message is delivered (section 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quality {
    /// QoS 0.
    AtMostOnce,
    /// QoS 1.
    AtLeastOnce,
    /// QoS 2.
    ExactlyOnce,
}

impl Quality {
    /// The number on the wire.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Reads [`Quality::number`].
    pub const fn of(number: u8) -> Option<Self> {
        match number {
            0 => Some(Quality::AtMostOnce),
            1 => Some(Quality::AtLeastOnce),
            2 => Some(Quality::ExactlyOnce),
            _ => None,
        }
    }
}

/// A control packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet {
    /// A client introduces itself.
    Connect(Connect),
    /// The server's answer.
    ConnectAnswer(ConnectAnswer),
    /// A message.
    Publish(Publish),
    /// PUBACK: a message of QoS 1 was taken over.
    PublishAck(PublishAnswer),
    /// PUBREC: a message of QoS 2 was taken over.
    PublishReceived(PublishAnswer),
    /// PUBREL: the sender of a QoS 2 message has forgotten it.
    PublishRelease(PublishAnswer),
    /// PUBCOMP: so has its receiver.
    PublishComplete(PublishAnswer),
    /// A client asks for topics.
    Subscribe(Subscribe),
    /// The server's answer: one code per filter.
    SubscribeAnswer {
        /// The number of the SUBSCRIBE.
        id: u16,
        /// The granted quality, or 0x80 and above for a refusal.
        codes: Vec<u8>,
    },
    /// A client wants topics no more.
    Unsubscribe {
        /// The number of the packet.
        id: u16,
        /// The filters, as they were subscribed to.
        filters: Vec<String>,
    },
    /// The server's answer.
    UnsubscribeAnswer {
        /// The number of the UNSUBSCRIBE.
        id: u16,
        /// How many filters it had; written in version 5 only, and 0 when read.
        count: usize,
    },
    /// The client is alive.
    PingRequest,
    /// So is the server.
    PingResponse,
    /// Someone leaves in good order. The reason is 0 in version 3.1.1.
    Disconnect {
        /// See [`reason`].
        reason: u8,
    },
}

/// How a client introduces itself (section 3.1).
#[derive(Clone, PartialEq, Eq)]
pub struct Connect {
    /// Which MQTT it speaks.
    pub version: Version,
    /// Whether it starts anew: no clean start asks the server for what it missed.
    pub clean_start: bool,
    /// How often it is heard at least, in seconds; 0 for never.
    pub keep_alive_seconds: u16,
    /// What it calls itself; may be empty.
    pub client_id: String,
    /// What is to be said when it is lost.
    pub will: Option<Will>,
    /// Who it is.
    pub user: Option<String>,
    /// How it proves that.
    pub password: Option<Vec<u8>>,
}

impl std::fmt::Debug for Connect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connect")
            .field("version", &self.version)
            .field("client_id", &self.client_id)
            .field("user", &self.user)
            .field("password", &self.password.as_ref().map(|_| "***"))
            .finish_non_exhaustive()
    }
}

/// A message that is to be sent when its client is lost (section 3.1.2.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Will {
    /// Its topic.
    pub topic: String,
    /// Its bytes.
    pub payload: Vec<u8>,
    /// Its quality.
    pub quality: Quality,
    /// Whether it is kept for those who come later.
    pub retain: bool,
}

/// The server's answer to a CONNECT (section 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectAnswer {
    /// Whether the server remembers an earlier session.
    pub session_present: bool,
    /// 0 for welcome; else a return code of 3.1.1 or a [`reason`] of 5.
    pub code: u8,
    /// How many unacknowledged messages the client may have; version 5 only, `None` for no limit.
    pub receive_max: Option<u16>,
}

/// A message (section 3.3).
#[derive(Clone, PartialEq, Eq)]
pub struct Publish {
    /// Its topic.
    pub topic: String,
    /// Its bytes.
    pub payload: Vec<u8>,
    /// Its quality.
    pub quality: Quality,
    /// Whether it may have been sent before.
    pub duplicate: bool,
    /// Whether it is kept for those who come later, or was.
    pub retain: bool,
    /// Its number; 0 for QoS 0.
    pub id: u16,
}

impl std::fmt::Debug for Publish {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The payload may be about a person.
        f.debug_struct("Publish")
            .field("topic", &self.topic)
            .field("payload_bytes", &self.payload.len())
            .field("quality", &self.quality)
            .field("duplicate", &self.duplicate)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// PUBACK, PUBREC, PUBREL, PUBCOMP (sections 3.4 to 3.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublishAnswer {
    /// The number of the message.
    pub id: u16,
    /// See [`reason`]; always 0 in version 3.1.1.
    pub reason: u8,
}

/// The topics a client asks for (section 3.8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscribe {
    /// The number of the packet.
    pub id: u16,
    /// The filters with the highest quality wanted.
    pub filters: Vec<(String, Quality)>,
}

/// Codes of answers: of version 5 (section 2.4), and those of 3.1.1 that differ.
pub mod reason {
    /// All is well.
    pub const SUCCESS: u8 = 0x00;
    /// Version 5: the packet is not valid.
    pub const MALFORMED: u8 = 0x81;
    /// Version 5: the packet is valid and not allowed now.
    pub const PROTOCOL_ERROR: u8 = 0x82;
    /// Version 5: unknown user or wrong password.
    pub const BAD_CREDENTIALS: u8 = 0x86;
    /// Version 5: not allowed. Also what SUBACK says; 3.1.1 has [`SUBSCRIPTION_REFUSED`].
    pub const NOT_AUTHORISED: u8 = 0x87;
    /// Version 5: the server cannot take more right now.
    pub const SERVER_BUSY: u8 = 0x89;
    /// Version 5: the server stops.
    pub const SERVER_STOPS: u8 = 0x8B;
    /// Version 5: nothing was heard for too long.
    pub const KEEP_ALIVE_TIMEOUT: u8 = 0x8D;
    /// Version 5: the packet is above the limit.
    pub const PACKET_TOO_LARGE: u8 = 0x95;
    /// Version 5: too much of this.
    pub const QUOTA_EXCEEDED: u8 = 0x97;
    /// Version 3.1.1: the server cannot take more right now.
    pub const V311_SERVER_UNAVAILABLE: u8 = 3;
    /// Version 3.1.1: unknown user or wrong password.
    pub const V311_BAD_CREDENTIALS: u8 = 4;
    /// Version 3.1.1: a filter is refused.
    pub const SUBSCRIPTION_REFUSED: u8 = 0x80;
}
