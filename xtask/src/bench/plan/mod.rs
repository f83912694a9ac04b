//! How good the planner's plans are on the public sets, against the best known.

pub(super) mod cases;
mod notes;
mod peers;
pub(super) mod solver;

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Parser;

use super::Options;
use super::report::{Report, Table};
use crate::repository;
use cases::{Case, FOLDER, GROUPS};
use notes::Notes;
use solver::{Budget, Run};

const METHOD: &str = "`tryggve plan solve` on the instances of the shared benchmark folder, with the seconds of each \
    set's goal times `--fraction`, by default 2 threads and 3 seeds; the cost is the independent checker's, the gap that of \
    the median against the best value published. A plan that the checker does not find valid counts as infinitely dear. \
    With `--until-best` a run ends once the best value published is reached.";

/// Where plans that beat the best known are kept.
const BETTER: &str = "bench/results/plans";

/// Words of this measurement, after `--`.
#[derive(Debug, Parser)]
#[command(name = "plan", no_binary_name = true)]
struct Words {
    /// Only these sets: bredstrom, mankowska, uhhc, italian.
    #[arg(long = "set", value_delimiter = ',')]
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
    /// The fraction of the goal's seconds that each run gets, never less than a fifth of a second.
    #[arg(long, default_value_t = 1.0)]
    fraction: f64,
    /// Ends a run as soon as the best known value is reached: the whole table in a part of the time.
    #[arg(long)]
    until_best: bool,
    /// Keeps every plan that is cheaper than the best known, in the set's own format, in bench/results/plans.
    #[arg(long)]
    keep_better: bool,
    /// Notes each run in this file and repeats none that the same program has made: the table in parts.
    #[arg(long)]
    notes: Option<PathBuf>,
    /// Only these peers, for `bench peers`: or-tools, cp-sat, pyvrp, vrp-cli.
    #[arg(long = "peer", value_delimiter = ',')]
    peers: Vec<String>,
    /// The program to measure; built for release where it is not given.
    #[arg(long)]
    program: Option<PathBuf>,
}

impl Words {
    fn wants(&self, case: &Case) -> bool {
        let in_set = self.sets.is_empty() || self.sets.iter().any(|set| set == case.set);
        in_set && case.name.contains(&self.only)
    }

    fn seconds(&self, case: &Case) -> f64 {
        (case.seconds * self.fraction).max(0.2)
    }
}

/// What the runs of one instance gave, best first.
#[derive(Debug)]
struct Outcome {
    case: Case,
    runs: Vec<Run>,
}

const COLUMNS: [&str; 8] = ["set", "instance", "best", "median", "best known", "gap", "seconds", "moves/s"];

impl Outcome {
    fn median(&self) -> f64 {
        self.runs[self.runs.len() / 2].cost
    }

    /// Per cent above the best known; below 0 where it is beaten.
    fn gap(&self) -> f64 {
        100.0 * (self.median() / self.case.best_known - 1.0)
    }

    /// True where the median is the best known but for rounding.
    fn is_reached(&self) -> bool {
        self.gap() < 0.005
    }

    fn row(&self) -> Vec<String> {
        let mean = |of: fn(&Run) -> f64| self.runs.iter().map(of).sum::<f64>() / self.runs.len() as f64;
        vec![
            self.case.set.to_owned(),
            self.case.name.clone(),
            format!("{:.3}", self.runs[0].cost),
            format!("{:.3}", self.median()),
            format!("{:.3}", self.case.best_known),
            format!("{:+.2} %", self.gap()),
            format!("{:.1}", mean(|run| run.seconds)),
            format!("{:.0}", mean(|run| run.moves_per_second)),
        ]
    }
}

/// What the words ask for: the program, and the instances.
fn prepare(words: &Words) -> anyhow::Result<(PathBuf, Vec<Case>)> {
    ensure!(words.seeds > 0 && words.fraction > 0.0, "--seeds and --fraction must be above 0");
    let folder = repository::root().join(FOLDER);
    ensure!(folder.is_dir(), "{FOLDER} is absent: there is nothing to measure on");
    let program = match &words.program {
        Some(program) => program.clone(),
        None => solver::build()?,
    };
    Ok((program, cases::all(&folder)?.into_iter().filter(|case| words.wants(case)).collect()))
}

/// Measures the peers beside the planner.
pub(super) fn run_peers(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    let (program, wanted) = prepare(&words)?;
    peers::run(&program, &wanted, &words)
}

/// Measures the planner.
pub(super) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    let (program, wanted) = prepare(&words)?;
    let notes = Notes::read(words.notes.as_deref(), &program)?;
    let mut outcomes = Vec::new();
    for case in wanted {
        let outcome = measure(&program, case, &words, &notes)?;
        println!("{}", outcome.row().join("  "));
        outcomes.push(outcome);
    }
    let given = format!("Seeds {}, fraction {} of the seconds", words.seeds, words.fraction);
    let ending = if words.until_best { ", ended at the best known" } else { "" };
    let mut report = Report::new(&format!("{METHOD}\n\n{given}, {} threads{ending}.", words.threads));
    summarise(&outcomes, &mut report);
    let rows = outcomes.iter().map(Outcome::row).collect();
    report.table = Some(Table { columns: COLUMNS.map(str::to_owned).to_vec(), rows });
    Ok(report)
}

fn measure(program: &Path, case: Case, words: &Words, notes: &Notes) -> anyhow::Result<Outcome> {
    let scratch = std::env::temp_dir().join(format!("plan-bench-{}.json", std::process::id()));
    let mut runs: Vec<Run> = Vec::new();
    for seed in 1..=words.seeds {
        let budget = Budget { seconds: words.seconds(&case), seed, threads: words.threads };
        if let Some(run) = notes.find(&case, budget, words.until_best) {
            runs.push(run);
            continue;
        }
        let mut extra = vec!["--out".to_owned(), scratch.display().to_string()];
        if words.until_best {
            extra.extend(["--until".to_owned(), case.best_known.to_string()]);
        }
        let run = solver::solve(program, &case.file, budget, &extra)?;
        notes.add(&case, budget, words.until_best, run)?;
        let is_best = runs.iter().all(|other| run.cost < other.cost);
        if words.keep_better && is_best && run.cost < case.best_known * (1.0 - 1e-5) {
            keep(program, &case, &scratch, run.cost)?;
        }
        runs.push(run);
    }
    // The last plan may never have been written; then there is nothing to remove.
    let _ = std::fs::remove_file(&scratch);
    runs.sort_by(|one, other| one.cost.total_cmp(&other.cost));
    Ok(Outcome { case, runs })
}

/// Keeps a plan that beats the best known, where none better is kept.
fn keep(program: &Path, case: &Case, plan: &Path, cost: f64) -> anyhow::Result<()> {
    let folder = repository::root().join(BETTER).join(case.set);
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {BETTER}"))?;
    let kept = folder.join(format!("{}.json", case.name));
    let is_better = !kept.is_file() || solver::check(program, &case.file, &kept)? > cost;
    if is_better {
        let text = std::fs::read_to_string(plan).context("cannot read the plan that was just made")?;
        std::fs::write(&kept, text).with_context(|| format!("cannot keep a plan in {BETTER}"))?;
        println!("kept {BETTER}/{}/{}.json: {cost:.3}", case.set, case.name);
    }
    Ok(())
}

fn summarise(outcomes: &[Outcome], report: &mut Report) {
    for (index, group) in GROUPS.iter().enumerate() {
        let members: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.case.group == index).collect();
        if members.is_empty() {
            continue;
        }
        let gaps: Vec<f64> = members.iter().map(|outcome| outcome.gap()).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let worst = gaps.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let reached = members.iter().filter(|outcome| outcome.is_reached()).count();
        report.add(&format!("{}: mean gap of the medians", group.name), mean, "%", Some(group.goal));
        report.add(&format!("{}: worst gap of the medians", group.name), worst, "%", None);
        let within = gaps.iter().filter(|&&gap| gap < group.gap_max + 0.005).count();
        let of = format!("of {}", gaps.len());
        report.add(
            &format!("{}: instances within {} %", group.name, group.gap_max),
            within as f64,
            &of,
            None,
        );
        let wanted = (group.reached_min > 0).then(|| format!("at least {}", group.reached_min));
        report.add(
            &format!("{}: best known reached or beaten", group.name),
            reached as f64,
            &of,
            wanted.as_deref(),
        );
        let beats_mean = members
            .iter()
            .filter(|outcome| outcome.case.published_mean.is_some_and(|mean| outcome.median() < mean));
        if members.iter().any(|outcome| outcome.case.published_mean.is_some()) {
            let what = format!("{}: better than the published mean", group.name);
            report.add(&what, beats_mean.count() as f64, &of, Some("all"));
        }
    }
}
