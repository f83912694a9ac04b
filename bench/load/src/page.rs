//! An operator's page as a program: it listens to the live events, and fetches the queue anew when one comes.

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};

/// How long the page waits for anything; a sign of life comes every second second.
const PATIENCE: Duration = Duration::from_secs(5);

/// When each alarm was first told of, and when it first stood in a fetched queue.
#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    pub(crate) told: HashMap<String, Instant>,
    pub(crate) shown: HashMap<String, Instant>,
    /// How many times the queue was fetched.
    pub(crate) fetched: u32,
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
        let (seen, ended) = (Arc::new(Mutex::new(Seen::default())), Arc::new(AtomicBool::new(false)));
        let mut stream = ask(address, session, "/events")?;
        let mut first = [0_u8; 12];
        stream.read_exact(&mut first).context("the live events gave no answer")?;
        ensure!(first.ends_with(b" 200"), "the live events answered {}", String::from_utf8_lossy(&first));
        let (tell, told) = mpsc::channel();
        let (listens, gone) = (Arc::clone(&seen), Arc::clone(&ended));
        let listener = std::thread::spawn(move || listen(stream, &listens, &gone, &tell));
        let (fetches, session) = (Arc::clone(&seen), session.to_owned());
        let fetcher = std::thread::spawn(move || fetch(address, &session, &fetches, &told));
        Ok(Page { seen, ended, listener, fetcher })
    }

    /// Closes the page and tells what it saw.
    pub(crate) fn close(self) -> Seen {
        self.ended.store(true, Ordering::Relaxed);
        let _ = self.listener.join();
        let _ = self.fetcher.join();
        self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
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
            let mut seen = seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            seen.told.entry(id.to_owned()).or_insert_with(Instant::now);
        }
    }
}

/// Fetches the queue when something was told; what is told meanwhile is one more fetch, as on the page.
fn fetch(address: SocketAddr, session: &str, seen: &Mutex<Seen>, told: &mpsc::Receiver<()>) {
    while told.recv().is_ok() {
        while told.try_recv().is_ok() {}
        let mut text = String::new();
        let answer =
            ask(address, session, "/alarms/queue").map(|mut stream| stream.read_to_string(&mut text));
        if !matches!(answer, Ok(Ok(_))) {
            continue;
        }
        let now = Instant::now();
        let mut seen = seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        seen.fetched += 1;
        for part in text.split("/alarms/").skip(1) {
            if let Some(id) = part.get(..36).filter(|id| id.as_bytes()[8] == b'-') {
                seen.shown.entry(id.to_owned()).or_insert(now);
            }
        }
    }
}
