//! Thirteen thousand SIM cards fall silent together: one outage with a list, told within two minutes, and no flood.

use anyhow::ensure;
use clap::Parser;
use serde_json::Value;

use super::Options;
use super::storm::{figure, said_by};
use crate::bench::report::Report;
use crate::reception::{Place, Programs, Reception};

/// An outage stands on the page of status within so many seconds of the last sign of life.
const TOLD_SECONDS_MAX: f64 = 120.0;

/// Words of this trial, after `--`.
#[derive(Debug, Clone, Parser)]
#[command(name = "outage", no_binary_name = true)]
struct Words {
    /// How many devices are registered.
    #[arg(long, default_value_t = 20_000)]
    devices: u32,
    /// How many of them hold a card of the operator that goes away.
    #[arg(long, default_value_t = 13_000)]
    lost: u32,
    /// How often a device is heard, in seconds. The wait scales with it; a minute takes five minutes to try.
    #[arg(long, default_value_t = 15)]
    contact_seconds: u64,
    /// Use the programs built for tests instead of those that are shipped.
    #[arg(long)]
    debug: bool,
}

/// Lost, back, and lost again.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    let programs = if words.debug { Programs::build_for_tests()? } else { Programs::build_released()? };
    let said = lose(&programs, &words, (words.contact_seconds + 4, words.contact_seconds * 3))?;
    let mut report = Report::new(&format!(
        "{} devices are heard every {} s over UDP; {} of them hold SIM cards of one operator. These fall silent at the \
         same moment, come back, and fall silent again. The page of status, the table of outages and that of alarms are \
         read twice a second. Half of a cause's devices that miss one and a half signs of life are an outage; \
         supervision looks every 15 s. With a sign of life a minute the same takes at most 105 s. On SQLite.",
        words.devices, words.contact_seconds, words.lost
    ));
    let goal = format!("at most {TOLD_SECONDS_MAX}");
    let rows: &[(&str, &str, &str, Option<&str>)] = &[
        ("silent to told on the page of status", "/told_seconds", "s", Some(&goal)),
        ("silent to every lost device on the list", "/complete_seconds", "s", Some(&goal)),
        ("back to over on the page", "/over_seconds", "s", Some(&goal)),
        ("silent again to told", "/told_again_seconds", "s", Some(&goal)),
        ("outages in all, of two losses", "/outages", "", Some("1")),
        ("devices lost in it", "/devices_lost", "", None),
        ("technical alarms that it raised", "/alarms", "", Some("0")),
    ];
    for (what, place, unit, goal) in rows {
        report.add(what, figure(&said, place)?, unit, *goal);
    }
    Ok(report)
}

/// A small loss with the programs of the tests.
pub(crate) fn short() -> anyhow::Result<()> {
    let words =
        Words::try_parse_from(["--devices", "300", "--lost", "200", "--contact-seconds", "1", "--debug"])?;
    let programs = Programs::of_tests();
    let place = Place::new("outage-short")?;
    let said = once(&programs, &words, &place)?;
    println!("{said}");
    Ok(())
}

/// Two short losses, looked for every second.
fn once(programs: &Programs, words: &Words, place: &Place) -> anyhow::Result<Value> {
    let said = send(programs, words, place, (2, 4), &["--rule", "supervision.check_seconds=1"])?;
    ensure!(figure(&said, "/outages")? == 1.0, "not one outage: {said}");
    ensure!(figure(&said, "/devices_lost")? == f64::from(words.lost), "not every device: {said}");
    ensure!(figure(&said, "/alarms")? == 0.0, "alarms were raised: {said}");
    Ok(said)
}

fn lose(programs: &Programs, words: &Words, seconds: (u64, u64)) -> anyhow::Result<Value> {
    let place = Place::new("outage")?;
    let said = send(programs, words, &place, seconds, &[])?;
    ensure!(figure(&said, "/outages")? == 1.0, "not one outage: {said}");
    ensure!(figure(&said, "/alarms")? == 0.0, "alarms were raised: {said}");
    ensure!(figure(&said, "/devices_lost")? == f64::from(words.lost), "not every device: {said}");
    for place in ["/told_seconds", "/complete_seconds", "/over_seconds", "/told_again_seconds"] {
        ensure!(figure(&said, place)? <= TOLD_SECONDS_MAX, "{place} is too late: {said}");
    }
    Ok(said)
}

fn send(
    programs: &Programs,
    words: &Words,
    place: &Place,
    (heard_seconds, lost_seconds): (u64, u64),
    more: &[&str],
) -> anyhow::Result<Value> {
    let (devices, lost, contact) =
        (words.devices.to_string(), words.lost.to_string(), words.contact_seconds.to_string());
    let database = place.sqlite();
    let seed = ["--devices", &devices, "--contact-seconds", &contact, "--of-one-operator", &lost];
    let session = programs.seed_with_operator(&database, &[&seed, more].concat())?;
    let _reception = Reception::start(programs, place, &database)?;
    let mut load = programs.load(&["lose", "--database", &database, "--session", &session]);
    for (name, value) in [
        ("--to", format!("127.0.0.1:{}", place.sip)),
        ("--pages", format!("127.0.0.1:{}", place.web)),
        ("--status", Place::STATUS_SECRET.to_owned()),
        ("--devices", devices),
        ("--lost", lost),
        ("--contact-seconds", contact),
        ("--heard-seconds", heard_seconds.to_string()),
        ("--lost-seconds", lost_seconds.to_string()),
    ] {
        load.arg(name).arg(value);
    }
    said_by(&mut load)
}
