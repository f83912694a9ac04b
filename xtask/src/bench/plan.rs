//! How good the planner's plans are on the public sets, against the best known.
//!
//! Runs the program as its user would, and reads the line `cost` that the independent checker stands behind.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, bail, ensure};
use clap::Parser;

use super::Options;
use super::report::{Report, Table};
use crate::{process, repository};

const METHOD: &str = "`tryggve plan solve` on the instances of the shared benchmark folder, with the seconds of each \
    set's goal times `--share`, by default 2 threads and 3 seeds; the cost is the independent checker's, the gap that of \
    the median against the best value published. A plan that the checker does not find valid counts as infinitely dear.";

/// The public sets, beside the project.
const FOLDER: &str = "../shared/benchmarks/planning";

/// Words of this measurement, after `--`.
#[derive(Debug, Parser)]
#[command(name = "plan", no_binary_name = true)]
struct Words {
    /// Only these sets: bredstrom, mankowska, uhhc, italian.
    #[arg(long, value_delimiter = ',')]
    sets: Vec<String>,
    /// Only instances whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// Seeds, counted from 1.
    #[arg(long, default_value_t = 3)]
    seeds: u64,
    /// Threads of each run.
    #[arg(long, default_value_t = 2)]
    threads: u32,
    /// The share of the goal's seconds that each run gets.
    #[arg(long, default_value_t = 1.0)]
    share: f64,
    /// The program to measure; built for release where it is not given.
    #[arg(long)]
    program: Option<PathBuf>,
}

/// One instance and what is known of it.
#[derive(Debug)]
struct Case {
    set: &'static str,
    name: String,
    file: PathBuf,
    best_known: f64,
    seconds: f64,
}

/// What the runs of one instance gave, best first.
#[derive(Debug)]
struct Outcome {
    case: Case,
    costs: Vec<f64>,
    moves_per_second: f64,
}

impl Outcome {
    fn median(&self) -> f64 {
        self.costs[self.costs.len() / 2]
    }

    /// Per cent above the best known; below 0 where it is beaten.
    fn gap(&self) -> f64 {
        100.0 * (self.median() / self.case.best_known - 1.0)
    }

    fn row(&self) -> Vec<String> {
        vec![
            self.case.set.to_owned(),
            self.case.name.clone(),
            format!("{:.3}", self.costs[0]),
            format!("{:.3}", self.median()),
            format!("{:.3}", self.case.best_known),
            format!("{:+.2} %", self.gap()),
            format!("{:.1}", self.case.seconds),
            format!("{:.0}", self.moves_per_second),
        ]
    }
}

const COLUMNS: [&str; 8] = ["set", "instance", "best", "median", "best known", "gap", "seconds", "moves/s"];

/// Measures all sets.
pub(super) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    ensure!(words.seeds > 0 && words.share > 0.0, "--seeds and --share must be above 0");
    let folder = repository::root().join(FOLDER);
    ensure!(folder.is_dir(), "{FOLDER} is absent: there is nothing to measure on");
    let program = match &words.program {
        Some(program) => program.clone(),
        None => build()?,
    };
    let mut outcomes = Vec::new();
    for case in cases(&folder, words.share)? {
        let is_wanted = words.sets.is_empty() || words.sets.iter().any(|set| set == case.set);
        if is_wanted && case.name.contains(&words.only) {
            let outcome = measure(&program, case, &words)?;
            println!("{}", outcome.row().join("  "));
            outcomes.push(outcome);
        }
    }
    let mut report = Report::new(METHOD);
    summarise(&outcomes, &mut report);
    let rows = outcomes.iter().map(Outcome::row).collect();
    report.table = Some(Table { columns: COLUMNS.map(str::to_owned).to_vec(), rows });
    Ok(report)
}

pub(super) fn build() -> anyhow::Result<PathBuf> {
    process::run(
        Command::new("cargo").args(["build", "--release", "-p", "tryggve"]).current_dir(repository::root()),
    )?;
    Ok(repository::target().join("release/tryggve"))
}

fn measure(program: &PathBuf, case: Case, words: &Words) -> anyhow::Result<Outcome> {
    let mut costs = Vec::new();
    let mut rates = 0.0;
    for seed in 1..=words.seeds {
        let mut command = Command::new(program);
        command.args(["plan", "solve"]).arg(&case.file).arg("--seconds").arg(case.seconds.to_string());
        command.arg("--threads").arg(words.threads.to_string()).arg("--seed").arg(seed.to_string());
        let output =
            command.output().with_context(|| format!("cannot start `{}`", process::show(&command)))?;
        let text = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            bail!("`{}` failed: {}", process::show(&command), String::from_utf8_lossy(&output.stderr));
        }
        let cost = figure(&text, "cost ").context("the program printed no cost")?;
        costs.push(if text.contains("valid true") { cost } else { f64::INFINITY });
        rates += text.lines().find_map(|line| figure(line.split("  ").last()?, "moves/s ")).unwrap_or(0.0);
    }
    costs.sort_by(f64::total_cmp);
    Ok(Outcome { case, costs, moves_per_second: rates / words.seeds as f64 })
}

/// The number after a word at the beginning of a line.
fn figure(text: &str, word: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(word)?.trim().parse().ok())
}

fn summarise(outcomes: &[Outcome], report: &mut Report) {
    for (set, goal) in [
        ("bredstrom", "20 visits 0, 50 visits at most 0.5, 80 visits at most 1.5"),
        ("mankowska", "A 0, B-E at most 1, F-G at most 2"),
        ("uhhc", "at most 0 on 12 of 16"),
        ("italian", "at most 2"),
    ] {
        let gaps: Vec<f64> =
            outcomes.iter().filter(|outcome| outcome.case.set == set).map(Outcome::gap).collect();
        if gaps.is_empty() {
            continue;
        }
        let count = gaps.len() as f64;
        report.add(
            &format!("{set}, mean gap of the medians"),
            gaps.iter().sum::<f64>() / count,
            "%",
            Some(goal),
        );
        let reached = gaps.iter().filter(|&&gap| gap < 0.005).count();
        report.add(
            &format!("{set}, best known reached or beaten"),
            reached as f64,
            &format!("of {count}"),
            None,
        );
    }
}

/// All instances with a best value, in the order of the goals.
fn cases(folder: &std::path::Path, share: f64) -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for row in table(folder, "bredstrom")? {
        let (number, window) = row[0].split_at(row[0].len() - 1);
        let visits: u32 = row[1].parse().context("visits")?;
        let seconds = match visits {
            ..=20 => 1.0,
            21..=50 => 10.0,
            _ => 60.0,
        };
        let file = folder.join(format!("bredstrom/Bred_{number:0>2}{window}.txt"));
        cases.push(case("bredstrom", &row[0], file, &row[3], seconds * share)?);
    }
    for row in table(folder, "mankowska")? {
        let patients: u32 = row[2].parse().context("patients")?;
        let seconds = match patients {
            ..=10 => 1.0,
            11..=100 => 60.0,
            _ => 120.0,
        };
        cases.push(case(
            "mankowska",
            &row[0],
            folder.join("mankowska").join(&row[1]),
            &row[7],
            seconds * share,
        )?);
    }
    for row in table(folder, "uhhc")? {
        let seconds: f64 = row[5].parse().context("published seconds")?;
        cases.push(case(
            "uhhc",
            &row[0],
            folder.join(format!("uhhc/{}.json", row[0])),
            &row[7],
            seconds * share,
        )?);
    }
    for row in table(folder, "italian")? {
        let patients = row[0].split("-p").nth(1).and_then(|rest| rest.split('-').next());
        let patients: f64 = patients.context("patients in the name")?.parse().context("patients")?;
        let name = row[0].split("-r").next().unwrap_or(&row[0]);
        cases.push(case(
            "italian",
            name,
            folder.join("italian").join(&row[0]),
            &row[1],
            patients / 2.0 * share,
        )?);
    }
    Ok(cases)
}

fn case(set: &'static str, name: &str, file: PathBuf, best: &str, seconds: f64) -> anyhow::Result<Case> {
    let best_known = best.parse().with_context(|| format!("best value of {name}"))?;
    Ok(Case { set, name: name.to_owned(), file, best_known, seconds })
}

/// The rows of a set's best values, without the heading.
fn table(folder: &std::path::Path, set: &str) -> anyhow::Result<Vec<Vec<String>>> {
    let path = folder.join(set).join("best_known.csv");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {set}/best_known.csv"))?;
    Ok(text
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(|cell| cell.trim().to_owned()).collect())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_cost_and_speed_from_what_the_program_prints() {
        let text = "seconds 1.0  moves 2000  moves/s 1990\ntravel 3\nvalid true\ncost 274.5\n";
        assert_eq!(figure(text, "cost "), Some(274.5));
        let speed = text.lines().find_map(|line| figure(line.split("  ").last()?, "moves/s "));
        assert_eq!(speed, Some(1990.0));
    }
}
