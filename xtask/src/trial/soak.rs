//! Half a day's alarms within an hour under the signs of life of a whole country: nothing is lost, memory stays flat.

mod samples;

use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use clap::Parser;
use serde_json::Value;

use super::Options;
use super::engine::Engine;
use super::storm::figure;
use crate::bench::drawing::{BLUE, Drawing, GREEN, Line, RED};
use crate::bench::report::Report;
use crate::postgres::{self, Postgres};
use crate::process::{self, Running};
use crate::reception::{Place, Programs, Reception};
use samples::{Sample, Samples, Sizes};

/// Where the drawing is kept.
const FILE: &str = "bench/results/soak.svg";
/// Every device is heard once a minute.
const CONTACT_SECONDS: u32 = 60;
/// One alarm of each device a week: a municipality with 750 devices tells of several thousand a month.
const ALARMS_PER_DEVICE_AND_DAY: f64 = 1.0 / 7.0;
/// Every device tests itself once a day.
const TESTS_PER_DEVICE_AND_DAY: f64 = 1.0;
/// A battery runs low, or something like it, some three times a year.
const TECHNICAL_PER_DEVICE_AND_DAY: f64 = 0.01;
/// An operator has an alarm for three minutes, which are compressed like everything else.
const HANDLING_SECONDS: f64 = 180.0;
/// Of the devices, so many of a thousand fall silent and come back together: 13 000 of 200 000.
const LOST_OF_THOUSAND: u32 = 65;
/// For so long, in seconds: time enough to be told of as an outage; in a short run a twelfth of it.
const LOST_SECONDS: f64 = 180.0;
/// They are back within so many seconds; in a short run within a twelfth of it.
const BACK_SECONDS: f64 = 10.0;
/// How often memory is looked at.
const LOOK_SECONDS: u64 = 5;
/// Memory may grow by so many percent from the middle third of the time to its last sixth. Pages that the database keeps
/// at hand and gaps between what is freed move it by a few percent. Five million messages lie between the two at national
/// load: where 250 MiB are held, a leak of five bytes a message is seen.
const GROWTH_PERCENT_MAX: f64 = 10.0;
/// So many more files and sockets may be open at the end: pages that come and go, never one for each message.
const DESCRIPTORS_MORE_MAX: f64 = 50.0;
/// Memory is judged in runs of so many minutes: before, the first sixth is over before everything has its size.
const JUDGED_MINUTES_MIN: f64 = 20.0;
/// The sender waits so long for answers and for operators when the time is up.
const PATIENCE_SECONDS: u64 = 60;

/// Words of this trial, after `--`.
#[derive(Debug, Clone, Parser)]
#[command(name = "soak", no_binary_name = true)]
struct Words {
    /// For how long.
    #[arg(long, default_value_t = 60.0)]
    minutes: f64,
    /// How many devices are registered; each is heard once a minute.
    #[arg(long, default_value_t = 200_000)]
    devices: u32,
    /// How many hours' alarms, tests and handling arrive in an hour.
    #[arg(long, default_value_t = 12.0)]
    times: f64,
    /// How many times a part of the devices falls silent and comes back.
    #[arg(long, default_value_t = 2)]
    outages: u32,
    /// The database.
    #[arg(long, value_enum, default_value_t = Engine::Sqlite)]
    database: Engine,
    /// Use the programs built for tests instead of those that are shipped.
    #[arg(long)]
    debug: bool,
}

impl Words {
    fn seconds(&self) -> u64 {
        (self.minutes * 60.0).round() as u64
    }

    /// How many arrive per second of what each device sends so many times a day.
    fn per_second(&self, per_device_and_day: f64) -> f64 {
        f64::from(self.devices) * per_device_and_day * self.times / 86_400.0
    }

    fn heartbeats_per_second(&self) -> f64 {
        f64::from(self.devices) / f64::from(CONTACT_SECONDS)
    }

    fn lost(&self) -> u32 {
        self.devices * LOST_OF_THOUSAND / 1_000
    }

    fn lost_seconds(&self) -> f64 {
        LOST_SECONDS.min(self.seconds() as f64 / 12.0)
    }

    fn back_seconds(&self) -> f64 {
        BACK_SECONDS.min(self.seconds() as f64 / 12.0)
    }

    fn handling_seconds(&self) -> f64 {
        HANDLING_SECONDS / self.times
    }

    fn method(&self) -> String {
        format!(
            "{} devices are registered, each of which is heard once a minute over UDP ({:.0} signs of life a second), for \
             {} minutes. What {} hours bring arrives meanwhile: {:.2} alarms a second (one a week of each device), {:.1} \
             tests (one a day) and {:.2} messages of devices about themselves; {} times {} devices fall silent together \
             for {:.0} s and come back within {:.0} s, each with a sign of life and a held test, every fiftieth with a held \
             alarm. Operators work through the pages of the console: they read the card of each alarm that stands in \
             their queue, answer it, and close it after {:.0} s. Memory, open files and the sizes of database and log are \
             read every {LOOK_SECONDS} s. Sender, reception and database share the same cores; on {}.",
            self.devices,
            self.heartbeats_per_second(),
            self.minutes,
            self.times * self.minutes / 60.0,
            self.per_second(ALARMS_PER_DEVICE_AND_DAY),
            self.per_second(TESTS_PER_DEVICE_AND_DAY),
            self.per_second(TECHNICAL_PER_DEVICE_AND_DAY),
            self.outages,
            self.lost(),
            self.lost_seconds(),
            self.back_seconds(),
            self.handling_seconds(),
            self.database.name(),
        )
    }
}

/// A long time on one engine.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    ensure!(words.minutes > 0.0 && words.times > 0.0, "--minutes and --times must be above 0");
    let programs = if words.debug { Programs::build_for_tests()? } else { Programs::build_released()? };
    let (said, samples) = soak(&programs, &format!("soak-{}", words.database.name()), &words)?;
    // Drawn before it is judged: a run that failed is the one to be looked at.
    if !options.dry {
        drawing(&samples, &words).keep(FILE)?;
    }
    let mut report = Report::new(&words.method());
    tell(&said, &samples, &words, &mut report)?;
    judge(&said, &samples, &words).with_context(|| {
        report.print_figures();
        said.to_string()
    })?;
    Ok(report)
}

/// Some seconds with the programs of the tests: everything is stored once, answered and closed. Memory is not judged.
pub(crate) fn short() -> anyhow::Result<()> {
    let words =
        Words::try_parse_from(["--minutes", "0.05", "--devices", "2000", "--times", "3600", "--debug"])?;
    let (said, samples) = soak(&Programs::of_tests(), "soak-short", &words)?;
    let mut report = Report::default();
    tell(&said, &samples, &words, &mut report)?;
    report.print_figures();
    judge(&said, &samples, &words).with_context(|| said.to_string())
}

fn soak(programs: &Programs, name: &str, words: &Words) -> anyhow::Result<(Value, Samples)> {
    let place = Place::new(name)?;
    let server = match words.database {
        Engine::Sqlite => None,
        Engine::Postgres => Some(postgres::start_durable()?),
    };
    let database = match &server {
        Some(server) => server.new_database("soak")?,
        None => place.sqlite(),
    };
    let (devices, lost) = (words.devices.to_string(), words.lost().to_string());
    let contact = CONTACT_SECONDS.to_string();
    let session = programs.seed_with_operator(
        &database,
        &["--devices", &devices, "--contact-seconds", &contact, "--of-one-operator", &lost],
    )?;
    let mut reception = Reception::start(programs, &place, &database)?;
    let log = place.folder().join("load.log");
    let command = load(programs, &place, &database, &session, words);
    let mut load = Running::start("load", "TERM", None, &command, &log)?;
    let sizes = || sizes(&place, server.as_ref());
    let samples = watch(&mut reception, &mut load, words, &sizes)?;
    let status = load.wait_for_end(Duration::from_secs(1))?;
    let text = std::fs::read_to_string(&log)?;
    ensure!(status.success(), "load ended with {status}: {}", process::log_tail(&log));
    // What operators could not do stands above the figures.
    let line = text.lines().last().unwrap_or_default();
    let said = serde_json::from_str(line).with_context(|| format!("load said {text:?}"))?;
    Ok((said, samples))
}

fn load(
    programs: &Programs,
    place: &Place,
    database: &str,
    session: &str,
    words: &Words,
) -> std::process::Command {
    let mut load = programs.load(&["soak", "--database", database, "--session", session]);
    for (name, value) in [
        ("--to", format!("127.0.0.1:{}", place.sip)),
        ("--pages", format!("127.0.0.1:{}", place.web)),
        ("--seconds", words.seconds().to_string()),
        ("--devices", words.devices.to_string()),
        ("--lost", words.lost().to_string()),
        ("--outages", words.outages.to_string()),
        ("--lost-seconds", words.lost_seconds().to_string()),
        ("--back-seconds", words.back_seconds().to_string()),
        ("--contact-seconds", CONTACT_SECONDS.to_string()),
        ("--alarms-per-second", words.per_second(ALARMS_PER_DEVICE_AND_DAY).to_string()),
        ("--tests-per-second", words.per_second(TESTS_PER_DEVICE_AND_DAY).to_string()),
        ("--technical-per-second", words.per_second(TECHNICAL_PER_DEVICE_AND_DAY).to_string()),
        ("--handling-seconds", words.handling_seconds().to_string()),
        ("--patience-seconds", PATIENCE_SECONDS.to_string()),
    ] {
        load.arg(name).arg(value);
    }
    load
}

/// Looks at both programs until the sender has ended.
fn watch(
    reception: &mut Reception,
    load: &mut Running,
    words: &Words,
    sizes: &dyn Fn() -> anyhow::Result<Sizes>,
) -> anyhow::Result<Samples> {
    let begun = Instant::now();
    // What is under way when the time is up, the closing, and the looking up of everything.
    let limit = Duration::from_secs(words.seconds() + 10 * PATIENCE_SECONDS);
    let mut samples = Samples::default();
    let mut told = Instant::now();
    loop {
        ensure!(reception.is_alive()?, "reception ended by itself");
        let is_over = begun.elapsed().as_secs() >= words.seconds();
        if load.ended()?.is_some() {
            return Ok(samples);
        }
        ensure!(begun.elapsed() < limit, "the sender did not end");
        // What is held when the time is up is no part of the line: nothing arrives any more.
        if !is_over || samples.is_empty() {
            let minutes = begun.elapsed().as_secs_f64() / 60.0;
            let Some(sample) = Sample::take(minutes, reception.id(), sizes()?) else {
                bail!("reception cannot be looked at")
            };
            samples.add(sample, load.id());
            if told.elapsed().as_secs() >= 60 {
                told = Instant::now();
                println!("{minutes:.0} of {} minutes, {:.0} MiB", words.minutes, sample.memory_mib);
            }
        }
        let next = if is_over { Duration::from_millis(100) } else { until_next_look(begun, words) };
        process::leave_alone(next);
    }
}

/// Until the next look, or the end if that comes first.
fn until_next_look(begun: Instant, words: &Words) -> Duration {
    let end = Duration::from_secs(words.seconds()).saturating_sub(begun.elapsed());
    end.clamp(Duration::from_millis(100), Duration::from_secs(LOOK_SECONDS))
}

fn sizes(place: &Place, server: Option<&Postgres>) -> anyhow::Result<Sizes> {
    if let Some(server) = server {
        let sql =
            "SELECT pg_database_size(current_database()) || ' ' || (SELECT sum(size) FROM pg_ls_waldir())";
        let said = server.query("soak", sql)?;
        return Sizes::read(&said).with_context(|| format!("psql said {said:?}"));
    }
    Sizes::of_sqlite(place.folder())
}

fn judge(said: &Value, samples: &Samples, words: &Words) -> anyhow::Result<()> {
    ensure!(figure(said, "/alarms/sent")? > 0.0, "no alarm was sent");
    for place in [
        "/alarms/lost",
        "/alarms/refused",
        "/heartbeats/lost",
        "/technical/lost",
        "/page/acknowledged_not_stored",
        "/receipts/acknowledged_not_stored",
        "/technical_receipts/acknowledged_not_stored",
        "/receipts/shed_yet_stored",
        "/receipts/without_answer",
        "/stored_twice",
        "/deeds_failed",
        "/open_at_end",
    ] {
        let found = figure(said, place)?;
        ensure!(found == 0.0, "{place} is {found} and must be 0");
    }
    if words.minutes < JUDGED_MINUTES_MIN {
        return Ok(());
    }
    let grown = samples.growth_percent();
    ensure!(grown <= GROWTH_PERCENT_MAX, "memory grew by {grown:.1} %, more than {GROWTH_PERCENT_MAX}");
    let more = samples.more_descriptors();
    ensure!(more <= DESCRIPTORS_MORE_MAX, "{more:.0} more files are open, more than {DESCRIPTORS_MORE_MAX}");
    Ok(())
}

fn tell(said: &Value, samples: &Samples, words: &Words, report: &mut Report) -> anyhow::Result<()> {
    let rows: &[(&str, &str, &str, Option<&str>)] = &[
        ("alarms sent", "/alarms/sent", "", None),
        ("alarms lost", "/alarms/lost", "", Some("0")),
        ("alarms acknowledged and not stored", "/page/acknowledged_not_stored", "", Some("0")),
        ("tests acknowledged and not stored", "/receipts/acknowledged_not_stored", "", Some("0")),
        ("messages stored more than once", "/stored_twice", "", Some("0")),
        ("alarms answered by operators", "/answered", "", None),
        ("alarms closed by operators", "/closed", "", None),
        ("deeds of operators that failed", "/deeds_failed", "", Some("0")),
        ("alarms held by operators at once, at most", "/held_most", "", None),
        ("alarms open at the end", "/open_at_end", "", Some("0")),
        ("alarms repeated by their sender", "/alarms/repeated", "", None),
        ("to the acknowledgement, first sixth, p99", "/first_sixth/p99_ms", "ms", None),
        ("to the acknowledgement, last sixth, p99", "/last_sixth/p99_ms", "ms", Some("as in the first")),
        ("to the acknowledgement, whole time, p99", "/alarms/p99_ms", "ms", None),
        ("to the acknowledgement, slowest", "/alarms/max_ms", "ms", None),
        ("to the page's live event, p99", "/page/told_ms/p99_ms", "ms", None),
        ("to the fetched queue, p99", "/page/shown_ms/p99_ms", "ms", None),
        ("live events that broke off", "/page_reopened", "", Some("0")),
        ("signs of life", "/heartbeats/sent", "", None),
        ("signs of life without an answer", "/heartbeats/lost", "", Some("0")),
        ("signs of life, p99", "/heartbeats/p99_ms", "ms", None),
        ("tests sent", "/tests/sent", "", None),
        ("tests shed with 503", "/receipts/shed", "", None),
        ("messages of devices about themselves", "/technical/sent", "", None),
        ("outages told", "/outages", "", None),
    ];
    for (what, place, unit, goal) in rows {
        report.add(what, figure(said, place)?, unit, *goal);
    }
    let early = samples.at_minute((words.minutes / 6.0).min(5.0));
    let (first, last) = (samples.first(), samples.last());
    let goal = format!("at most {GROWTH_PERCENT_MAX}");
    report.add("memory at minute 5, or after a sixth of a shorter run", early.memory_mib, "MiB", None);
    report.add("memory at the end", last.memory_mib, "MiB", None);
    report.add("memory at most", last.memory_most_mib, "MiB", None);
    report.add("memory, a straight line after the first sixth", samples.slope(), "MiB/h", None);
    report.add("memory, last sixth against middle third", samples.growth_percent(), "%", Some(&goal));
    report.add("open files and sockets, first look", first.descriptors, "", None);
    report.add("open files and sockets, last look", last.descriptors, "", None);
    report.add("threads, at most", samples.most(|sample| sample.threads), "", None);
    report.add("database at the end", last.sizes.database_mib, "MiB", None);
    report.add("write-ahead log, at most", samples.most(|sample| sample.sizes.log_mib), "MiB", None);
    report.add("memory of the sender at the end", samples.sender_mib, "MiB", None);
    Ok(())
}

/// Memory over the minutes, with the sizes of database and log.
fn drawing(samples: &Samples, words: &Words) -> Drawing {
    let line = |name: &str, colour, top: f64, of: fn(&Sample) -> f64| Line {
        name: format!("{name}, up to {:.0} MiB", samples.most(of)),
        colour,
        top,
        points: samples.points(of),
        dots: false,
    };
    let memory_top = round_top(samples.most(|sample| sample.memory_mib));
    let own = |of: fn(&Sample) -> f64| samples.most(of).max(1.0) * 1.25;
    let database = |sample: &Sample| sample.sizes.database_mib;
    let log = |sample: &Sample| sample.sizes.log_mib;
    Drawing {
        title: format!("Memory of reception over {} minutes under load", words.minutes),
        across: format!("minutes, with {} devices", words.devices),
        across_most: words.minutes,
        across_marks: (0..=6).map(|part| words.minutes * f64::from(part) / 6.0).collect(),
        // The names of the lines stand where the fourth would be.
        up_marks: (1..=3)
            .map(|part| f64::from(part) / 4.0)
            .map(|share| (share, format!("{:.0}", memory_top * share)))
            .collect(),
        proportion: false,
        lines: vec![
            line("database file (a scale of its own)", GREEN, own(database), database),
            line("write-ahead log (a scale of its own)", RED, own(log), log),
            line("memory (the scale at the left, MiB)", BLUE, memory_top, |sample| sample.memory_mib),
        ],
    }
}

/// A round figure above, of which a quarter is round, too.
fn round_top(most: f64) -> f64 {
    const STEP: f64 = 40.0;
    ((most * 1.25 / STEP).ceil() * STEP).max(STEP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_brings_what_twelve_do() {
        let words = Words::try_parse_from(["--debug"]).unwrap();
        let hour = |per_day| words.per_second(per_day) * 3_600.0;
        assert_eq!(hour(ALARMS_PER_DEVICE_AND_DAY).round(), (200_000.0_f64 / 7.0 / 2.0).round());
        assert_eq!(hour(TESTS_PER_DEVICE_AND_DAY).round(), 100_000.0);
        assert_eq!((words.heartbeats_per_second().round(), words.lost()), (3_333.0, 13_000));
        assert_eq!((words.handling_seconds(), words.lost_seconds()), (15.0, 180.0));
        assert_eq!(words.database, Engine::Sqlite);
    }

    #[test]
    fn the_scale_ends_above_the_most_in_round_steps() {
        assert_eq!((round_top(247.0), round_top(0.0)), (320.0, 40.0));
    }
}
