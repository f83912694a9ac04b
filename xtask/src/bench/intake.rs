//! How many alarms per second reception acknowledges after they are on disk, on both engines, with a peer beside it.

mod peer;

use anyhow::{Context, ensure};
use clap::Parser;
use serde_json::Value;

use super::Options;
use super::report::{Report, Table};
use crate::postgres::{self, Postgres};
use crate::reception::{Place, Programs, Reception};

/// How many devices take turns: those of a large city.
const DEVICES: usize = 20_000;
/// How many times slower the peer is to be, at least.
const TIMES_THE_PEER: f64 = 5.0;

const METHOD: &str = "A closed-loop generator sends SCAIP alarms as SIP MESSAGE over UDP on loopback and counts a \
    message when its 200 arrives; generator, reception and PostgreSQL share the same cores. Every setting begins on an \
    empty database with 20 000 registered devices that take turns: the first message of each raises an alarm, later \
    ones are counted on it, and every message is kept with its raw bytes and its line of history. Tryggve answers after \
    the commit (SQLite `synchronous=FULL`; PostgreSQL with fsync and synchronous_commit on) and then sends the SCAIP \
    reply as a MESSAGE of its own, which the generator answers. All runs are shown. Beside it Kamailio 5.6 with 16 \
    children inserts each message into one table of the same PostgreSQL server before its 200, loaded by the same \
    generator. The peer leaves out: the SCAIP reply, reading the XML, the register of devices, authentication, duplicate \
    detection above SIP, SIP transactions, supervision, and the alarm with its history; it keeps Call-ID, source and body.";

/// Words of this measurement, after `--`.
#[derive(Debug, Parser)]
#[command(name = "intake", no_binary_name = true)]
struct Words {
    /// Seconds of each run.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Runs of each setting.
    #[arg(long, default_value_t = 3)]
    runs: u32,
    /// Messages in flight, one setting each.
    #[arg(long, value_delimiter = ',', default_values_t = [16, 32, 64, 128])]
    in_flight: Vec<u32>,
    /// Use the programs built for tests: to try the measurement itself, never for figures.
    #[arg(long)]
    debug: bool,
}

/// What one run of the generator showed, and what was stored by it.
#[derive(Debug, Clone)]
struct Run {
    system: &'static str,
    in_flight: u32,
    acknowledged: u64,
    stored: u64,
    distinct: u64,
    repeated: u64,
    refused: u64,
    per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    memory_mib: Option<f64>,
}

impl Run {
    /// Joins the generator's figures with what the database gained.
    fn read(
        system: &'static str,
        in_flight: u32,
        said: &Value,
        (stored, distinct): (u64, u64),
    ) -> anyhow::Result<Self> {
        let figure = |name: &str| {
            said.get(name).and_then(Value::as_f64).with_context(|| format!("load told no {name}"))
        };
        let count = |name: &str| figure(name).map(|figure| figure as u64);
        Ok(Run {
            system,
            in_flight,
            acknowledged: count("acknowledged")?,
            stored,
            distinct,
            repeated: count("repeated")?,
            refused: count("refused")?,
            per_second: figure("acknowledged_per_second")?,
            p50_ms: figure("p50_ms")?,
            p99_ms: figure("p99_ms")?,
            max_ms: figure("max_ms")?,
            memory_mib: None,
        })
    }

    fn row(&self) -> Vec<String> {
        vec![
            self.system.to_owned(),
            self.in_flight.to_string(),
            format!("{:.0}", self.per_second),
            format!("{:.1}", self.p50_ms),
            format!("{:.1}", self.p99_ms),
            format!("{:.1}", self.max_ms),
            self.acknowledged.to_string(),
            self.stored.to_string(),
            self.distinct.to_string(),
            self.repeated.to_string(),
            self.refused.to_string(),
            self.memory_mib.map_or_else(String::new, |memory| format!("{memory:.0}")),
        ]
    }
}

const COLUMNS: [&str; 12] = [
    "system",
    "in flight",
    "acknowledged/s",
    "p50 ms",
    "p99 ms",
    "max ms",
    "acknowledged",
    "stored",
    "distinct",
    "repeated",
    "refused",
    "memory MiB",
];

/// Measures both engines and the peer.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    let programs = if words.debug { Programs::build_for_tests()? } else { Programs::build_released()? };
    peer::ensure_installed()?;
    let server = postgres::start_durable()?;
    let mut runs = Vec::new();
    for in_flight in &words.in_flight {
        let place = Place::new("bench-sqlite")?;
        let database = place.sqlite();
        runs.extend(tryggve("Tryggve on SQLite", &programs, &place, &database, *in_flight, &words)?);
    }
    for in_flight in &words.in_flight {
        let place = Place::new("bench-postgres")?;
        let database = server.new_database(&format!("tryggve_{in_flight}"))?;
        runs.extend(tryggve("Tryggve on PostgreSQL", &programs, &place, &database, *in_flight, &words)?);
    }
    runs.extend(peer(&programs, &server, &words)?);
    let mut report = Report::new(METHOD);
    summarise(&runs, &mut report);
    report.table = Some(Table {
        columns: COLUMNS.map(str::to_owned).to_vec(),
        rows: runs.iter().map(Run::row).collect(),
    });
    Ok(report)
}

fn send(programs: &Programs, port: u16, in_flight: u32, run: &str, words: &Words) -> anyhow::Result<Value> {
    let (to, in_flight) = (format!("127.0.0.1:{port}"), in_flight.to_string());
    let (seconds, devices) = (words.seconds.to_string(), DEVICES.to_string());
    programs.load_json(&[
        "send",
        "--to",
        &to,
        "--in-flight",
        &in_flight,
        "--seconds",
        &seconds,
        "--devices",
        &devices,
        "--run",
        run,
    ])
}

fn tryggve(
    system: &'static str,
    programs: &Programs,
    place: &Place,
    database: &str,
    in_flight: u32,
    words: &Words,
) -> anyhow::Result<Vec<Run>> {
    programs.seed(database, &["--devices", &DEVICES.to_string()])?;
    let reception = Reception::start(programs, place, database)?;
    let counted = || -> anyhow::Result<(u64, u64)> {
        let said = programs.load_json(&["count", "--database", database])?;
        let count = |name: &str| said.get(name).and_then(Value::as_u64).context("load count told too little");
        Ok((count("stored")?, count("distinct")?))
    };
    let mut before = counted()?;
    let mut runs = Vec::new();
    for number in 0..words.runs {
        let said = send(programs, place.sip, in_flight, &format!("r{number}x"), words)?;
        let after = counted()?;
        let gained = (after.0 - before.0, after.1 - before.1);
        before = after;
        let mut run = Run::read(system, in_flight, &said, gained)?;
        run.memory_mib = Some(reception.memory_peak_mib()?);
        println!("{}", run.row().join("  "));
        ensure!(
            run.acknowledged == run.stored && run.stored == run.distinct,
            "{system}: acknowledged, stored and distinct differ: {run:?}"
        );
        runs.push(run);
    }
    Ok(runs)
}

fn peer(programs: &Programs, server: &Postgres, words: &Words) -> anyhow::Result<Vec<Run>> {
    let peer = peer::start(server)?;
    let mut before = (0, 0);
    let mut runs = Vec::new();
    for number in 0..words.runs {
        let said = send(programs, peer.port, peer::CHILDREN, &format!("r{number}x"), words)?;
        let after = peer.counted(server)?;
        let run = Run::read(
            "Kamailio on PostgreSQL",
            peer::CHILDREN,
            &said,
            (after.0 - before.0, after.1 - before.1),
        )?;
        before = after;
        println!("{}", run.row().join("  "));
        runs.push(run);
    }
    Ok(runs)
}

/// The figures that have a goal: the best setting of each engine, judged by its middle run.
fn summarise(runs: &[Run], report: &mut Report) {
    let peer = middle_of_best(runs, "Kamailio on PostgreSQL");
    for system in ["Tryggve on SQLite", "Tryggve on PostgreSQL"] {
        let Some(best) = middle_of_best(runs, system) else { continue };
        let name = format!("{system}, {} in flight", best.in_flight);
        report.add(&format!("{name}: acknowledged"), best.per_second, "alarms/s", Some("at least 10 000"));
        report.add(&format!("{name}: p99"), best.p99_ms, "ms", Some("under 15"));
        let memory = runs.iter().filter(|run| run.system == system).filter_map(|run| run.memory_mib);
        report.add(
            &format!("{system}: memory at most"),
            memory.fold(0.0, f64::max),
            "MiB",
            Some("under 100"),
        );
        let slowest =
            runs.iter().filter(|run| run.system == system).map(|run| run.max_ms).fold(0.0, f64::max);
        report.add(&format!("{system}: slowest of all"), slowest, "ms", None);
    }
    let Some(peer) = peer else { return };
    report.add("Kamailio on PostgreSQL, 16 in flight: acknowledged", peer.per_second, "alarms/s", None);
    report.add("Kamailio on PostgreSQL, 16 in flight: p99", peer.p99_ms, "ms", None);
    if let Some(best) = middle_of_best(runs, "Tryggve on PostgreSQL") {
        let goal = format!("at least {TIMES_THE_PEER}");
        report.add(
            "Tryggve on PostgreSQL, times the peer's rate",
            best.per_second / peer.per_second,
            "",
            Some(&goal),
        );
        report.add(
            "Tryggve on PostgreSQL, p99 as a share of the peer's",
            best.p99_ms / peer.p99_ms,
            "",
            Some("below 1"),
        );
    }
}

/// The middle run, by rate, of the setting whose middle run is fastest with a p99 in bounds (or at all, if none is).
fn middle_of_best(runs: &[Run], system: &str) -> Option<Run> {
    const P99_MS_MAX: f64 = 15.0;
    let mut settings: Vec<u32> =
        runs.iter().filter(|run| run.system == system).map(|run| run.in_flight).collect();
    settings.dedup();
    let mut middles: Vec<Run> = settings
        .into_iter()
        .filter_map(|in_flight| {
            let mut of_setting: Vec<&Run> =
                runs.iter().filter(|run| run.system == system && run.in_flight == in_flight).collect();
            of_setting.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
            of_setting.get(of_setting.len() / 2).map(|run| (*run).clone())
        })
        .collect();
    middles.sort_by(|one, other| {
        let rank = |run: &Run| (run.p99_ms < P99_MS_MAX, run.per_second);
        rank(one).partial_cmp(&rank(other)).unwrap_or(std::cmp::Ordering::Equal)
    });
    middles.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(in_flight: u32, per_second: f64, p99_ms: f64) -> Run {
        let said = serde_json::json!({
            "acknowledged": 10, "repeated": 0, "refused": 0, "acknowledged_per_second": per_second,
            "p50_ms": 1.0, "p99_ms": p99_ms, "max_ms": p99_ms,
        });
        Run::read("Tryggve on SQLite", in_flight, &said, (10, 10)).expect("complete figures")
    }

    #[test]
    fn the_middle_run_of_the_fastest_setting_within_bounds_speaks_for_all() {
        let runs = [
            sample(16, 4_000.0, 5.0),
            sample(16, 5_000.0, 5.0),
            sample(16, 9_000.0, 5.0),
            sample(64, 11_000.0, 9.0),
            sample(256, 20_000.0, 30.0),
        ];
        let best = middle_of_best(&runs, "Tryggve on SQLite").expect("there are runs");
        assert_eq!((best.in_flight, best.per_second as u64), (64, 11_000));
        let slow = middle_of_best(&runs[..3], "Tryggve on SQLite").expect("there are runs");
        assert_eq!(slow.per_second as u64, 5_000);
        assert!(middle_of_best(&runs, "no such").is_none());
    }
}
