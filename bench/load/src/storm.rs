//! Heartbeats and tests of very many devices at once, with real alarms in between, and an operator's page that waits.

use std::{
    collections::{HashMap, HashSet},
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use clap::Args;
use serde_json::json;
use store::Store;

use crate::{
    flow::{Due, Ended, Flow, Receivers, figures, percentiles, steady},
    page::{Page, Seen},
    wire::Said,
};

/// Which devices press their buttons: apart from those that only tell that they live.
const ALARM_DEVICES_MAX: usize = 20_000;

/// Sends a storm and says what came of the alarms in it.
#[derive(Debug, Args)]
pub(crate) struct Storm {
    /// The reception.
    #[arg(long)]
    to: SocketAddr,
    /// The reception that a device turns to when the first does not answer.
    #[arg(long)]
    second: Option<SocketAddr>,
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
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// How many devices are registered.
    #[arg(long, default_value_t = 200_000)]
    devices: usize,
    /// The first device that presses its button, so that two runs on one database do not share one.
    #[arg(long, default_value_t = 0)]
    first_alarm_device: usize,
    /// Real alarms per second, each from a device of its own.
    #[arg(long, default_value_t = 20.0)]
    alarms_per_second: f64,
    /// Heartbeats per second.
    #[arg(long, default_value_t = 0.0)]
    heartbeats_per_second: f64,
    /// Messages of devices about themselves per second.
    #[arg(long, default_value_t = 0.0)]
    technical_per_second: f64,
    /// Test alarms per second.
    #[arg(long, default_value_t = 0.0)]
    tests_per_second: f64,
    /// Test alarms that leave all at once, in the middle.
    #[arg(long, default_value_t = 0)]
    tests_at_once: usize,
    /// A word in every reference, so that two runs never send the same message.
    #[arg(long, default_value = "a")]
    run: String,
    /// For how long to wait for what is under way when the time is up, in seconds.
    #[arg(long, default_value_t = 10)]
    patience_seconds: u64,
    /// For how long to wait before looking up what is stored, in seconds.
    #[arg(long, default_value_t = 0)]
    settle_seconds: u64,
    /// Whether to look up what is stored; not where the database is away to the end.
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set)]
    look_up: bool,
    /// Writes the sender and reference of every acknowledged alarm to a file, a line each.
    #[arg(long)]
    acknowledged: Option<std::path::PathBuf>,
}

impl Storm {
    fn flows(&self) -> [Flow; 4] {
        let quiet = ALARM_DEVICES_MAX.min(self.devices / 2);
        let flow = |said, first_device, devices, due, word: &str| {
            let (run, due) = (format!("{}{word}", self.run), Due::At(due));
            Flow { said, first_device, devices, due, run }
        };
        let mut tests = steady(self.tests_per_second, self.seconds);
        tests.extend(std::iter::repeat_n(Duration::from_secs(self.seconds) / 2, self.tests_at_once));
        tests.sort_unstable();
        let (loud, alive) = (self.devices - quiet, steady(self.heartbeats_per_second, self.seconds));
        [
            flow(
                Said::Alarm,
                self.first_alarm_device,
                quiet - self.first_alarm_device,
                steady(self.alarms_per_second, self.seconds),
                "ax",
            ),
            flow(Said::Heartbeat, quiet, loud, alive, "hx"),
            flow(Said::Test, quiet, loud, tests, "tx"),
            flow(Said::Technical, quiet, loud, steady(self.technical_per_second, self.seconds), "ix"),
        ]
    }
}

/// Sends, waits, looks up, prints the figures as JSON.
pub(crate) fn run(storm: &Storm) -> anyhow::Result<()> {
    let page = Page::open(storm.pages, &storm.session)?;
    let began = Instant::now();
    let patience = Duration::from_secs(storm.patience_seconds);
    let to = Receivers { first: storm.to, second: storm.second };
    let senders = storm.flows().map(|flow| std::thread::spawn(move || flow.run(to, began, patience)));
    let [alarms, heartbeats, tests, technical] = senders.map(|sender| {
        sender.join().map_err(|_| anyhow::anyhow!("a sender broke"))?.context("a sender has no socket")
    });
    let (alarms, heartbeats, tests, technical) = (alarms?, heartbeats?, tests?, technical?);
    leave_alone(Duration::from_secs(storm.settle_seconds));
    let seen = page.close();
    if let Some(path) = &storm.acknowledged {
        let lines =
            alarms.iter().filter(|alarm| alarm.status == 200).map(|alarm| format!("{}\n", alarm.name));
        std::fs::write(path, lines.collect::<String>()).with_context(|| path.display().to_string())?;
    }
    let stored = match storm.look_up {
        true => tokio::runtime::Runtime::new()?.block_on(stored(&storm.database, &storm.run))?,
        false => Stored::default(),
    };
    println!(
        "{}",
        json!({
            "seconds": began.elapsed().as_secs_f64(),
            "alarms": figures(&alarms),
            "heartbeats": figures(&heartbeats),
            "tests": figures(&tests),
            "technical": figures(&technical),
            "page": on_the_page(&alarms, &stored.alarms, &seen),
            "receipts": receipts(&tests, &stored.alarms),
            "technical_receipts": receipts(&technical, &stored.alarms),
            "stored_twice": stored.twice,
        })
    );
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "another program is given time to finish")]
pub(crate) fn leave_alone(time: Duration) {
    std::thread::sleep(time);
}

/// What is stored of a run.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    /// Sender and reference of every message, with its alarm.
    pub(crate) alarms: HashMap<String, Option<String>>,
    /// How many rows are one too many.
    pub(crate) twice: usize,
}

/// Looks up what is stored of the run with that word.
pub(crate) async fn stored(database: &str, run: &str) -> anyhow::Result<Stored> {
    let store = Store::open(database).await?;
    let mut transaction = store.read().await?;
    let sql = "SELECT controller_id, reference, alarm_id FROM message WHERE reference LIKE $1";
    let rows = transaction.rows(sql, vec![format!("{run}%").into()]).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in &rows {
        let name = format!("{} {}", row.text("controller_id")?, row.text("reference")?);
        found.insert(name, row.optional_text("alarm_id")?);
    }
    Ok(Stored { twice: rows.len() - found.len(), alarms: found })
}

/// How long each alarm took to the operator's page: told of by a live event, and standing in the fetched queue.
pub(crate) fn on_the_page(
    alarms: &[Ended],
    stored: &HashMap<String, Option<String>>,
    seen: &Seen,
) -> serde_json::Value {
    let (mut told, mut shown, mut missing, mut never_told) = (Vec::new(), Vec::new(), 0, 0);
    for alarm in alarms.iter().filter(|alarm| alarm.status == 200) {
        let Some(id) = stored.get(&alarm.name).and_then(Option::as_ref) else {
            missing += 1;
            continue;
        };
        let since = |at: &Instant| at.duration_since(alarm.sent).as_secs_f64() * 1_000.0;
        match seen.told.get(id) {
            Some(at) => told.push(since(at)),
            None => never_told += 1,
        }
        shown.extend(seen.shown.get(id).map(since));
    }
    json!({
        "told": told.len(), "shown": shown.len(), "fetched": seen.fetched, "never_told": never_told,
        "acknowledged_not_stored": missing,
        "told_ms": percentiles(&mut told), "shown_ms": percentiles(&mut shown),
    })
}

/// Whether the receipts of tests were true: acknowledged means stored, refused means not stored.
pub(crate) fn receipts(tests: &[Ended], stored: &HashMap<String, Option<String>>) -> serde_json::Value {
    let of = |status: fn(u16) -> bool| -> HashSet<&str> {
        tests.iter().filter(|test| status(test.status)).map(|test| test.name.as_str()).collect()
    };
    let (accepted, refused) = (of(|status| status == 200), of(|status| status == 503));
    json!({
        "acknowledged": accepted.len(),
        "acknowledged_not_stored": accepted.iter().filter(|name| !stored.contains_key(**name)).count(),
        "shed": refused.len(),
        "shed_yet_stored": refused.iter().filter(|name| stored.contains_key(**name)).count(),
        "without_answer": of(|status| status == 0).len(),
    })
}
