//! MQTT: packets of both versions, and what a sensor's payload is taken to say.

use std::collections::BTreeSet;

use device::Signal;
use device::drivers::zigbee2mqtt::{self, DETAIL_CHARACTERS_MAX, FIELDS_MAX, State, Watch};
use mqtt::{Packet, Version, read, write};

use crate::payload::{availability, fields};

const PACKET_BYTES_MAX: usize = 4_096;
/// Each of the twelve conditions, a button, and three ends of something.
const REPORTS_MAX: usize = 16;

/// A packet: written and read again it is the same, and no part of it is taken for a whole.
pub(crate) fn packet(bytes: &[u8]) {
    for version in [Version::V311, Version::V5] {
        let Ok(Some((packet, length))) = read(bytes, version, PACKET_BYTES_MAX) else { continue };
        assert!(length <= bytes.len() && length <= PACKET_BYTES_MAX);
        let part = bytes.get(..length - 1).unwrap_or_default();
        assert!(matches!(read(part, version, PACKET_BYTES_MAX), Ok(None)), "a part is no packet");
        let spoken = match &packet {
            Packet::Connect(connect) => connect.version,
            _ => version,
        };
        // Properties of version 5 are left out, so what is written is never longer by much.
        let written = write(&packet, spoken);
        assert!(written.len() <= length + 8, "{packet:?}");
        let again = read(&written, spoken, PACKET_BYTES_MAX + 8);
        assert_eq!(again, Ok(Some((packet, written.len()))));
    }
}

/// A payload: at least one report, each told apart, and the same message twice changes nothing.
pub(crate) fn payload(bytes: &[u8]) {
    if let Some(word) = availability(bytes) {
        let reading = zigbee2mqtt::read_availability("s1", "r", &word, State::default());
        assert_eq!(reading.reports.len(), 1);
    }
    let Ok(fields) = fields(bytes) else { return };
    assert!(fields.len() <= FIELDS_MAX);
    let watch = Watch::default();
    let first = zigbee2mqtt::read("s1", "r", &fields, &watch, State::default());
    assert!((1..=REPORTS_MAX).contains(&first.reports.len()));
    let references: BTreeSet<&str> = first.reports.iter().map(|report| report.reference.as_str()).collect();
    assert_eq!(references.len(), first.reports.len(), "each report has a reference of its own");
    for report in &first.reports {
        assert!(report.detail.reveal().chars().count() <= DETAIL_CHARACTERS_MAX);
    }
    let second = zigbee2mqtt::read("s1", "r", &fields, &watch, first.state);
    assert_eq!(second.state, first.state);
    assert!(!second.reports.iter().any(|report| report.signal == Signal::Reset), "nothing has ended");
}
