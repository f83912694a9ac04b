//! Attacks of every kind at once, while good devices call for help: theirs must arrive as if nothing happened.

use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Parser;
use serde_json::Value;

use super::Options;
use super::storm::{figure, said_by};
use crate::bench::report::Report;
use crate::process::Running;
use crate::reception::{Place, Programs, Reception};

/// How many devices are registered.
const DEVICES: &str = "2000";
/// What the reception may hold at most, in MiB.
const MEMORY_MIB_MAX: f64 = 500.0;
/// How long an attack may go on after its time.
const END_SECONDS_MAX: u64 = 20;

/// Words of this trial, after `--`.
#[derive(Debug, Clone, Parser)]
#[command(name = "hostile", no_binary_name = true)]
struct Words {
    /// For how long, in seconds.
    #[arg(long, default_value_t = 40)]
    seconds: u64,
    /// How many wrong passwords are tried.
    #[arg(long, default_value_t = 100_000)]
    passwords: u64,
    /// Half-open connections, and half as many that send a byte now and then.
    #[arg(long, default_value_t = 1_000)]
    connections: u64,
    /// Real alarms per second.
    #[arg(long, default_value_t = 20.0)]
    alarms_per_second: f64,
    /// Use the programs built for tests instead of those that are shipped.
    #[arg(long)]
    debug: bool,
}

/// The attack and the alarms in it.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    let programs = if words.debug { Programs::build_for_tests()? } else { Programs::build_released()? };
    let mut report = Report::new(&format!(
        "For {} s at once, from addresses of their own: 2 000 datagrams per second that are torn, malformed, or carry \
         entity bombs, external entities and fields beyond every limit; {} alarms with a wrong password; copies of the \
         good devices' transactions with another body; 100 streams per second of the same kinds, every tenth with a \
         header of 1 MiB, every fourth against TLS; {} half-open connections on TCP and as many on TLS, of which every \
         fourth sends a byte now and then. Meanwhile {} real alarms per second of good devices, measured as in the \
         storm. On SQLite; attackers, senders and reception share the same cores.",
        words.seconds, words.passwords, words.connections, words.alarms_per_second
    ));
    attack(&programs, &words, &mut report)?;
    Ok(report)
}

/// A short attack with the programs of the tests.
pub(crate) fn short() -> anyhow::Result<()> {
    let words = Words::try_parse_from([
        "--seconds",
        "4",
        "--passwords",
        "2000",
        "--connections",
        "100",
        "--alarms-per-second",
        "10",
        "--debug",
    ])?;
    let mut report = Report::default();
    attack(&Programs::of_tests(), &words, &mut report)?;
    report.print_figures();
    Ok(())
}

fn attack(programs: &Programs, words: &Words, report: &mut Report) -> anyhow::Result<()> {
    let place = Place::new("hostile")?.with_tls()?;
    let database = place.sqlite();
    let session = programs.seed_with_operator(&database, &["--devices", DEVICES])?;
    // Those that have a password.
    programs.seed(&database, &["--scenario"])?;
    let mut reception = Reception::start(programs, &place, &database)?;
    let mut attackers = start(programs, words, &place)?;
    let mut load = programs.load(&["storm", "--database", &database, "--session", &session, "--run", "good"]);
    for (name, value) in [
        ("--to", format!("127.0.0.1:{}", place.sip)),
        ("--pages", format!("127.0.0.1:{}", place.web)),
        ("--devices", DEVICES.to_owned()),
        ("--seconds", words.seconds.to_string()),
        ("--alarms-per-second", words.alarms_per_second.to_string()),
    ] {
        load.arg(name).arg(value);
    }
    let said = said_by(&mut load)?;
    let ended = attackers.wait_for_end(Duration::from_secs(END_SECONDS_MAX))?;
    ensure!(ended.success(), "the attack ended with {ended}");
    ensure!(reception.is_alive()?, "the reception has ended");
    let log = std::fs::read_to_string(place.folder().join("attack.log"))?;
    let done: Value = serde_json::from_str(log.trim()).with_context(|| format!("the attack said {log:?}"))?;
    let memory = reception.memory_peak_mib()?;
    judge(&said, memory).with_context(|| format!("{said}; {done}"))?;
    tell(&said, &done, memory, report)
}

fn start(programs: &Programs, words: &Words, place: &Place) -> anyhow::Result<Running> {
    let mut attack = programs.load(&["hostile"]);
    for (name, value) in [
        ("--to", format!("127.0.0.1:{}", place.sip)),
        ("--tls", format!("127.0.0.1:{}", place.sips)),
        ("--seconds", words.seconds.to_string()),
        ("--passwords", words.passwords.to_string()),
        ("--connections", words.connections.to_string()),
    ] {
        attack.arg(name).arg(value);
    }
    Running::start("load", "TERM", None, &attack, &place.folder().join("attack.log"))
}

fn judge(said: &Value, memory: f64) -> anyhow::Result<()> {
    for place in [
        "/alarms/lost",
        "/alarms/refused",
        "/page/acknowledged_not_stored",
        "/page/never_told",
        "/stored_twice",
    ] {
        let found = figure(said, place)?;
        ensure!(found == 0.0, "{place} is {found} and must be 0");
    }
    ensure!(memory < MEMORY_MIB_MAX, "{memory:.0} MiB of memory");
    Ok(())
}

fn tell(said: &Value, done: &Value, memory: f64, report: &mut Report) -> anyhow::Result<()> {
    for (what, place) in [
        ("hostile datagrams", "/datagrams"),
        ("wrong passwords", "/passwords"),
        ("copied transactions", "/copies"),
        ("hostile streams", "/streams"),
        ("half-open connections", "/half_open"),
        ("single bytes of slow senders", "/slow_bytes"),
    ] {
        report.add(what, figure(done, place)?, "", None);
    }
    let rows: &[(&str, &str, &str, Option<&str>)] = &[
        ("real alarms sent", "/alarms/sent", "", None),
        ("real alarms refused", "/alarms/refused", "", Some("0")),
        ("real alarms lost", "/alarms/lost", "", Some("0")),
        ("stored more than once", "/stored_twice", "", Some("0")),
        ("to the acknowledgement, p50", "/alarms/p50_ms", "ms", None),
        ("to the acknowledgement, p99", "/alarms/p99_ms", "ms", Some("under 50")),
        ("to the acknowledgement, slowest", "/alarms/max_ms", "ms", None),
        ("to the page's live event, p99", "/page/told_ms/p99_ms", "ms", Some("under 500")),
    ];
    for (what, place, unit, goal) in rows {
        report.add(what, figure(said, place)?, unit, *goal);
    }
    report.add("memory at most", memory, "MiB", Some(&format!("under {MEMORY_MIB_MAX}")));
    Ok(())
}
