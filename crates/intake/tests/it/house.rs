//! A small made-up municipality whose devices have reached us.

use std::{sync::Arc, time::Duration};

use app::{App, alarm::reception::Reception};
use base::{DeviceId, ModelId, Private, ProfileId, Timestamp, clock::SystemClock, id::RandomIds};
use device::{Authentication, Category, Contact, Device, Generation, Model, Profile, ReplyStyle, Stage};
use intake::{
    Desk, Intake, Listen, Networks,
    mqtt::{Driver, TopicRule},
};
use sip::digest::Ha1;
use store::{Store, device::Secrets};

pub(crate) const REALM: &str = "larm.example";
pub(crate) const PASSWORD: &str = "hemligt";
/// Logs in with a password; wants its reply as a message of its own.
pub(crate) const UNIT: &str = "4711";
/// Is believed by its address; wants its reply as a message of its own.
pub(crate) const NETWORK_UNIT: &str = "4712";
/// Is believed by its address; wants its reply inside the 200.
pub(crate) const INSIDE_UNIT: &str = "4713";
/// A bridge that speaks for the sensors `hall/door`, `smoke` and `bed`; logs in with the password.
pub(crate) const BRIDGE: &str = "bridge-1";

pub(crate) struct House {
    pub(crate) app: App,
    pub(crate) intake: Intake,
}

/// A stored message, as far as tests look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) sender: String,
    pub(crate) signal: String,
    pub(crate) trouble: String,
    pub(crate) has_device: bool,
    pub(crate) has_alarm: bool,
}

pub(crate) fn listen() -> Listen {
    let address = "127.0.0.1:0".parse().unwrap();
    let scaip = TopicRule::new("tryggve/{controller_id}/scaip".parse().unwrap(), Driver::Scaip);
    let sensors = TopicRule {
        gateways: vec![BRIDGE.to_owned()],
        ..TopicRule::new(
            "zigbee2mqtt/{friendly_name}".parse().unwrap(),
            Driver::Zigbee2Mqtt(device::drivers::zigbee2mqtt::Watch::default()),
        )
    };
    Listen {
        udp: vec![address],
        tcp: vec![address],
        mqtt: vec![address],
        topics: vec![scaip, sensors],
        ..Listen::default()
    }
}

impl House {
    pub(crate) async fn open() -> Self {
        Self::open_with(listen()).await
    }

    pub(crate) async fn open_with(listen: Listen) -> Self {
        let store = Store::open("sqlite::memory:").await.unwrap();
        let now = base::Clock::now(&SystemClock);
        store::migrate::migrate(&store, now).await.unwrap();
        register(&store, now).await;
        let app = App::open(store, Arc::new(SystemClock), Arc::new(RandomIds)).await.unwrap();
        let (reception, _) = Reception::start(app.clone());
        let networks = Networks(vec!["127.0.0.0/8".parse().unwrap()]);
        let desk = Arc::new(Desk::new(app.clone(), reception, REALM, networks).unwrap());
        let intake = Intake::start(&listen, desk).await.unwrap();
        House { app, intake }
    }

    pub(crate) fn address(&self, transport: &str) -> std::net::SocketAddr {
        self.intake.addresses.iter().find(|(name, _)| *name == transport).unwrap().1
    }

    /// Every stored message, in the order they came.
    pub(crate) async fn rows(&self) -> Vec<Row> {
        rows(&self.app).await
    }

    /// Stops, which hands over everything that still waits to be, and gives every stored message.
    pub(crate) async fn rows_after_stop(self) -> Vec<Row> {
        let House { app, intake } = self;
        intake.stop().await;
        rows(&app).await
    }

    pub(crate) async fn signals(&self) -> Vec<String> {
        self.rows().await.into_iter().map(|row| row.signal).collect()
    }

    /// The kinds of all open alarms.
    pub(crate) async fn alarms(&self) -> Vec<&'static str> {
        let mut transaction = self.app.store.read().await.unwrap();
        let mut kinds: Vec<_> = store::alarm::open(&mut transaction)
            .await
            .unwrap()
            .iter()
            .map(|alarm| alarm.kind.name())
            .collect();
        kinds.sort_unstable();
        kinds
    }

    /// Waits until as many messages are stored.
    pub(crate) async fn wait_for_rows(&self, count: usize) {
        for _ in 0..400 {
            if self.rows().await.len() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{count} messages never came; there are {:?}", self.rows().await);
    }
}

async fn rows(app: &App) -> Vec<Row> {
    let mut transaction = app.store.read().await.unwrap();
    let messages = store::message::newest(&mut transaction, 10_000).await.unwrap();
    messages
        .into_iter()
        .rev()
        .map(|message| Row {
            sender: message.controller_id,
            signal: message.signal,
            trouble: message.trouble,
            has_device: message.device.is_some(),
            has_alarm: message.alarm.is_some(),
        })
        .collect()
}

async fn register(store: &Store, now: Timestamp) {
    let mut transaction = store.write().await.unwrap();
    let ids = RandomIds;
    let kinds = [
        ("password", Authentication::Digest, ReplyStyle::SeparateMessage, vec![UNIT, BRIDGE]),
        ("network", Authentication::Network, ReplyStyle::SeparateMessage, vec![NETWORK_UNIT]),
        ("inside", Authentication::Network, ReplyStyle::InsideOk, vec![INSIDE_UNIT]),
        ("sensor", Authentication::Digest, ReplyStyle::SeparateMessage, vec!["hall/door", "smoke", "bed"]),
    ];
    for (name, authentication, reply_style, controllers) in kinds {
        let id = ProfileId::fresh(&ids, now);
        let profile = Profile {
            name: name.to_owned(),
            reply_style,
            authentication,
            media_reply: 1,
            call_reply: 62,
            call_number: "+46700000000".to_owned(),
            ..Profile::of_unknown_sender(id)
        };
        store::device::save_profile(&mut transaction, &profile).await.unwrap();
        let model = Model {
            id: ModelId::fresh(&ids, now),
            name: format!("Exempel {name}"),
            category: Category::SocialAlarm,
            driver: "scaip".to_owned(),
            generation: Generation::Ip,
            contact_seconds: 300,
            test_days: 30,
            profile: id,
        };
        store::device::save_model(&mut transaction, &model).await.unwrap();
        for controller in controllers {
            let device = device(&model, controller, DeviceId::fresh(&ids, now));
            store::device::save_many(&mut transaction, std::slice::from_ref(&device), now).await.unwrap();
            if name == "password" {
                let Ha1 { md5, sha256 } = Ha1::derive(controller, REALM, PASSWORD);
                store::device::set_secrets(&mut transaction, &[(device.id, Secrets { md5, sha256 })])
                    .await
                    .unwrap();
            }
        }
    }
    transaction.commit().await.unwrap();
}

fn device(model: &Model, controller_id: &str, id: DeviceId) -> Device {
    Device {
        id,
        model: model.id,
        serial: format!("S-{controller_id}"),
        controller_id: controller_id.to_owned(),
        accessories: String::new(),
        network_operator: String::new(),
        stage: Stage::Installed,
        person: None,
        area: None,
        room: String::new(),
        position: None,
        contact: Contact::default(),
    }
}

/// A SCAIP message of a device.
pub(crate) fn scaip(controller_id: &str, reference: &str, middle: &str) -> Vec<u8> {
    format!("<mrq><ref>{reference}</ref><cid>{controller_id}</cid>{middle}</mrq>").into_bytes()
}

/// Somebody pressed the button.
pub(crate) const PRESSED: &str = "<dty>0004</dty><mty>ME</mty><stc>0010</stc>";
/// The device is alive.
pub(crate) const ALIVE: &str = "<mty>PI</mty><dty>02</dty><stc>102</stc>";

pub(crate) fn private(text: &str) -> Private<String> {
    Private::new(text.to_owned())
}

/// A certificate of our own for `localhost`, made now. `None`, loudly, where openssl is missing.
pub(crate) fn certificate() -> Option<intake::TlsFiles> {
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let folder =
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (key, certificate) = (folder.join("key.pem"), folder.join("certificate.pem"));
    let made = std::process::Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
        ])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args([std::ffi::OsStr::new("-keyout"), key.as_os_str(), "-out".as_ref(), certificate.as_os_str()])
        .output();
    match made {
        Ok(output) if output.status.success() => {
            Some(intake::TlsFiles { certificate, key, client_authority: None })
        }
        other => {
            eprintln!("SKIPPED: no certificate could be made, is openssl installed? {other:?}");
            None
        }
    }
}
