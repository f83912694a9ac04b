//! How fast and how well the rest of a day is planned anew: our own public test, made of UHHC instances.
//!
//! The day's minute 0 is 08:00. The plan of the morning is solved once. At 10:00 the one with most left to do goes
//! home; at 11:00 an urgent visit of half an hour comes that must begin within the hour. What has begun is frozen.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use clap::Parser;
use serde_json::Value;

use super::Options;
use super::plan::cases::FOLDER;
use super::plan::solver::{self, Budget};
use super::report::{Report, Table};
use crate::repository;

const METHOD: &str = "UHHC instances, minute 0 being 08:00. The morning's plan is solved for 60 s times `--fraction`. At \
    10:00 the member of staff with most stops left goes home (`sick`); in the plan that follows, at 11:00, an urgent visit of \
    30 minutes at the place of the middle patient must begin within 60 minutes (`urgent`). What has begun is frozen. A changed \
    person costs as much as 15 minutes on the road and a changed minute as much as one. First answer: milliseconds until a \
    valid plan of the rest, reading of files not counted, the median of the seeds. Gap: the cost of the rest after 5 s times \
    `--fraction` against that after 60 s times `--fraction`.";

/// The instances: 200 patients, and the largest with 450.
const INSTANCES: [&str; 3] = ["i-054", "i-360", "i-175"];
const TEN_O_CLOCK: f64 = 120.0;
const ELEVEN_O_CLOCK: f64 = 180.0;
const SECONDS: f64 = 5.0;
const SECONDS_LONG: f64 = 60.0;

/// Words of this measurement, after `--`.
#[derive(Debug, Parser)]
#[command(name = "replan", no_binary_name = true)]
struct Words {
    /// Only instances whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// Seeds, counted from 1.
    #[arg(long, default_value_t = 3)]
    seeds: u64,
    /// Threads.
    #[arg(long, default_value_t = 2)]
    threads: u32,
    /// The fraction of the seconds that each run gets.
    #[arg(long, default_value_t = 1.0)]
    fraction: f64,
    /// The program to measure; built for release where it is not given.
    #[arg(long)]
    program: Option<PathBuf>,
}

/// What one replanning gave.
#[derive(Debug, Clone, Copy)]
struct Outcome {
    first_millis: f64,
    first_valid: bool,
    first_changed: f64,
    cost: f64,
    changed: f64,
}

const COLUMNS: [&str; 9] = [
    "instance",
    "event",
    "first answer ms",
    "first valid",
    "visits changed at first",
    "cost after 5 s",
    "cost after 60 s",
    "gap",
    "visits changed after 5 s",
];

/// Measures all instances.
pub(super) fn run(options: &Options) -> anyhow::Result<Report> {
    let words = Words::try_parse_from(&options.words)?;
    ensure!(words.seeds > 0 && words.fraction > 0.0, "--seeds and --fraction must be above 0");
    let program = match &words.program {
        Some(program) => program.clone(),
        None => solver::build()?,
    };
    let scratch = std::env::temp_dir().join(format!("replan-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).context("cannot make a folder for plans")?;
    let given = format!("Seeds {}, fraction {}, {} threads.", words.seeds, words.fraction, words.threads);
    let mut report = Report::new(&format!("{METHOD}\n\n{given}"));
    let mut rows = Vec::new();
    for name in INSTANCES.into_iter().filter(|name| name.contains(&words.only)) {
        let bench = Bench { program: &program, scratch: &scratch, words: &words };
        bench.instance(name, &mut report, &mut rows)?;
    }
    std::fs::remove_dir_all(&scratch).context("cannot remove the plans")?;
    report.table = Some(Table { columns: COLUMNS.map(str::to_owned).to_vec(), rows });
    Ok(report)
}

struct Bench<'a> {
    program: &'a Path,
    scratch: &'a Path,
    words: &'a Words,
}

impl Bench<'_> {
    fn instance(&self, name: &str, report: &mut Report, rows: &mut Vec<Vec<String>>) -> anyhow::Result<()> {
        let file = repository::root().join(FOLDER).join(format!("uhhc/{name}.json"));
        ensure!(file.is_file(), "{FOLDER}/uhhc/{name}.json is absent: there is nothing to measure on");
        let morning = self.scratch.join(format!("{name}-morning.json"));
        let budget =
            Budget { seconds: SECONDS_LONG * self.words.fraction, seed: 1, threads: self.words.threads };
        solver::solve(self.program, &file, budget, &["--out".to_owned(), morning.display().to_string()])?;
        let sick = vec!["--absent".to_owned(), busiest(&morning)?];
        let at_ten = self.scratch.join(format!("{name}-10.json"));
        let urgent = format!("{}=30,60", middle_patient(&file)?);
        let with_urgent = [sick.clone(), vec!["--urgent".to_owned(), urgent]].concat();
        for (event, plan, now, words) in
            [("sick", &morning, TEN_O_CLOCK, sick), ("urgent", &at_ten, ELEVEN_O_CLOCK, with_urgent)]
        {
            let out = (event == "sick").then_some(at_ten.as_path());
            let row = self.event(name, event, &file, plan, now, &words, out, report)?;
            println!("{}", row.join("  "));
            rows.push(row);
        }
        Ok(())
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one line of the table each; a struct would only rename them"
    )]
    fn event(
        &self,
        name: &str,
        event: &str,
        file: &Path,
        plan: &Path,
        now: f64,
        words: &[String],
        out: Option<&Path>,
        report: &mut Report,
    ) -> anyhow::Result<Vec<String>> {
        let mut short = Vec::new();
        for seed in 1..=self.words.seeds {
            let out = out.filter(|_| seed == 1);
            short.push(self.replan(file, plan, now, words, (SECONDS * self.words.fraction, seed), out)?);
        }
        let long = self.replan(file, plan, now, words, (SECONDS_LONG * self.words.fraction, 1), None)?;
        let median = |of: fn(&Outcome) -> f64| {
            let mut values: Vec<f64> = short.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        let (first, cost) = (median(|run| run.first_millis), median(|run| run.cost));
        let gap = 100.0 * (cost / long.cost - 1.0);
        let valid = short.iter().all(|run| run.first_valid);
        report.add(&format!("{name}, {event}: first answer"), first, "ms", Some("below 100"));
        report.add(&format!("{name}, {event}: gap after 5 s"), gap, "%", Some("at most 2"));
        let changed = median(|run| run.changed);
        report.add(&format!("{name}, {event}: visits changed"), changed, "visits", None);
        Ok(vec![
            name.to_owned(),
            event.to_owned(),
            format!("{first:.0}"),
            valid.to_string(),
            format!("{:.0}", median(|run| run.first_changed)),
            format!("{cost:.0}"),
            format!("{:.0}", long.cost),
            format!("{gap:+.2} %"),
            format!("{changed:.0}"),
        ])
    }

    fn replan(
        &self,
        file: &Path,
        plan: &Path,
        now: f64,
        words: &[String],
        (seconds, seed): (f64, u64),
        out: Option<&Path>,
    ) -> anyhow::Result<Outcome> {
        let mut command = Command::new(self.program);
        command.args(["plan", "replan"]).arg(file).arg(plan).args(["--now", &now.to_string()]).args(words);
        command.args(["--seconds", &seconds.to_string(), "--seed", &seed.to_string()]);
        command.args(["--threads", &self.words.threads.to_string()]);
        if let Some(out) = out {
            command.arg("--out").arg(out);
        }
        read(&solver::output(&mut command)?)
    }
}

/// Reads what `tryggve plan replan` prints.
fn read(text: &str) -> anyhow::Result<Outcome> {
    let summaries: Vec<&str> = text.lines().filter(|line| line.trim_start().starts_with("valid ")).collect();
    let [first, better] = summaries.as_slice() else {
        anyhow::bail!("expected two summaries in what `plan replan` printed")
    };
    let figure = |line: &str, word: &str| {
        let part = line.trim().split("  ").find_map(|part| part.strip_prefix(word));
        part.and_then(|rest| rest.trim().parse::<f64>().ok())
            .with_context(|| format!("no {word:?} in {line:?}"))
    };
    Ok(Outcome {
        first_millis: solver::figure(text, "first answer after ").context("no time of the first answer")?,
        first_valid: first.contains("valid true"),
        first_changed: figure(first, "changed visits ")?,
        cost: figure(better, "cost of the rest ")?,
        changed: figure(better, "changed visits ")?,
    })
}

/// The member of staff with most stops that begin after ten.
fn busiest(plan: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(plan).context("cannot read the morning's plan")?;
    let plan: Value = serde_json::from_str(&text).context("the morning's plan is no JSON")?;
    let routes = plan["routes"].as_array().context("the morning's plan has no routes")?;
    let left = |route: &Value| {
        let stops = route["locations"].as_array().map_or(&[][..], Vec::as_slice);
        stops
            .iter()
            .filter(|stop| stop["arrival_time"].as_f64().is_some_and(|start| start > TEN_O_CLOCK))
            .count()
    };
    // The first of the busiest, so that every run removes the same one.
    let busiest = routes.iter().rev().max_by_key(|route| left(route)).context("nobody is at work")?;
    Ok(busiest["caregiver_id"].as_str().context("a route without caregiver_id")?.to_owned())
}

/// The patient in the middle of the instance's list.
fn middle_patient(file: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(file).context("cannot read the instance")?;
    let instance: Value = serde_json::from_str(&text).context("the instance is no JSON")?;
    let patients = instance["patients"].as_array().context("the instance has no patients")?;
    let middle = patients.get(patients.len() / 2).context("the instance has no patients")?;
    Ok(middle["id"].as_str().context("a patient without id")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_answers_are_read() {
        let text = "first answer after 12 ms\n  valid true  cost of the rest 120.5  changed visits 3  changed person 2\n\
            better answer after 5.0 s\n  valid true  cost of the rest 100  changed visits 7  changed person 5\ncost 100\n";
        let found = read(text).unwrap();
        assert_eq!((found.first_millis, found.first_valid, found.first_changed), (12.0, true, 3.0));
        assert_eq!((found.cost, found.changed), (100.0, 7.0));
    }
}
