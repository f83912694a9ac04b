//! A storm of heartbeats and test alarms: the real alarms in it must be as quick as on a calm day.

use std::process::Command;

use anyhow::{Context, ensure};
use clap::Parser;
use serde_json::Value;

use super::Options;
use crate::bench::report::Report;
use crate::postgres;
use crate::reception::{Place, Programs, Reception};

/// A device that is heard once a minute.
const CONTACT_SECONDS: &str = "60";
/// A real alarm is on disk and acknowledged within so many milliseconds, 99 times of a hundred.
const ACKNOWLEDGED_MILLIS_MAX: f64 = 50.0;
/// It is on the operator's page within so many milliseconds, 99 times of a hundred.
const ON_PAGE_MILLIS_MAX: f64 = 500.0;
/// The queue shows so many alarms and counts the rest.
const QUEUE_LINES: f64 = 500.0;

/// Words of this trial, after `--`.
#[derive(Debug, Clone, Parser)]
#[command(name = "storm", no_binary_name = true)]
struct Words {
    /// How many devices are registered; each is heard once a minute.
    #[arg(long, default_value_t = 200_000)]
    devices: u32,
    /// For how long each part lasts, in seconds.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Real alarms per second.
    #[arg(long, default_value_t = 20.0)]
    alarms_per_second: f64,
    /// Test alarms that leave all at once, as when a platform is moved.
    #[arg(long, default_value_t = 5_000)]
    tests_at_once: u32,
    /// Use the programs built for tests instead of those that are shipped.
    #[arg(long)]
    debug: bool,
}

impl Words {
    /// Ten times what is normal, where every device tests itself once a day.
    fn tests_per_second(&self) -> f64 {
        f64::from(self.devices) * 10.0 / 86_400.0
    }

    fn heartbeats_per_second(&self) -> f64 {
        f64::from(self.devices) / 60.0
    }
}

/// Calm and storm, side by side, on both engines.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    let programs = if words.debug { Programs::build_for_tests()? } else { Programs::build_released()? };
    let mut report = Report::new(&format!(
        "{} devices are registered. {} real alarms per second arrive over UDP for {} s, first on a calm day, then with \
         {:.0} heartbeats per second, {:.1} test alarms per second (ten times one a day of each device) and {} test \
         alarms that leave at the same moment. The time to the acknowledgement runs from the sending of the datagram to \
         its 200, which leaves after the commit. The page is a client that listens to the live events of a logged-in \
         operator and fetches the queue when one comes, as the page does; nobody answers, so its queue grows to the \
         end. Sender, reception and database share the same cores.",
        words.devices,
        words.alarms_per_second,
        words.seconds,
        words.heartbeats_per_second(),
        words.tests_per_second(),
        words.tests_at_once,
    ));
    let (calm, storm) = (Place::new("storm-sqlite-calm")?, Place::new("storm-sqlite")?);
    let databases = [calm.sqlite(), storm.sqlite()];
    both(&programs, &storm, &databases, "SQLite", &words, &mut report)?;
    let server = postgres::start_durable()?;
    let place = Place::new("storm-postgres")?;
    let databases = [server.new_database("calm")?, server.new_database("storm")?];
    both(&programs, &place, &databases, "PostgreSQL", &words, &mut report)?;
    Ok(report)
}

/// A small storm with the programs of the tests: nothing is lost and receipts are true. Times are not judged.
pub(crate) fn short() -> anyhow::Result<()> {
    let words = Words::try_parse_from([
        "--devices",
        "20000",
        "--seconds",
        "3",
        "--tests-at-once",
        "2000",
        "--debug",
    ])?;
    let (calm, storm) = (Place::new("storm-short-calm")?, Place::new("storm-short")?);
    let mut report = Report::default();
    let databases = [calm.sqlite(), storm.sqlite()];
    both(&Programs::of_tests(), &storm, &databases, "SQLite", &words, &mut report)?;
    report.print_figures();
    Ok(())
}

/// Each part on an empty database of its own, so that no alarm of the calm part stands before those of the storm.
fn both(
    programs: &Programs,
    place: &Place,
    databases: &[String; 2],
    engine: &str,
    words: &Words,
    report: &mut Report,
) -> anyhow::Result<()> {
    let devices = words.devices.to_string();
    for (database, storms) in databases.iter().zip([false, true]) {
        let session = programs
            .seed_with_operator(database, &["--devices", &devices, "--contact-seconds", CONTACT_SECONDS])?;
        let reception = Reception::start(programs, place, database)?;
        let said = send(programs, place, database, &session, words, storms)?;
        let memory = reception.memory_peak_mib()?;
        drop(reception);
        let name = format!("{engine}, {}", if storms { "storm" } else { "calm" });
        judge(&name, &said).with_context(|| said.to_string())?;
        tell(&name, &said, memory, storms, report)?;
    }
    Ok(())
}

fn send(
    programs: &Programs,
    place: &Place,
    database: &str,
    session: &str,
    words: &Words,
    storms: bool,
) -> anyhow::Result<Value> {
    let mut load = programs.load(&["storm", "--database", database, "--session", session]);
    load.args(["--run", if storms { "storm" } else { "calm" }]);
    let mut add = |name: &str, value: String| {
        load.arg(name).arg(value);
    };
    add("--to", format!("127.0.0.1:{}", place.sip));
    add("--pages", format!("127.0.0.1:{}", place.web));
    add("--seconds", words.seconds.to_string());
    add("--devices", words.devices.to_string());
    add("--alarms-per-second", words.alarms_per_second.to_string());
    if storms {
        add("--heartbeats-per-second", words.heartbeats_per_second().to_string());
        add("--tests-per-second", words.tests_per_second().to_string());
        add("--tests-at-once", words.tests_at_once.to_string());
    }
    said_by(&mut load)
}

/// Runs a sender to its end and reads what it printed as JSON.
pub(super) fn said_by(load: &mut Command) -> anyhow::Result<Value> {
    let output = load.output().context("cannot start load")?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "load failed: {said}{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(said.trim()).with_context(|| format!("load said {said:?}"))
}

/// A figure inside what was said, such as `/alarms/p99_ms`.
pub(super) fn figure(said: &Value, place: &str) -> anyhow::Result<f64> {
    said.pointer(place).and_then(Value::as_f64).with_context(|| format!("no {place} in {said}"))
}

/// What must hold however slow the machine is.
fn judge(name: &str, said: &Value) -> anyhow::Result<()> {
    let zero = |place: &str| -> anyhow::Result<()> {
        let found = figure(said, place)?;
        ensure!(found == 0.0, "{name}: {place} is {found} and must be 0");
        Ok(())
    };
    let sent = figure(said, "/alarms/sent")?;
    ensure!(sent > 0.0, "{name}: no alarm was sent");
    let shown = figure(said, "/page/shown")?;
    ensure!(shown >= sent.min(QUEUE_LINES), "{name}: {shown} of {sent} alarms stood in the queue");
    for place in [
        "/alarms/lost",
        "/alarms/refused",
        "/page/acknowledged_not_stored",
        "/page/never_told",
        "/receipts/acknowledged_not_stored",
        "/receipts/shed_yet_stored",
        "/receipts/without_answer",
    ] {
        zero(place)?;
    }
    Ok(())
}

fn tell(name: &str, said: &Value, memory: f64, storms: bool, report: &mut Report) -> anyhow::Result<()> {
    let acknowledged = format!("under {ACKNOWLEDGED_MILLIS_MAX}");
    let on_page = format!("under {ON_PAGE_MILLIS_MAX}");
    let rows: &[(&str, &str, &str, Option<&str>)] = &[
        ("real alarms sent", "/alarms/sent", "", None),
        ("real alarms lost", "/alarms/lost", "", Some("0")),
        ("acknowledged and not stored", "/page/acknowledged_not_stored", "", Some("0")),
        ("real alarms repeated by their sender", "/alarms/repeated", "", None),
        ("to the acknowledgement, p50", "/alarms/p50_ms", "ms", None),
        ("to the acknowledgement, p99", "/alarms/p99_ms", "ms", Some(&acknowledged)),
        ("to the acknowledgement, slowest", "/alarms/max_ms", "ms", None),
        ("to the page's live event, p99", "/page/told_ms/p99_ms", "ms", Some(&on_page)),
        ("to the page's live event, slowest", "/page/told_ms/max_ms", "ms", None),
        ("shown in the fetched queue, which has 500 lines", "/page/shown", "", None),
        ("to the fetched queue, p50", "/page/shown_ms/p50_ms", "ms", None),
        ("to the fetched queue, p99", "/page/shown_ms/p99_ms", "ms", Some(&on_page)),
    ];
    let more: &[(&str, &str, &str, Option<&str>)] = &[
        ("heartbeats sent", "/heartbeats/sent", "", None),
        ("heartbeats without an answer", "/heartbeats/lost", "", Some("0")),
        ("heartbeats, p99", "/heartbeats/p99_ms", "ms", None),
        ("tests sent", "/tests/sent", "", None),
        ("tests acknowledged", "/receipts/acknowledged", "", None),
        ("tests acknowledged and not stored", "/receipts/acknowledged_not_stored", "", Some("0")),
        ("tests shed with 503", "/receipts/shed", "", None),
        ("tests shed and yet stored", "/receipts/shed_yet_stored", "", Some("0")),
    ];
    for (what, place, unit, goal) in rows.iter().chain(if storms { more } else { &[] }) {
        report.add(&format!("{name}: {what}"), figure(said, place)?, unit, *goal);
    }
    report.add(&format!("{name}: memory at most"), memory, "MiB", None);
    Ok(())
}
