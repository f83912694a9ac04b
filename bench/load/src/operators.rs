//! Operators as programs: they take every alarm that stands in their queue, and close it after a while.

use std::{
    collections::VecDeque,
    io::Read as _,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};

use crate::page::{ask, submit};

/// How many work at once.
const OPERATORS: usize = 4;
/// How long one waits for the next alarm before looking at those that they hold.
const LOOK: Duration = Duration::from_millis(50);
/// What stands before the word that every form of a session carries.
const FORM_SECRET: &str = "name=\"form_secret\" value=\"";

/// What they did.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// Alarms that were taken.
    pub(crate) answered: AtomicUsize,
    /// Alarms that were closed.
    pub(crate) closed: AtomicUsize,
    /// Deeds that were refused or had no answer.
    pub(crate) failed: AtomicUsize,
    /// The most alarms that were held at once.
    pub(crate) held_most: AtomicUsize,
}

/// Operators at work.
pub(crate) struct Operators {
    done: Arc<Done>,
    ended: Arc<AtomicBool>,
    workers: Vec<JoinHandle<()>>,
}

/// Who they are and how they work.
#[derive(Debug, Clone)]
struct Desk {
    pages: SocketAddr,
    session: String,
    handling: Duration,
}

impl Operators {
    /// Lets them begin: each alarm that comes is taken at once and closed after `handling`.
    pub(crate) fn begin(
        pages: SocketAddr,
        session: &str,
        handling: Duration,
        alarms: mpsc::Receiver<String>,
    ) -> Self {
        let (done, ended) = (Arc::new(Done::default()), Arc::new(AtomicBool::new(false)));
        let alarms = Arc::new(Mutex::new(alarms));
        let work = |_| {
            let desk = Desk { pages, session: session.to_owned(), handling };
            let (alarms, done, ended) = (Arc::clone(&alarms), Arc::clone(&done), Arc::clone(&ended));
            std::thread::spawn(move || desk.work(&alarms, &done, &ended))
        };
        let workers = (0..OPERATORS).map(work).collect();
        Operators { done, ended, workers }
    }

    /// Lets them go home, and tells what they did.
    pub(crate) fn end(self) -> Arc<Done> {
        self.ended.store(true, Ordering::Relaxed);
        for worker in self.workers {
            if worker.join().is_err() {
                self.done.failed.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.done
    }
}

impl Desk {
    fn work(&self, alarms: &Mutex<mpsc::Receiver<String>>, done: &Done, ended: &AtomicBool) {
        let mut held: VecDeque<(Instant, String, String)> = VecDeque::new();
        let count = |counter: &AtomicUsize| counter.fetch_add(1, Ordering::Relaxed) + 1;
        while !ended.load(Ordering::Relaxed) {
            let next = alarms.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(LOOK);
            match next {
                Ok(id) => match self.answer(&id) {
                    Ok(form_secret) => {
                        let answered = count(&done.answered);
                        let now_held = answered.saturating_sub(done.closed.load(Ordering::Relaxed));
                        done.held_most.fetch_max(now_held, Ordering::Relaxed);
                        held.push_back((Instant::now() + self.handling, id, form_secret));
                    }
                    Err(error) => {
                        eprintln!("cannot answer {id}: {error:#}");
                        count(&done.failed);
                    }
                },
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
            while held.front().is_some_and(|(at, _, _)| *at <= Instant::now()) {
                let Some((_, id, form_secret)) = held.pop_front() else { break };
                let counter = match self.close(&id, &form_secret) {
                    Ok(()) => &done.closed,
                    Err(error) => {
                        eprintln!("cannot close {id}: {error:#}");
                        &done.failed
                    }
                };
                count(counter);
            }
        }
    }

    /// Reads the card and takes the alarm; gives back the word that the forms of this session carry.
    fn answer(&self, id: &str) -> anyhow::Result<String> {
        let mut card = String::new();
        ask(self.pages, &self.session, &format!("/alarms/{id}"))?.read_to_string(&mut card)?;
        let (_, rest) = card.split_once(FORM_SECRET).context("the card has no form")?;
        let form_secret = rest.split('"').next().unwrap_or_default().to_owned();
        self.submit(&format!("/alarms/{id}/answer"), &format!("form_secret={form_secret}"))?;
        Ok(form_secret)
    }

    fn close(&self, id: &str, form_secret: &str) -> anyhow::Result<()> {
        self.submit(&format!("/alarms/{id}/close"), &format!("form_secret={form_secret}&outcome=talked"))
    }

    fn submit(&self, path: &str, fields: &str) -> anyhow::Result<()> {
        let mut answer = String::new();
        submit(self.pages, &self.session, path, fields)?.read_to_string(&mut answer)?;
        let status = answer.lines().next().unwrap_or_default();
        ensure!(status.contains(" 200 "), "{path} answered {status:?}");
        Ok(())
    }
}
