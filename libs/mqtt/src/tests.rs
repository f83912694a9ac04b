//! Round trips, bytes of the standard's own layout, and bytes that are no packets.

use super::*;

const BYTES_MAX: usize = 64 * 1_024;

fn connect(version: Version) -> Packet {
    Packet::Connect(Connect {
        version,
        clean_start: false,
        keep_alive_seconds: 60,
        client_id: "unit-1".to_owned(),
        will: Some(Will {
            topic: "a/b".to_owned(),
            payload: b"gone".to_vec(),
            quality: Quality::AtLeastOnce,
            retain: true,
        }),
        user: Some("unit-1".to_owned()),
        password: Some(b"secret".to_vec()),
    })
}

fn packets(version: Version) -> Vec<Packet> {
    let publish = |quality, id| {
        let (topic, payload) = ("tryggve/1/scaip".to_owned(), b"<mrq/>".to_vec());
        Packet::Publish(Publish { topic, payload, quality, duplicate: id > 1, retain: false, id })
    };
    let answer = |id| PublishAnswer { id, reason: if version == Version::V5 { 0x97 } else { 0 } };
    vec![
        connect(version),
        Packet::ConnectAnswer(ConnectAnswer { session_present: true, code: 0, receive_max: None }),
        publish(Quality::AtMostOnce, 0),
        publish(Quality::AtLeastOnce, 1),
        publish(Quality::ExactlyOnce, 65_535),
        Packet::PublishAck(answer(1)),
        Packet::PublishReceived(answer(2)),
        Packet::PublishRelease(answer(3)),
        Packet::PublishComplete(answer(4)),
        Packet::Subscribe(Subscribe {
            id: 5,
            filters: vec![("a/+/#".to_owned(), Quality::AtLeastOnce), ("b".to_owned(), Quality::AtMostOnce)],
        }),
        Packet::SubscribeAnswer { id: 5, codes: vec![1, 0x80] },
        Packet::Unsubscribe { id: 6, filters: vec!["a/#".to_owned()] },
        Packet::UnsubscribeAnswer { id: 6, count: 0 },
        Packet::PingRequest,
        Packet::PingResponse,
        Packet::Disconnect { reason: 0 },
    ]
}

#[test]
fn what_is_written_is_read_back_from_any_number_of_pieces() {
    for version in [Version::V311, Version::V5] {
        for packet in packets(version) {
            let bytes = write(&packet, version);
            for length in 0..bytes.len() {
                assert_eq!(
                    read(&bytes[..length], version, BYTES_MAX),
                    Ok(None),
                    "{packet:?} cut at {length}"
                );
            }
            assert_eq!(read(&bytes, version, BYTES_MAX), Ok(Some((packet, bytes.len()))));
        }
    }
}

#[test]
fn damaged_bytes_never_panic() {
    for version in [Version::V311, Version::V5] {
        for packet in packets(version) {
            let bytes = write(&packet, version);
            for position in 0..bytes.len() {
                for value in 0..=255 {
                    let mut damaged = bytes.clone();
                    damaged[position] = value;
                    // Any answer will do; it must come.
                    let answer = read(&damaged, version, BYTES_MAX);
                    assert!(!matches!(answer, Ok(Some((_, length))) if length > damaged.len()));
                }
            }
        }
    }
}

#[test]
fn a_long_packet_is_refused_by_its_first_bytes() {
    let bytes = [0x30, 0xFF, 0xFF, 0xFF, 0x7F];
    let expected = Err(Error::TooLarge { bytes: 268_435_460, bytes_max: 1_024 });
    assert_eq!(read(&bytes, Version::V311, 1_024), expected);
    let just_fits = write(&packets(Version::V311)[2], Version::V311);
    assert!(read(&just_fits, Version::V311, just_fits.len()).is_ok());
    assert!(read(&just_fits, Version::V311, just_fits.len() - 1).is_err());
}

#[test]
fn bytes_that_are_no_packet_say_so() {
    let check = |bytes: &[u8], version: Version| {
        assert!(read(bytes, version, BYTES_MAX).is_err(), "{bytes:?}");
    };
    check(&[0x00, 0x00], Version::V311);
    check(&[0xF0, 0x00], Version::V5);
    check(&[0x30, 0xFF, 0xFF, 0xFF, 0xFF], Version::V311);
    // A PUBLISH with QoS 3, with an empty topic, with a wildcard, with number 0.
    check(&[0x36, 0x05, 0, 1, b'a', 0, 1], Version::V311);
    check(&[0x30, 0x02, 0, 0], Version::V311);
    check(&[0x30, 0x03, 0, 1, b'#'], Version::V311);
    check(&[0x32, 0x05, 0, 1, b'a', 0, 0], Version::V311);
    // A SUBSCRIBE without its flags, and one to nothing.
    check(&[0x80, 0x06, 0, 1, 0, 1, b'a', 0], Version::V311);
    check(&[0x82, 0x02, 0, 1], Version::V311);
    // A CONNECT of MQTT 3.1, and a request for a web page.
    check(&[0x10, 0x0C, 0, 6, b'M', b'Q', b'I', b's', b'd', b'p', 3, 2, 0, 60], Version::V311);
    check(b"GET / HTTP/1.1\r\n\r\n", Version::V311);
}

#[test]
fn properties_of_version_5_are_skipped() {
    // PUBLISH, QoS 1, topic "a", number 7, five bytes of properties (a message expiry), payload "x".
    let bytes = [0x32, 0x0C, 0, 1, b'a', 0, 7, 5, 0x02, 0, 0, 0, 60, b'x'];
    let Ok(Some((Packet::Publish(publish), 14))) = read(&bytes, Version::V5, BYTES_MAX) else {
        panic!("a message is read")
    };
    assert_eq!((publish.id, publish.payload.as_slice()), (7, &b"x"[..]));
}

#[test]
fn version_3_1_1_has_no_reasons() {
    for (bytes, expected) in [
        ([0xE0, 0x03, 0x8B, 0, 0], Packet::Disconnect { reason: 0 }),
        ([0x40, 0x03, 0, 7, 0x8B], Packet::PublishAck(PublishAnswer { id: 7, reason: 0 })),
    ] {
        assert_eq!(read(&bytes, Version::V311, BYTES_MAX), Ok(Some((expected, 5))));
    }
}

#[test]
fn filters_and_topics_follow_the_standard() {
    for (text, topic, filter) in [
        ("a/b", true, true),
        ("a/+/c", false, true),
        ("a/#", false, true),
        ("#", false, true),
        ("a/#/c", false, false),
        ("a+", false, false),
        ("", false, false),
    ] {
        assert_eq!((is_topic(text), is_filter(text)), (topic, filter), "{text}");
    }
}

#[test]
fn neither_password_nor_payload_is_shown() {
    let shown: String = packets(Version::V5).iter().map(|packet| format!("{packet:?}")).collect();
    assert!(!shown.contains("secret") && !shown.contains("mrq") && !shown.contains("115, 101"));
}
