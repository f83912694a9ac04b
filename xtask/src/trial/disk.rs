//! The disk fills up under load, database and journal on it: alarms are kept in the journal, whose room is its own, and
//! stored when there is room again.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use serde_json::Value;

use super::Options;
use super::storm::figure;
use crate::bench::report::Report;
use crate::process::{self, Running};
use crate::reception::{Place, Programs, Reception};

/// The size of the disk, in MiB: a database, a journal, and little more.
const DISK_MIB: u64 = 64;
/// The room of the journal.
const JOURNAL_MIB: u64 = 8;
const DEVICES: &str = "4000";
/// How long the sender waits for answers after its time.
const PATIENCE_SECONDS: u64 = 8;
/// How long the journal may take to be handed over when there is room again.
const HANDED_OVER_SECONDS: u64 = 20;
/// A sender waits no longer than this for its acknowledgement.
const UNACKNOWLEDGED_MILLIS_MAX: f64 = 1_000.0;

/// Words of this trial, after `--`.
#[derive(Debug, Clone, Parser)]
#[command(name = "disk", no_binary_name = true)]
struct Words {
    /// Alarms per second.
    #[arg(long, default_value_t = 40.0)]
    alarms_per_second: f64,
    /// For how long the disk is full, in seconds.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Use the programs built for tests instead of those that are shipped.
    #[arg(long)]
    debug: bool,
}

/// A small disk in memory; it goes when this value goes.
struct Disk(PathBuf);

impl Disk {
    /// Mounts it where everything of the reception stands.
    fn mount(folder: &Path) -> anyhow::Result<Self> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={DISK_MIB}m"), "tryggve-trial"]).arg(folder);
        process::run(&mut mount).context("a disk of one's own can only be mounted by the superuser")?;
        Ok(Self(folder.to_owned()))
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }

    /// Takes every byte that is left.
    fn fill(&self) -> anyhow::Result<()> {
        let mut file = std::fs::File::create(self.ballast())?;
        let block = vec![7_u8; 4_096];
        while file.write_all(&block).is_ok() {}
        Ok(())
    }

    fn empty(&self) -> anyhow::Result<()> {
        std::fs::remove_file(self.ballast()).context("cannot remove the ballast")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Err(error) = process::run(Command::new("umount").arg("-l").arg(&self.0)) {
            eprintln!("cannot unmount {}: {error}", self.0.display());
        }
    }
}

/// A full disk and its end.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    let programs = if words.debug { Programs::build_for_tests()? } else { Programs::build_released()? };
    let mut report = Report::new(&format!(
        "SQLite, its journal files, the program's log and the alarm journal of {JOURNAL_MIB} MiB stand on one disk of \
         {DISK_MIB} MiB in memory. {} alarms per second arrive over UDP. For {} s the disk is filled to its last byte \
         and kept so; then there is room again. In the end every acknowledged alarm is looked up straight in the \
         tables. The disk is in memory, so its figures say nothing of the speed of a real one.",
        words.alarms_per_second, words.seconds
    ));
    let (said, stored, handed_over) = fill(&programs, &words)?;
    for (what, place, unit, goal) in [
        ("alarms sent", "/alarms/sent", "", None),
        ("acknowledged", "/alarms/acknowledged", "", None),
        ("refused with 503", "/alarms/refused", "", Some("0")),
        ("without an answer", "/alarms/lost", "", Some("0")),
        ("to the acknowledgement, p99", "/alarms/p99_ms", "ms", None),
    ] {
        report.add(what, figure(&said, place)?, unit, goal);
    }
    let goal = format!("under {UNACKNOWLEDGED_MILLIS_MAX}");
    report.add("to the acknowledgement, slowest", figure(&said, "/alarms/max_ms")?, "ms", Some(&goal));
    report.add("acknowledged and not stored in the end", figure(&stored, "/missing")?, "", Some("0"));
    report.add("stored more than once", figure(&stored, "/stored_twice")?, "", Some("0"));
    report.add("room again to everything stored", handed_over.as_secs_f64(), "s", None);
    Ok(report)
}

/// Two seconds of a full disk with the programs of the tests.
pub(crate) fn short() -> anyhow::Result<()> {
    if !process::is_root() {
        eprintln!("SKIPPED: a disk of one's own can only be mounted by the superuser");
        return Ok(());
    }
    let words = Words::try_parse_from(["--alarms-per-second", "20", "--seconds", "3", "--debug"])?;
    let (said, stored, _) = fill(&Programs::of_tests(), &words)?;
    println!("{said}; {stored}");
    Ok(())
}

fn fill(programs: &Programs, words: &Words) -> anyhow::Result<(Value, Value, Duration)> {
    let place = Place::new("disk")?.with_journal(JOURNAL_MIB);
    let disk = Disk::mount(place.folder())?;
    let database = place.sqlite();
    let session = programs.seed_with_operator(&database, &["--devices", DEVICES])?;
    let reception = Reception::start(programs, &place, &database)?;
    // What is sent is told beside the disk, which will take nothing.
    let beside = place.folder().with_extension("beside");
    std::fs::create_dir_all(&beside)?;
    let (log, acknowledged) = (beside.join("load.log"), beside.join("acknowledged"));
    let mut load = programs.load(&["storm", "--database", &database, "--session", &session, "--run", "disk"]);
    load.arg("--acknowledged").arg(&acknowledged);
    for (name, value) in [
        ("--to", format!("127.0.0.1:{}", place.sip)),
        ("--pages", format!("127.0.0.1:{}", place.web)),
        ("--devices", DEVICES.to_owned()),
        ("--seconds", (words.seconds + 4).to_string()),
        ("--patience-seconds", PATIENCE_SECONDS.to_string()),
        ("--alarms-per-second", words.alarms_per_second.to_string()),
        ("--look-up", "false".to_owned()),
    ] {
        load.arg(name).arg(value);
    }
    let mut load = Running::start("load", "TERM", None, &load, &log)?;
    process::leave_alone(Duration::from_secs(2));
    disk.fill()?;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(words.seconds) {
        // The database gives up pages of its own now and then: they are taken, too.
        process::leave_alone(Duration::from_millis(200));
        let _ = std::fs::OpenOptions::new().append(true).open(disk.ballast())?.write_all(&[7; 65_536]);
    }
    disk.empty()?;
    let room = Instant::now();
    let limit = words.seconds + PATIENCE_SECONDS + 20;
    let status = load.wait_for_end(Duration::from_secs(limit))?;
    ensure!(status.success(), "load ended with {status}: {}", process::log_tail(&log));
    let said: Value = serde_json::from_str(std::fs::read_to_string(&log)?.trim())?;
    let path = acknowledged.display().to_string();
    let stored = loop {
        match programs.load_json(&[
            "verify",
            "--database",
            &database,
            "--run",
            "disk",
            "--acknowledged",
            &path,
        ]) {
            Ok(stored) => break stored,
            Err(error) if room.elapsed() > Duration::from_secs(HANDED_OVER_SECONDS) => return Err(error),
            Err(_) => process::leave_alone(Duration::from_millis(250)),
        }
    };
    let handed_over = room.elapsed();
    drop(reception);
    ensure!(figure(&said, "/alarms/acknowledged")? > 0.0, "nothing was acknowledged: {said}");
    ensure!(figure(&said, "/alarms/lost")? == 0.0, "alarms were lost: {said}");
    Ok((said, stored, handed_over))
}
