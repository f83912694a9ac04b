//! Many made-up municipalities live for days, each under faults drawn from its seed: no checker finds anything.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::{Context, anyhow, bail, ensure};
use clap::Parser;
use serde_json::Value;

use super::Options;
use crate::bench::report::Report;
use crate::process;
use crate::reception::Programs;

/// How often progress is told, in seeds.
const PROGRESS_SEEDS: usize = 10;
/// What a run of all seeds is to come to: persons with an alarm times hours.
const ALARM_HOURS_MIN: f64 = 1_000_000.0;

/// Words of this trial, after `--`.
#[derive(Debug, Clone, Parser)]
#[command(name = "seeds", no_binary_name = true)]
struct Words {
    /// How many seeds.
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// The first of them; the others count up from it.
    #[arg(long, default_value_t = 1)]
    first: u64,
    /// How many days each municipality lives.
    #[arg(long, default_value_t = 2)]
    days: u32,
    /// How many people in it have alarms.
    #[arg(long, default_value_t = 300)]
    people: u32,
    /// How often the system is killed and started again, per day on average.
    #[arg(long, default_value_t = 2.0)]
    kills_per_day: f64,
    /// How many live at once; as many as there are cores where it is not given.
    #[arg(long)]
    at_once: Option<usize>,
    /// Use the program built for tests instead of the one that is shipped.
    #[arg(long)]
    debug: bool,
}

/// What one seed's life came to.
#[derive(Debug, Clone, PartialEq)]
struct Life {
    seed: u64,
    seconds: f64,
    alarm_hours: f64,
    counts: BTreeMap<String, u64>,
}

/// Lives through all of them, and sums what was counted.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    ensure!(words.seeds > 0, "--seeds must be above 0");
    let programs = if words.debug { Programs::build_for_tests()? } else { Programs::build_released()? };
    let at_once = words.at_once.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, Into::into));
    let begun = Instant::now();
    let lives = live(&programs, &words, at_once)?;
    Ok(report(&words, &lives, at_once, begun.elapsed().as_secs_f64()))
}

/// Takes seed after seed until all are done. Those that fail are named together, the first of them with what it said.
fn live(programs: &Programs, words: &Words, at_once: usize) -> anyhow::Result<Vec<Life>> {
    let next = AtomicU64::new(words.first);
    let found: Mutex<(Vec<Life>, Vec<anyhow::Error>)> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..at_once.max(1) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= words.first + words.seeds {
                        return;
                    }
                    let lived = live_one(programs, words, seed);
                    let (lives, failures) = &mut *found.lock().unwrap_or_else(PoisonError::into_inner);
                    match lived {
                        Ok(life) => lives.push(life),
                        Err(error) => {
                            eprintln!("{error:#}");
                            failures.push(error);
                        }
                    }
                    let done = lives.len() + failures.len();
                    if done.is_multiple_of(PROGRESS_SEEDS) {
                        println!("{done} of {} seeds, {} failed", words.seeds, failures.len());
                    }
                }
            });
        }
    });
    let (mut lives, failures) = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    if !failures.is_empty() {
        let all: Vec<String> = failures.iter().map(|error| format!("{error:#}")).collect();
        bail!(
            "{} of {} seeds failed; each command shows it again:\n{}",
            all.len(),
            words.seeds,
            all.join("\n")
        );
    }
    lives.sort_by_key(|life| life.seed);
    Ok(lives)
}

fn live_one(programs: &Programs, words: &Words, seed: u64) -> anyhow::Result<Life> {
    let mut command = programs.tryggve(&["simulate"]);
    for (name, value) in [
        ("--seed", seed.to_string()),
        ("--days", words.days.to_string()),
        ("--people", words.people.to_string()),
        ("--kills-per-day", words.kills_per_day.to_string()),
    ] {
        command.arg(name).arg(value);
    }
    let again = process::show(&command);
    let begun = Instant::now();
    let output = command.arg("--json").output().with_context(|| format!("cannot start `{again}`"))?;
    let seconds = begun.elapsed().as_secs_f64();
    if !output.status.success() {
        bail!("`{again}` failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    let said = String::from_utf8_lossy(&output.stdout);
    read(&said, seconds).with_context(|| format!("`{again}` said {said:?}"))
}

/// Reads the line that the simulator prints.
fn read(said: &str, seconds: f64) -> anyhow::Result<Life> {
    let said: Value = serde_json::from_str(said)?;
    let number = |name: &str| said[name].as_u64().with_context(|| format!("no {name}"));
    let counts = said["counts"].as_object().context("no counts")?;
    let counts = counts.iter().map(|(name, count)| {
        let count = count.as_u64().ok_or_else(|| anyhow!("{name} is {count}"))?;
        Ok((name.clone(), count))
    });
    Ok(Life {
        seed: number("seed")?,
        seconds,
        alarm_hours: 24.0 * number("people")? as f64 * number("days")? as f64,
        counts: counts.collect::<anyhow::Result<_>>()?,
    })
}

fn report(words: &Words, lives: &[Life], at_once: usize, seconds: f64) -> Report {
    let mut report = Report::new(&format!(
        "`tryggve simulate` with the seeds {} to {}: in each a made-up municipality with {} persons who have an alarm \
         lives for {} days on a fake clock, in memory, {at_once} of them at once. The network loses, doubles, delays \
         and reorders messages, devices die and fall silent together, staff are late or absent, and the program is \
         killed and started again {} times a day on average, sometimes in the middle of a write. An alarm-hour is an \
         hour of a person with an alarm. A checker that finds anything wrong ends its seed and fails the trial.",
        words.first,
        words.first + words.seeds - 1,
        words.people,
        words.days,
        words.kills_per_day,
    ));
    let sum = |name: &str| lives.iter().filter_map(|life| life.counts.get(name)).sum::<u64>() as f64;
    let goal = format!("at least {ALARM_HOURS_MIN}");
    report.add("alarm-hours", lives.iter().map(|life| life.alarm_hours).sum(), "", Some(&goal));
    report.add("seeds", lives.len() as f64, "", None);
    report.add("seeds in which a checker found something", 0.0, "", Some("0"));
    for (what, name) in [
        ("facts that the checkers compared", "checks"),
        ("alarms raised", "alarms"),
        ("alarms closed", "closed"),
        ("alarms from unknown senders or unreadable", "unknown"),
        ("presses on an alarm already open", "repeats"),
        ("messages stored", "messages"),
        ("copies of messages by the network", "copies"),
        ("test alarms", "tests"),
        ("signs of life", "heartbeats"),
        ("rungs of ladders reached", "rungs"),
        ("sendings to teams", "sendings"),
        ("devices declared silent", "silences"),
        ("outages declared", "outages"),
        ("kills and restarts", "crashes"),
        ("batches killed in the middle", "batches_killed"),
    ] {
        report.add(what, sum(name), "", None);
    }
    report.add("seconds by the clock", seconds, "s", None);
    if let Some(slowest) = lives.iter().max_by(|one, other| one.seconds.total_cmp(&other.seconds)) {
        report.add(&format!("slowest seed, {}", slowest.seed), slowest.seconds, "s", None);
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_come_to_a_million_alarm_hours() {
        let words = Words::try_parse_from(["--debug"]).unwrap();
        let hours = words.seeds as f64 * f64::from(words.people) * 24.0 * f64::from(words.days);
        assert!(hours >= ALARM_HOURS_MIN, "{hours}");
    }

    #[test]
    fn what_the_simulator_says_is_summed() {
        let said = |seed, alarms| {
            let text = format!(
                r#"{{"seed":{seed},"days":2,"people":300,"devices":9,"counts":{{"alarms":{alarms},"crashes":3}}}}"#
            );
            read(&text, seed as f64).unwrap()
        };
        let words = Words::try_parse_from(["--seeds", "2"]).unwrap();
        let report = report(&words, &[said(1, 40), said(2, 60)], 2, 3.0);
        let figure = |what: &str| report.findings.iter().find(|finding| finding.what == what).unwrap().figure;
        assert_eq!(figure("alarm-hours"), 28_800.0);
        assert_eq!((figure("alarms raised"), figure("kills and restarts")), (100.0, 6.0));
        assert_eq!(figure("slowest seed, 2"), 2.0);
        assert!(read(r#"{"seed":1}"#, 0.0).is_err());
    }
}
