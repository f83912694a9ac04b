//! A PostgreSQL that leads dies or falls silent, and a Tryggve dies, all under load: no acknowledged alarm is lost or
//! doubled, and every ladder goes on, each rung once.

mod cluster;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use serde_json::Value;

use self::cluster::{Cluster, packaged};
use super::Options;
use super::storm::figure;
use crate::bench::report::Report;
use crate::process::{self, Running};
use crate::reception::{Place, Programs, Reception, figures};

/// How many devices are registered; half of them press their buttons.
const DEVICES: usize = 8_000;
/// Each fault has so many devices of its own, so that every alarm of it is a new one.
const DEVICES_OF_A_FAULT: usize = 1_300;
/// The load before the fault, in seconds.
const BEFORE_SECONDS: u64 = 3;
/// How long the sender waits for answers after its time.
const PATIENCE_SECONDS: u64 = 8;
/// How long everything may take to be stored, and every ladder to have ended, after the load.
const SETTLED_SECONDS: u64 = 120;
/// A trial gives up when the database takes nothing for so long.
const AWAY_SECONDS_MAX: u64 = 60;
/// The ladder of the trial: three rungs that are reached in the middle of the faults.
const RUNGS: &str = "2:operators 5:supervisor 8:operators";
/// A sender waits no longer than this while the database is away.
const UNACKNOWLEDGED_MILLIS_MAX: f64 = 1_000.0;
/// The database takes writes again within this.
const TAKEN_AGAIN_SECONDS_MAX: u64 = 15;
/// A sender whose receiver is dead is acknowledged by the other within this.
const SECOND_MILLIS_MAX: f64 = 2_000.0;

/// Words of this trial, after `--`.
#[derive(Debug, Clone, Parser)]
#[command(name = "failover", no_binary_name = true)]
struct Words {
    /// Alarms per second.
    #[arg(long, default_value_t = 10.0)]
    alarms_per_second: f64,
    /// How long the load goes on after a fault, in seconds.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// The version of Patroni, from PyPI. 3.0.2 lets a leader that was replaced take the lead back when it is let go on.
    #[arg(long, default_value = "3.1.2")]
    patroni: String,
    /// Use the programs built for tests instead of those that are shipped.
    #[arg(long)]
    debug: bool,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// `kill -9` of the PostgreSQL that leads.
    PrimaryKilled,
    /// The machine of the PostgreSQL that leads is cut off, and comes back as if nothing had been.
    PrimarySilent,
    /// `kill -9` of the Tryggve that the devices try first.
    TryggveKilled,
}

impl Fault {
    const ALL: [Fault; 3] = [Fault::PrimaryKilled, Fault::PrimarySilent, Fault::TryggveKilled];

    const fn name(self) -> &'static str {
        match self {
            Fault::PrimaryKilled => "primary killed",
            Fault::PrimarySilent => "primary's machine silent",
            Fault::TryggveKilled => "Tryggve node killed",
        }
    }

    /// A word for references.
    const fn word(self) -> &'static str {
        match self {
            Fault::PrimaryKilled => "pk",
            Fault::PrimarySilent => "ps",
            Fault::TryggveKilled => "tk",
        }
    }
}

/// What one fault showed.
struct Seen {
    /// What the sender said.
    said: Value,
    /// What `load verify` said.
    stored: Value,
    /// From the fault until a write was taken, where the fault was the database's.
    taken_again: Option<Duration>,
    /// What became of the lead.
    lead: String,
    ladders: Ladders,
    /// How many messages both Tryggve have stored again by now, since the database had lost them.
    stored_again: u64,
}

/// How the ladders went.
struct Ladders {
    /// How many rungs were reached, of how many.
    reached: (f64, f64),
    /// How many were reached more than once.
    repeated: f64,
    /// The latest rung, in seconds after its time.
    latest_seconds: f64,
}

/// The world of the trial.
struct World {
    programs: Programs,
    words: Words,
    // The receptions end before their database.
    nodes: Vec<Node>,
    cluster: Cluster,
    session: String,
}

/// One Tryggve.
struct Node {
    place: Place,
    config: String,
    reception: Option<Reception>,
}

/// Every fault, on one cluster.
pub(crate) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    let programs = if words.debug { Programs::build_for_tests()? } else { Programs::build_released()? };
    let mut report = Report::new(&format!(
        "Three PostgreSQL with etcd (Debian's packages) and Patroni {}, synchronous replication to one of two standbys, \
         and two Tryggve with a journal and a HAProxy each, set up by the files of `packaging/failover` on loopback \
         addresses of one machine. {} alarms per second arrive over UDP at the first Tryggve; a device that has no \
         answer after a second turns to the other one. The faults, one after another: `kill -9` of the PostgreSQL that \
         leads; every process of its machine stopped (PostgreSQL, Patroni, etcd: connections stay open and are silent, \
         as when a network is cut) until another one leads, and then let go on as if nothing had been; `kill -9` of the \
         first Tryggve. The database takes again when an INSERT by way of HAProxy is committed. In the end every \
         acknowledged alarm and every rung of its ladder ({RUNGS}) is looked up straight in the tables.{}",
        words.patroni,
        words.alarms_per_second,
        if words.debug { " Debug build." } else { "" }
    ));
    let mut world = World::start(programs, words)?;
    for (number, fault) in Fault::ALL.into_iter().enumerate() {
        println!("{}", fault.name());
        let seen = world.part(fault, number * DEVICES_OF_A_FAULT).with_context(|| fault.name())?;
        println!("{} messages were lost by the database and stored again", seen.stored_again);
        judge(fault, &seen)?;
        tell(fault, &seen, &mut report)?;
        world.cluster.wait_until_whole()?;
    }
    // What stood there once may be gone since, when a machine that came back has led again.
    let mut missing = 0.0;
    for fault in Fault::ALL {
        let acknowledged = world.place(0)?.folder().join(fault.word());
        let stored =
            world.settled(|world| world.verified(fault, &acknowledged)).with_context(|| fault.name())?;
        missing += figure(&stored, "/missing")?;
    }
    report.add("after all three, everybody back: acknowledged and not stored", missing, "", Some("0"));
    Ok(report)
}

impl World {
    fn start(programs: Programs, words: Words) -> anyhow::Result<Self> {
        let cluster = Cluster::start(2, &words.patroni)?;
        cluster.query("postgres", "postgres", "CREATE ROLE tryggve LOGIN PASSWORD 'prov'")?;
        cluster.query("postgres", "postgres", "CREATE DATABASE tryggve OWNER tryggve")?;
        let session =
            programs.seed_with_operator(&cluster.database(0)?, &["--devices", &DEVICES.to_string()])?;
        let ladder =
            format!("INSERT INTO ladder (id, name, rungs) VALUES (gen_random_uuid(), 'prov', '{RUNGS}')");
        cluster.query("tryggve", "tryggve", &ladder)?;
        let mut nodes = Vec::new();
        let places = [Place::new("failover-1")?, Place::new("failover-2")?];
        let copies = places.each_ref().map(|place| place.copies);
        for (number, place) in places.into_iter().enumerate() {
            let secret = place.folder().join("copy-secret");
            std::fs::write(&secret, Place::COPY_SECRET)?;
            let other = copies.iter().find(|port| **port != place.copies).context("no other node")?;
            let text = cluster.fill(&packaged("tryggve.toml")?, place.folder());
            let config = text
                .replace("NODE_ADDRESS:5060", &format!("127.0.0.1:{}", place.sip))
                .replace("NODE_ADDRESS:5070", &format!("127.0.0.1:{}", place.copies))
                .replace("OTHER_ADDRESS:5070", &format!("127.0.0.1:{other}"))
                .replace("/run/credentials/tryggve.service/copy", &secret.display().to_string())
                .replace("127.0.0.1:8080", &format!("127.0.0.1:{}", place.web))
                .replace("127.0.0.1:5000", &format!("127.0.0.1:{}", cluster.proxy_port(number)?));
            let reception =
                Reception::start_as(&programs, &place, &config, Vec::new())?.wait_for_database(&place)?;
            let reception = Some(reception);
            nodes.push(Node { place, config, reception });
        }
        Ok(Self { programs, words, nodes, cluster, session })
    }

    fn part(&mut self, fault: Fault, first_device: usize) -> anyhow::Result<Seen> {
        let folder = self.place(0)?.folder().to_owned();
        let (log, acknowledged) = (folder.join("load.log"), folder.join(fault.word()));
        let mut load = self.send(fault, first_device, &log, &acknowledged)?;
        process::leave_alone(Duration::from_secs(BEFORE_SECONDS));
        let (taken_again, lead) = match fault {
            Fault::PrimaryKilled | Fault::PrimarySilent => {
                let (again, lead) = self.break_database(fault)?;
                (Some(again), lead)
            }
            Fault::TryggveKilled => {
                let node = self.nodes.first_mut().context("no node")?;
                node.reception.take().context("the first node does not run")?.kill()?;
                (None, String::new())
            }
        };
        let limit = self.words.seconds + PATIENCE_SECONDS + AWAY_SECONDS_MAX;
        let status = load.wait_for_end(Duration::from_secs(limit))?;
        ensure!(status.success(), "load ended with {status}: {}", process::log_tail(&log));
        let said = std::fs::read_to_string(&log)?;
        let said: Value = serde_json::from_str(said.trim()).with_context(|| format!("load said {said:?}"))?;
        if fault == Fault::TryggveKilled {
            let node = self.nodes.first_mut().context("no node")?;
            node.reception =
                Some(Reception::start_as(&self.programs, &node.place, &node.config, Vec::new())?);
        }
        let stored = self.settled(|world| world.verified(fault, &acknowledged))?;
        let ladders = self.settled(|world| world.ladders(fault))?;
        let stored_again =
            self.nodes.iter().map(|node| stored_again(&node.place)).sum::<anyhow::Result<u64>>()?;
        Ok(Seen { said, stored, taken_again, lead, ladders, stored_again })
    }

    fn place(&self, node: usize) -> anyhow::Result<&Place> {
        Ok(&self.nodes.get(node).context("no such node")?.place)
    }

    fn send(
        &self,
        fault: Fault,
        first_device: usize,
        log: &Path,
        acknowledged: &PathBuf,
    ) -> anyhow::Result<Running> {
        // Who looks at the node that accepts: a node's journal is shown on its own pages.
        let page = if fault == Fault::TryggveKilled { self.place(1)? } else { self.place(0)? };
        let mut load = self.programs.load(&["storm", "--session", &self.session, "--run", fault.word()]);
        load.arg("--acknowledged").arg(acknowledged);
        for (name, value) in [
            ("--database", self.cluster.database(1)?),
            ("--to", format!("127.0.0.1:{}", self.place(0)?.sip)),
            ("--second", format!("127.0.0.1:{}", self.place(1)?.sip)),
            ("--pages", format!("127.0.0.1:{}", page.web)),
            ("--devices", DEVICES.to_string()),
            ("--first-alarm-device", first_device.to_string()),
            ("--seconds", (BEFORE_SECONDS + self.words.seconds).to_string()),
            ("--patience-seconds", PATIENCE_SECONDS.to_string()),
            ("--alarms-per-second", self.words.alarms_per_second.to_string()),
            ("--look-up", "false".to_owned()),
        ] {
            load.arg(name).arg(value);
        }
        Running::start("load", "TERM", None, &load, log)
    }

    /// Takes the leader away until the database takes writes again; tells how long that took, and who leads now.
    fn break_database(&self, fault: Fault) -> anyhow::Result<(Duration, String)> {
        let cluster = &self.cluster;
        let before = cluster.leader()?;
        let begun = Instant::now();
        match fault {
            Fault::PrimarySilent => cluster.freeze(before)?,
            _ => cluster.kill_postgres(before)?,
        }
        let again = cluster.wait_until_written(begun, Duration::from_secs(AWAY_SECONDS_MAX))?;
        if fault == Fault::PrimarySilent {
            let now = cluster.leader()?;
            ensure!(now != before, "a machine that stands still leads");
            // It wakes up and believes that it leads, until it asks.
            cluster.thaw(before)?;
        }
        let (now, before) = (cluster.name(cluster.leader()?), cluster.name(before));
        let lead =
            if now == before { format!("{now} leads again") } else { format!("{now} leads after {before}") };
        println!("{lead}, {:.1} s", again.as_secs_f64());
        Ok((again, lead))
    }

    /// Tries until it holds, for as long as everything may take to settle.
    fn settled<T>(&self, look: impl Fn(&Self) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let begun = Instant::now();
        loop {
            match look(self) {
                Ok(found) => return Ok(found),
                Err(error) if begun.elapsed() > Duration::from_secs(SETTLED_SECONDS) => return Err(error),
                Err(_) => process::leave_alone(Duration::from_millis(500)),
            }
        }
    }

    fn verified(&self, fault: Fault, acknowledged: &Path) -> anyhow::Result<Value> {
        let (database, path) = (self.cluster.database(1)?, acknowledged.display().to_string());
        self.programs.load_json(&[
            "verify",
            "--database",
            &database,
            "--run",
            fault.word(),
            "--acknowledged",
            &path,
        ])
    }

    /// Looks at every rung of every alarm of a fault; an error while not all are reached.
    fn ladders(&self, fault: Fault) -> anyhow::Result<Ladders> {
        let rungs = RUNGS.split(' ').count();
        let seconds: Vec<&str> = RUNGS.split(' ').filter_map(|rung| rung.split(':').next()).collect();
        let sql = format!(
            "WITH mine AS (SELECT DISTINCT alarm_id AS id FROM message WHERE reference LIKE '{}%' AND alarm_id IS NOT NULL), \
             reached AS (SELECT event.alarm_id, (event.body::json->>'rung')::int AS rung, count(*) AS times, \
             max(event.at) AS at FROM alarm_event event JOIN mine ON mine.id = event.alarm_id \
             WHERE event.what = 'escalated' GROUP BY 1, 2) \
             SELECT (SELECT count(*) FROM mine) * {rungs}, count(*), count(*) FILTER (WHERE times > 1), \
             coalesce(max((reached.at - alarm.climb_started_at) / 1e6 - (ARRAY[{}])[rung + 1]), 0) \
             FROM reached JOIN alarm ON alarm.id = reached.alarm_id",
            fault.word(),
            seconds.join(",")
        );
        let row = self.cluster.query("tryggve", "tryggve", &sql)?;
        let figures: Vec<f64> =
            row.split('|').map(str::parse).collect::<Result<_, _>>().with_context(|| row.clone())?;
        let &[all, reached, repeated, latest_seconds] = figures.as_slice() else {
            anyhow::bail!("the ladders are told by {row:?}")
        };
        ensure!(reached >= all && all > 0.0, "{reached} of {all} rungs are reached");
        Ok(Ladders { reached: (reached, all), repeated, latest_seconds })
    }
}

/// How many messages a Tryggve has found lost by the database and has stored again.
fn stored_again(place: &Place) -> anyhow::Result<u64> {
    let told = figures(place)?;
    let count = told.lines().find_map(|line| line.strip_prefix("tryggve_messages_lost_by_database_total "));
    count.map_or(Ok(0), |count| count.trim().parse().with_context(|| count.to_owned()))
}

/// What must hold however slow the machine is.
fn judge(fault: Fault, seen: &Seen) -> anyhow::Result<()> {
    let (said, stored) = (&seen.said, &seen.stored);
    let acknowledged = figure(said, "/alarms/acknowledged")?;
    ensure!(acknowledged > 0.0, "nothing was acknowledged: {said}");
    ensure!(figure(said, "/alarms/lost")? == 0.0, "alarms have no answer: {said}");
    ensure!(figure(stored, "/stored")? == figure(stored, "/distinct")?, "an alarm is stored twice: {stored}");
    ensure!(seen.ladders.repeated == 0.0, "{}: a rung was reached twice", fault.name());
    Ok(())
}

fn tell(fault: Fault, seen: &Seen, report: &mut Report) -> anyhow::Result<()> {
    let name = fault.name();
    let mut add = |what: &str, figure: f64, unit: &str, goal: Option<&str>| {
        report.add(&format!("{name}: {what}"), figure, unit, goal);
    };
    let (said, stored) = (&seen.said, &seen.stored);
    add("alarms sent", figure(said, "/alarms/sent")?, "", None);
    add("acknowledged", figure(said, "/alarms/acknowledged")?, "", Some("all"));
    add("refused", figure(said, "/alarms/refused")?, "", Some("0"));
    add("without an answer", figure(said, "/alarms/lost")?, "", Some("0"));
    add("to the acknowledgement, p50", figure(said, "/alarms/p50_ms")?, "ms", None);
    add("to the acknowledgement, p99", figure(said, "/alarms/p99_ms")?, "ms", None);
    let most = if seen.taken_again.is_some() { UNACKNOWLEDGED_MILLIS_MAX } else { SECOND_MILLIS_MAX };
    let goal = format!("under {most}");
    add("to the acknowledgement, slowest", figure(said, "/alarms/max_ms")?, "ms", Some(&goal));
    if let Some(again) = seen.taken_again {
        let what = format!("fault to the next committed write ({})", seen.lead);
        let goal = format!("under {TAKEN_AGAIN_SECONDS_MAX}");
        add(&what, again.as_secs_f64(), "s", Some(&goal));
    }
    add("acknowledged and not stored in the end", figure(stored, "/missing")?, "", Some("0"));
    let what = "lost by the database and stored again by Tryggve, both nodes until then";
    add(what, seen.stored_again as f64, "", None);
    add("stored more than once", figure(stored, "/stored_twice")?, "", Some("0"));
    add("devices with two open alarms", figure(stored, "/devices_with_two_open_alarms")?, "", Some("0"));
    let Ladders { reached: (reached, all), repeated, latest_seconds } = seen.ladders;
    add("rungs reached", reached, "", Some(&format!("{all}")));
    add("rungs reached more than once", repeated, "", Some("0"));
    add("a rung after its time, latest", latest_seconds, "s", None);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_have_defaults() {
        let words = Words::try_parse_from(["--debug"]).expect("known words");
        assert_eq!((words.seconds, words.debug), (20, true));
    }

    /// What the trial replaces must stand in the files: else it would try another setting than the book's.
    #[test]
    fn the_packaged_files_hold_what_the_trial_replaces() {
        for (file, words) in [
            ("etcd.yml", &["NODE_NAME", "NODE_ADDRESS:2380", "NODE_ADDRESS:2379", "192.0.2.13:2380"][..]),
            ("patroni.yml", &["NODE_NAME", "NODE_ADDRESS:8008", "NODE_ADDRESS:5432", "192.0.2.0/24"]),
            ("haproxy.cfg", &["127.0.0.1:5000", "192.0.2.11:5432 check port 8008"]),
            (
                "tryggve.toml",
                &[
                    "NODE_ADDRESS:5060",
                    "NODE_ADDRESS:5070",
                    "OTHER_ADDRESS:5070",
                    "/run/credentials/tryggve.service/copy",
                    "127.0.0.1:8080",
                    "127.0.0.1:5000",
                    "postgres://tryggve@",
                ],
            ),
        ] {
            let text = packaged(file).expect("a packaged file");
            for word in words {
                assert!(text.contains(word), "{file} lacks {word}");
            }
        }
    }
}
