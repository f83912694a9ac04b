//! Packets to bytes.

use crate::{Connect, ConnectAnswer, Packet, Publish, PublishAnswer, Version};

/// The property that says how many unacknowledged messages a client may have (section 3.2.2.3.3).
const RECEIVE_MAXIMUM: u8 = 0x21;

/// Writes a packet. Texts and passwords beyond 65 535 bytes are cut, since the wire has no room for more.
pub fn write(packet: &Packet, version: Version) -> Vec<u8> {
    let mut body = Body { bytes: Vec::with_capacity(16), version };
    let first = match packet {
        Packet::Connect(connect) => body.connect(connect),
        Packet::ConnectAnswer(answer) => body.connect_answer(*answer),
        Packet::Publish(publish) => body.publish(publish),
        Packet::PublishAck(answer) => body.publish_answer(0x40, *answer),
        Packet::PublishReceived(answer) => body.publish_answer(0x50, *answer),
        Packet::PublishRelease(answer) => body.publish_answer(0x62, *answer),
        Packet::PublishComplete(answer) => body.publish_answer(0x70, *answer),
        Packet::Subscribe(subscribe) => {
            body.number(subscribe.id);
            body.no_properties();
            for (filter, quality) in &subscribe.filters {
                body.binary(filter.as_bytes());
                body.bytes.push(quality.number());
            }
            0x82
        }
        Packet::SubscribeAnswer { id, codes } => {
            body.number(*id);
            body.no_properties();
            body.bytes.extend(codes);
            0x90
        }
        Packet::Unsubscribe { id, filters } => {
            body.number(*id);
            body.no_properties();
            filters.iter().for_each(|filter| body.binary(filter.as_bytes()));
            0xA2
        }
        Packet::UnsubscribeAnswer { id, count } => {
            body.number(*id);
            body.no_properties();
            if version == Version::V5 {
                body.bytes.extend(std::iter::repeat_n(0, *count));
            }
            0xB0
        }
        Packet::PingRequest => 0xC0,
        Packet::PingResponse => 0xD0,
        Packet::Disconnect { reason } => {
            if version == Version::V5 {
                body.bytes.push(*reason);
            }
            0xE0
        }
    };
    let mut bytes = vec![first];
    variable(body.bytes.len(), &mut bytes);
    bytes.extend(body.bytes);
    bytes
}

fn variable(mut value: usize, bytes: &mut Vec<u8>) {
    loop {
        // Seven bits always fit a byte.
        let low = (value & 0x7F) as u8;
        value >>= 7;
        if value == 0 {
            return bytes.push(low);
        }
        bytes.push(low | 0x80);
    }
}

struct Body {
    bytes: Vec<u8>,
    version: Version,
}

impl Body {
    fn connect(&mut self, connect: &Connect) -> u8 {
        self.version = connect.version;
        self.binary(b"MQTT");
        self.bytes.push(if connect.version == Version::V311 { 4 } else { 5 });
        let will = connect
            .will
            .as_ref()
            .map_or(0, |will| 0x04 | (will.quality.number() << 3) | (u8::from(will.retain) << 5));
        let user = u8::from(connect.user.is_some()) << 7;
        let password = u8::from(connect.password.is_some()) << 6;
        self.bytes.push(user | password | will | (u8::from(connect.clean_start) << 1));
        self.number(connect.keep_alive_seconds);
        self.no_properties();
        self.binary(connect.client_id.as_bytes());
        if let Some(will) = &connect.will {
            self.no_properties();
            self.binary(will.topic.as_bytes());
            self.binary(&will.payload);
        }
        connect.user.iter().for_each(|user| self.binary(user.as_bytes()));
        connect.password.iter().for_each(|password| self.binary(password));
        0x10
    }

    fn connect_answer(&mut self, answer: ConnectAnswer) -> u8 {
        self.bytes.extend([u8::from(answer.session_present), answer.code]);
        match answer.receive_max {
            Some(most) if self.version == Version::V5 => {
                self.bytes.extend([3, RECEIVE_MAXIMUM]);
                self.number(most);
            }
            _ => self.no_properties(),
        }
        0x20
    }

    fn publish(&mut self, publish: &Publish) -> u8 {
        self.binary(publish.topic.as_bytes());
        if publish.quality.number() > 0 {
            self.number(publish.id);
        }
        self.no_properties();
        self.bytes.extend(&publish.payload);
        0x30 | (u8::from(publish.duplicate) << 3) | (publish.quality.number() << 1) | u8::from(publish.retain)
    }

    fn publish_answer(&mut self, first: u8, answer: PublishAnswer) -> u8 {
        self.number(answer.id);
        if self.version == Version::V5 && answer.reason != 0 {
            self.bytes.push(answer.reason);
        }
        first
    }

    fn number(&mut self, number: u16) {
        self.bytes.extend(number.to_be_bytes());
    }

    fn binary(&mut self, bytes: &[u8]) {
        let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        self.number(length);
        self.bytes.extend(bytes.iter().take(usize::from(length)));
    }

    fn no_properties(&mut self) {
        if self.version == Version::V5 {
            self.bytes.push(0);
        }
    }
}
