//! Bytes to packets.

use crate::{
    Connect, ConnectAnswer, Packet, Publish, PublishAnswer, Quality, Subscribe, Version, Will, is_filter,
    is_topic, reason,
};

/// The most filters of one SUBSCRIBE or UNSUBSCRIBE.
const FILTERS_MAX: usize = 64;

/// Why bytes are no packet. The connection must be closed: where the next one begins is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Above the reader's limit.
    #[error("a packet of {bytes} bytes: expected at most {bytes_max}")]
    TooLarge {
        /// How large it says it is.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// Not valid.
    #[error("not an MQTT packet: {0}")]
    Malformed(&'static str),
    /// A version that is not spoken here.
    #[error("protocol level {0}: expected 4 (MQTT 3.1.1) or 5")]
    Version(u8),
}

impl Error {
    /// What version 5 calls it.
    pub const fn reason(self) -> u8 {
        match self {
            Error::TooLarge { .. } => reason::PACKET_TOO_LARGE,
            Error::Malformed(_) => reason::MALFORMED,
            Error::Version(_) => reason::PROTOCOL_ERROR,
        }
    }
}

type Result<T> = std::result::Result<T, Error>;

/// Reads the packet at the beginning of `bytes` with its length, or `None` when more bytes are needed.
///
/// `version` is what the connection's CONNECT said; a CONNECT itself carries its own.
pub fn read(bytes: &[u8], version: Version, bytes_max: usize) -> Result<Option<(Packet, usize)>> {
    let Some((&first, rest)) = bytes.split_first() else { return Ok(None) };
    let (kind, flags) = (first >> 4, first & 0x0F);
    check_first(kind, flags)?;
    let Some((length, length_bytes)) = variable(rest)? else { return Ok(None) };
    let total = 1 + length_bytes + length;
    if total > bytes_max {
        return Err(Error::TooLarge { bytes: total, bytes_max });
    }
    let Some(body) = bytes.get(1 + length_bytes..total) else { return Ok(None) };
    let mut cursor = Cursor { rest: body, version };
    let packet = cursor.packet(kind, flags)?;
    Ok(Some((packet, total)))
}

/// Looks at the first byte alone, so that what speaks another language is turned away at once.
fn check_first(kind: u8, flags: u8) -> Result<()> {
    // SUBSCRIBE, UNSUBSCRIBE and PUBREL carry the flags 2, PUBLISH its own, all others 0 (section 2.1.3).
    let expected = match kind {
        3 => flags,
        6 | 8 | 10 => 2,
        _ => 0,
    };
    if flags == expected { Ok(()) } else { Err(Error::Malformed("reserved flags are set")) }
}

/// A number of one to four bytes (section 1.5.5), with how many; `None` when more are needed.
fn variable(bytes: &[u8]) -> Result<Option<(usize, usize)>> {
    let mut value = 0;
    for position in 0..4 {
        let Some(byte) = bytes.get(position) else { return Ok(None) };
        value |= usize::from(byte & 0x7F) << (7 * position);
        if byte & 0x80 == 0 {
            return Ok(Some((value, position + 1)));
        }
    }
    Err(Error::Malformed("a length of more than four bytes"))
}

struct Cursor<'a> {
    rest: &'a [u8],
    version: Version,
}

impl<'a> Cursor<'a> {
    fn packet(&mut self, kind: u8, flags: u8) -> Result<Packet> {
        match kind {
            1 => self.connect().map(Packet::Connect),
            2 => self.connect_answer().map(Packet::ConnectAnswer),
            3 => self.publish(flags).map(Packet::Publish),
            4 => self.publish_answer().map(Packet::PublishAck),
            5 => self.publish_answer().map(Packet::PublishReceived),
            6 => self.publish_answer().map(Packet::PublishRelease),
            7 => self.publish_answer().map(Packet::PublishComplete),
            8 => self.subscribe().map(Packet::Subscribe),
            9 => {
                let id = self.id()?;
                self.skip_properties()?;
                Ok(Packet::SubscribeAnswer { id, codes: self.rest.to_vec() })
            }
            10 => self.unsubscribe(),
            11 => Ok(Packet::UnsubscribeAnswer { id: self.id()?, count: 0 }),
            12 => Ok(Packet::PingRequest),
            13 => Ok(Packet::PingResponse),
            14 => Ok(Packet::Disconnect { reason: self.reason() }),
            _ => Err(Error::Malformed("a packet kind that is not spoken here")),
        }
    }

    fn connect(&mut self) -> Result<Connect> {
        if self.text()? != "MQTT" {
            return Err(Error::Malformed("a CONNECT that does not say MQTT"));
        }
        self.version = match self.byte()? {
            4 => Version::V311,
            5 => Version::V5,
            other => return Err(Error::Version(other)),
        };
        let flags = self.byte()?;
        if flags & 0x01 != 0 {
            return Err(Error::Malformed("the reserved flag of CONNECT is set"));
        }
        let keep_alive_seconds = self.number()?;
        self.skip_properties()?;
        let client_id = self.text()?.to_owned();
        let will = if flags & 0x04 == 0 { None } else { Some(self.will(flags)?) };
        let user = if flags & 0x80 == 0 { None } else { Some(self.text()?.to_owned()) };
        let password = if flags & 0x40 == 0 { None } else { Some(self.binary()?.to_vec()) };
        let (version, clean_start) = (self.version, flags & 0x02 != 0);
        Ok(Connect { version, clean_start, keep_alive_seconds, client_id, will, user, password })
    }

    fn will(&mut self, flags: u8) -> Result<Will> {
        self.skip_properties()?;
        Ok(Will {
            topic: self.text()?.to_owned(),
            payload: self.binary()?.to_vec(),
            quality: quality((flags >> 3) & 0x03)?,
            retain: flags & 0x20 != 0,
        })
    }

    fn connect_answer(&mut self) -> Result<ConnectAnswer> {
        let (flags, code) = (self.byte()?, self.byte()?);
        Ok(ConnectAnswer { session_present: flags & 1 != 0, code, receive_max: None })
    }

    fn publish(&mut self, flags: u8) -> Result<Publish> {
        let quality = quality((flags >> 1) & 0x03)?;
        let topic = self.text()?;
        if !is_topic(topic) {
            return Err(Error::Malformed("a topic that is empty, too long, or has wildcards"));
        }
        let id = if quality == Quality::AtMostOnce { 0 } else { self.id()? };
        self.skip_properties()?;
        Ok(Publish {
            topic: topic.to_owned(),
            payload: self.rest.to_vec(),
            quality,
            duplicate: flags & 0x08 != 0,
            retain: flags & 0x01 != 0,
            id,
        })
    }

    fn publish_answer(&mut self) -> Result<PublishAnswer> {
        let id = self.id()?;
        Ok(PublishAnswer { id, reason: self.reason() })
    }

    /// The reason at the end of a packet. Version 3.1.1 has none: bytes that stand there mean nothing.
    fn reason(&self) -> u8 {
        match self.version {
            Version::V311 => reason::SUCCESS,
            Version::V5 => self.rest.first().copied().unwrap_or(reason::SUCCESS),
        }
    }

    fn subscribe(&mut self) -> Result<Subscribe> {
        let id = self.id()?;
        self.skip_properties()?;
        let mut filters = Vec::new();
        while !self.rest.is_empty() {
            let filter = self.filter(filters.len())?;
            // The higher bits are options of version 5 that change nothing for a receiver.
            filters.push((filter, quality(self.byte()? & 0x03)?));
        }
        if filters.is_empty() {
            Err(Error::Malformed("a SUBSCRIBE to nothing"))
        } else {
            Ok(Subscribe { id, filters })
        }
    }

    fn unsubscribe(&mut self) -> Result<Packet> {
        let id = self.id()?;
        self.skip_properties()?;
        let mut filters = Vec::new();
        while !self.rest.is_empty() {
            filters.push(self.filter(filters.len())?);
        }
        Ok(Packet::Unsubscribe { id, filters })
    }

    fn filter(&mut self, already: usize) -> Result<String> {
        let filter = self.text()?;
        if already < FILTERS_MAX && is_filter(filter) {
            return Ok(filter.to_owned());
        }
        Err(Error::Malformed("too many filters, or one that is empty, too long or ill-formed"))
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) =
            self.rest.split_at_checked(count).ok_or(Error::Malformed("a packet that ends too early"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?.first().copied().unwrap_or_default())
    }

    fn number(&mut self) -> Result<u16> {
        Ok(u16::from_be_bytes([self.byte()?, self.byte()?]))
    }

    fn id(&mut self) -> Result<u16> {
        match self.number()? {
            0 => Err(Error::Malformed("a packet number of 0")),
            id => Ok(id),
        }
    }

    fn binary(&mut self) -> Result<&'a [u8]> {
        let length = self.number()?;
        self.take(usize::from(length))
    }

    fn text(&mut self) -> Result<&'a str> {
        std::str::from_utf8(self.binary()?).map_err(|_| Error::Malformed("a text that is not UTF-8"))
    }

    fn skip_properties(&mut self) -> Result<()> {
        if self.version == Version::V311 {
            return Ok(());
        }
        let (length, length_bytes) =
            variable(self.rest)?.ok_or(Error::Malformed("properties that end too early"))?;
        self.take(length_bytes)?;
        self.take(length)?;
        Ok(())
    }
}

fn quality(number: u8) -> Result<Quality> {
    Quality::of(number).ok_or(Error::Malformed("a quality of service of 3"))
}
