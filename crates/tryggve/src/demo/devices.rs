//! The made-up devices: they speak SCAIP over UDP to the real socket, prove themselves, and read the replies.

use std::{
    collections::HashMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use base::{Clock as _, SignedDuration, Timestamp, clock::SystemClock};
use sim::{
    Town,
    behaviour::{Behaviour, Said, Sender},
};
use sip::{
    Answer, Config, Endpoint, HeaderName, Input, Method, Outcome, Outgoing, Output, Path, digest::Challenge,
};
use tokio::net::UdpSocket;

/// How many days of faults are drawn; the demo is rarely left on for longer.
pub(super) const DAYS: u32 = 365;
/// The longest sleep, so that timers of the SIP machine are never late by more.
const SLEEP_MAX: Duration = Duration::from_millis(100);

/// Lives until told to stop. A failure of the socket ends the devices, never the reception.
pub(crate) async fn live(town: Town, reception: SocketAddr, speed: u32, seed: u64) {
    if let Err(error) = speak(&town, reception, speed, seed).await {
        tracing::error!(%error, "The made-up devices have fallen silent");
    }
}

async fn speak(town: &Town, reception: SocketAddr, speed: u32, seed: u64) -> std::io::Result<()> {
    let socket = UdpSocket::bind(if reception.is_ipv4() { "127.0.0.1:0" } else { "[::1]:0" }).await?;
    let local = socket.local_addr()?;
    let began = SystemClock.now();
    let mut units = Units {
        town,
        endpoint: Endpoint::new(Config::new(
            [seed, began.as_microsecond().unsigned_abs()],
            &local.to_string(),
        )),
        socket,
        reception,
        local,
        started: Instant::now(),
        under_way: HashMap::new(),
    };
    let mut behaviour = Behaviour::new(town, seed, began, DAYS);
    let mut buffer = vec![0_u8; 65_535];
    loop {
        let wait = until(behaviour.peek_at(), began, speed);
        if wait.is_zero()
            && let Some(said) = behaviour.next()
        {
            units.send(&said);
        }
        tokio::select! {
            received = units.socket.recv_from(&mut buffer) => {
                if let Ok((length, peer)) = received {
                    let bytes = buffer.get(..length).unwrap_or_default();
                    let now = units.started.elapsed();
                    units.endpoint.handle(Input::Received { path: Path::udp(peer), bytes }, now);
                }
            }
            () = tokio::time::sleep(wait.min(SLEEP_MAX)) => {
                let now = units.started.elapsed();
                units.endpoint.handle(Input::Tick, now);
            }
        }
        units.drain().await?;
    }
}

/// How long until a moment of the devices' faster life.
pub(super) fn until(at: Timestamp, began: Timestamp, speed: u32) -> Duration {
    let life = at.duration_since(began);
    let real = life / i32::try_from(speed).unwrap_or(i32::MAX);
    let left = real - SystemClock.now().duration_since(began);
    Duration::try_from(left.max(SignedDuration::ZERO)).unwrap_or_default()
}

struct Units<'a> {
    town: &'a Town,
    endpoint: Endpoint,
    socket: UdpSocket,
    reception: SocketAddr,
    local: SocketAddr,
    started: Instant,
    /// What was sent and not yet accepted, by number, with whether it has been sent with a password.
    under_way: HashMap<u64, (Said, bool)>,
}

impl Units<'_> {
    fn send(&mut self, said: &Said) {
        // The bridge speaks for the sensors, over MQTT.
        if said.is_zigbee(self.town) {
            return;
        }
        let request = self.request(said);
        let path = Path::udp(self.reception);
        self.endpoint.handle(Input::Send { token: said.number, path, request }, self.started.elapsed());
        self.under_way.insert(said.number, (said.clone(), false));
    }

    fn request(&self, said: &Said) -> Outgoing {
        let name = said.controller_id(self.town);
        let from = format!("<sip:{name}@{}>", self.local);
        let to = format!("<sip:larm@{}>", self.reception);
        Outgoing::new(Method::Message, &self.uri(), &from, &to)
            .with_header("Contact", &from)
            .with_body(scaip::MEDIA_TYPE, &said.bytes(self.town))
    }

    fn uri(&self) -> String {
        format!("sip:larm@{}", self.reception)
    }

    async fn drain(&mut self) -> std::io::Result<()> {
        while let Some(output) = self.endpoint.poll_output() {
            match output {
                Output::Transmit { path, bytes } => {
                    self.socket.send_to(&bytes, path.peer).await?;
                }
                // The reception's own reply: received, and that is all that these units do with it.
                Output::Request(request) => {
                    let answer = Answer::new(200);
                    self.endpoint.handle(Input::Answer { request: &request, answer }, self.started.elapsed());
                }
                Output::Outcome { token, outcome } => self.answered(token, &outcome),
                Output::Malformed { .. } => {}
            }
        }
        Ok(())
    }

    /// A challenge is answered once; anything else ends the message.
    fn answered(&mut self, number: u64, outcome: &Outcome) {
        let Some((said, proved)) = self.under_way.remove(&number) else { return };
        let Outcome::Answered { status: 401, response } = outcome else { return };
        let Sender::Device(index) = said.sender else { return };
        let Some(device) =
            self.town.devices.get(index).filter(|device| !proved && !device.password.is_empty())
        else {
            return;
        };
        let Some(challenge) =
            response.all(HeaderName::WwwAuthenticate).find_map(|value| Challenge::parse(&value))
        else {
            return;
        };
        let name = said.controller_id(self.town);
        let nonce = format!("{number:016x}");
        let proof = challenge.answer(name, &device.password, "MESSAGE", &self.uri(), &nonce, 1);
        let mut request = self.request(&said).with_header("Authorization", &proof);
        request.call_id = Some(response.call_id().into_owned());
        request.cseq = 2;
        let path = Path::udp(self.reception);
        self.endpoint.handle(Input::Send { token: number, path, request }, self.started.elapsed());
        self.under_way.insert(number, (said, true));
    }
}
