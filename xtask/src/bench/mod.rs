//! `cargo xtask bench NAME`: measure one thing, print it, and keep it in bench/results.

mod build;
mod city;
pub(crate) mod drawing;
mod forecast;
mod intake;
pub(crate) mod machine;
mod plan;
mod replan;
pub(crate) mod report;

use anyhow::{Context, bail};
use clap::Args;

use report::Report;

/// One measurement that can be asked for by name.
struct Bench {
    name: &'static str,
    about: &'static str,
    run: fn(&Options) -> anyhow::Result<Report>,
}

/// Every measurement; a new one is a file beside this one and a line here.
const BENCHES: &[Bench] = &[
    Bench {
        name: "build",
        about: "how long the workspace takes to build, cold and after one edit",
        run: build::run,
    },
    Bench {
        name: "city",
        about: "a whole city's day: seconds, memory and how the cost grows from 100 to 5 000 visits",
        run: city::run,
    },
    Bench {
        name: "forecast",
        about: "how near forecasts come to what was counted, and how fast they are",
        run: forecast::run,
    },
    Bench {
        name: "intake",
        about: "durable acknowledgements per second on both engines, with Kamailio beside them",
        run: intake::run,
    },
    Bench {
        name: "peers",
        about: "other planners beside ours: equal seconds and threads, judged by the same checker",
        run: plan::run_peers,
    },
    Bench {
        name: "plan",
        about: "how good day plans are on the public sets, against the best known",
        run: plan::run,
    },
    Bench {
        name: "replan",
        about: "how fast and how well the rest of a day is planned anew",
        run: replan::run,
    },
];

/// What to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The name of the measurement; without one the names are listed.
    name: Option<String>,
    /// Print only, write no file.
    #[arg(long)]
    pub(crate) dry: bool,
    /// Words for the measurement itself, after `--`.
    #[arg(last = true)]
    pub(crate) words: Vec<String>,
}

/// Runs one measurement and writes its report.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let Some(name) = &options.name else {
        for bench in BENCHES {
            println!("{:<12} {}", bench.name, bench.about);
        }
        return Ok(());
    };
    let Some(bench) = BENCHES.iter().find(|bench| bench.name == name) else {
        let names: Vec<&str> = BENCHES.iter().map(|bench| bench.name).collect();
        bail!("no measurement {name:?}; there are {}", names.join(", "))
    };
    let report = (bench.run)(options).with_context(|| format!("bench {name}"))?;
    report.print_and_keep(bench.name, options.dry)
}
