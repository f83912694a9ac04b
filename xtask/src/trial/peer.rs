//! A node is lost with its disk while the database is away: the node that keeps a copy of its journal stores what it
//! had acknowledged, once.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use serde_json::Value;

use super::Options;
use super::away::{end, log, said, shows_alarms, verified};
use super::storm::figure;
use crate::bench::report::Report;
use crate::postgres;
use crate::process::{self, Running};
use crate::reception::{Place, Programs, Reception, figures};

const DEVICES: &str = "2000";
/// The room of each journal.
const JOURNAL_MIB: u64 = 16;
/// How long the load runs before the database goes away.
const BEFORE_SECONDS: u64 = 1;
/// How long the sender waits for answers after its time. Where the node dies first, nobody answers.
const PATIENCE_SECONDS: u64 = 2;
/// A sender waits no longer than this for its acknowledgement.
const UNACKNOWLEDGED_MILLIS_MAX: f64 = 1_000.0;

/// Words of this trial, after `--`.
#[derive(Debug, Clone, Parser)]
#[command(name = "peer", no_binary_name = true)]
struct Words {
    /// Alarms per second.
    #[arg(long, default_value_t = 40.0)]
    alarms_per_second: f64,
    /// How long alarms arrive while the database is away, in seconds.
    #[arg(long, default_value_t = 10)]
    away_seconds: u64,
    /// Use the programs built for tests instead of those that are shipped.
    #[arg(long)]
    debug: bool,
}

/// When the node dies, and with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// After the load, with its disk.
    Lost,
    /// In the middle of the load, with its disk.
    LostUnderLoad,
    /// After the load; its disk stays, and it comes back when the other node has stored everything.
    ComesBack,
}

impl Fault {
    const fn name(self) -> &'static str {
        match self {
            Fault::Lost => "lost with its disk",
            Fault::LostUnderLoad => "lost with its disk under load",
            Fault::ComesBack => "killed, and back when all is stored",
        }
    }

    /// A word for references.
    const fn word(self) -> &'static str {
        match self {
            Fault::Lost => "lost",
            Fault::LostUnderLoad => "load",
            Fault::ComesBack => "back",
        }
    }
}

/// What one part showed.
struct Seen {
    /// What the sender said.
    said: Value,
    /// What `load verify` said.
    stored: Value,
    /// From the database's return to everything stored.
    handed_over: Duration,
}

/// Every way to be lost.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    let programs = if words.debug { Programs::build_for_tests()? } else { Programs::build_released()? };
    let mut report = Report::new(&format!(
        "Two receptions share a PostgreSQL of its own with fsync on; each keeps a copy of the other one's journal. \
         {} alarms per second arrive over UDP at the first one. The database is shut down, and {} s later the first \
         reception is killed with `kill -9` and its folder is removed, journal and all: after the load, and in the \
         middle of it. Then the database is started, and the second reception is left alone. In a third part the disk \
         stays, and the first reception is started again when everything is stored. In the end every acknowledged \
         alarm is looked up straight in the tables.",
        words.alarms_per_second, words.away_seconds
    ));
    for fault in [Fault::Lost, Fault::LostUnderLoad, Fault::ComesBack] {
        let seen = part(&programs, &words, fault).with_context(|| fault.name())?;
        tell(fault, &seen, &mut report)?;
    }
    Ok(report)
}

/// One loss, with the programs of the tests.
pub(crate) fn short() -> anyhow::Result<()> {
    let words = Words::try_parse_from(["--alarms-per-second", "20", "--away-seconds", "2", "--debug"])?;
    let seen = part(&Programs::of_tests(), &words, Fault::Lost)?;
    let seconds = seen.handed_over.as_secs_f64();
    println!("{}; {}; stored by the other node within {seconds:.1} s", seen.said, seen.stored);
    Ok(())
}

fn part(programs: &Programs, words: &Words, fault: Fault) -> anyhow::Result<Seen> {
    let mut server = postgres::start_durable()?;
    let database = server.url.clone();
    let place = |node: &str| Place::new(&format!("peer-{}-{node}", fault.word()));
    let (first, second) = (place("a")?.with_journal(JOURNAL_MIB), place("b")?.with_journal(JOURNAL_MIB));
    let (first, second) = (first.clone().with_copy_on(&second), second.with_copy_on(&first));
    let session = programs.seed_with_operator(&database, &["--devices", DEVICES])?;
    let mut node = Reception::start(programs, &first, &database)?.wait_for_database(&first)?;
    let mut other = Reception::start(programs, &second, &database)?.wait_for_database(&second)?;
    node.wait_for_copy(&first)?;
    // What the sender says and what it keeps must outlive the first node's disk.
    let acknowledged = second.folder().join("acknowledged");
    let mut load = send(programs, (&first, &second), (&database, &session), (words, fault), &acknowledged)?;
    process::leave_alone(Duration::from_secs(BEFORE_SECONDS));
    server.stop();
    if fault == Fault::LostUnderLoad {
        process::leave_alone(Duration::from_secs(words.away_seconds));
    } else {
        end(&mut load, words.away_seconds)?;
        // On a crowded machine the second disk may have been left out for a moment; it catches up by itself.
        node.wait_for_copy(&first)?;
        // Whoever is logged in sees on the second node what the first one has acknowledged.
        shows_alarms(&second, &session)?;
    }
    node.kill()?;
    if fault != Fault::ComesBack {
        std::fs::remove_dir_all(first.folder())?;
    }
    end(&mut load, words.away_seconds)?;
    server.start_again()?;
    let back = Instant::now();
    let mut stored = verified(programs, &database, &acknowledged, fault.word(), back)?;
    let handed_over = back.elapsed();
    if fault == Fault::ComesBack {
        let mut node = Reception::start(programs, &first, &database)?.wait_for_database(&first)?;
        node.wait_for_copy(&first)?;
        wait_until_nothing_is_held(&second)?;
        stored = verified(programs, &database, &acknowledged, fault.word(), Instant::now())?;
    }
    ensure!(other.is_alive()?, "the second reception has ended");
    let said = said(&second)?;
    judge(fault, &said, &stored)?;
    Ok(Seen { said, stored, handed_over })
}

fn send(
    programs: &Programs,
    (to, keeps): (&Place, &Place),
    (database, session): (&str, &str),
    (words, fault): (&Words, Fault),
    acknowledged: &Path,
) -> anyhow::Result<Running> {
    // Where the node dies in the middle, the load goes on a little while nobody answers.
    let more = if fault == Fault::LostUnderLoad { 1 } else { 0 };
    let seconds = (BEFORE_SECONDS + words.away_seconds + more).to_string();
    let (to, pages) = (format!("127.0.0.1:{}", to.sip), format!("127.0.0.1:{}", keeps.web));
    let mut load = programs.load(&["storm", "--database", database, "--session", session]);
    load.args(["--look-up", "false", "--devices", DEVICES, "--run", fault.word()]);
    load.args(["--to", &to, "--pages", &pages, "--patience-seconds", &PATIENCE_SECONDS.to_string()]);
    load.args(["--seconds", &seconds, "--alarms-per-second", &words.alarms_per_second.to_string()]);
    load.arg("--acknowledged").arg(acknowledged);
    Running::start("load", "TERM", None, &load, &log(keeps))
}

/// The copy is empty again when the owner has told that everything is stored, or the keeper has stored it.
fn wait_until_nothing_is_held(place: &Place) -> anyhow::Result<()> {
    let begun = Instant::now();
    loop {
        let text = figures(place)?;
        let held = text.lines().find_map(|line| line.strip_prefix("tryggve_copies_held "));
        if held == Some("0") {
            return Ok(());
        }
        ensure!(begun.elapsed() < Duration::from_secs(60), "the second reception still holds {held:?}");
        process::leave_alone(Duration::from_millis(250));
    }
}

/// What must hold however slow the machine is.
fn judge(fault: Fault, said: &Value, stored: &Value) -> anyhow::Result<()> {
    let acknowledged = figure(said, "/alarms/acknowledged")?;
    ensure!(acknowledged > 0.0, "nothing was acknowledged: {said}");
    ensure!(figure(said, "/alarms/refused")? == 0.0, "alarms were refused: {said}");
    if fault != Fault::LostUnderLoad {
        ensure!(figure(said, "/alarms/lost")? == 0.0, "alarms were lost: {said}");
    }
    let found = figure(stored, "/stored")?;
    ensure!(found == acknowledged, "{stored} is not what was acknowledged: {said}");
    Ok(())
}

fn tell(fault: Fault, seen: &Seen, report: &mut Report) -> anyhow::Result<()> {
    let name = fault.name();
    let mut add = |what: &str, figure: f64, unit: &str, goal: Option<&str>| {
        report.add(&format!("{name}: {what}"), figure, unit, goal);
    };
    let (said, stored) = (&seen.said, &seen.stored);
    add("alarms sent", figure(said, "/alarms/sent")?, "", None);
    add("acknowledged", figure(said, "/alarms/acknowledged")?, "", None);
    add("refused with 503", figure(said, "/alarms/refused")?, "", Some("0"));
    add("to the acknowledgement, p50", figure(said, "/alarms/p50_ms")?, "ms", None);
    add("to the acknowledgement, p99", figure(said, "/alarms/p99_ms")?, "ms", None);
    let goal = format!("under {UNACKNOWLEDGED_MILLIS_MAX}");
    add("to the acknowledgement, slowest", figure(said, "/alarms/max_ms")?, "ms", Some(&goal));
    add("acknowledged and not stored in the end", figure(stored, "/missing")?, "", Some("0"));
    add("stored more than once", figure(stored, "/stored_twice")?, "", Some("0"));
    add("stored without an alarm", figure(stored, "/without_alarm")?, "", Some("0"));
    add("devices with two open alarms", figure(stored, "/devices_with_two_open_alarms")?, "", Some("0"));
    add("database back to everything stored", seen.handed_over.as_secs_f64(), "s", None);
    Ok(())
}
