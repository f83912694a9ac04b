//! Everyone comes back at once and tells what was held meanwhile: the urgent first, nothing twice, and the queue drains.

use anyhow::{Context, ensure};
use clap::Parser;
use serde_json::Value;

use super::Options;
use super::storm::{figure, said_by};
use crate::bench::report::Report;
use crate::postgres;
use crate::reception::{Place, Programs, Reception};

/// Everyone is back within so many seconds.
const BACK_SECONDS: u64 = 10;
/// What the lanes of reception and its SIP machine hold at most, in MiB: 20 500 messages of 64 KiB each, were every one
/// as large as a datagram can be, and the answers of the last half minute.
const MEMORY_MIB_MAX: f64 = 1_500.0;

/// Words of this trial, after `--`.
#[derive(Debug, Clone, Parser)]
#[command(name = "reconnect", no_binary_name = true)]
struct Words {
    /// How many devices come back; each sends a sign of life and a held test, every tenth a held technical message,
    /// every fiftieth a held alarm.
    #[arg(long, default_value_t = 50_000)]
    devices: u32,
    /// How long the senders wait for answers after their time, in seconds.
    #[arg(long, default_value_t = 30)]
    patience_seconds: u64,
    /// Use the programs built for tests instead of those that are shipped.
    #[arg(long)]
    debug: bool,
}

/// A flood on both engines.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    let programs = if words.debug { Programs::build_for_tests()? } else { Programs::build_released()? };
    let mut report = Report::new(&format!(
        "{} devices come back within {BACK_SECONDS} s over UDP and send what they held: each a sign of life and a test, \
         every tenth a technical message, every fiftieth an alarm, evenly mixed. A message without an answer is repeated \
         every half second, as SIP asks, so a slow reception meets more than was held. Memory is bounded by the lanes \
         (10 000 calls for help, 10 000 technical messages, 500 tests) and the SIP machine's own tables, all of named \
         size. Sender, reception and database share the same cores.",
        words.devices
    ));
    let place = Place::new("reconnect-sqlite")?;
    flood(&programs, &place, &place.sqlite(), "SQLite", &words, &mut report)?;
    let server = postgres::start_durable()?;
    let place = Place::new("reconnect-postgres")?;
    flood(&programs, &place, &server.url, "PostgreSQL", &words, &mut report)?;
    Ok(report)
}

/// A small flood with the programs of the tests.
pub(crate) fn short() -> anyhow::Result<()> {
    let words = Words::try_parse_from(["--devices", "1000", "--patience-seconds", "8", "--debug"])?;
    let place = Place::new("reconnect-short")?;
    let mut report = Report::default();
    flood(&Programs::of_tests(), &place, &place.sqlite(), "SQLite", &words, &mut report)?;
    report.print_figures();
    Ok(())
}

fn flood(
    programs: &Programs,
    place: &Place,
    database: &str,
    engine: &str,
    words: &Words,
    report: &mut Report,
) -> anyhow::Result<()> {
    // The devices of `load storm` that press their buttons stand apart from the others.
    let (registered, every) = (words.devices.max(2_000), f64::from(words.devices) / BACK_SECONDS as f64);
    let devices = registered.to_string();
    let session =
        programs.seed_with_operator(database, &["--devices", &devices, "--contact-seconds", "60"])?;
    let reception = Reception::start(programs, place, database)?;
    let mut load = programs.load(&["storm", "--database", database, "--session", &session, "--run", "back"]);
    for (name, value) in [
        ("--to", format!("127.0.0.1:{}", place.sip)),
        ("--pages", format!("127.0.0.1:{}", place.web)),
        ("--seconds", BACK_SECONDS.to_string()),
        ("--patience-seconds", words.patience_seconds.to_string()),
        ("--devices", devices),
        ("--alarms-per-second", (every / 50.0).to_string()),
        ("--technical-per-second", (every / 10.0).to_string()),
        ("--heartbeats-per-second", every.to_string()),
        ("--tests-per-second", every.to_string()),
    ] {
        load.arg(name).arg(value);
    }
    let said = said_by(&mut load)?;
    let memory = reception.memory_peak_mib()?;
    judge(&said, memory).with_context(|| format!("{engine}: {said}"))?;
    tell(engine, &said, memory, report)
}

fn judge(said: &Value, memory: f64) -> anyhow::Result<()> {
    for place in [
        "/alarms/lost",
        "/alarms/refused",
        "/technical/lost",
        "/page/acknowledged_not_stored",
        "/receipts/acknowledged_not_stored",
        "/technical_receipts/acknowledged_not_stored",
        "/receipts/shed_yet_stored",
        "/stored_twice",
    ] {
        let found = figure(said, place)?;
        ensure!(found == 0.0, "{place} is {found} and must be 0");
    }
    ensure!(memory < MEMORY_MIB_MAX, "{memory:.0} MiB of memory");
    Ok(())
}

fn tell(engine: &str, said: &Value, memory: f64, report: &mut Report) -> anyhow::Result<()> {
    let rows: &[(&str, &str, &str, Option<&str>)] = &[
        ("held alarms sent", "/alarms/sent", "", None),
        ("alarms refused or lost", "/alarms/lost", "", Some("0")),
        ("messages stored more than once", "/stored_twice", "", Some("0")),
        ("alarms to the acknowledgement, p50", "/alarms/p50_ms", "ms", None),
        (
            "alarms to the acknowledgement, p99",
            "/alarms/p99_ms",
            "ms",
            Some("under that of technical and tests"),
        ),
        ("technical, p50", "/technical/p50_ms", "ms", None),
        ("technical, p99", "/technical/p99_ms", "ms", None),
        ("technical refused with 503", "/technical/refused", "", None),
        ("tests acknowledged", "/receipts/acknowledged", "", None),
        ("tests shed with 503", "/receipts/shed", "", None),
        ("tests, p99", "/tests/p99_ms", "ms", None),
        ("signs of life without an answer", "/heartbeats/lost", "", Some("0")),
        ("signs of life, p99", "/heartbeats/p99_ms", "ms", None),
        ("alarms to the page's live event, p99", "/page/told_ms/p99_ms", "ms", None),
        ("first message to last answer", "/seconds", "s", None),
    ];
    for (what, place, unit, goal) in rows {
        report.add(&format!("{engine}: {what}"), figure(said, place)?, unit, *goal);
    }
    report.add(&format!("{engine}: memory at most"), memory, "MiB", Some(&format!("under {MEMORY_MIB_MAX}")));
    Ok(())
}
