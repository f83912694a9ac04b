//! A message that reception has taken in: with the ids and the moment that it keeps, wherever it is stored first.
//!
//! The ids are given before the first trial to store it. A message whose storing ended unknown, or that waited in the
//! journal, is therefore known again when it is stored, and never stored twice.

use ::device::{Report, Signal};
use base::{AlarmId, MessageId, Position, Private, Timestamp};

use super::receive::{Arrival, Content};
use crate::{App, fields};

/// A message with what reception has given it.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The message as it came.
    pub arrival: Arrival,
    /// The id that it is stored under.
    pub message: MessageId,
    /// The id of its alarm, if it raises one.
    pub alarm: AlarmId,
    /// When it came.
    pub at: Timestamp,
}

/// The transports that a message can have come over; one that is not listed reads as the last.
const TRANSPORTS: [&str; 6] = ["udp", "tcp", "tls", "mqtt", "mqtts", "other"];
/// Says how a record is laid out; another number is not read.
const LAYOUT: &str = "1";
/// How many fields a record has.
const FIELDS: usize = 12;

impl Taken {
    /// Takes a message in at this moment.
    pub fn now(app: &App, arrival: Arrival) -> Self {
        let at = app.now();
        let message = MessageId::fresh(app.ids.as_ref(), at);
        Taken { arrival, message, alarm: AlarmId::fresh(app.ids.as_ref(), at), at }
    }

    /// The message as a record of the journal.
    pub fn to_record(&self) -> Vec<u8> {
        let (controller_id, reference, signal, detail, position, trouble) = match &self.arrival.content {
            Content::Read(report) => (
                &report.controller_id,
                &report.reference,
                report.signal.name(),
                report.detail.reveal().as_str(),
                report.position.map(|place| format!("{},{}", place.latitude, place.longitude)),
                "",
            ),
            Content::Doubtful { controller_id, reference, trouble } => {
                (controller_id, reference, "", "", None, trouble.as_str())
            }
        };
        let (message, alarm) = (self.message.to_string(), self.alarm.to_string());
        let (at, position) = (self.at.as_microsecond().to_string(), position.unwrap_or_default());
        let fields: [&[u8]; FIELDS] = [
            LAYOUT.as_bytes(),
            message.as_bytes(),
            alarm.as_bytes(),
            at.as_bytes(),
            self.arrival.transport.as_bytes(),
            self.arrival.source.as_bytes(),
            controller_id.as_bytes(),
            reference.as_bytes(),
            signal.as_bytes(),
            detail.as_bytes(),
            position.as_bytes(),
            trouble.as_bytes(),
        ];
        let mut record = Vec::new();
        fields::write(fields.into_iter().chain([self.arrival.raw.reveal().as_slice()]), &mut record);
        record
    }

    /// Reads [`Taken::to_record`]; `None` for a record of another layout.
    pub fn from_record(record: &[u8]) -> Option<Self> {
        let fields = fields::read(record)?;
        let raw = Private::new(fields.get(FIELDS)?.to_vec());
        let text = |place: usize| fields.get(place).and_then(|field| std::str::from_utf8(field).ok());
        if text(0)? != LAYOUT {
            return None;
        }
        let transport = TRANSPORTS.into_iter().find(|name| Some(*name) == text(4)).unwrap_or("other");
        let (controller_id, reference) = (text(6)?.to_owned(), text(7)?.to_owned());
        let content = match text(8)? {
            "" => Content::Doubtful { controller_id, reference, trouble: text(11)?.to_owned() },
            signal => Content::Read(Report {
                controller_id,
                reference,
                signal: Signal::from_name(signal)?,
                detail: Private::new(text(9)?.to_owned()),
                position: position(text(10)?),
            }),
        };
        Some(Taken {
            arrival: Arrival { transport, source: text(5)?.to_owned(), content, raw },
            message: text(1)?.parse().ok()?,
            alarm: text(2)?.parse().ok()?,
            at: Timestamp::from_microsecond(text(3)?.parse().ok()?).ok()?,
        })
    }
}

fn position(text: &str) -> Option<Position> {
    let (latitude, longitude) = text.split_once(',')?;
    Position::new(latitude.parse().ok()?, longitude.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use ::alarm::Kind;
    use base::id::Uuid;

    use super::*;

    fn taken(content: Content) -> Taken {
        Taken {
            arrival: Arrival {
                transport: "tls",
                source: "192.0.2.1:5061".to_owned(),
                content,
                raw: Private::new(b"<mrq>\0\xff</mrq>".to_vec()),
            },
            message: MessageId(Uuid::from_u128(7)),
            alarm: AlarmId(Uuid::from_u128(8)),
            at: "2026-11-22T06:00:00.123456Z".parse().unwrap(),
        }
    }

    fn check(content: Content) {
        let before = taken(content);
        let after = Taken::from_record(&before.to_record()).unwrap();
        // A private value does not show itself, so the two are compared as records, too.
        assert_eq!(format!("{before:?}"), format!("{after:?}"));
        assert_eq!(before.to_record(), after.to_record());
    }

    #[test]
    fn a_record_reads_as_what_was_written() {
        let report = Report {
            controller_id: "4711".to_owned(),
            reference: "å1".to_owned(),
            signal: Signal::Alarm(Kind::Fall),
            detail: Private::new("fall · sovrum".to_owned()),
            position: Position::new(58.41, 15.62),
        };
        check(Content::Read(report.clone()));
        check(Content::Read(Report { signal: Signal::Reset, position: None, ..report }));
        check(Content::Doubtful {
            controller_id: String::new(),
            reference: String::new(),
            trouble: "går inte att läsa".to_owned(),
        });
    }

    #[test]
    fn a_record_that_is_cut_anywhere_is_none() {
        let whole = taken(Content::Doubtful {
            controller_id: "1".to_owned(),
            reference: "2".to_owned(),
            trouble: "x".to_owned(),
        })
        .to_record();
        for end in 0..whole.len() {
            assert!(Taken::from_record(&whole[..end]).is_none(), "cut at {end}");
        }
    }
}
