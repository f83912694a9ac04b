//! The disk turns read-only under load, as a system does with one that has failed: alarms go into the journal where it
//! stands on another disk, and are refused truthfully where it does not; afterwards everything goes on by itself.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use serde_json::Value;

use super::Options;
use super::faults::Disk;
use super::storm::figure;
use crate::bench::report::Report;
use crate::process::{self, Running};
use crate::reception::{Place, Programs, Reception};

const DEVICES: &str = "4000";
const JOURNAL_MIB: u64 = 8;
/// How long everything goes well first.
const LEAD_SECONDS: u64 = 1;
/// How long the sender waits for answers after its time.
const PATIENCE_SECONDS: u64 = 8;
/// How long everything may take to be stored when the disk can be written again.
const HANDED_OVER_SECONDS: u64 = 20;

/// Words of this trial, after `--`.
#[derive(Debug, Clone, Parser)]
#[command(name = "read-only", no_binary_name = true)]
struct Words {
    /// Alarms per second.
    #[arg(long, default_value_t = 40.0)]
    alarms_per_second: f64,
    /// For how long the disk is read-only, in seconds.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Use the programs built for tests instead of those that are shipped.
    #[arg(long)]
    debug: bool,
}

/// Which files stand on the disk that turns read-only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Disks {
    /// The database alone: the journal has a disk of its own.
    Database,
    /// Database and journal.
    Both,
}

impl Disks {
    const ALL: [Self; 2] = [Self::Database, Self::Both];

    fn words(self) -> &'static str {
        match self {
            Self::Database => "database only",
            Self::Both => "database and journal",
        }
    }

    /// How the paths of its files end. The program's log stands elsewhere, so that it can tell what happens.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Database => &["tryggve.db", "tryggve.db-wal", "tryggve.db-shm"],
            Self::Both => &["tryggve.db", "tryggve.db-wal", "tryggve.db-shm", "/journal"],
        }
    }
}

/// Both kinds, one after the other.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    let programs = if words.debug { Programs::build_for_tests()? } else { Programs::build_released()? };
    let mut report = Report::new(&format!(
        "SQLite with the alarm journal; {} alarms per second over UDP. For {} s every write to the files of the disk \
         fails as it does on one that is read-only (a library between the program and its files, `LD_PRELOAD`), then \
         it can be written again. In the end every acknowledged alarm is looked up straight in the tables. Once with \
         the database alone on that disk, once with the journal, too.",
        words.alarms_per_second, words.seconds
    ));
    for disks in Disks::ALL {
        let (said, stored, over) = turn(&programs, &words, disks)?;
        let mut add = |what: &str, figure: f64, unit: &str, goal: Option<&str>| {
            report.add(&format!("{}: {what}", disks.words()), figure, unit, goal);
        };
        for (what, place, goal) in [
            ("alarms sent", "/alarms/sent", None),
            ("acknowledged", "/alarms/acknowledged", None),
            ("refused with 503", "/alarms/refused", (disks == Disks::Database).then_some("0")),
            ("without an answer", "/alarms/lost", Some("0")),
        ] {
            add(what, figure(&said, place)?, "", goal);
        }
        add("acknowledged and not stored in the end", figure(&stored, "/missing")?, "", Some("0"));
        add("stored more than once", figure(&stored, "/stored_twice")?, "", Some("0"));
        add("writable again to everything stored", over.as_secs_f64(), "s", None);
    }
    Ok(report)
}

/// Two seconds of each with the programs of the tests.
pub(crate) fn short() -> anyhow::Result<()> {
    let words = Words::try_parse_from(["--alarms-per-second", "20", "--seconds", "2", "--debug"])?;
    for disks in Disks::ALL {
        let (said, stored, _) = turn(&Programs::of_tests(), &words, disks)?;
        println!("{}: {said}; {stored}", disks.words());
    }
    Ok(())
}

fn turn(programs: &Programs, words: &Words, disks: Disks) -> anyhow::Result<(Value, Value, Duration)> {
    let place = Place::new("read-only")?.with_journal(JOURNAL_MIB);
    let beside = place.folder().with_extension("beside");
    let disk = Disk::compile(place.folder(), &beside)?;
    let database = place.sqlite();
    let session = programs.seed_with_operator(&database, &["--devices", DEVICES])?;
    // The diary is not wanted here.
    let environment = disk.environment().into_iter().filter(|(name, _)| *name != "FAULTS_TRACE").collect();
    let mut reception = Reception::start_as(programs, &place, &place.config(&database), environment)?;
    let (log, acknowledged) = (beside.join("load.log"), beside.join("acknowledged"));
    let mut load =
        programs.load(&["storm", "--database", &database, "--session", &session, "--run", "readonly"]);
    load.arg("--acknowledged").arg(&acknowledged);
    for (name, value) in [
        ("--to", format!("127.0.0.1:{}", place.sip)),
        ("--pages", format!("127.0.0.1:{}", place.web)),
        ("--devices", DEVICES.to_owned()),
        ("--seconds", (words.seconds + LEAD_SECONDS + 1).to_string()),
        ("--patience-seconds", PATIENCE_SECONDS.to_string()),
        ("--alarms-per-second", words.alarms_per_second.to_string()),
        ("--look-up", "false".to_owned()),
    ] {
        load.arg(name).arg(value);
    }
    let mut load = Running::start("load", "TERM", None, &load, &log)?;
    process::leave_alone(Duration::from_secs(LEAD_SECONDS));
    disk.set_read_only(disks.endings())?;
    process::leave_alone(Duration::from_secs(words.seconds));
    disk.set_writable()?;
    let writable = Instant::now();
    let status = load.wait_for_end(Duration::from_secs(words.seconds + PATIENCE_SECONDS + 20))?;
    ensure!(status.success(), "load ended with {status}: {}", process::log_tail(&log));
    let said: Value = serde_json::from_str(std::fs::read_to_string(&log)?.trim())?;
    let path = acknowledged.display().to_string();
    let arguments = ["verify", "--database", &database, "--run", "readonly", "--acknowledged", &path];
    let stored = loop {
        match programs.load_json(&arguments) {
            Ok(stored) => break stored,
            Err(error) if writable.elapsed() > Duration::from_secs(HANDED_OVER_SECONDS) => {
                return Err(error).context(disks.words());
            }
            Err(_) => process::leave_alone(Duration::from_millis(250)),
        }
    };
    let over = writable.elapsed();
    ensure!(reception.is_alive()?, "the reception ended");
    again_acknowledged(programs, &place, writable).context(disks.words())?;
    ensure!(figure(&said, "/alarms/acknowledged")? > 0.0, "nothing was acknowledged: {said}");
    ensure!(figure(&said, "/alarms/lost")? == 0.0, "alarms were left without an answer: {said}");
    let refused = figure(&said, "/alarms/refused")?;
    match disks {
        Disks::Database => ensure!(refused == 0.0, "{refused} refused though there is a journal: {said}"),
        Disks::Both => ensure!(refused > 0.0, "nothing was refused: the disk was not read-only: {said}"),
    }
    Ok((said, stored, over))
}

/// Alarms are acknowledged again, all of them, by itself.
fn again_acknowledged(programs: &Programs, place: &Place, writable: Instant) -> anyhow::Result<()> {
    let to = format!("127.0.0.1:{}", place.sip);
    loop {
        let said = programs.load_json(&[
            "send",
            "--to",
            &to,
            "--devices",
            DEVICES,
            "--run",
            "again",
            "--seconds",
            "1",
            "--in-flight",
            "4",
            "--patience-seconds",
            "2",
        ])?;
        let figure = |name: &str| said.get(name).and_then(Value::as_u64).unwrap_or(0);
        if figure("acknowledged") > 0 && figure("refused") == 0 {
            return Ok(());
        }
        ensure!(
            writable.elapsed() < Duration::from_secs(HANDED_OVER_SECONDS),
            "alarms are still refused though the disk can be written again: {said}"
        );
    }
}
