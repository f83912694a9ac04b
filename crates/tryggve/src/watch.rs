//! Tryggve watches itself: it calls its own sockets as a device would, and calls for help by another way when it is ill.
//!
//! Every way is tried once a day with a test, so that it is known to work before it is needed; when a message arrived,
//! by the receiver's own word, stands on the page of health.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use app::{
    App,
    health::{Trouble, look, troubles},
};
use base::{Private, SignedDuration, Timestamp};
use outward::{Client, Mail};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpStream, UdpSocket},
    sync::watch,
};

use crate::config::Watch;

/// How often everything is looked at, in seconds.
const LOOK_SECONDS: u64 = 15;
/// How long one's own socket may take to answer, in seconds.
const CALL_SECONDS_MAX: u64 = 3;
/// After so many looks in a row a trouble is told: one look alone may meet a passing moment.
const LOOKS_BEFORE_TOLD: u32 = 2;
/// A trouble that goes on is told again after so many seconds.
const TOLD_AGAIN_SECONDS: i64 = 3_600;
/// How often each way is tested, in seconds.
const TEST_SECONDS: i64 = 86_400;
/// A test that did not arrive is tried again after so many seconds.
const TEST_AGAIN_SECONDS: i64 = 300;

/// What is told by a way.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Message {
    /// `test`, `trouble` or `well`.
    event: &'static str,
    /// What is wrong, a line each.
    troubles: Vec<String>,
    at: Timestamp,
}

/// What has been seen and told so far.
#[derive(Debug, Default)]
struct Seen {
    /// How many looks in a row each trouble has been there, and when it was last told.
    troubles: BTreeMap<Trouble, (u32, Option<Timestamp>)>,
}

impl Seen {
    /// Takes in one look; gives back what is to be told, if anything.
    fn take_in(&mut self, found: &[Trouble], now: Timestamp) -> Option<Message> {
        let before = self.troubles.values().any(|(_, told)| told.is_some());
        self.troubles.retain(|trouble, _| found.contains(trouble));
        for trouble in found {
            self.troubles.entry(trouble.clone()).or_default().0 += 1;
        }
        let due = |(looks, told): &(u32, Option<Timestamp>)| {
            let again = SignedDuration::from_secs(TOLD_AGAIN_SECONDS);
            *looks >= LOOKS_BEFORE_TOLD && told.is_none_or(|at| now.duration_since(at) >= again)
        };
        if self.troubles.values().any(due) {
            let mut troubles = Vec::new();
            for (trouble, (_, told)) in
                self.troubles.iter_mut().filter(|(_, (looks, _))| *looks >= LOOKS_BEFORE_TOLD)
            {
                *told = Some(now);
                troubles.push(format!("{} {}", trouble.name(), trouble.what()).trim().to_owned());
            }
            return Some(Message { event: "trouble", troubles, at: now });
        }
        let told = self.troubles.values().any(|(_, told)| told.is_some());
        (before && !told).then(|| Message { event: "well", troubles: Vec::new(), at: now })
    }
}

/// Watches until told to stop.
pub(crate) async fn watch_over(
    app: App,
    addresses: Vec<(&'static str, SocketAddr)>,
    config: Watch,
    client: Client,
    mut stopped: watch::Receiver<bool>,
) {
    let mut seen = Seen::default();
    let mut turn = tokio::time::interval(Duration::from_secs(LOOK_SECONDS));
    turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = turn.tick() => {}
            _ = stopped.wait_for(|stopped| *stopped) => return,
        }
        for (transport, address) in &addresses {
            let open = answers(transport, *address).await;
            app.line.note_socket(&format!("{transport} {address}"), open, app.now());
        }
        test_ways(&app, &config, &client).await;
        let found = troubles(&look(&app).await);
        if let Some(message) = seen.take_in(&found, app.now()) {
            tracing::error!(event = message.event, troubles = ?message.troubles, "Tryggve tells of itself");
            for way in Way::all(&config) {
                tell(&app, way, &message, &client).await;
            }
        }
    }
}

/// One way to call for help.
#[derive(Debug, Clone, Copy)]
enum Way<'a> {
    Webhook(&'a str, &'a Private<String>),
    Mail(&'a crate::config::MailTo),
}

impl<'a> Way<'a> {
    fn all(config: &'a Watch) -> Vec<Self> {
        let webhook = config.webhook.as_ref().map(|to| Way::Webhook(&to.address, &to.secret));
        webhook.into_iter().chain(config.mail.as_ref().map(Way::Mail)).collect()
    }

    const fn name(self) -> &'static str {
        match self {
            Way::Webhook(..) => "webhook",
            Way::Mail(_) => "mail",
        }
    }
}

/// Tests the ways whose last test is a day old, or did not arrive.
async fn test_ways(app: &App, config: &Watch, client: &Client) {
    let now = app.now();
    let known = app.line.ways();
    for way in Way::all(config) {
        let last = known.iter().find(|one| one.name == way.name());
        let due = last.is_none_or(|one| {
            let wait = if one.trouble.is_empty() { TEST_SECONDS } else { TEST_AGAIN_SECONDS };
            now.duration_since(one.tried_at) >= SignedDuration::from_secs(wait)
        });
        if due {
            tell(app, way, &Message { event: "test", troubles: Vec::new(), at: now }, client).await;
        }
    }
}

async fn tell(app: &App, way: Way<'_>, message: &Message, client: &Client) {
    let told = match way {
        Way::Webhook(address, secret) => client
            .post_text(address, secret, message.at.as_microsecond(), message.json())
            .await
            .map_err(|error| error.to_string()),
        Way::Mail(to) => message.mail(to).send().await.map_err(|error| error.to_string()),
    };
    if let Err(trouble) = &told {
        tracing::error!(way = way.name(), %trouble, "A message about Tryggve itself did not arrive");
    }
    app.line.note_way(way.name(), told.err().unwrap_or_default(), app.now());
}

impl Message {
    fn json(&self) -> String {
        let troubles: Vec<String> = self.troubles.iter().map(|one| format!("{one:?}")).collect();
        format!(
            "{{\"event\":\"tryggve.{}\",\"at\":\"{}\",\"troubles\":[{}]}}",
            self.event,
            self.at,
            troubles.join(",")
        )
    }

    fn mail(&self, to: &crate::config::MailTo) -> Mail {
        let (subject, first) = match self.event {
            "test" => ("Tryggve: dagligt prov", "Detta är ett prov. Inget behöver göras."),
            "well" => ("Tryggve: allt svarar igen", "Det som var fel är över."),
            _ => ("Tryggve: FEL", "Tryggve behöver hjälp. Se sidan Driftläge."),
        };
        let text = format!("{first}\n\n{}\n{}\n", self.troubles.join("\n"), self.at);
        Mail {
            server: to.server.clone(),
            from: to.from.clone(),
            to: to.to.clone(),
            subject: subject.to_owned(),
            text,
        }
    }
}

/// Calls one's own socket as a device would: a SIP question where SIP is spoken, a connection elsewhere.
async fn answers(transport: &str, address: SocketAddr) -> bool {
    let reach = reachable(address);
    let call = async {
        match transport {
            "udp" => ask_datagram(reach).await,
            "tcp" => ask_stream(reach).await,
            _ => TcpStream::connect(reach).await.map(|_| true),
        }
    };
    matches!(tokio::time::timeout(Duration::from_secs(CALL_SECONDS_MAX), call).await, Ok(Ok(true)))
}

/// A socket on every address of the machine is reached by the machine's own.
fn reachable(address: SocketAddr) -> SocketAddr {
    let host = match address.ip() {
        IpAddr::V4(host) if host.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(host) if host.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        host => host,
    };
    SocketAddr::new(host, address.port())
}

async fn ask_datagram(to: SocketAddr) -> std::io::Result<bool> {
    let any: IpAddr = if to.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).await?;
    socket.connect(to).await?;
    let mut answer = [0; 1_024];
    let local = socket.local_addr()?;
    socket.send(question("UDP", local).as_bytes()).await?;
    let length = socket.recv(&mut answer).await?;
    Ok(answer.get(..length).unwrap_or_default().starts_with(b"SIP/2.0 "))
}

async fn ask_stream(to: SocketAddr) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(to).await?;
    let local = stream.local_addr()?;
    stream.write_all(question("TCP", local).as_bytes()).await?;
    let mut answer = [0; 8];
    stream.read_exact(&mut answer).await?;
    Ok(&answer == b"SIP/2.0 ")
}

/// What asks a SIP server whether it is there.
fn question(transport: &str, local: SocketAddr) -> String {
    // The port makes it one of a kind: a socket of our own is opened for each.
    let id = local.port();
    format!(
        "OPTIONS sip:tryggve@localhost SIP/2.0\r\nVia: SIP/2.0/{transport} {local};branch=z9hG4bKself{id};rport\r\n\
         Max-Forwards: 70\r\nFrom: <sip:self@localhost>;tag={id}\r\nTo: <sip:tryggve@localhost>\r\n\
         Call-ID: self-{id}@localhost\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_is_told_once_when_it_lasts_and_its_end_is_told_too() {
        let mut seen = Seen::default();
        let mut now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let away = [Trouble::DatabaseAway];
        let mut look = |found: &[Trouble], seconds: i64| {
            now += SignedDuration::from_secs(seconds);
            seen.take_in(found, now).map(|message| message.event)
        };
        assert_eq!(look(&[], 15), None);
        assert_eq!(look(&away, 15), None, "one look may meet a passing moment");
        assert_eq!(look(&away, 15), Some("trouble"));
        assert_eq!(look(&away, 15), None);
        assert_eq!(look(&away, TOLD_AGAIN_SECONDS), Some("trouble"), "it goes on");
        assert_eq!(look(&[], 15), Some("well"));
        assert_eq!(look(&[], 15), None);
        assert_eq!(look(&away, 15), None);
        assert_eq!(look(&[], 15), None, "what was never told never ends");
    }

    #[tokio::test]
    async fn a_socket_that_does_not_answer_is_closed() {
        let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        assert!(!answers("udp", silent.local_addr().unwrap()).await);
        let answering = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = answering.local_addr().unwrap();
        tokio::spawn(async move {
            let mut buffer = [0; 1_024];
            let (_, from) = answering.recv_from(&mut buffer).await.unwrap();
            answering.send_to(b"SIP/2.0 405 Method Not Allowed\r\n\r\n", from).await.unwrap();
        });
        assert!(answers("udp", address).await);
    }
}
