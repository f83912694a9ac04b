//! `cargo xtask fuzz [TARGET]`: bytes that are led by coverage against every reader of outside bytes.
//!
//! The targets stand in `crates/anybytes`; `fuzz/` is a workspace of its own that needs a nightly compiler and
//! `cargo install cargo-fuzz`. What a run learns stays in `fuzz/working`, and goes on from there the next time; what was
//! done adds up in `bench/results/fuzz.json`.

mod sums;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use clap::Args;

use crate::process::{self, Running};
use crate::{date, repository};
use sums::Sums;

/// One input that takes longer is a finding.
const INPUT_SECONDS_MAX: u64 = 20;
/// More memory than this, for inputs of some thousand bytes, is a finding.
const MEMORY_MIB_MAX: u64 = 2_048;
/// How many times the processor seconds a run may take by the clock on a machine that is busy otherwise.
const CLOCK_TIMES_MAX: u64 = 60;
/// The unit in which Linux counts processor time for programs.
const TICKS_PER_SECOND: f64 = 100.0;

/// What to fuzz.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The targets, as in `fuzz/fuzz_targets`; without one all of them.
    targets: Vec<String>,
    /// Processor seconds for each target.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Take the targets with the fewest processor seconds so far first, so that many short runs even out.
    #[arg(long)]
    least_first: bool,
    /// Take only so many of them.
    #[arg(long)]
    count: Option<usize>,
    /// How many targets run at once.
    #[arg(long, default_value_t = 1)]
    at_once: usize,
    /// Afterwards, add the smallest set of inputs that reaches what was newly reached to `fuzz/corpus`.
    #[arg(long)]
    keep: bool,
    /// Print only, add nothing to the sums.
    #[arg(long)]
    dry: bool,
}

/// What one target's run came to.
#[derive(Debug, Clone, PartialEq)]
struct Run {
    target: String,
    seconds: f64,
    executions: u64,
    /// Edges of the program that were reached.
    coverage: u64,
    /// The end of what the fuzzer said, where something did not hold.
    finding: Option<String>,
}

/// Fuzzes, and adds what was done to the sums: after each target, so that a stop in the middle loses little.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let all = targets()?;
    for name in &options.targets {
        ensure!(all.contains(name), "no target {name:?}; there are {}", all.join(", "));
    }
    let root = repository::root();
    let wanted = wanted(options, &all, &Sums::read(&root, &all)?);
    build()?;
    let keeping = Mutex::new(());
    let done = |run: &Run| -> anyhow::Result<()> {
        println!("{run:?}");
        if options.dry {
            return Ok(());
        }
        let _alone = keeping.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sums = Sums::read(&root, &all)?;
        sums.add(run, &date::today()?);
        sums.write(&root)
    };
    let runs = run_all(&wanted, options, &done)?;
    println!("\n{}", Sums::read(&root, &all)?.page()?);
    if options.keep {
        runs.iter().filter(|run| run.finding.is_none()).try_for_each(|run| keep(&run.target))?;
    }
    let found: Vec<&str> =
        runs.iter().filter(|run| run.finding.is_some()).map(|run| run.target.as_str()).collect();
    ensure!(found.is_empty(), "something does not hold in {}: see fuzz/artifacts", found.join(", "));
    Ok(())
}

/// The targets of this run, in the order in which they are taken.
fn wanted(options: &Options, all: &[String], sums: &Sums) -> Vec<String> {
    let mut wanted = if options.targets.is_empty() { all.to_vec() } else { options.targets.clone() };
    if options.least_first {
        sums.least_first(&mut wanted);
    }
    wanted.truncate(options.count.unwrap_or(usize::MAX));
    wanted
}

fn folder() -> PathBuf {
    repository::root().join("fuzz")
}

fn program(target: &str) -> PathBuf {
    folder().join("target/x86_64-unknown-linux-gnu/release").join(target)
}

/// Every target, by name.
fn targets() -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder().join("fuzz_targets"))? {
        let path = entry?.path();
        names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

fn build() -> anyhow::Result<()> {
    // The code is safe Rust: what an address sanitizer looks for is ruled out, and without it twice as much is tried.
    let mut build = Command::new("cargo");
    build.args(["+nightly", "fuzz", "build", "--sanitizer", "none", "--target-dir", "target"]);
    build.current_dir(folder());
    process::run(&mut build).context(
        "fuzzing needs a nightly compiler (`rustup toolchain install nightly`) and `cargo install cargo-fuzz`",
    )
}

fn run_all(
    wanted: &[String],
    options: &Options,
    done: &(dyn Fn(&Run) -> anyhow::Result<()> + Sync),
) -> anyhow::Result<Vec<Run>> {
    let waiting: Mutex<VecDeque<&String>> = Mutex::new(wanted.iter().collect());
    let take = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let work = || -> anyhow::Result<Vec<Run>> {
        let mut runs = Vec::new();
        while let Some(target) = take() {
            let run = run_one(target, options.seconds)?;
            done(&run)?;
            runs.push(run);
        }
        Ok(runs)
    };
    let mut runs = std::thread::scope(|scope| -> anyhow::Result<Vec<Run>> {
        let workers: Vec<_> = (0..options.at_once.max(1)).map(|_| scope.spawn(work)).collect();
        let mut runs = Vec::new();
        for worker in workers {
            match worker.join() {
                Ok(found) => runs.extend(found?),
                Err(_) => bail!("a worker broke"),
            }
        }
        Ok(runs)
    })?;
    runs.sort_by(|one, other| one.target.cmp(&other.target));
    Ok(runs)
}

/// Runs one target for so many seconds of processor time, or until something does not hold.
fn run_one(target: &str, seconds: u64) -> anyhow::Result<Run> {
    let working = folder().join("working").join(target);
    let artifacts = folder().join("artifacts").join(target);
    for path in [&working, &artifacts] {
        std::fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))?;
    }
    let log = folder().join("working").join(format!("{target}.log"));
    let mut command = Command::new(program(target));
    command.arg(&working).arg(folder().join("corpus").join(target));
    command.arg(format!("-artifact_prefix={}/", artifacts.display()));
    command.args(["-print_final_stats=1", "-reload=0"]);
    command.arg(format!("-timeout={INPUT_SECONDS_MAX}")).arg(format!("-rss_limit_mb={MEMORY_MIB_MAX}"));
    let mut fuzzer = Running::start("fuzzer", "KILL", None, &command, &log)?;
    let begun = Instant::now();
    let mut used = 0.0;
    let ended = loop {
        if let Some(status) = fuzzer.ended()? {
            break Some(status);
        }
        // A reading that fails is that of a process that has just ended.
        used = processor_seconds(fuzzer.id()).unwrap_or(used);
        if used >= seconds as f64 || begun.elapsed().as_secs() > seconds * CLOCK_TIMES_MAX {
            break None;
        }
        process::leave_alone(Duration::from_millis(250));
    };
    if ended.is_none() {
        // Asked in this way it finishes its input and tells its figures.
        process::run(Command::new("kill").args(["-s", "USR1", &fuzzer.id().to_string()]))?;
        fuzzer.wait_for_end(Duration::from_secs(INPUT_SECONDS_MAX * CLOCK_TIMES_MAX))?;
    }
    let said = String::from_utf8_lossy(&std::fs::read(&log)?).into_owned();
    let (executions, coverage) = figures(&said);
    let finding = ended.map(|status| format!("{status}: {}", process::log_tail(&log)));
    Ok(Run { target: target.to_owned(), seconds: used, executions, coverage, finding })
}

/// Processor time of a process so far, its own and the system's for it.
fn processor_seconds(id: u32) -> Option<f64> {
    parse_processor_seconds(&std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?)
}

/// The fields behind the name, which may hold anything: proc(5) numbers `utime` 14 and `stime` 15.
fn parse_processor_seconds(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut ticks = fields.split_whitespace().skip(11).map(str::parse::<f64>);
    Some((ticks.next()?.ok()? + ticks.next()?.ok()?) / TICKS_PER_SECOND)
}

/// Executions and edges, by the last line that tells each.
fn figures(said: &str) -> (u64, u64) {
    let after = |mark: &str| {
        let (_, rest) = said.rsplit_once(mark)?;
        rest.split_whitespace().next()?.parse().ok()
    };
    let counted = after("stat::number_of_executed_units:");
    // One that stopped at a finding has told no final count: its last line of progress is the nearest.
    let progress = said
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix('#')?.split(char::is_whitespace).next()?.parse().ok());
    (counted.or(progress).unwrap_or(0), after(" cov: ").unwrap_or(0))
}

/// Adds to the kept inputs what reaches more than they do.
fn keep(target: &str) -> anyhow::Result<()> {
    let (kept, working) = (folder().join("corpus").join(target), folder().join("working").join(target));
    let log = folder().join("working").join(format!("{target}.merge.log"));
    let output = Command::new(program(target))
        .args(["-merge=1", "-set_cover_merge=1"])
        .args([&kept, &working])
        .output()
        .context("cannot start the fuzzer")?;
    std::fs::write(&log, &output.stderr)?;
    ensure!(output.status.success(), "cannot minimise {target}: {}", process::log_tail(&log));
    println!("{target}: {} inputs are kept", count(&kept)?);
    Ok(())
}

fn count(folder: &Path) -> anyhow::Result<usize> {
    Ok(std::fs::read_dir(folder)?.count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_fuzzer_says_is_read() {
        let said = "#2\tINITED cov: 10 ft: 11 corp: 1/1b\n#512\tpulse  cov: 37 ft: 51 corp: 9/90b\n\
                    stat::number_of_executed_units: 777\n";
        assert_eq!(figures(said), (777, 37));
        assert_eq!(figures("#2\tINITED cov: 10\n#64\tNEW cov: 12 ft: 3\npanicked"), (64, 12));
        assert_eq!(figures(""), (0, 0));
    }

    #[test]
    fn a_short_run_takes_what_had_the_least() {
        let all = ["a", "b", "c"].map(str::to_owned);
        let mut sums = Sums::default();
        let run = Run { target: "a".to_owned(), seconds: 9.0, executions: 1, coverage: 1, finding: None };
        sums.add(&run, "2026-11-22");
        let options = Options {
            targets: Vec::new(),
            seconds: 60,
            least_first: true,
            count: Some(2),
            at_once: 1,
            keep: false,
            dry: true,
        };
        assert_eq!(wanted(&options, &all, &sums), ["b", "c"]);
        let options = Options { targets: vec!["a".to_owned()], ..options };
        assert_eq!(wanted(&options, &all, &sums), ["a"]);
    }

    #[test]
    fn processor_time_is_found_behind_any_name() {
        let stat = "7 (a) b) R 1 7 7 0 -1 4194560 1 0 0 0 250 50 0 0 20 0 1 0 1 1 1";
        assert_eq!(parse_processor_seconds(stat), Some(3.0));
        assert_eq!(parse_processor_seconds("7"), None);
    }
}
