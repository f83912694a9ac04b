//! Does a whole city's day fit into ten minutes and a gigabyte, and how does the cost grow with the city?

mod chart;
mod made_up;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;

use super::Options;
use super::plan::solver;
use super::report::{Report, Table};
use crate::process;

const METHOD: &str = "`tryggve plan solve --districts` on made-up cities: a tenth as many staff as visits, an office and 200 \
    visits a district, one visit in twelve by two persons, three skills, two shifts with meals, half the persons with \
    staff they know. Every city gets seconds in proportion to its visits, 600 s for 5 000 times `--fraction`. Seconds are \
    those of the whole command, reading and checking included; memory is the highest that the system saw.";

/// The cities, by visits.
const SIZES: [usize; 6] = [100, 250, 500, 1000, 2500, 5000];
/// Seconds of the largest.
const SECONDS: f64 = 600.0;
/// How long between two looks at the memory of the program.
const LOOK_MILLIS: u64 = 50;

/// Words of this measurement, after `--`.
#[derive(Debug, Parser)]
#[command(name = "city", no_binary_name = true)]
struct Words {
    /// The fraction of the seconds that each city gets.
    #[arg(long, default_value_t = 1.0)]
    fraction: f64,
    /// Threads.
    #[arg(long, default_value_t = 2)]
    threads: u32,
    /// Only cities of up to so many visits.
    #[arg(long, default_value_t = 5000)]
    visits_max: usize,
    /// The program to measure; built for release where it is not given.
    #[arg(long)]
    program: Option<PathBuf>,
}

/// What one city took.
#[derive(Debug, Clone, Copy)]
struct Outcome {
    visits: usize,
    seconds: f64,
    mebibytes: f64,
    cost: f64,
}

const COLUMNS: [&str; 6] = ["visits", "districts", "seconds", "MiB", "cost", "cost per visit"];

impl Outcome {
    fn row(&self) -> Vec<String> {
        vec![
            self.visits.to_string(),
            districts(self.visits).to_string(),
            format!("{:.1}", self.seconds),
            format!("{:.0}", self.mebibytes),
            format!("{:.0}", self.cost),
            format!("{:.2}", self.cost / self.visits as f64),
        ]
    }
}

fn districts(visits: usize) -> usize {
    visits.div_ceil(made_up::VISITS_PER_DISTRICT)
}

/// Measures all cities and draws how seconds and cost grow.
pub(super) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    ensure!(words.fraction > 0.0, "--fraction must be above 0");
    let program = match &words.program {
        Some(program) => program.clone(),
        None => solver::build()?,
    };
    let mut outcomes = Vec::new();
    for visits in SIZES.into_iter().filter(|&visits| visits <= words.visits_max) {
        let outcome = measure(&program, visits, &words)?;
        println!("{}", outcome.row().join("  "));
        outcomes.push(outcome);
    }
    let largest = outcomes.last().context("no city is that small")?;
    let mut report =
        Report::new(&format!("{METHOD}\n\nFraction {}, {} threads.", words.fraction, words.threads));
    let name = format!("{} visits", largest.visits);
    report.add(&format!("{name}: seconds"), largest.seconds, "s", Some("at most 600"));
    report.add(&format!("{name}: memory"), largest.mebibytes, "MiB", Some("below 1024"));
    report.add(
        &format!("{name}: valid plan"),
        f64::from(u8::from(largest.cost.is_finite())),
        "of 1",
        Some("1"),
    );
    let grown = growth(&outcomes);
    report.add("cost grows with visits to the power of", grown, "", Some("close to 1"));
    if !options.dry {
        chart::keep(&outcomes)?;
    }
    let rows = outcomes.iter().map(Outcome::row).collect();
    report.table = Some(Table { columns: COLUMNS.map(str::to_owned).to_vec(), rows });
    Ok(report)
}

/// The exponent of cost against visits between the smallest and the largest city.
fn growth(outcomes: &[Outcome]) -> f64 {
    let (Some(first), Some(last)) = (outcomes.first(), outcomes.last()) else { return f64::NAN };
    (last.cost / first.cost).ln() / (last.visits as f64 / first.visits as f64).ln()
}

fn measure(program: &Path, visits: usize, words: &Words) -> anyhow::Result<Outcome> {
    let file = std::env::temp_dir().join(format!("city-{visits}-{}.json", std::process::id()));
    std::fs::write(&file, made_up::city(visits).to_string()).context("cannot write the city")?;
    // A tenth is left for reading, the last check and writing, so that the whole command keeps the limit.
    let seconds = SECONDS * words.fraction * visits as f64 / 5000.0 * 0.9;
    let mut command = Command::new(program);
    command.args(["plan", "solve"]).arg(&file).args(["--seconds", &seconds.to_string()]);
    command.args(["--threads", &words.threads.to_string(), "--seed", "1"]);
    command.args(["--districts", &districts(visits).to_string()]);
    let begun = Instant::now();
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start the program")?;
    let mut kibibytes = 0_u64;
    while child.try_wait().context("cannot wait for the program")?.is_none() {
        kibibytes = kibibytes.max(peak_kibibytes(child.id()));
        process::leave_alone(Duration::from_millis(LOOK_MILLIS));
    }
    let seconds = begun.elapsed().as_secs_f64();
    let output = child.wait_with_output().context("cannot read what the program printed")?;
    std::fs::remove_file(&file).context("cannot remove the city")?;
    ensure!(output.status.success(), "`{}` failed", process::show(&command));
    let cost = solver::judged(&String::from_utf8_lossy(&output.stdout))?;
    Ok(Outcome { visits, seconds, mebibytes: kibibytes as f64 / 1024.0, cost })
}

/// The most memory that a running program has had; 0 where the system does not say.
fn peak_kibibytes(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    solver::figure(&status, "VmHWM:").map_or(0, |kibibytes| kibibytes as u64)
}
