//! Power cuts under load on SQLite: whatever part of the bytes that were not synced the disk has kept, in whatever
//! order, every acknowledged alarm is there, once.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Parser;
use serde_json::Value;

use super::Options;
use super::crash::{drawn, verify};
use super::faults::{self, Cut, Disk};
use crate::bench::report::Report;
use crate::process::{self, Running};
use crate::reception::{Place, Programs, Reception};

/// The cut comes between these two moments of a round's load, in milliseconds.
const CUT_MILLIS: std::ops::Range<u64> = 100..1_200;
/// So much has been written when alarms are being stored.
const UNDER_LOAD_BYTES: u64 = 128 * 1_024;
const LOAD_SECONDS: &str = "3";
/// The sender gives up soon: nobody is there any more.
const PATIENCE_SECONDS: &str = "1";
const DEVICES: &str = "500";
const JOURNAL_MIB: u64 = 2;
/// Disks that could have been left of each cut, besides the one with nothing and the one with all of what was not synced.
const DRAWS: u64 = 4;
/// How long what stood in the journal may take to be stored after the start.
const HANDED_OVER_MILLIS: u64 = 5_000;

/// Words of this trial, after `--`.
#[derive(Debug, Parser)]
#[command(name = "power", no_binary_name = true)]
struct Words {
    /// How many cuts.
    #[arg(long, default_value_t = 20)]
    cuts: u32,
    /// What the moments and the disks are drawn from.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Use the programs built for tests instead of those that are shipped.
    #[arg(long)]
    debug: bool,
}

/// What was seen.
#[derive(Debug, Default)]
struct Tally {
    disks: u64,
    acknowledged: u64,
    unsynced: u64,
    lost: u64,
}

/// As many cuts as asked.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    let programs = if words.debug { Programs::build_for_tests()? } else { Programs::build_released()? };
    let mut report = Report::new(&format!(
        "A closed-loop load of SCAIP alarms over UDP onto SQLite; the program writes through a library (`LD_PRELOAD`) \
         that notes each write and each sync. At a random moment {} to {} ms after the first alarms the power is cut, {} \
         times (seed \
         {}). From each cut {} disks are made: without any byte that was not synced, with all of them, and with each \
         write since its file's last sync there, torn at a sector, or missing, whatever its order. On each disk the \
         program is started again and every acknowledged message looked up straight in the tables. Lengths and names \
         of files count as kept once changed.",
        CUT_MILLIS.start,
        CUT_MILLIS.end,
        words.cuts,
        words.seed,
        DRAWS + 2
    ));
    let tally = cut_often(&programs, words.cuts, words.seed, DRAWS)?;
    report.add("cuts", f64::from(words.cuts), "", None);
    report.add("disks that the program was started on", tally.disks as f64, "", None);
    report.add("messages acknowledged before the cuts", tally.acknowledged as f64, "", None);
    report.add("writes that were not synced at the cuts", tally.unsynced as f64, "", None);
    report.add("of them dropped or torn, over all disks", tally.lost as f64, "", None);
    report.add("acknowledged and not stored, or stored twice", 0.0, "", Some("0"));
    Ok(report)
}

/// One cut with the programs of the tests.
pub(crate) fn short() -> anyhow::Result<()> {
    println!("{:?}", cut_often(&Programs::of_tests(), 1, 1, 1)?);
    Ok(())
}

fn cut_often(programs: &Programs, cuts: u32, seed: u64, draws: u64) -> anyhow::Result<Tally> {
    let place = Place::new("power")?.with_journal(JOURNAL_MIB);
    let beside = place.folder().with_extension("beside");
    let disk = Disk::compile(place.folder(), &beside)?;
    let database = place.sqlite();
    programs.seed(&database, &["--devices", DEVICES])?;
    // The first start makes the journal; a clean stop leaves the files that every round begins with.
    drop(Reception::start(programs, &place, &database)?);
    let before = beside.join("before");
    faults::copy_files(place.folder(), &before)?;
    let mut tally = Tally::default();
    let mut random = seed;
    for cut in 0..cuts {
        put_back(&before, place.folder())?;
        disk.forget()?;
        let acknowledged = beside.join("acknowledged");
        let run = format!("p{cut}x");
        let reception = Reception::start_as(programs, &place, &place.config(&database), disk.environment())?;
        let begun = disk.diary_bytes()?;
        let mut load = start_load(programs, &place, &run, &acknowledged)?;
        // The time runs from the first alarms on, however slowly they come on a busy machine.
        load.wait_until(Duration::from_secs(20), || {
            disk.diary_bytes().is_ok_and(|bytes| bytes > begun + UNDER_LOAD_BYTES)
        })?;
        process::leave_alone(Duration::from_millis(drawn(&mut random, CUT_MILLIS)));
        reception.kill()?;
        load.wait_for_end(Duration::from_secs(60))?;
        let count = std::fs::read_to_string(&acknowledged)?.lines().count();
        tally.acknowledged += count as u64;
        let diary = disk.diary()?;
        faults::ensure_synced(&diary)?;
        let root = place.folder().canonicalize()?;
        let kinds = [Cut::Dropped, Cut::Kept].into_iter();
        for kind in kinds.chain((0..draws).map(|draw| Cut::Drawn(seed ^ (u64::from(cut) << 16) ^ draw))) {
            put_back(&before, place.folder())?;
            let (unsynced, lost) = faults::play(&diary, &root, place.folder(), kind)?;
            tally.disks += 1;
            tally.unsynced += if kind == Cut::Dropped { unsynced as u64 } else { 0 };
            tally.lost += lost as u64;
            look(programs, &place, &database, &acknowledged, &run)
                .with_context(|| format!("cut {cut}, {kind:?}, {unsynced} writes not synced"))?;
        }
    }
    ensure!(tally.acknowledged > 0, "nothing was acknowledged before any cut");
    Ok(tally)
}

/// The files of the folder become those of another, and no others.
fn put_back(from: &Path, folder: &Path) -> anyhow::Result<()> {
    for ending in ["db", "db-wal", "db-shm"] {
        let file = folder.join("tryggve").with_extension(ending);
        if file.exists() {
            std::fs::remove_file(file)?;
        }
    }
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        std::fs::copy(entry.path(), folder.join(entry.file_name()))?;
    }
    Ok(())
}

fn start_load(programs: &Programs, place: &Place, run: &str, acknowledged: &Path) -> anyhow::Result<Running> {
    let to = format!("127.0.0.1:{}", place.sip);
    let mut command = programs.load(&["send", "--to", &to, "--devices", DEVICES, "--run", run]);
    command.args(["--seconds", LOAD_SECONDS, "--patience-seconds", PATIENCE_SECONDS]);
    command.arg("--acknowledged").arg(acknowledged);
    Running::start("load", "TERM", None, &command, &acknowledged.with_extension("log"))
}

/// Starts on the disk that was left and waits until everything that was acknowledged is stored.
fn look(
    programs: &Programs,
    place: &Place,
    database: &str,
    acknowledged: &PathBuf,
    run: &str,
) -> anyhow::Result<Value> {
    let reception = Reception::start(programs, place, database)?;
    let begun = std::time::Instant::now();
    loop {
        match verify(programs, database, std::slice::from_ref(acknowledged), Some(run)) {
            Err(error) if begun.elapsed() > Duration::from_millis(HANDED_OVER_MILLIS) => return Err(error),
            Err(_) => process::leave_alone(Duration::from_millis(100)),
            Ok(stored) => {
                drop(reception);
                return Ok(stored);
            }
        }
    }
}
