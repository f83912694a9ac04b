//! SCAIP over SIP at the reception desk: UDP, TCP and TLS.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use sip::digest::Challenge;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpStream, UdpSocket},
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{ClientConfig, RootCertStore, crypto::ring::default_provider},
};

use crate::house::{
    ALIVE, House, INSIDE_UNIT, NETWORK_UNIT, PASSWORD, PRESSED, UNIT, certificate, listen, scaip,
};

const PATIENCE: Duration = Duration::from_secs(10);
const TARGET: &str = "sip:larm@127.0.0.1";

/// A request of a device; `number` makes its Call-ID and branch, so that equal numbers are retransmissions.
fn request(
    local: SocketAddr,
    transport: &str,
    number: u32,
    sequence: u32,
    extra: &str,
    body: &[u8],
) -> Vec<u8> {
    let mut bytes = format!(
        "MESSAGE {TARGET} SIP/2.0\r\n\
         Via: SIP/2.0/{transport} {local};branch=z9hG4bK-{number}-{sequence}\r\n\
         Max-Forwards: 70\r\n\
         From: <sip:device@{local}>;tag=t{number}\r\n\
         To: <{TARGET}>\r\n\
         Call-ID: call-{number}@test\r\n\
         CSeq: {sequence} MESSAGE\r\n\
         {extra}Content-Type: application/scaip+xml\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend(body);
    bytes
}

fn status(message: &str) -> u16 {
    message
        .strip_prefix("SIP/2.0 ")
        .and_then(|rest| rest.get(..3))
        .and_then(|code| code.parse().ok())
        .unwrap_or(0)
}

fn is_reply(message: &str) -> bool {
    message.starts_with("MESSAGE ") && message.contains("<mrs>")
}

struct Unit {
    socket: UdpSocket,
    desk: SocketAddr,
}

impl Unit {
    async fn at(house: &House) -> Self {
        Unit { socket: UdpSocket::bind("127.0.0.1:0").await.unwrap(), desk: house.address("udp") }
    }

    async fn send(&self, number: u32, sequence: u32, extra: &str, body: &[u8]) {
        let bytes = request(self.socket.local_addr().unwrap(), "UDP", number, sequence, extra, body);
        self.socket.send_to(&bytes, self.desk).await.unwrap();
    }

    async fn next(&self) -> String {
        let mut buffer = vec![0; 65_535];
        let length =
            timeout(PATIENCE, self.socket.recv(&mut buffer)).await.expect("an answer comes").unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    }

    /// Sends and waits for the answer, which comes before anything else.
    async fn ask(&self, number: u32, sequence: u32, extra: &str, body: &[u8]) -> String {
        self.send(number, sequence, extra, body).await;
        self.next().await
    }

    /// The answer to the challenge of a 401, for a password.
    fn login(challenge: &str, user: &str, password: &str) -> String {
        let header = challenge.lines().find_map(|line| line.strip_prefix("WWW-Authenticate: ")).unwrap();
        let challenge = Challenge::parse(header).unwrap();
        let answer = challenge.answer(user, password, "MESSAGE", TARGET, "nonce", 1);
        format!("Authorization: {answer}\r\n")
    }
}

#[tokio::test]
async fn an_alarm_is_on_disk_when_the_200_comes_and_the_reply_follows_apart() {
    let house = House::open().await;
    let unit = Unit::at(&house).await;
    let answer = unit.ask(1, 1, "", &scaip(NETWORK_UNIT, "a1", PRESSED)).await;
    assert_eq!(status(&answer), 200, "{answer}");
    assert_eq!(house.alarms().await, ["manual"]);
    assert!(house.rows().await[0].has_device);
    assert!(!answer.contains("<mrs>"), "{answer}");
    let reply = unit.next().await;
    assert!(is_reply(&reply) && reply.contains("<ref>a1</ref>") && reply.contains("+46700000000"), "{reply}");
}

#[tokio::test]
async fn a_reply_inside_the_200_where_the_profile_says_so() {
    let house = House::open().await;
    let answer = Unit::at(&house).await.ask(1, 1, "", &scaip(INSIDE_UNIT, "a1", PRESSED)).await;
    assert_eq!(status(&answer), 200, "{answer}");
    assert!(answer.contains("<mrs>") && answer.contains("<ref>a1</ref>"), "{answer}");
    assert_eq!(house.alarms().await, ["manual"]);
}

#[tokio::test]
async fn a_password_is_asked_for_and_proves_the_device() {
    let house = House::open().await;
    let unit = Unit::at(&house).await;
    let body = scaip(UNIT, "a1", PRESSED);
    let challenge = unit.ask(1, 1, "", &body).await;
    assert_eq!(status(&challenge), 401, "{challenge}");
    assert!(house.rows().await.is_empty(), "not yet: the device will answer");
    let answer = unit.ask(1, 2, &Unit::login(&challenge, UNIT, PASSWORD), &body).await;
    assert_eq!(status(&answer), 200, "{answer}");
    assert_eq!(house.alarms().await, ["manual"]);
    assert!(house.rows().await[0].has_device);
}

#[tokio::test]
async fn a_recorded_answer_proves_no_other_message_and_an_honest_device_answers_anew() {
    let house = House::open().await;
    let unit = Unit::at(&house).await;
    let first = scaip(UNIT, "a1", PRESSED);
    let challenge = unit.ask(1, 1, "", &first).await;
    let proof = Unit::login(&challenge, UNIT, PASSWORD);
    assert_eq!(status(&unit.ask(1, 2, &proof, &first).await), 200);
    unit.next().await;
    // The same message once more is a copy, and gets its answer again.
    assert_eq!(status(&unit.ask(2, 1, &proof, &first).await), 200);
    unit.next().await;
    assert_eq!(house.rows().await.len(), 1);
    let other = scaip(UNIT, "a2", ALIVE);
    let again = unit.ask(3, 1, &proof, &other).await;
    assert_eq!(status(&again), 401, "{again}");
    assert!(again.contains("stale=true"), "{again}");
    let fresh = Unit::login(&again, UNIT, PASSWORD);
    assert_eq!(status(&unit.ask(3, 2, &fresh, &other).await), 200);
}

#[tokio::test]
async fn an_answer_for_another_address_is_refused_and_an_untidy_one_taken() {
    let house = House::open().await;
    let unit = Unit::at(&house).await;
    let login_at = |challenge: &str, uri: &str| {
        let header = challenge.lines().find_map(|line| line.strip_prefix("WWW-Authenticate: ")).unwrap();
        let answer = Challenge::parse(header).unwrap().answer(UNIT, PASSWORD, "MESSAGE", uri, "nonce", 1);
        format!("Authorization: {answer}\r\n")
    };
    let body = scaip(UNIT, "h1", ALIVE);
    let challenge = unit.ask(1, 1, "", &body).await;
    let elsewhere = unit.ask(1, 2, &login_at(&challenge, "sip:annat@other.example"), &body).await;
    assert_eq!(status(&elsewhere), 403, "{elsewhere}");
    let (_, host) = TARGET.split_once('@').unwrap_or(("", TARGET.trim_start_matches("sip:")));
    let untidy = unit.ask(2, 1, &login_at(&challenge, &format!("sip:{host}:5060")), &body).await;
    assert_eq!(status(&untidy), 200, "{untidy}");
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_the_alarm_shown() {
    let house = House::open().await;
    let unit = Unit::at(&house).await;
    let body = scaip(UNIT, "a1", PRESSED);
    let challenge = unit.ask(1, 1, "", &body).await;
    let answer = unit.ask(1, 2, &Unit::login(&challenge, UNIT, "fel"), &body).await;
    assert_eq!(status(&answer), 403, "{answer}");
    let rows = house.rows().await;
    assert_eq!(rows.len(), 1);
    assert!(rows[0].trouble.contains("lösenord") && !rows[0].has_device && rows[0].has_alarm, "{rows:?}");
    assert_eq!(house.alarms().await, ["unknown"]);
    let after = house.rows_after_stop().await;
    assert_eq!(
        after, rows,
        "the operator has it already; its first, unproven copy is not handed over as well"
    );
}

#[tokio::test]
async fn a_stolen_password_of_another_device_is_refused() {
    let house = House::open().await;
    let unit = Unit::at(&house).await;
    let body = scaip(UNIT, "a1", PRESSED);
    let challenge = unit.ask(1, 1, "", &body).await;
    let answer = unit.ask(1, 2, &Unit::login(&challenge, crate::house::BRIDGE, PASSWORD), &body).await;
    assert_eq!(status(&answer), 403, "{answer}");
}

#[tokio::test]
async fn an_unknown_device_is_refused_and_the_alarm_shown() {
    let house = House::open().await;
    let unit = Unit::at(&house).await;
    let answer = unit.ask(1, 1, "", &scaip("9999", "a1", PRESSED)).await;
    assert_eq!(status(&answer), 403, "{answer}");
    let rows = house.rows().await;
    assert_eq!((rows[0].sender.as_str(), rows[0].has_device, rows[0].has_alarm), ("9999", false, true));
    assert_eq!(house.alarms().await, ["unknown"]);
    assert_eq!(status(&unit.ask(2, 1, "", &scaip("9999", "h", ALIVE)).await), 403);
    assert_eq!(house.rows().await.len(), 1, "a stranger's heartbeat is no alarm");
}

#[tokio::test]
async fn a_device_is_known_soon_after_it_is_registered() {
    let house = House::open().await;
    let unit = Unit::at(&house).await;
    let mut transaction = house.app.store.write().await.unwrap();
    let filter = store::device::Filter { words: NETWORK_UNIT.to_owned(), ..Default::default() };
    let (devices, _) = store::device::list(&mut transaction, &filter, 0, 10).await.unwrap();
    let renamed: Vec<_> = devices
        .into_iter()
        .filter(|device| device.controller_id == NETWORK_UNIT)
        .map(|device| device::Device { controller_id: "9999".to_owned(), ..device })
        .collect();
    assert_eq!(renamed.len(), 1);
    store::device::save_many(&mut transaction, &renamed, house.app.now()).await.unwrap();
    store::device::raise_registry_version(&mut transaction).await.unwrap();
    transaction.commit().await.unwrap();
    let mut last = 0;
    for number in 1..50 {
        last = status(&unit.ask(number, 1, "", &scaip("9999", "h", ALIVE)).await);
        if last == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(last, 200, "a heartbeat alone must be enough");
}

#[tokio::test]
async fn broken_xml_is_explained_to_the_device_and_shown() {
    let house = House::open().await;
    let unit = Unit::at(&house).await;
    let answer = unit.ask(1, 1, "", b"<mrq><ref>a1</ref><cid>4712</cid><dty>4</dt").await;
    assert_eq!(status(&answer), 200, "{answer}");
    let rows = house.rows().await;
    assert_eq!((rows[0].sender.as_str(), rows[0].has_device, rows[0].has_alarm), (NETWORK_UNIT, false, true));
    let reply = unit.next().await;
    let snu = reply.split("<snu>").nth(1).and_then(|rest| rest.split("</snu>").next()).unwrap_or_default();
    assert!(is_reply(&reply) && snu.trim_start_matches('0') == "2", "{reply}");
}

#[tokio::test]
async fn what_is_no_sip_but_may_be_an_alarm_is_shown() {
    let house = House::open().await;
    let unit = Unit::at(&house).await;
    unit.socket.send_to(b"\x16\x03\x01 a scan", unit.desk).await.unwrap();
    unit.socket.send_to(b"MESSAGE torn <mrq><cid>4712</cid>", unit.desk).await.unwrap();
    house.wait_for_rows(1).await;
    let rows = house.rows().await;
    assert_eq!((rows.len(), rows[0].sender.as_str(), rows[0].has_alarm), (1, NETWORK_UNIT, true));
}

#[tokio::test]
async fn a_heartbeat_leaves_no_row() {
    let house = House::open().await;
    let unit = Unit::at(&house).await;
    assert_eq!(status(&unit.ask(1, 1, "", &scaip(NETWORK_UNIT, "h1", ALIVE)).await), 200);
    assert!(is_reply(&unit.next().await));
    assert!(house.rows().await.is_empty());
    assert_eq!(house.app.contact.take().len(), 1);
}

#[tokio::test]
async fn a_retransmission_is_no_second_alarm() {
    let house = House::open().await;
    let unit = Unit::at(&house).await;
    let body = scaip(NETWORK_UNIT, "a1", PRESSED);
    // Some come while the first is being stored, one when it has been answered: the answer was lost on its way.
    for _ in 0..3 {
        unit.send(1, 1, "", &body).await;
    }
    while status(&unit.next().await) != 200 {}
    unit.send(1, 1, "", &body).await;
    while status(&unit.next().await) != 200 {}
    assert_eq!(house.rows().await.len(), 1);
    // The same message in a transaction of its own is receipted again, kept once and changes nothing.
    let again = unit.ask(2, 1, "", &body).await;
    assert_eq!(status(&again), 200, "{again}");
    assert_eq!(house.rows().await.len(), 1);
    let mut transaction = house.app.store.read().await.unwrap();
    let open = store::alarm::open(&mut transaction).await.unwrap();
    assert_eq!((open.len(), open[0].repeats), (1, 0));
}

#[tokio::test]
async fn what_cannot_be_stored_is_refused_with_503() {
    let house = House::open().await;
    let unit = Unit::at(&house).await;
    house.app.store.close().await;
    let answer = unit.ask(1, 1, "", &scaip(NETWORK_UNIT, "a1", PRESSED)).await;
    assert_eq!(status(&answer), 503, "{answer}");
    assert!(answer.contains("Retry-After: "), "{answer}");
}

/// Reads whole messages of a stream by their Content-Length.
struct Stream<S> {
    stream: S,
    text: String,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Stream<S> {
    fn new(stream: S) -> Self {
        Stream { stream, text: String::new() }
    }

    async fn next(&mut self) -> String {
        let mut buffer = vec![0; 4_096];
        loop {
            if let Some(end) = self.text.find("\r\n\r\n") {
                let length = self.text[..end].lines().find_map(|line| line.strip_prefix("Content-Length: "));
                let whole = end + 4 + length.map_or(0, |length| length.trim().parse().unwrap());
                if self.text.len() >= whole {
                    return self.text.drain(..whole).collect();
                }
            }
            let read =
                timeout(PATIENCE, self.stream.read(&mut buffer)).await.expect("something comes").unwrap();
            assert!(read > 0, "the desk closed after {:?}", self.text);
            self.text.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        }
    }

    /// Two alarms, written in pieces that end in the middle of both, are two alarms; then a ping.
    async fn check_framing(mut self, local: SocketAddr, transport: &str, house: &House) {
        let mut bytes = request(local, transport, 1, 1, "", &scaip(INSIDE_UNIT, "a1", PRESSED));
        bytes.extend(request(local, transport, 2, 1, "", &scaip(NETWORK_UNIT, "a2", PRESSED)));
        for piece in bytes.chunks(97) {
            self.stream.write_all(piece).await.unwrap();
            self.stream.flush().await.unwrap();
            tokio::task::yield_now().await;
        }
        let mut found = [self.next().await, self.next().await, self.next().await];
        found.sort_by_key(|message| (status(message), !message.contains("<mrs>")));
        let [apart, inside, plain] = found;
        assert!(is_reply(&apart) && apart.contains("<ref>a2</ref>"), "{apart}");
        assert!(status(&inside) == 200 && inside.contains("<ref>a1</ref>"), "{inside}");
        assert_eq!(status(&plain), 200, "{plain}");
        assert_eq!(house.alarms().await, ["manual", "manual"]);
        self.stream.write_all(b"\r\n\r\n").await.unwrap();
        self.stream.flush().await.unwrap();
        let mut pong = [0; 2];
        timeout(PATIENCE, self.stream.read_exact(&mut pong)).await.expect("a pong comes").unwrap();
        assert_eq!(&pong, b"\r\n");
    }
}

#[tokio::test]
async fn messages_over_tcp_are_framed() {
    let house = House::open().await;
    let stream = TcpStream::connect(house.address("tcp")).await.unwrap();
    let local = stream.local_addr().unwrap();
    Stream::new(stream).check_framing(local, "TCP", &house).await;
}

#[tokio::test]
async fn an_alarm_torn_off_in_the_middle_is_shown() {
    let house = House::open().await;
    let mut stream = TcpStream::connect(house.address("tcp")).await.unwrap();
    let local = stream.local_addr().unwrap();
    let bytes = request(local, "TCP", 1, 1, "", &scaip(NETWORK_UNIT, "a1", PRESSED));
    stream.write_all(&bytes[..bytes.len() - 10]).await.unwrap();
    drop(stream);
    house.wait_for_rows(1).await;
    assert_eq!(house.rows().await[0].sender, NETWORK_UNIT);
}

#[tokio::test]
async fn messages_over_tls_are_framed() {
    let Some(files) = certificate() else { return };
    let address = "127.0.0.1:0".parse().unwrap();
    let authority = files.certificate.clone();
    let house = House::open_with(intake::Listen { tls: vec![(address, files)], ..listen() }).await;
    let stream = encrypted(house.address("tls"), &authority).await;
    let local = stream.get_ref().0.local_addr().unwrap();
    Stream::new(stream).check_framing(local, "TLS", &house).await;
}

/// A TLS connection that trusts one certificate.
pub(crate) async fn encrypted(address: SocketAddr, authority: &Path) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    timeout(PATIENCE, TlsConnector::from(Arc::new(config)).connect(name, stream)).await.unwrap().unwrap()
}
