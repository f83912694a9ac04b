//! Devices and bridges at our own ingress.

use mqtt::{Packet, PublishAnswer, Quality, Version};

use crate::{
    house::{ALIVE, BRIDGE, House, PASSWORD, PRESSED, UNIT, listen, scaip},
    peer::{Peer, message},
};

const TOPIC: &str = "tryggve/4711/scaip";
const VERSIONS: [Version; 2] = [Version::V311, Version::V5];

#[tokio::test]
async fn an_alarm_is_on_disk_when_its_acknowledgement_comes() {
    for version in VERSIONS {
        let house = House::open().await;
        let mut unit = Peer::logged_in(house.address("mqtt"), version, UNIT, PASSWORD).await;
        assert_eq!(unit.subscribe("tryggve/4711/scaip/reply").await, [0]);
        assert_eq!(unit.deliver(TOPIC, &scaip(UNIT, "1", PRESSED), 1).await, 0);
        assert_eq!(house.alarms().await, ["manual"]);
        let row = &house.rows().await[0];
        assert!(row.has_device && row.has_alarm && row.trouble.is_empty(), "{row:?}");
        let Some(Packet::Publish(reply)) = unit.next().await else { panic!("a reply comes") };
        let text = String::from_utf8(reply.payload).unwrap();
        assert_eq!(reply.topic, "tryggve/4711/scaip/reply");
        assert!(text.contains("<ref>1</ref>") && text.contains("+46700000000"), "{text}");
    }
}

#[tokio::test]
async fn many_at_once_are_acknowledged_in_their_order() {
    let house = House::open().await;
    let mut unit = Peer::logged_in(house.address("mqtt"), Version::V311, UNIT, PASSWORD).await;
    for id in 1..=300 {
        let body = if id % 3 == 0 { ALIVE } else { PRESSED };
        unit.publish(TOPIC, &scaip(UNIT, &id.to_string(), body), id).await;
    }
    for id in 1..=300 {
        assert_eq!(unit.next().await, Some(Packet::PublishAck(PublishAnswer { id, reason: 0 })));
    }
    assert_eq!(house.rows().await.len(), 200, "heartbeats leave no row");
    assert_eq!(house.alarms().await, ["manual"], "one alarm with repeats");
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_shown_once() {
    for (version, code) in [(Version::V311, 4), (Version::V5, 0x86)] {
        let house = House::open().await;
        for _ in 0..3 {
            let mut unit = Peer::reach(house.address("mqtt"), version).await;
            assert_eq!(unit.connect(UNIT, "fel").await.code, code);
            assert_eq!(unit.next().await, None);
        }
        let rows = house.rows().await;
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!((rows[0].sender.as_str(), rows[0].has_device), (UNIT, false));
        let mut stranger = Peer::reach(house.address("mqtt"), version).await;
        assert_eq!(stranger.connect("admin", "admin").await.code, code);
        assert_eq!(house.rows().await.len(), 1, "a scanner is no alarm");
    }
}

#[tokio::test]
async fn a_device_speaks_and_listens_for_itself_only() {
    let house = House::open().await;
    let mut unit = Peer::logged_in(house.address("mqtt"), Version::V311, UNIT, PASSWORD).await;
    for filter in ["tryggve/4712/scaip/reply", "tryggve/+/scaip", "#", TOPIC] {
        assert_eq!(unit.subscribe(filter).await, [0x80], "{filter}");
    }
    assert_eq!(unit.deliver("tryggve/4712/scaip", &scaip("4712", "1", PRESSED), 1).await, 0);
    assert_eq!(unit.deliver(TOPIC, &scaip("4712", "2", PRESSED), 2).await, 0);
    for row in house.rows().await {
        assert!(!row.has_device && row.signal == "unknown" && !row.trouble.is_empty(), "{row:?}");
    }
    assert_eq!(house.alarms().await, ["unknown"]);
}

#[tokio::test]
async fn sensors_behind_a_bridge_raise_the_right_alarms() {
    let house = House::open().await;
    let mut bridge = Peer::logged_in(house.address("mqtt"), Version::V5, BRIDGE, PASSWORD).await;
    let mut id = 0;
    let mut tell = async |topic: &str, payload: &str, expected: &[&str]| {
        id += 1;
        assert_eq!(bridge.deliver(topic, payload.as_bytes(), id).await, 0, "{topic} {payload}");
        assert_eq!(house.signals().await, expected, "{topic} {payload}");
    };
    let (door, smoke, bed) = ("zigbee2mqtt/hall/door", "zigbee2mqtt/smoke", "zigbee2mqtt/bed");
    tell(door, r#"{"contact":true,"battery":97}"#, &[]).await;
    tell("zigbee2mqtt/bridge/state", r#"{"state":"online"}"#, &[]).await;
    tell("zigbee2mqtt/smoke/set", r#"{"warning":"stop"}"#, &[]).await;
    tell(door, r#"{"contact":false,"battery":97}"#, &["wandering"]).await;
    tell(door, r#"{"contact":false,"battery":97}"#, &["wandering"]).await;
    tell(smoke, r#"{"smoke":true}"#, &["wandering", "fire"]).await;
    tell(bed, r#"{"in_bed":false}"#, &["wandering", "fire", "inactivity"]).await;
    let so_far = ["wandering", "fire", "inactivity", "link_lost"];
    tell("zigbee2mqtt/bed/availability", "offline", &so_far).await;
    assert_eq!(house.alarms().await, ["fire", "inactivity", "technical", "wandering"]);
    assert!(house.rows().await.iter().all(|row| row.has_device));
    // A lamp that nobody registered raises nothing; an unregistered smoke detector does, as an unknown sender.
    tell("zigbee2mqtt/lamp", r#"{"state":"ON","brightness":200}"#, &so_far).await;
    tell(
        "zigbee2mqtt/attic",
        r#"{"smoke":true}"#,
        &["wandering", "fire", "inactivity", "link_lost", "unknown"],
    )
    .await;
    tell(
        "zigbee2mqtt/smoke",
        r#"{"smoke":tr"#,
        &["wandering", "fire", "inactivity", "link_lost", "unknown", "unknown"],
    )
    .await;
    let last = house.rows().await.pop().unwrap();
    assert!(last.trouble.contains("går inte att läsa") && !last.has_device, "{last:?}");
}

#[tokio::test]
async fn a_message_sent_again_is_no_second_alarm_but_a_second_press_is_kept() {
    let house = House::open().await;
    let press = br#"{"action":"emergency"}"#;
    let topic = "zigbee2mqtt/bed";
    let mut bridge = Peer::logged_in(house.address("mqtt"), Version::V311, BRIDGE, PASSWORD).await;
    assert_eq!(bridge.deliver(topic, press, 1).await, 0);
    let mut again = message(topic, press, Quality::AtLeastOnce, 1);
    again.duplicate = true;
    let mut bridge = Peer::logged_in(house.address("mqtt"), Version::V311, BRIDGE, PASSWORD).await;
    bridge.send(&Packet::Publish(again)).await;
    assert_eq!(bridge.next().await, Some(Packet::PublishAck(PublishAnswer { id: 1, reason: 0 })));
    assert_eq!(repeats(&house).await, 0);
    assert_eq!(bridge.deliver(topic, press, 1).await, 0);
    assert_eq!(repeats(&house).await, 1);
    assert_eq!(house.alarms().await, ["manual"]);
}

async fn repeats(house: &House) -> u32 {
    let mut transaction = house.app.store.read().await.unwrap();
    store::alarm::open(&mut transaction).await.unwrap()[0].repeats
}

#[tokio::test]
async fn every_quality_is_taken_over() {
    let house = House::open().await;
    let mut unit = Peer::logged_in(house.address("mqtt"), Version::V311, UNIT, PASSWORD).await;
    unit.send(&Packet::Publish(message(TOPIC, &scaip(UNIT, "a", PRESSED), Quality::AtMostOnce, 0))).await;
    house.wait_for_rows(1).await;
    unit.send(&Packet::Publish(message(TOPIC, &scaip(UNIT, "b", PRESSED), Quality::ExactlyOnce, 7))).await;
    let answer = PublishAnswer { id: 7, reason: 0 };
    assert_eq!(unit.next().await, Some(Packet::PublishReceived(answer)));
    assert_eq!(house.rows().await.len(), 2);
    unit.send(&Packet::PublishRelease(answer)).await;
    assert_eq!(unit.next().await, Some(Packet::PublishComplete(answer)));
    unit.send(&Packet::PingRequest).await;
    assert_eq!(unit.next().await, Some(Packet::PingResponse));
}

#[tokio::test]
async fn what_cannot_be_stored_is_not_acknowledged() {
    let house = House::open().await;
    let mut unit = Peer::logged_in(house.address("mqtt"), Version::V311, UNIT, PASSWORD).await;
    house.app.store.close().await;
    unit.publish(TOPIC, &scaip(UNIT, "1", PRESSED), 1).await;
    assert_eq!(unit.next().await, None, "closed without a PUBACK");
}

#[tokio::test]
async fn a_flood_of_rubbish_is_limited_and_told_so() {
    let house = House::open().await;
    let mut unit = Peer::logged_in(house.address("mqtt"), Version::V5, UNIT, PASSWORD).await;
    let mut reasons = Vec::new();
    for id in 1..=40 {
        reasons.push(unit.deliver("nowhere", b"\xff", id).await);
    }
    assert!(
        reasons[..30].iter().all(|reason| *reason == 0) && reasons[30..].iter().all(|reason| *reason == 0x97)
    );
    assert_eq!(house.rows().await.len(), 30);
    assert_eq!(
        unit.deliver(TOPIC, &scaip(UNIT, "1", PRESSED), 50).await,
        0,
        "a real alarm still comes through"
    );
    assert!(house.alarms().await.contains(&"manual"));
}

#[tokio::test]
async fn what_breaks_the_rules_is_closed() {
    let house = House::open().await;
    let address = house.address("mqtt");
    let mut web = Peer::reach(address, Version::V311).await;
    web.send_bytes(b"GET / HTTP/1.1\r\n\r\n").await;
    assert_eq!(web.next().await, None);
    let mut eager = Peer::reach(address, Version::V311).await;
    eager.publish(TOPIC, &scaip(UNIT, "1", PRESSED), 1).await;
    assert_eq!(eager.next().await, None, "no message before CONNECT");
    let mut long = Peer::logged_in(address, Version::V5, UNIT, PASSWORD).await;
    long.publish(TOPIC, &vec![b'x'; intake::mqtt::PACKET_BYTES_MAX], 1).await;
    assert_eq!(long.next().await, Some(Packet::Disconnect { reason: 0x95 }));
    let mut silent = Peer::reach(address, Version::V5).await;
    assert_eq!(silent.connect_for(UNIT, PASSWORD, 1).await.code, 0);
    assert_eq!(silent.next().await, Some(Packet::Disconnect { reason: 0x8D }));
    assert!(house.rows().await.is_empty());
}

#[tokio::test]
async fn stopping_answers_what_is_under_way() {
    let house = House::open().await;
    let mut unit = Peer::logged_in(house.address("mqtt"), Version::V5, UNIT, PASSWORD).await;
    assert_eq!(unit.deliver(TOPIC, &scaip(UNIT, "1", PRESSED), 1).await, 0);
    house.intake.stop().await;
    assert_eq!(unit.next().await, Some(Packet::Disconnect { reason: 0x8B }));
}

#[tokio::test]
async fn a_device_comes_in_over_tls() {
    let Some(files) = crate::house::certificate() else { return };
    let address = "127.0.0.1:0".parse().unwrap();
    let authority = files.certificate.clone();
    let house = House::open_with(intake::Listen { mqtt_tls: vec![(address, files)], ..listen() }).await;
    let stream = crate::sip::encrypted(house.address("mqtts"), &authority).await;
    let mut unit = Peer::over(stream, Version::V311);
    assert_eq!(unit.connect(UNIT, PASSWORD).await.code, 0);
    assert_eq!(unit.deliver(TOPIC, &scaip(UNIT, "1", PRESSED), 1).await, 0);
    assert_eq!(house.alarms().await, ["manual"]);
}

#[tokio::test]
async fn acknowledgements_per_second_are_told() {
    const MESSAGES: u16 = 2_000;
    let house = House::open().await;
    let mut unit = Peer::logged_in(house.address("mqtt"), Version::V311, UNIT, PASSWORD).await;
    let began = std::time::Instant::now();
    let (mut sent, mut acknowledged) = (0, 0);
    while acknowledged < MESSAGES {
        while sent < MESSAGES && sent - acknowledged < 60 {
            sent += 1;
            unit.publish(TOPIC, &scaip(UNIT, &sent.to_string(), PRESSED), sent).await;
        }
        acknowledged += 1;
        assert_eq!(
            unit.next().await,
            Some(Packet::PublishAck(PublishAnswer { id: acknowledged, reason: 0 }))
        );
    }
    eprintln!(
        "{:.0} acknowledged messages/s on one connection",
        f64::from(MESSAGES) / began.elapsed().as_secs_f64()
    );
    assert_eq!(house.rows().await.len(), usize::from(MESSAGES));
}
