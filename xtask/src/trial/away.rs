//! The database goes away under load: alarms are accepted all the same, shown at once, and stored once when it is back.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use serde_json::Value;

use super::Options;
use super::storm::figure;
use crate::bench::report::Report;
use crate::postgres::{self, Postgres};
use crate::process::{self, Running};
use crate::reception::{Place, Programs, Reception};

/// Enough that every alarm of a part comes from a device of its own.
const DEVICES: &str = "20000";
/// Enough for a start without the database, which is part of every test.
const DEVICES_FEW: &str = "2000";
/// The room of the journal.
const JOURNAL_MIB: u64 = 16;
/// The room of the journal that is to fill up.
const JOURNAL_MIB_SMALL: u64 = 1;
/// A sender waits no longer than this for its acknowledgement.
const UNACKNOWLEDGED_MILLIS_MAX: f64 = 1_000.0;
/// How long the journal may take to be handed over when the database is back.
const HANDED_OVER_SECONDS: u64 = 8;
/// How long the sender waits for answers after its time.
const PATIENCE_SECONDS: u64 = 8;

/// Words of this trial, after `--`.
#[derive(Debug, Clone, Parser)]
#[command(name = "away", no_binary_name = true)]
struct Words {
    /// Alarms per second.
    #[arg(long, default_value_t = 35.0)]
    alarms_per_second: f64,
    /// How long the database is away in each part, in seconds.
    #[arg(long, default_value_t = 10)]
    away_seconds: u64,
    /// Use the programs built for tests instead of those that are shipped.
    #[arg(long)]
    debug: bool,
}

/// How the database goes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It is shut down: connections are refused.
    Stopped,
    /// Its machine is cut off: connections stay and are silent.
    Silent,
    /// It is shut down, and the reception is killed before it is back.
    StoppedAndKilled,
    /// It is shut down, the reception is killed, and starts again before it is back.
    StartedWithout,
    /// It is shut down for longer than the journal has room.
    StoppedTooLong,
}

impl Fault {
    const fn name(self) -> &'static str {
        match self {
            Fault::Stopped => "stopped",
            Fault::Silent => "silent",
            Fault::StoppedAndKilled => "stopped, then kill -9",
            Fault::StartedWithout => "stopped, kill -9, started without it",
            Fault::StoppedTooLong => "stopped, journal full",
        }
    }

    /// A word for references.
    const fn word(self) -> &'static str {
        match self {
            Fault::Stopped => "stop",
            Fault::Silent => "mute",
            Fault::StoppedAndKilled => "kill",
            Fault::StartedWithout => "cold",
            Fault::StoppedTooLong => "full",
        }
    }

    const fn devices(self) -> &'static str {
        match self {
            Fault::StartedWithout => DEVICES_FEW,
            _ => DEVICES,
        }
    }
}

/// What one part showed.
struct Seen {
    /// What the sender said.
    said: Value,
    /// What `load verify` said.
    stored: Value,
    handed_over: Duration,
}

/// Every way to go away.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    let programs = if words.debug { Programs::build_for_tests()? } else { Programs::build_released()? };
    let mut report = Report::new(&format!(
        "{} alarms per second arrive over UDP at a reception whose database is a PostgreSQL of its own with fsync on. \
         The database goes away for {} s: shut down, silent (every process of it stopped, its connections open), shut \
         down with a `kill -9` of the reception before it is back, shut down with a `kill -9` of the reception and its \
         start while it is away, and shut down until a journal of {JOURNAL_MIB_SMALL} MiB is full. The time to the acknowledgement runs from the sending of the datagram to its 200, which leaves \
         after the journal's fsync. The page is a client that listens to the live events of a logged-in operator and \
         fetches the queue when one comes. In the end every acknowledged alarm is looked up straight in the tables.",
        words.alarms_per_second, words.away_seconds
    ));
    let faults = [
        Fault::Stopped,
        Fault::Silent,
        Fault::StoppedAndKilled,
        Fault::StartedWithout,
        Fault::StoppedTooLong,
    ];
    for fault in faults {
        let seen = part(&programs, &words, fault).with_context(|| fault.name())?;
        tell(fault, &seen, &mut report)?;
    }
    Ok(report)
}

/// One stop of a few seconds, and one start without the database, with the programs of the tests.
pub(crate) fn short() -> anyhow::Result<()> {
    let words = Words::try_parse_from(["--alarms-per-second", "20", "--away-seconds", "3", "--debug"])?;
    for fault in [Fault::Stopped, Fault::StartedWithout] {
        let seen = part(&Programs::of_tests(), &words, fault)?;
        let (name, seconds) = (fault.name(), seen.handed_over.as_secs_f64());
        println!("{name}: {}; {}; handed over within {seconds:.1} s", seen.said, seen.stored);
    }
    Ok(())
}

fn part(programs: &Programs, words: &Words, fault: Fault) -> anyhow::Result<Seen> {
    let mut server = postgres::start_durable()?;
    let room = if fault == Fault::StoppedTooLong { JOURNAL_MIB_SMALL } else { JOURNAL_MIB };
    let place = Place::new(&format!("away-{}", fault.word()))?.with_journal(room);
    let database = server.url.clone();
    let session = programs.seed_with_operator(&database, &["--devices", fault.devices()])?;
    let mut reception = Some(Reception::start(programs, &place, &database)?.wait_for_database(&place)?);
    let acknowledged = place.folder().join("acknowledged");
    let mut load = send(programs, &place, &database, &session, (words, fault), &acknowledged)?;
    process::leave_alone(Duration::from_secs(2));
    let gone = Instant::now();
    go_away(&mut server, fault)?;
    if fault == Fault::StartedWithout
        && let Some(running) = reception.take()
    {
        running.kill()?;
        reception = Some(Reception::start(programs, &place, &database)?);
    }
    process::leave_alone(Duration::from_secs(words.away_seconds).saturating_sub(gone.elapsed()));
    if fault == Fault::StartedWithout {
        shows_alarms(&place, &session)?;
    }
    if matches!(fault, Fault::StoppedAndKilled | Fault::StoppedTooLong) {
        // The sender ends first: what is wanted here is what a reception finds in its journal when it starts anew.
        end(&mut load, words.away_seconds)?;
    }
    if fault == Fault::StoppedAndKilled
        && let Some(reception) = reception.take()
    {
        reception.kill()?;
    }
    come_back(&mut server, fault)?;
    let back = Instant::now();
    if reception.is_none() {
        reception = Some(Reception::start(programs, &place, &database)?);
    }
    end(&mut load, words.away_seconds)?;
    let said = said(&place)?;
    let stored = verified(programs, &database, &acknowledged, fault.word(), back)?;
    drop(reception);
    judge(fault, &said, &stored)?;
    Ok(Seen { said, stored, handed_over: back.elapsed() })
}

/// Whoever was logged in before the start sees what is held.
pub(super) fn shows_alarms(place: &Place, session: &str) -> anyhow::Result<()> {
    let mut curl = Command::new("curl");
    let cookie = format!("Cookie: __Host-tryggve_session={session}");
    curl.args(["--silent", "--max-time", "10", "--header", &cookie]);
    let output = curl.arg(format!("http://127.0.0.1:{}/alarms/queue", place.web)).output()?;
    let page = String::from_utf8_lossy(&output.stdout);
    let shown = page.split("/alarms/").skip(1).filter(|part| part.as_bytes().get(8) == Some(&b'-')).count();
    ensure!(shown > 0, "the queue shows no alarm after a start without the database: {page}");
    Ok(())
}

fn go_away(server: &mut Postgres, fault: Fault) -> anyhow::Result<()> {
    if fault == Fault::Silent {
        return server.freeze();
    }
    server.stop();
    Ok(())
}

fn come_back(server: &mut Postgres, fault: Fault) -> anyhow::Result<()> {
    if fault == Fault::Silent { server.thaw() } else { server.start_again() }
}

fn send(
    programs: &Programs,
    place: &Place,
    database: &str,
    session: &str,
    (words, fault): (&Words, Fault),
    acknowledged: &Path,
) -> anyhow::Result<Running> {
    let mut load = programs.load(&["storm", "--database", database, "--session", session]);
    load.args(["--devices", fault.devices(), "--run", fault.word(), "--acknowledged"]).arg(acknowledged);
    let (to, pages) = (format!("127.0.0.1:{}", place.sip), format!("127.0.0.1:{}", place.web));
    load.args(["--to", &to, "--pages", &pages, "--patience-seconds", &PATIENCE_SECONDS.to_string()]);
    // One second of the load comes after the database is back, except where it must be gone by then.
    let (seconds, rate) = match fault {
        Fault::Stopped | Fault::Silent => (words.away_seconds + 4, words.alarms_per_second),
        Fault::StartedWithout => (words.away_seconds + 3, words.alarms_per_second),
        Fault::StoppedAndKilled => (words.away_seconds + 1, words.alarms_per_second),
        // As many as fill the small journal several times over: a record takes some hundred bytes.
        Fault::StoppedTooLong => (words.away_seconds + 1, 600.0),
    };
    load.args(["--seconds", &seconds.to_string(), "--alarms-per-second", &rate.to_string()]);
    match fault {
        Fault::Stopped | Fault::Silent => {
            load.args(["--settle-seconds", &HANDED_OVER_SECONDS.to_string()]);
        }
        Fault::StoppedAndKilled | Fault::StartedWithout | Fault::StoppedTooLong => {
            load.args(["--look-up", "false"]);
        }
    }
    Running::start("load", "TERM", None, &load, &log(place))
}

pub(super) fn log(place: &Place) -> PathBuf {
    place.folder().join("load.log")
}

/// Waits for the sender, which sends for no longer than so many seconds and its patience.
pub(super) fn end(load: &mut Running, seconds: u64) -> anyhow::Result<()> {
    let limit = seconds + PATIENCE_SECONDS + HANDED_OVER_SECONDS + 10;
    let status = load.wait_for_end(Duration::from_secs(limit))?;
    ensure!(status.success(), "load ended with {status}");
    Ok(())
}

pub(super) fn said(place: &Place) -> anyhow::Result<Value> {
    let said = std::fs::read_to_string(log(place))?;
    serde_json::from_str(said.trim()).with_context(|| format!("load said {said:?}"))
}

/// Looks everything up as soon as the journal can have been handed over, and again until it must have been.
pub(super) fn verified(
    programs: &Programs,
    database: &str,
    acknowledged: &Path,
    run: &str,
    back: Instant,
) -> anyhow::Result<Value> {
    let path = acknowledged.display().to_string();
    loop {
        let looked =
            programs.load_json(&["verify", "--database", database, "--run", run, "--acknowledged", &path]);
        match looked {
            Ok(stored) => return Ok(stored),
            Err(error) if back.elapsed() > Duration::from_secs(4 * HANDED_OVER_SECONDS) => return Err(error),
            Err(_) => process::leave_alone(Duration::from_millis(250)),
        }
    }
}

/// What must hold however slow the machine is.
fn judge(fault: Fault, said: &Value, stored: &Value) -> anyhow::Result<()> {
    ensure!(figure(said, "/alarms/acknowledged")? > 0.0, "nothing was acknowledged: {said}");
    let refused = figure(said, "/alarms/refused")?;
    if fault == Fault::StoppedTooLong {
        ensure!(refused > 0.0, "the journal was never full: {said}");
        return Ok(());
    }
    ensure!(refused == 0.0 && figure(said, "/alarms/lost")? == 0.0, "alarms were refused or lost: {said}");
    let acknowledged = figure(said, "/alarms/acknowledged")?;
    ensure!(figure(stored, "/stored")? == acknowledged, "{stored} is not what was acknowledged: {said}");
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
    let full = fault == Fault::StoppedTooLong;
    add("refused with 503", figure(said, "/alarms/refused")?, "", (!full).then_some("0"));
    add("without an answer", figure(said, "/alarms/lost")?, "", Some("0"));
    add("to the acknowledgement, p50", figure(said, "/alarms/p50_ms")?, "ms", None);
    add("to the acknowledgement, p99", figure(said, "/alarms/p99_ms")?, "ms", None);
    let goal = format!("under {UNACKNOWLEDGED_MILLIS_MAX}");
    // Nobody acknowledges while the reception itself starts.
    let goal_here = (fault != Fault::StartedWithout).then_some(goal.as_str());
    add("to the acknowledgement, slowest", figure(said, "/alarms/max_ms")?, "ms", goal_here);
    if matches!(fault, Fault::Stopped | Fault::Silent) {
        add("shown in the fetched queue", figure(said, "/page/shown")?, "", Some("all"));
        add("to the page's live event, slowest", figure(said, "/page/told_ms/max_ms")?, "ms", Some(&goal));
        add("to the fetched queue, p99", figure(said, "/page/shown_ms/p99_ms")?, "ms", Some(&goal));
    }
    add("acknowledged and not stored in the end", figure(stored, "/missing")?, "", Some("0"));
    add("stored more than once", figure(stored, "/stored_twice")?, "", Some("0"));
    add("stored without an alarm", figure(stored, "/without_alarm")?, "", Some("0"));
    add("devices with two open alarms", figure(stored, "/devices_with_two_open_alarms")?, "", Some("0"));
    if full || fault == Fault::StoppedAndKilled {
        add("database back to everything stored", seen.handed_over.as_secs_f64(), "s", None);
    }
    Ok(())
}
