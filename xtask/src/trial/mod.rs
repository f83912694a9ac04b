//! `cargo xtask trial NAME`: try one promise against the world and say whether it held.

pub(crate) mod api;
pub(crate) mod away;
mod clone;
pub(crate) mod crash;
pub(crate) mod disk;
mod engine;
mod failover;
mod faults;
pub(crate) mod hostile;
pub(crate) mod outage;
pub(crate) mod peer;
pub(crate) mod power;
pub(crate) mod read_only;
pub(crate) mod reconnect;
mod seeds;
pub(crate) mod soak;
pub(crate) mod storm;

use anyhow::{Context, bail};
use clap::Args;

use crate::bench::report::Report;

/// One promise that can be tried by name; an error means that it did not hold.
struct Trial {
    name: &'static str,
    about: &'static str,
    run: fn(&Options) -> anyhow::Result<Report>,
}

/// Every trial; a new one is a file beside this one and a line here.
const TRIALS: &[Trial] = &[
    Trial {
        name: "api",
        about: "requests of every form against the API: each answer is what its document says (-- --seconds N)",
        run: api::run,
    },
    Trial {
        name: "away",
        about: "the database goes away under load: alarms are accepted, shown, and stored once",
        run: away::run,
    },
    Trial { name: "clone", about: "a fresh clone builds and passes `cargo test` by itself", run: clone::run },
    Trial {
        name: "crash",
        about: "kill -9 in the middle of load: every acknowledged alarm is there once (-- --kills N --database sqlite)",
        run: crash::run,
    },
    Trial {
        name: "disk",
        about: "the disk fills up under load: alarms are kept and stored when there is room (as root)",
        run: disk::run,
    },
    Trial {
        name: "failover",
        about: "three PostgreSQL under Patroni, two Tryggve: the primary and a node die under load (as root)",
        run: failover::run,
    },
    Trial {
        name: "hostile",
        about: "attacks of every kind at once: the alarms of good devices are unharmed",
        run: hostile::run,
    },
    Trial {
        name: "outage",
        about: "13 000 SIM cards fall silent, twice: one outage, told in time, no flood",
        run: outage::run,
    },
    Trial {
        name: "peer",
        about: "a node dies with its disk while the database is away: the other one stores its alarms once",
        run: peer::run,
    },
    Trial {
        name: "power",
        about: "power cuts under load: each disk that could be left holds every acknowledged alarm once (-- --cuts N)",
        run: power::run,
    },
    Trial {
        name: "read-only",
        about: "the disk turns read-only under load: alarms go into the journal or are refused truthfully",
        run: read_only::run,
    },
    Trial {
        name: "reconnect",
        about: "50 000 devices come back within 10 s: the urgent first, nothing twice",
        run: reconnect::run,
    },
    Trial {
        name: "seeds",
        about: "a hundred made-up municipalities live for days with faults: no checker finds anything (-- --seeds N)",
        run: seeds::run,
    },
    Trial {
        name: "soak",
        about: "an hour of national load with twelve hours' alarms: nothing lost, memory flat (-- --minutes N)",
        run: soak::run,
    },
    Trial {
        name: "storm",
        about: "heartbeats and tests of 200 000 devices: real alarms are as quick as without them",
        run: storm::run,
    },
];

/// What to try.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The name of the trial; without one the names are listed.
    name: Option<String>,
    /// Print only, write no file.
    #[arg(long)]
    dry: bool,
    /// Words for the trial itself, after `--`.
    #[arg(last = true)]
    pub(crate) words: Vec<String>,
}

/// Runs one trial and writes its report.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let Some(name) = &options.name else {
        for trial in TRIALS {
            println!("{:<12} {}", trial.name, trial.about);
        }
        return Ok(());
    };
    let Some(trial) = TRIALS.iter().find(|trial| trial.name == name) else {
        let names: Vec<&str> = TRIALS.iter().map(|trial| trial.name).collect();
        bail!("no trial {name:?}; there are {}", names.join(", "))
    };
    let report = (trial.run)(options).with_context(|| format!("trial {name}"))?;
    report.print_and_keep(&format!("trial-{}", trial.name), options.dry)
}
