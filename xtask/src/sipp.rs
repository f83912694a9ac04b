//! SIPp plays alarm devices against a reception of its own: the scenarios of `e2e/sipp/scenarios.toml`.
//!
//! After each scenario the database is asked what the sender left behind, so that a wrong effect fails like a wrong
//! answer does.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;

use crate::process::{self, Running};
use crate::reception::{Place, Programs, Reception};
use crate::repository;

/// How long one scenario may take unless its row says otherwise.
const SCENARIO_SECONDS_MAX: u64 = 30;
/// How long a message's effect may take to show in the database after the last answer.
const EFFECT_SECONDS_MAX: u64 = 3;
/// How long the TLS relay may take to listen.
const RELAY_SECONDS_MAX: u64 = 10;

/// What carries the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Transport {
    Udp,
    Tcp,
    /// Debian's SIPp is built without TLS, so a relay speaks it for SIPp.
    Tls,
}

/// One row of the table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    /// What the scenario shows, in words joined by `-`.
    name: String,
    /// The SIPp file beside the table.
    file: String,
    transport: Transport,
    /// Over `[::1]`?
    #[serde(default)]
    ipv6: bool,
    /// How many times it is played.
    #[serde(default = "once")]
    calls: u32,
    /// When the scenario has failed for being too slow.
    #[serde(default = "scenario_seconds_max")]
    seconds_max: u64,
    /// What the sender calls itself, `[controller]` in the file; also its name for digest authentication.
    controller: String,
    password: Option<String>,
    /// More values that the file uses as `[name]`.
    #[serde(default)]
    keys: BTreeMap<String, String>,
    /// What the sender must have left in the database, as `load show` tells it.
    expect: BTreeMap<String, serde_json::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    scenario: Vec<Scenario>,
}

fn once() -> u32 {
    1
}

fn scenario_seconds_max() -> u64 {
    SCENARIO_SECONDS_MAX
}

fn folder() -> PathBuf {
    repository::root().join("e2e/sipp")
}

fn read_table() -> anyhow::Result<Vec<Scenario>> {
    let path = folder().join("scenarios.toml");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let scenarios = parse_table(&text).with_context(|| path.display().to_string())?;
    for scenario in &scenarios {
        let file = folder().join(&scenario.file);
        ensure!(file.is_file(), "scenario {} names {}, which is not there", scenario.name, file.display());
    }
    Ok(scenarios)
}

fn parse_table(text: &str) -> anyhow::Result<Vec<Scenario>> {
    let table: Table = toml::from_str(text)?;
    let mut names: Vec<&str> = table.scenario.iter().map(|scenario| scenario.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    ensure!(names.len() == table.scenario.len(), "two scenarios have one name");
    Ok(table.scenario)
}

/// Plays every scenario, one after the other, and fails when one of them did.
pub(crate) fn run() -> anyhow::Result<()> {
    let scenarios = read_table()?;
    let programs = Programs::of_tests();
    let place = Place::new("sipp")?.with_tls()?;
    let database = place.sqlite();
    programs.seed(&database, &["--scenario"])?;
    let _reception = Reception::start(&programs, &place, &database)?;
    let mut failed = Vec::new();
    for scenario in &scenarios {
        let outcome = play(scenario, &place).and_then(|()| left_behind(scenario, &programs, &database));
        match outcome {
            Ok(()) => println!("ok      {}", scenario.name),
            Err(error) => {
                println!("FAILED  {}: {error:#}", scenario.name);
                failed.push(scenario.name.as_str());
            }
        }
    }
    println!("SIPp: {} passed, {} failed", scenarios.len() - failed.len(), failed.len());
    if failed.is_empty() { Ok(()) } else { bail!("failed scenarios: {}", failed.join(", ")) }
}

fn play(scenario: &Scenario, place: &Place) -> anyhow::Result<()> {
    let relay = match scenario.transport {
        Transport::Tls => Some(start_relay(place)?),
        Transport::Udp | Transport::Tcp => None,
    };
    let port = relay.as_ref().map_or(place.sip, |relay| relay.1);
    let errors = place.folder().join(format!("{}.errors", scenario.name));
    let screen = place.folder().join(format!("{}.log", scenario.name));
    let mut command = command(scenario, port, process::free_port()?, &errors);
    let output = File::create(&screen)?;
    command.current_dir(place.folder()).stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
    let status = command.status().context("cannot start sipp")?;
    if status.success() {
        return Ok(());
    }
    let said = [process::log_tail(&errors), process::log_tail(&screen)];
    bail!("sipp ended with {status}\n{}", said.join("\n"))
}

/// Compares what the sender left in the database with what the table expects.
fn left_behind(scenario: &Scenario, programs: &Programs, database: &str) -> anyhow::Result<()> {
    let mut wrong = differences(scenario, programs, database)?;
    let begun = std::time::Instant::now();
    // What cannot be read as SIP is answered before it is stored.
    while !wrong.is_empty() && begun.elapsed() < Duration::from_secs(EFFECT_SECONDS_MAX) {
        wrong = differences(scenario, programs, database)?;
    }
    ensure!(wrong.is_empty(), "in the database: {}", wrong.join("; "));
    Ok(())
}

fn differences(scenario: &Scenario, programs: &Programs, database: &str) -> anyhow::Result<Vec<String>> {
    let shown =
        programs.load_json(&["show", "--database", database, "--controller", &scenario.controller])?;
    Ok(scenario
        .expect
        .iter()
        .filter(|(what, expected)| shown.get(what) != Some(expected))
        .map(|(what, expected)| match shown.get(what) {
            Some(found) => format!("{what} is {found}, expected {expected}"),
            None => format!("load show tells nothing about {what}"),
        })
        .collect())
}

fn command(scenario: &Scenario, port: u16, own_port: u16, errors: &Path) -> Command {
    let mut command = Command::new("sipp");
    let (host, own) = if scenario.ipv6 { ("[::1]", "::1") } else { ("127.0.0.1", "127.0.0.1") };
    command.arg(format!("{host}:{port}")).arg("-sf").arg(folder().join(&scenario.file));
    command.args(["-i", own, "-p", &own_port.to_string(), "-nostdin"]);
    // A device that is refused stays silent; SIPp's own farewell would only confuse the log.
    command.args(["-default_behaviors", "all,-bye"]);
    command.args(["-t", if scenario.transport == Transport::Udp { "u1" } else { "t1" }]);
    command.args(["-m", &scenario.calls.to_string()]);
    command.args(["-timeout", &format!("{}s", scenario.seconds_max), "-timeout_error"]);
    command.arg("-trace_err").arg("-error_file").arg(errors);
    if let Some(password) = &scenario.password {
        command.args(["-au", &scenario.controller, "-ap", password]);
    }
    command.args(["-key", "controller", &scenario.controller]);
    for (key, value) in &scenario.keys {
        command.args(["-key", key, value]);
    }
    command
}

fn start_relay(place: &Place) -> anyhow::Result<(Running, u16)> {
    let from = process::free_port()?;
    let mut command = Command::new("node");
    command.arg(folder().join("tls-relay.mjs")).args([from.to_string(), place.sips.to_string()]);
    let log = place.folder().join("tls-relay.log");
    let mut relay = Running::start("the TLS relay", "TERM", None, &command, &log)?;
    relay.wait_until(Duration::from_secs(RELAY_SECONDS_MAX), || process::accepts(from))?;
    Ok((relay, from))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = r#"
        [[scenario]]
        name = "alarm-digest"
        file = "alarm.xml"
        transport = "tls"
        controller = "0001"
        password = "made-up"
        keys = { reference = "a1" }
        expect = { messages = 1, kinds = ["manual"] }
    "#;

    #[test]
    fn a_row_becomes_a_command_line() {
        let scenarios = parse_table(ROW).expect("the row is well formed");
        let shown = process::show(&command(&scenarios[0], 5060, 5070, Path::new("errors")));
        for part in [
            "127.0.0.1:5060",
            "-p 5070",
            "-t t1",
            "-m 1",
            "-timeout 30s",
            "-au 0001",
            "-key controller 0001",
            "-key reference a1",
        ] {
            assert!(shown.contains(part), "{part} lacks in {shown}");
        }
    }

    #[test]
    fn misspelt_fields_and_double_names_are_refused() {
        assert!(parse_table(&ROW.replace("transport", "transprot")).is_err());
        assert!(parse_table(&format!("{ROW}{ROW}")).is_err());
    }

    #[test]
    fn the_committed_table_is_well_formed() {
        assert!(read_table().is_ok(), "{:?}", read_table());
    }
}
