//! `tryggve plan solve`: makes a plan.

use std::path::PathBuf;

use anyhow::Context;
use localsearch::budget::Budget;
use planfile::solution;
use visit::city;
use visit::search::{self, Settings, THREADS_MAX};

use super::file::{self, DayArguments};

/// How long a search works where nothing else is said.
const SECONDS_DEFAULT: f64 = 10.0;
/// The longest search: a day.
const SECONDS_MAX: f64 = 86_400.0;

/// Makes a plan.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    day: DayArguments,
    #[command(flatten)]
    search: SearchArguments,
    /// Writes the plan here, in the set's own JSON.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Ends the search once a valid plan costs no more than this, in the set's own objective.
    #[arg(long, value_name = "COST")]
    until: Option<f64>,
    /// Plans a whole city in so many districts, then along their borders.
    #[arg(long, value_name = "COUNT", conflicts_with = "until")]
    districts: Option<usize>,
    /// Shows the best cost while searching.
    #[arg(long)]
    progress: bool,
}

/// How to search.
#[derive(Debug, clap::Args)]
pub(super) struct SearchArguments {
    /// How many seconds to search [default: 10].
    #[arg(long, conflicts_with = "iterations")]
    seconds: Option<f64>,
    /// How many moves each thread tries; the same plan for the same seed and threads.
    #[arg(long)]
    iterations: Option<u64>,
    /// Where randomness begins.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many threads search; all cores where it is not given.
    #[arg(long)]
    threads: Option<usize>,
}

impl SearchArguments {
    /// The settings of the search.
    pub(super) fn settings(&self) -> anyhow::Result<Settings> {
        let seconds = self.seconds.unwrap_or(SECONDS_DEFAULT);
        anyhow::ensure!(
            (0.0..=SECONDS_MAX).contains(&seconds),
            "--seconds {seconds}: expected 0 to {SECONDS_MAX}"
        );
        let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = self.threads.unwrap_or_else(|| cores().min(THREADS_MAX));
        anyhow::ensure!(
            (1..=THREADS_MAX).contains(&threads),
            "--threads {threads}: expected 1 to {THREADS_MAX}"
        );
        Ok(Settings {
            budget: self.iterations.map_or(Budget::seconds(seconds), Budget::iterations),
            seed: self.seed,
            threads,
            stop: localsearch::budget::Stop::default(),
            enough: None,
        })
    }
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let file = arguments.day.read()?;
    let mut settings = arguments.search.settings()?;
    settings.enough = arguments.until.map(|cost| file.day.price_of_cost(cost));
    let mut report = |report: search::Report| {
        if arguments.progress {
            eprintln!(
                "{:>8.1} s {:>12} moves  cost {:.3}  breach {}",
                report.seconds,
                report.iterations,
                file.day.shown_cost(report.price),
                report.breach
            );
        }
    };
    let solved = match arguments.districts {
        Some(districts) => city::solve(&file.day, districts, &settings, &mut report)?,
        None => search::solve(&file.day, &settings, &mut report)?,
    };
    if let Some(path) = &arguments.out {
        let text = solution::write(&file, &solved.plan, &solved.verdict);
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let rate = solved.iterations as f64 / solved.seconds.max(1e-9);
    println!("seconds {:.1}  moves {}  moves/s {rate:.0}", solved.seconds, solved.iterations);
    file::print_verdict(&file, &solved.verdict);
    Ok(())
}
