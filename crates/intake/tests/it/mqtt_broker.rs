//! Our client at a broker: one that the test plays, and Debian's mosquitto where it is installed.

use std::{
    io::Write as _,
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::Duration,
};

use intake::{Listen, mqtt::Broker};
use mqtt::{ConnectAnswer, Packet, PublishAnswer, Quality, Version};
use tokio::net::TcpListener;

use crate::{
    house::{House, NETWORK_UNIT, PRESSED, listen, private, scaip},
    peer::{Peer, message},
};

fn fetching_from(address: SocketAddr) -> Listen {
    let broker = Broker {
        url: format!("mqtt://{address}"),
        user: "tryggve".to_owned(),
        password: private("lösen"),
        client_id: "tryggve-test".to_owned(),
        filters: Vec::new(),
        authority: None,
    };
    Listen { brokers: vec![broker], ..listen() }
}

/// Plays the broker's part until the client has subscribed.
async fn subscribed(listener: &TcpListener) -> Peer {
    let (stream, _) = listener.accept().await.unwrap();
    let mut broker = Peer::over(stream, Version::V311);
    let Some(Packet::Connect(connect)) = broker.next().await else { panic!("a CONNECT comes") };
    assert!(!connect.clean_start, "the broker is to keep what comes while we are away");
    assert_eq!(connect.user.as_deref(), Some("tryggve"));
    assert_eq!(connect.password.as_deref(), Some("lösen".as_bytes()));
    broker
        .send(&Packet::ConnectAnswer(ConnectAnswer { session_present: true, code: 0, receive_max: None }))
        .await;
    let Some(Packet::Subscribe(subscribe)) = broker.next().await else { panic!("a SUBSCRIBE comes") };
    let filters: Vec<&str> = subscribe.filters.iter().map(|(filter, _)| filter.as_str()).collect();
    assert_eq!(filters, ["tryggve/+/scaip", "zigbee2mqtt/#"]);
    broker.send(&Packet::SubscribeAnswer { id: subscribe.id, codes: vec![1, 1] }).await;
    broker
}

#[tokio::test]
async fn a_message_is_acknowledged_in_order_when_it_is_on_disk() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let house = House::open_with(fetching_from(listener.local_addr().unwrap())).await;
    let mut broker = subscribed(&listener).await;
    for id in 1..=50 {
        let (topic, payload) = if id % 2 == 0 {
            ("tryggve/4712/scaip", scaip(NETWORK_UNIT, &id.to_string(), PRESSED))
        } else {
            ("zigbee2mqtt/smoke", br#"{"smoke":true}"#.to_vec())
        };
        broker.publish(topic, &payload, id).await;
    }
    let mut acknowledged = 0;
    while acknowledged < 50 {
        match broker.next().await {
            Some(Packet::PublishAck(PublishAnswer { id, .. })) => {
                acknowledged += 1;
                assert_eq!(id, acknowledged);
                let stored = house.rows().await.len();
                assert!(stored >= usize::from(acknowledged), "{acknowledged} acknowledged, {stored} stored");
            }
            Some(Packet::Publish(reply)) => assert_eq!(reply.topic, "tryggve/4712/scaip/reply"),
            other => panic!("expected a PUBACK or a reply, got {other:?}"),
        }
    }
    assert_eq!(house.rows().await.len(), 50);
    assert_eq!(house.alarms().await, ["fire", "manual"]);
}

#[tokio::test]
async fn a_lost_broker_is_tried_again_and_what_was_not_acknowledged_counts_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let house = House::open_with(fetching_from(listener.local_addr().unwrap())).await;
    let mut broker = subscribed(&listener).await;
    let payload = scaip(NETWORK_UNIT, "1", PRESSED);
    broker.publish("tryggve/4712/scaip", &payload, 1).await;
    house.wait_for_rows(1).await;
    drop(broker);
    let mut broker = subscribed(&listener).await;
    let mut again = message("tryggve/4712/scaip", &payload, Quality::AtLeastOnce, 1);
    again.duplicate = true;
    broker.send(&Packet::Publish(again)).await;
    assert_eq!(broker.next().await, Some(Packet::PublishAck(PublishAnswer { id: 1, reason: 0 })));
    let mut transaction = house.app.store.read().await.unwrap();
    let open = store::alarm::open(&mut transaction).await.unwrap();
    assert_eq!((open.len(), open[0].repeats), (1, 0));
}

#[tokio::test]
async fn a_message_that_cannot_be_stored_stays_with_the_broker() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let house = House::open_with(fetching_from(listener.local_addr().unwrap())).await;
    let mut broker = subscribed(&listener).await;
    house.app.store.close().await;
    broker.publish("tryggve/4712/scaip", &scaip(NETWORK_UNIT, "1", PRESSED), 1).await;
    assert_eq!(broker.next().await, None, "closed without a PUBACK");
}

struct Mosquitto {
    process: Child,
    address: SocketAddr,
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Mosquitto {
    fn start(name: &str) -> Option<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
        let path = folder.join(format!("mosquitto-{name}-{}.conf", std::process::id()));
        let mut file = std::fs::File::create(&path).unwrap();
        writeln!(file, "listener {port} 127.0.0.1\nallow_anonymous true\npersistence false").unwrap();
        let started = Command::new("/usr/sbin/mosquitto")
            .arg("-c")
            .arg(&path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match started {
            Ok(process) => Some(Mosquitto { process, address: SocketAddr::from(([127, 0, 0, 1], port)) }),
            Err(error) => {
                eprintln!("SKIPPED: no mosquitto here ({error}); install the Debian package mosquitto");
                None
            }
        }
    }

    async fn publisher(&self) -> Peer {
        for _ in 0..200 {
            if let Ok(stream) = tokio::net::TcpStream::connect(self.address).await {
                let mut peer = Peer::over(stream, Version::V5);
                assert_eq!(peer.connect("anyone", "").await.code, 0);
                return peer;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("mosquitto never listened")
    }
}

#[tokio::test]
async fn messages_come_through_mosquitto() {
    let Some(mosquitto) = Mosquitto::start("through") else { return };
    let mut publisher = mosquitto.publisher().await;
    let house = House::open_with(fetching_from(mosquitto.address)).await;
    // Retained, so that it comes whether our client has subscribed by now or not.
    let mut smoke = message("zigbee2mqtt/smoke", br#"{"smoke":true}"#, Quality::AtLeastOnce, 1);
    smoke.retain = true;
    publisher.send(&Packet::Publish(smoke)).await;
    house.wait_for_rows(1).await;
    for id in 2..=20 {
        publisher.publish("tryggve/4712/scaip", &scaip(NETWORK_UNIT, &id.to_string(), PRESSED), id).await;
    }
    house.wait_for_rows(20).await;
    assert_eq!(house.alarms().await, ["fire", "manual"]);
    let mut stopped = house;
    let (app, intake) = (stopped.app.clone(), stopped.intake);
    intake.stop().await;
    // Published while Tryggve is away: the broker keeps it for the session.
    publisher.publish("tryggve/4712/scaip", &scaip(NETWORK_UNIT, "late", PRESSED), 21).await;
    let (reception, _) = app::alarm::reception::Reception::start(app.clone());
    let desk = intake::Desk::new(app.clone(), reception, "r", intake::Networks::default()).unwrap();
    stopped.intake = intake::Intake::start(&fetching_from(mosquitto.address), desk.into()).await.unwrap();
    stopped.wait_for_rows(21).await;
}
