//! The made-up bridge: it speaks for the made-up sensors as Zigbee2MQTT does, over MQTT to the real socket.

use std::{io, net::SocketAddr, time::Duration};

use base::{Clock as _, IdSource as _, clock::SystemClock, id::RandomIds};
use device::{Authentication, Category, Contact, Device, Generation, Model, Stage};
use mqtt::{Connect, Packet, Publish, Quality, Version, reason};
use sim::{Town, behaviour::Behaviour};
use store::Store;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::devices::{DAYS, until};

/// What the bridge calls itself; the topics of the demo let it speak for the sensors.
pub(crate) const NAME: &str = "demo-brygga";
/// How often the bridge is heard at least, in seconds.
const KEEP_ALIVE_SECONDS: u16 = 60;
/// The longest wait before the bridge says that it is alive.
const PING: Duration = Duration::from_secs(30);
/// How long to wait before a lost connection is opened again.
const AGAIN: Duration = Duration::from_secs(2);
/// The largest answer of the reception, in bytes.
const ANSWER_BYTES_MAX: usize = 4_096;

/// Registers the bridge, so that the reception lets it in. It stands in the first area and is not supervised.
pub(crate) async fn register(store: &Store, town: &Town) -> anyhow::Result<()> {
    let now = SystemClock.now();
    let trusted = |profile: &&device::Profile| profile.authentication == Authentication::Network;
    let Some(profile) = town.profiles.iter().find(trusted) else { return Ok(()) };
    let model = Model {
        id: base::ModelId(RandomIds.next(now)),
        name: "Exempel Brygga".to_owned(),
        category: Category::Sensor,
        driver: "zigbee2mqtt".to_owned(),
        generation: Generation::Ip,
        contact_seconds: 0,
        test_days: 0,
        profile: profile.id,
    };
    let bridge = Device {
        id: base::DeviceId(RandomIds.next(now)),
        model: model.id,
        serial: NAME.to_uppercase(),
        controller_id: NAME.to_owned(),
        accessories: String::new(),
        network_operator: String::new(),
        stage: Stage::Installed,
        person: None,
        area: town.areas.first().map(|(id, _)| *id),
        room: "Provbädd".to_owned(),
        position: None,
        contact: Contact::default(),
    };
    let mut transaction = store.write().await?;
    store::device::save_model(&mut transaction, &model).await?;
    store::device::save_many(&mut transaction, &[bridge], now).await?;
    transaction.commit().await?;
    Ok(())
}

/// Lives until told to stop, and comes back when its connection is lost.
pub(crate) async fn live(town: Town, reception: SocketAddr, speed: u32, seed: u64) {
    let began = SystemClock.now();
    let mut behaviour = Behaviour::new(&town, seed, began, DAYS);
    loop {
        let lost = speak(&town, &mut behaviour, reception, |at| until(at, began, speed)).await;
        if let Err(error) = lost {
            tracing::warn!(%error, "The made-up bridge has lost its connection and tries again");
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn speak(
    town: &Town,
    behaviour: &mut Behaviour,
    reception: SocketAddr,
    until: impl Fn(base::Timestamp) -> Duration,
) -> io::Result<()> {
    let mut line = Line { stream: TcpStream::connect(reception).await?, read: Vec::new() };
    line.send(&Packet::Connect(Connect {
        version: Version::V311,
        clean_start: true,
        keep_alive_seconds: KEEP_ALIVE_SECONDS,
        client_id: NAME.to_owned(),
        will: None,
        user: Some(NAME.to_owned()),
        password: None,
    }))
    .await?;
    let mut id: u16 = 0;
    loop {
        let wait = until(behaviour.peek_at());
        if wait.is_zero() {
            let Some(said) = behaviour.next() else { return Ok(()) };
            if said.is_zigbee(town) {
                id = id.wrapping_add(1).max(1);
                line.send(&Packet::Publish(Publish {
                    topic: format!("zigbee2mqtt/{}", said.controller_id(town)),
                    payload: said.bytes(town),
                    quality: Quality::AtLeastOnce,
                    duplicate: false,
                    retain: false,
                    id,
                }))
                .await?;
            }
            continue;
        }
        tokio::select! {
            answer = line.answer() => match answer? {
                Packet::ConnectAnswer(answer) if answer.code != reason::SUCCESS => {
                    return Err(io::Error::other(format!("the reception refused with code {}", answer.code)));
                }
                _ => {}
            },
            () = tokio::time::sleep(wait.min(PING)) => {
                if wait > PING {
                    line.send(&Packet::PingRequest).await?;
                }
            }
        }
    }
}

/// A connection with what has been read of the next answer.
struct Line {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Line {
    async fn send(&mut self, packet: &Packet) -> io::Result<()> {
        self.stream.write_all(&mqtt::write(packet, Version::V311)).await
    }

    /// The next answer. What has been read stays when the wait is given up.
    async fn answer(&mut self) -> io::Result<Packet> {
        loop {
            let found = mqtt::read(&self.read, Version::V311, ANSWER_BYTES_MAX).map_err(io::Error::other)?;
            if let Some((packet, length)) = found {
                self.read.drain(..length);
                return Ok(packet);
            }
            let mut bytes = [0_u8; 1_024];
            match self.stream.read(&mut bytes).await? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                length => self.read.extend_from_slice(&bytes[..length]),
            }
        }
    }
}
