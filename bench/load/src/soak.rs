//! A long time of everything at once: signs of life, tests, alarms, troubles, outages with their returns, and operators
//! who answer and close. What is kept of it grows by a line for each alarm and test, and not with the signs of life.

use std::{
    net::SocketAddr,
    ops::Range,
    sync::{atomic::Ordering, mpsc},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};
use store::Store;

use crate::{
    flow::{Due, Ended, Flow, Receivers, figures, percentiles, steady},
    operators::Operators,
    page::Page,
    storm::{leave_alone, on_the_page, receipts, stored},
    tally::Tally,
    wire::Said,
};

/// Of those who come back, one in so many held an alarm, as in the trial of everyone coming back.
const HELD_ALARM_EVERY: usize = 50;
/// How often it is looked whether every alarm is closed, at the end.
const LOOK: Duration = Duration::from_millis(500);

/// Sends everything for a long time, with operators who handle what comes.
#[derive(Debug, Args)]
pub(crate) struct Soak {
    /// The reception.
    #[arg(long)]
    to: SocketAddr,
    /// The pages.
    #[arg(long)]
    pages: SocketAddr,
    /// The secret of an operator's session, as `seed --session` prints it.
    #[arg(long, allow_hyphen_values = true)]
    session: String,
    /// The reception's database, to look up what is stored.
    #[arg(long)]
    database: String,
    /// For how long, in seconds.
    #[arg(long)]
    seconds: u64,
    /// How many devices are registered.
    #[arg(long)]
    devices: usize,
    /// How many of them, from the first on, fall silent and come back together.
    #[arg(long)]
    lost: usize,
    /// How many times they do, evenly spread.
    #[arg(long)]
    outages: u64,
    /// For how long each time, in seconds.
    #[arg(long)]
    lost_seconds: f64,
    /// Within how many seconds all of them are back.
    #[arg(long, default_value_t = 10.0)]
    back_seconds: f64,
    /// How often each device is heard, in seconds.
    #[arg(long)]
    contact_seconds: u64,
    /// Alarms per second, from the devices that do not fall silent in turn.
    #[arg(long)]
    alarms_per_second: f64,
    /// Test alarms per second.
    #[arg(long)]
    tests_per_second: f64,
    /// Messages of devices about themselves per second.
    #[arg(long)]
    technical_per_second: f64,
    /// How long an operator holds an alarm before closing it, in seconds.
    #[arg(long)]
    handling_seconds: f64,
    /// A word in every reference.
    #[arg(long, default_value = "soak")]
    run: String,
    /// For how long to wait for what is under way when the time is up, in seconds.
    #[arg(long, default_value_t = 60)]
    patience_seconds: u64,
}

/// What is sent: signs of life are counted, of everything else each message's end is kept.
struct Flows {
    heartbeats: [Flow; 2],
    alarms: Flow,
    held_alarms: Flow,
    tests: Flow,
    held_tests: Flow,
    technical: Flow,
}

impl Soak {
    fn flows(&self) -> Flows {
        let lost = self.lost.min(self.devices);
        let stay = lost..self.devices;
        let returns: Vec<f64> = self.silent().iter().map(|silent| silent.end).collect();
        // Within the seconds of each return, one message of every device that `every` leaves.
        let on_return = |every: usize| {
            let (count, back_seconds) = (lost / every, self.back_seconds);
            let spread = move |back: f64| {
                (0..count).map(move |number| back + back_seconds * number as f64 / count as f64)
            };
            Due::At(returns.iter().copied().flat_map(spread).map(Duration::from_secs_f64).collect())
        };
        let flow = |said, devices: &Range<usize>, due, word: &str| Flow {
            said,
            first_device: devices.start,
            devices: devices.len(),
            due,
            run: format!("{}{word}", self.run),
        };
        let steadily = |per_second| Due::At(steady(per_second, self.seconds));
        let per_second = stay.len() as f64 / self.contact_seconds as f64;
        let always = Due::Evenly { per_second, count: (per_second * self.seconds as f64) as usize };
        let others = 0..lost;
        Flows {
            heartbeats: [
                flow(Said::Heartbeat, &stay, always, "hx"),
                flow(Said::Heartbeat, &others, Due::At(self.heard_of_lost(lost)), "ox"),
            ],
            alarms: flow(Said::Alarm, &stay, steadily(self.alarms_per_second), "ax"),
            held_alarms: flow(Said::Alarm, &others, on_return(HELD_ALARM_EVERY), "bx"),
            tests: flow(Said::Test, &stay, steadily(self.tests_per_second), "tx"),
            held_tests: flow(Said::Test, &others, on_return(1), "ux"),
            technical: flow(Said::Technical, &stay, steadily(self.technical_per_second), "ix"),
        }
    }

    /// When the devices that fall silent do so, in seconds from the beginning: in the middle of each of as many parts.
    fn silent(&self) -> Vec<Range<f64>> {
        let part = self.seconds as f64 / self.outages.max(1) as f64;
        let begin = |number: u64| (number as f64 + 0.5) * part;
        (0..self.outages).map(|number| begin(number)..begin(number) + self.lost_seconds).collect()
    }

    /// The signs of life of those: steady while they are heard, and all at once when they come back.
    fn heard_of_lost(&self, devices: usize) -> Vec<Duration> {
        let steady = devices as f64 / self.contact_seconds as f64;
        let silent = self.silent();
        let end = self.seconds as f64;
        let mut due = Vec::new();
        let mut at = 0.0;
        while at < end && devices > 0 {
            match silent.iter().find(|silent| silent.contains(&at)) {
                Some(silent) => at = silent.end,
                None => {
                    due.push(Duration::from_secs_f64(at));
                    let back = silent
                        .iter()
                        .any(|silent| (silent.end..silent.end + self.back_seconds).contains(&at));
                    at += if back { self.back_seconds / devices as f64 } else { 1.0 / steady };
                }
            }
        }
        due
    }
}

/// Sends, handles, waits until everything is closed, looks up, prints the figures as JSON.
pub(crate) fn run(soak: &Soak) -> anyhow::Result<()> {
    let (shown, alarms_shown) = mpsc::channel();
    let page = Page::open_for_operators(soak.pages, &soak.session, shown)?;
    let handling = Duration::from_secs_f64(soak.handling_seconds);
    let operators = Operators::begin(soak.pages, &soak.session, handling, alarms_shown);
    let began = Instant::now();
    let sending = Sending::begin(soak, began);
    let sent = sending.join()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let open = runtime.block_on(wait_until_closed(soak))?;
    let seconds = began.elapsed().as_secs_f64();
    let seen = page.close();
    let done = operators.end();
    let stored = runtime.block_on(stored(&soak.database, &soak.run))?;
    let sixth = Duration::from_secs(soak.seconds) / 6;
    let of_part = |part: Range<Duration>| {
        let is_in = |alarm: &&Ended| part.contains(&alarm.sent.duration_since(began));
        let took = sent.steady_alarms().iter().filter(is_in).filter_map(|alarm| alarm.took);
        percentiles(&mut took.map(|took| took.as_secs_f64() * 1_000.0).collect::<Vec<f64>>())
    };
    let count = |counter: &std::sync::atomic::AtomicUsize| counter.load(Ordering::Relaxed);
    println!(
        "{}",
        json!({
            "seconds": seconds,
            "alarms": figures(&sent.alarms),
            "first_sixth": of_part(Duration::ZERO..sixth),
            "last_sixth": of_part(sixth * 5..Duration::MAX),
            "heartbeats": sent.heartbeats,
            "tests": figures(&sent.tests),
            "technical": figures(&sent.technical),
            "page": on_the_page(&sent.alarms, &stored.alarms, &seen),
            "page_reopened": seen.reopened,
            "receipts": receipts(&sent.tests, &stored.alarms),
            "technical_receipts": receipts(&sent.technical, &stored.alarms),
            "stored_twice": stored.twice,
            "answered": count(&done.answered),
            "closed": count(&done.closed),
            "held_most": count(&done.held_most),
            "deeds_failed": count(&done.failed),
            "open_at_end": open.alarms,
            "outages": open.outages,
        })
    );
    Ok(())
}

/// The senders, each in a thread of its own.
struct Sending {
    heartbeats: Vec<JoinHandle<std::io::Result<Tally>>>,
    /// Alarms, held alarms, tests, held tests, technical.
    kept: Vec<JoinHandle<std::io::Result<Vec<Ended>>>>,
}

/// What came of it.
struct Sent {
    heartbeats: Value,
    /// The steady ones first.
    alarms: Vec<Ended>,
    steady_alarms: usize,
    tests: Vec<Ended>,
    technical: Vec<Ended>,
}

impl Sent {
    fn steady_alarms(&self) -> &[Ended] {
        self.alarms.get(..self.steady_alarms).unwrap_or_default()
    }
}

impl Sending {
    fn begin(soak: &Soak, began: Instant) -> Self {
        let to = Receivers { first: soak.to, second: None };
        let patience = Duration::from_secs(soak.patience_seconds);
        let Flows { heartbeats, alarms, held_alarms, tests, held_tests, technical } = soak.flows();
        let counted = |flow: Flow| {
            std::thread::spawn(move || {
                let mut tally = Tally::default();
                flow.run_into(to, began, patience, &mut |one| tally.add(&one))?;
                Ok(tally)
            })
        };
        let kept = |flow: Flow| std::thread::spawn(move || flow.run(to, began, patience));
        Sending {
            heartbeats: heartbeats.into_iter().map(counted).collect(),
            kept: [alarms, held_alarms, tests, held_tests, technical].into_iter().map(kept).collect(),
        }
    }

    fn join(self) -> anyhow::Result<Sent> {
        let mut heartbeats = Tally::default();
        for sender in self.heartbeats {
            heartbeats.join(&end(sender)?);
        }
        let mut kept = self.kept.into_iter().map(end);
        let mut next = || kept.next().context("a sender is missing")?;
        let (mut alarms, held, mut tests, held_tests, technical) =
            (next()?, next()?, next()?, next()?, next()?);
        let steady_alarms = alarms.len();
        alarms.extend(held);
        tests.extend(held_tests);
        Ok(Sent { heartbeats: heartbeats.figures(), alarms, steady_alarms, tests, technical })
    }
}

fn end<T>(sender: JoinHandle<std::io::Result<T>>) -> anyhow::Result<T> {
    sender.join().map_err(|_| anyhow::anyhow!("a sender broke"))?.context("a sender has no socket")
}

/// How it stands in the database at the end.
struct Open {
    alarms: i64,
    outages: i64,
}

/// Waits until the operators have closed everything, as long as patience lasts.
async fn wait_until_closed(soak: &Soak) -> anyhow::Result<Open> {
    let store = Store::open(&soak.database).await?;
    let until = Instant::now()
        + Duration::from_secs(soak.patience_seconds)
            .max(Duration::from_secs_f64(soak.handling_seconds * 2.0));
    loop {
        let mut transaction = store.read().await?;
        let sql = "SELECT COUNT(*) AS open_alarms, (SELECT COUNT(*) FROM outage) AS outages \
            FROM alarm WHERE closed_at IS NULL";
        let row = transaction.row(sql, vec![]).await?.context("no figures")?;
        let open = Open { alarms: row.integer("open_alarms")?, outages: row.integer("outages")? };
        drop(transaction);
        if open.alarms == 0 || Instant::now() > until {
            store.close().await;
            return Ok(open);
        }
        leave_alone(LOOK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soak(devices: usize, lost: usize) -> Soak {
        Soak {
            to: ([127, 0, 0, 1], 1).into(),
            pages: ([127, 0, 0, 1], 2).into(),
            session: String::new(),
            database: String::new(),
            seconds: 1_200,
            devices,
            lost,
            outages: 2,
            lost_seconds: 120.0,
            back_seconds: 10.0,
            contact_seconds: 60,
            alarms_per_second: 1.0,
            tests_per_second: 1.0,
            technical_per_second: 0.1,
            handling_seconds: 1.0,
            run: "soak".to_owned(),
            patience_seconds: 1,
        }
    }

    #[test]
    fn those_who_fall_silent_are_heard_before_and_all_at_once_after() {
        let soak = soak(1_000, 60);
        assert_eq!(soak.silent(), [300.0..420.0, 900.0..1_020.0]);
        let heard: Vec<f64> = soak.heard_of_lost(60).iter().map(Duration::as_secs_f64).collect();
        let within = |part: Range<f64>| heard.iter().filter(|at| part.contains(at)).count();
        assert!(within(240.0..300.0).abs_diff(60) <= 1);
        assert_eq!(within(300.0..420.0), 0);
        assert!(within(420.0..430.0).abs_diff(60) <= 1);
        assert!(within(430.5..490.5).abs_diff(60) <= 1);
        assert_eq!(within(900.0..1_020.0), 0);
        assert!(heard.is_sorted());
    }

    #[test]
    fn each_return_brings_what_was_held() {
        let flows = soak(1_000, 100).flows();
        let count = |due: &Due| match due {
            Due::At(moments) => moments.len(),
            Due::Evenly { count, .. } => *count,
        };
        assert_eq!((count(&flows.held_alarms.due), count(&flows.held_tests.due)), (4, 200));
        assert_eq!(count(&flows.heartbeats[0].due), 900 * 20);
        assert_eq!(count(&flows.alarms.due), 1_200);
        let nobody = soak(1_000, 0).flows();
        assert_eq!((count(&nobody.held_tests.due), count(&nobody.heartbeats[1].due)), (0, 0));
    }
}
