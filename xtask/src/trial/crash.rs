//! Power cuts in the middle of a load: every acknowledged alarm must be there, once, after each of them.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use serde_json::Value;

use super::Options;
use super::engine::Engine;
use crate::bench::report::Report;
use crate::postgres;
use crate::process::{self, Running};
use crate::reception::{Place, Programs, Reception};

/// How long each round's load lasts; the kill comes within it.
const LOAD_SECONDS: u64 = 2;
/// How long the load waits for answers after its time.
const PATIENCE_SECONDS: u64 = 10;
/// The kill comes between these two moments of a round, in milliseconds.
const KILL_MILLIS: std::ops::Range<u64> = 200..1_500;
/// Few enough that most messages meet an alarm that is open already.
const DEVICES: &str = "500";
/// Kills per engine in the short form that runs with every test.
const KILLS_SHORT: u32 = 8;

/// Words of this trial, after `--`.
#[derive(Debug, Parser)]
#[command(name = "crash", no_binary_name = true)]
struct Words {
    /// How many kills per engine.
    #[arg(long, default_value_t = 100)]
    kills: u32,
    /// What the moments of the kills are drawn from.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// One engine alone; both without it.
    #[arg(long, value_enum)]
    database: Option<Engine>,
    /// Use the programs built for tests instead of those that are shipped.
    #[arg(long)]
    debug: bool,
}

/// What was seen on one engine.
#[derive(Debug, Default)]
struct Tally {
    acknowledged: u64,
    repeated: u64,
    lost: u64,
    restart: Duration,
    /// What `load verify` said of everything at the end.
    end: Value,
}

/// Kills as often as asked on both engines.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    let programs = if words.debug { Programs::build_for_tests()? } else { Programs::build_released()? };
    let mut report = Report::new(&format!(
        "A closed-loop load of SCAIP alarms over UDP; `kill -9` of the server at a random moment {} to {} ms into it, a \
         restart on the same database while the sender repeats what was not answered, {} kills per engine (seed {}). \
         After each round every acknowledged message is looked up straight in the tables.",
        KILL_MILLIS.start, KILL_MILLIS.end, words.kills, words.seed
    ));
    for (engine, tally) in on_engines(&programs, words.database, words.kills, words.seed)? {
        let mut add = |what: &str, figure: f64, unit: &str, goal: Option<&str>| {
            report.add(&format!("{engine}: {what}"), figure, unit, goal);
        };
        let end = |name: &str| tally.end.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
        add("kills", f64::from(words.kills), "", None);
        add("acknowledged messages", tally.acknowledged as f64, "", None);
        add("acknowledged and not stored", end("missing"), "", Some("0"));
        add("stored more than once", end("stored_twice"), "", Some("0"));
        add("stored without an alarm", end("without_alarm"), "", Some("0"));
        add("devices with two open alarms", end("devices_with_two_open_alarms"), "", Some("0"));
        add("datagrams that the sender had to repeat", tally.repeated as f64, "", None);
        add("messages that the sender gave up", tally.lost as f64, "", Some("0"));
        add(
            "longest restart, start to first connection",
            tally.restart.as_secs_f64(),
            "s",
            Some("at most 1"),
        );
    }
    Ok(report)
}

/// A few kills on both engines with the programs of the tests.
pub(crate) fn short() -> anyhow::Result<()> {
    for (engine, tally) in on_engines(&Programs::of_tests(), None, KILLS_SHORT, 1)? {
        println!("{engine}: {KILLS_SHORT} kills, {} acknowledged, {}", tally.acknowledged, tally.end);
    }
    Ok(())
}

fn on_engines(
    programs: &Programs,
    only: Option<Engine>,
    kills: u32,
    seed: u64,
) -> anyhow::Result<Vec<(&'static str, Tally)>> {
    let wanted = [Engine::Sqlite, Engine::Postgres]
        .into_iter()
        .filter(|engine| only.is_none_or(|only| only == *engine));
    wanted
        .map(|engine| {
            let place = Place::new(&format!("crash-{}", engine.name()))?;
            let tally = match engine {
                Engine::Sqlite => kill_often(programs, &place, &place.sqlite(), kills, seed),
                Engine::Postgres => {
                    let server = postgres::start_durable()?;
                    kill_often(programs, &place, &server.url, kills, seed)
                }
            };
            Ok((engine.name(), tally.context(engine.name())?))
        })
        .collect()
}

fn kill_often(
    programs: &Programs,
    place: &Place,
    database: &str,
    kills: u32,
    seed: u64,
) -> anyhow::Result<Tally> {
    programs.seed(database, &["--devices", DEVICES])?;
    let mut random = seed;
    let mut tally = Tally::default();
    let mut files: Vec<PathBuf> = Vec::new();
    let mut reception = Reception::start(programs, place, database)?;
    for kill in 0..kills {
        let run = format!("k{kill}x");
        let file = place.folder().join(format!("acknowledged-{kill}"));
        let mut load = start_load(programs, place, &run, &file)?;
        process::leave_alone(Duration::from_millis(drawn(&mut random, KILL_MILLIS)));
        reception.kill()?;
        let begun = Instant::now();
        reception = Reception::start(programs, place, database)?;
        tally.restart = tally.restart.max(begun.elapsed());
        let said = end_of_load(&mut load, place)?;
        let figure = |name: &str| said.get(name).and_then(Value::as_u64).unwrap_or(0);
        tally.acknowledged += figure("acknowledged");
        tally.repeated += figure("repeated");
        tally.lost += figure("lost");
        ensure!(figure("refused") == 0, "round {kill}: messages were refused: {said}");
        ensure!(figure("acknowledged") > 0, "round {kill}: nothing was acknowledged: {said}");
        verify(programs, database, std::slice::from_ref(&file), Some(&run))
            .with_context(|| format!("round {kill}"))?;
        files.push(file);
        if (kill + 1) % 10 == 0 {
            println!("{} of {kills} kills, {} messages acknowledged", kill + 1, tally.acknowledged);
        }
    }
    tally.end = verify(programs, database, &files, None)?;
    Ok(tally)
}

fn start_load(
    programs: &Programs,
    place: &Place,
    run: &str,
    file: &std::path::Path,
) -> anyhow::Result<Running> {
    let (to, seconds, patience) =
        (format!("127.0.0.1:{}", place.sip), LOAD_SECONDS.to_string(), PATIENCE_SECONDS.to_string());
    let mut command =
        programs.load(&["send", "--to", &to, "--seconds", &seconds, "--patience-seconds", &patience]);
    command.args(["--devices", DEVICES, "--run", run, "--acknowledged"]).arg(file);
    Running::start("load", "TERM", None, &command, &place.folder().join("load.log"))
}

/// Waits for the load's end and reads its figures.
fn end_of_load(load: &mut Running, place: &Place) -> anyhow::Result<Value> {
    let limit = Duration::from_secs(LOAD_SECONDS + PATIENCE_SECONDS + 5);
    let status = load.wait_for_end(limit)?;
    let said = std::fs::read_to_string(place.folder().join("load.log")).unwrap_or_default();
    ensure!(status.success(), "load ended with {status}: {said}");
    serde_json::from_str(&said).with_context(|| format!("load said {said:?}"))
}

pub(super) fn verify(
    programs: &Programs,
    database: &str,
    files: &[PathBuf],
    run: Option<&str>,
) -> anyhow::Result<Value> {
    let paths: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let mut arguments = vec!["verify", "--database", database, "--acknowledged"];
    arguments.extend(paths.iter().map(String::as_str));
    if let Some(run) = run {
        arguments.extend(["--run", run]);
    }
    programs.load_json(&arguments)
}

/// A number from a range (splitmix64: no more is asked of it than to differ from round to round).
pub(super) fn drawn(state: &mut u64, range: std::ops::Range<u64>) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    range.start + (mixed ^ (mixed >> 31)) % (range.end - range.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kills_come_at_differing_moments_within_the_round() {
        let mut state = 7;
        let moments: Vec<u64> = (0..100).map(|_| drawn(&mut state, KILL_MILLIS)).collect();
        assert!(moments.iter().all(|moment| KILL_MILLIS.contains(moment)));
        let different: std::collections::BTreeSet<&u64> = moments.iter().collect();
        assert!(different.len() > 80, "{}", different.len());
    }

    #[test]
    fn the_words_have_defaults() {
        let words = Words::try_parse_from(["--kills", "3"]).expect("known words");
        assert_eq!((words.kills, words.seed, words.database, words.debug), (3, 7, None, false));
    }
}
