//! An operator's page as a program: it listens to the live events, and fetches the queue anew when one comes.

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};

use crate::storm::leave_alone;

/// How long the page waits for anything; a sign of life comes every second second.
const PATIENCE: Duration = Duration::from_secs(5);
/// After so long a page that stays listens anew.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// When each alarm was first told of, and when it first stood in a fetched queue.
#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    pub(crate) told: HashMap<String, Instant>,
    pub(crate) shown: HashMap<String, Instant>,
    /// How many times the queue was fetched.
    pub(crate) fetched: u32,
    /// How many times the live events broke off and were listened to anew.
    pub(crate) reopened: u32,
}

/// A listening page.
pub(crate) struct Page {
    seen: Arc<Mutex<Seen>>,
    ended: Arc<AtomicBool>,
    listener: JoinHandle<()>,
    fetcher: JoinHandle<()>,
}

impl Page {
    /// Opens the page; it listens when this returns.
    pub(crate) fn open(address: SocketAddr, session: &str) -> anyhow::Result<Self> {
        Self::with(address, session, None)
    }

    /// Opens a page that stays: it hands each alarm on when it first stands in the queue, and listens anew when its
    /// live events break off, as a browser does.
    pub(crate) fn open_for_operators(
        address: SocketAddr,
        session: &str,
        shown: mpsc::Sender<String>,
    ) -> anyhow::Result<Self> {
        Self::with(address, session, Some(shown))
    }

    fn with(address: SocketAddr, session: &str, shown: Option<mpsc::Sender<String>>) -> anyhow::Result<Self> {
        let (seen, ended) = (Arc::new(Mutex::new(Seen::default())), Arc::new(AtomicBool::new(false)));
        let stream = open_events(address, session)?;
        let (tell, told) = mpsc::channel();
        let (listens, gone, stays) = (Arc::clone(&seen), Arc::clone(&ended), shown.is_some());
        let again = session.to_owned();
        let listener = std::thread::spawn(move || {
            listen(stream, &listens, &gone, &tell);
            while stays && !gone.load(Ordering::Relaxed) {
                leave_alone(AGAIN_AFTER);
                let Ok(stream) = open_events(address, &again) else { continue };
                locked(&listens).reopened += 1;
                // What was not told meanwhile stands in the queue.
                let _ = tell.send(());
                listen(stream, &listens, &gone, &tell);
            }
        });
        let (fetches, session) = (Arc::clone(&seen), session.to_owned());
        let fetcher = std::thread::spawn(move || fetch(address, &session, &fetches, &told, shown.as_ref()));
        Ok(Page { seen, ended, listener, fetcher })
    }

    /// Closes the page and tells what it saw.
    pub(crate) fn close(self) -> Seen {
        self.ended.store(true, Ordering::Relaxed);
        let _ = self.listener.join();
        let _ = self.fetcher.join();
        locked(&self.seen).clone()
    }
}

fn locked(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open_events(address: SocketAddr, session: &str) -> anyhow::Result<TcpStream> {
    let mut stream = ask(address, session, "/events")?;
    let mut first = [0_u8; 12];
    stream.read_exact(&mut first).context("the live events gave no answer")?;
    ensure!(first.ends_with(b" 200"), "the live events answered {}", String::from_utf8_lossy(&first));
    Ok(stream)
}

/// Sends a GET of someone who is logged in.
pub(crate) fn ask(address: SocketAddr, session: &str, path: &str) -> anyhow::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: tryggve_session={session}; __Host-tryggve_session={session}\r\nHX-Request: true\r\nConnection: close\r\n\r\n"
    )?;
    Ok(stream)
}

/// Sends a form of someone who is logged in, as their browser does.
pub(crate) fn submit(
    address: SocketAddr,
    session: &str,
    path: &str,
    fields: &str,
) -> anyhow::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nCookie: tryggve_session={session}; __Host-tryggve_session={session}\r\nHX-Request: true\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{fields}",
        fields.len()
    )?;
    Ok(stream)
}

fn listen(stream: TcpStream, seen: &Mutex<Seen>, ended: &AtomicBool, tell: &mpsc::Sender<()>) {
    let mut new = false;
    for line in BufReader::new(stream).lines() {
        let Ok(line) = line else { return };
        if ended.load(Ordering::Relaxed) {
            return;
        }
        if let Some(event) = line.strip_prefix("event: ") {
            new = event == "alarm-new";
            if new || event == "alarm" || event == "all" {
                let _ = tell.send(());
            }
        } else if let Some(id) = line.strip_prefix("data: ").filter(|_| new) {
            locked(seen).told.entry(id.to_owned()).or_insert_with(Instant::now);
        }
    }
}

/// Fetches the queue when something was told; what is told meanwhile is one more fetch, as on the page.
fn fetch(
    address: SocketAddr,
    session: &str,
    seen: &Mutex<Seen>,
    told: &mpsc::Receiver<()>,
    shown: Option<&mpsc::Sender<String>>,
) {
    while told.recv().is_ok() {
        while told.try_recv().is_ok() {}
        let mut text = String::new();
        let answer =
            ask(address, session, "/alarms/queue").map(|mut stream| stream.read_to_string(&mut text));
        if !matches!(answer, Ok(Ok(_))) {
            continue;
        }
        let now = Instant::now();
        let mut seen = locked(seen);
        seen.fetched += 1;
        for part in text.split("/alarms/").skip(1) {
            let Some(id) = part.get(..36).filter(|id| id.as_bytes()[8] == b'-') else { continue };
            if !seen.shown.contains_key(id) {
                seen.shown.insert(id.to_owned(), now);
                let _ = shown.map(|shown| shown.send(id.to_owned()));
            }
        }
    }
}
