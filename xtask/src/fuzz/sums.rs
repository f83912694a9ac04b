//! What was done for each target over all runs of many days: kept as sums, and shown as a page.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::Run;

/// Processor seconds that each target is to have in all.
const GOAL_SECONDS: f64 = 3_600.0;
/// Where the sums and the page that shows them are kept.
const SUMS: &str = "bench/results/fuzz.json";
const PAGE: &str = "bench/results/fuzz.md";

/// What all runs of one target came to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sum {
    processor_seconds: f64,
    executions: u64,
    runs: u64,
    /// Edges of the program that the best run reached.
    edges: u64,
    /// How many runs ended since something did not hold.
    findings: u64,
    /// The day of the last run; empty before the first.
    last: String,
}

/// The sums of every target, by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Sums(BTreeMap<String, Sum>);

impl Sums {
    /// Reads what the repository holds; targets without a run are empty, and those that are gone are left out.
    pub(super) fn read(root: &Path, targets: &[String]) -> anyhow::Result<Self> {
        let path = root.join(SUMS);
        let mut sums = if path.exists() {
            let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {SUMS}"))?;
            serde_json::from_str(&text).with_context(|| format!("{SUMS} does not hold sums of runs"))?
        } else {
            Self::default()
        };
        sums.0.retain(|name, _| targets.contains(name));
        for target in targets {
            sums.0.entry(target.clone()).or_default();
        }
        Ok(sums)
    }

    /// Adds one run to its target.
    pub(super) fn add(&mut self, run: &Run, today: &str) {
        let sum = self.0.entry(run.target.clone()).or_default();
        // A tenth of a second is enough, and keeps the file free of sums like 0.30000000000000004.
        sum.processor_seconds = ((sum.processor_seconds + run.seconds) * 10.0).round() / 10.0;
        sum.executions += run.executions;
        sum.runs += 1;
        sum.edges = sum.edges.max(run.coverage);
        sum.findings += u64::from(run.finding.is_some());
        today.clone_into(&mut sum.last);
    }

    /// Writes the sums and their page. Each file is put in its place whole, so that a stop in between leaves the old one.
    pub(super) fn write(&self, root: &Path) -> anyhow::Result<()> {
        for (file, text) in [(SUMS, serde_json::to_string_pretty(self)? + "\n"), (PAGE, self.page()?)] {
            let path = root.join(file);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("cannot make {}", folder.display()))?;
            }
            let begun = path.with_extension("new");
            std::fs::write(&begun, text).with_context(|| format!("cannot write {file}"))?;
            std::fs::rename(&begun, &path).with_context(|| format!("cannot replace {file}"))?;
        }
        Ok(())
    }

    /// The targets with the least processor time first; equal ones stay in their order.
    pub(super) fn least_first(&self, targets: &mut [String]) {
        let seconds = |name: &String| self.0.get(name).map_or(0.0, |sum| sum.processor_seconds);
        targets.sort_by(|one, other| seconds(one).total_cmp(&seconds(other)));
    }

    /// The page for people.
    pub(super) fn page(&self) -> Result<String, std::fmt::Error> {
        let mut page = format!(
            "# fuzz\n\nlibFuzzer with the targets of `crates/anybytes`, summed over all runs: each begins with the \
             inputs that earlier ones had found. One process for a target, optimised with overflow checks and debug \
             assertions, no sanitizer (the code has no `unsafe`), at most {} MiB and {} s for one input. Edges are \
             those of the program with its libraries. A finding is a run that ended since something did not hold; \
             what was found and mended stands in `docs/book/reliability.md`.\n\n\
             `cargo xtask fuzz` writes this page; `--least-first` begins with what has had the least.\n\n\
             | target | processor s | goal | executions | runs | most edges reached | findings | last run |\n\
             |---|---:|---:|---:|---:|---:|---:|---|\n",
            super::MEMORY_MIB_MAX,
            super::INPUT_SECONDS_MAX,
        );
        let mut all = Sum::default();
        for (name, sum) in &self.0 {
            row(&mut page, name, sum, GOAL_SECONDS)?;
            all.processor_seconds += sum.processor_seconds;
            all.executions += sum.executions;
            all.runs += sum.runs;
            all.edges = all.edges.max(sum.edges);
            all.findings += sum.findings;
            all.last = all.last.max(sum.last.clone());
        }
        row(&mut page, "**all**", &all, GOAL_SECONDS * self.0.len() as f64)?;
        Ok(page)
    }
}

fn row(page: &mut String, name: &str, sum: &Sum, goal: f64) -> std::fmt::Result {
    let Sum { processor_seconds, executions, runs, edges, findings, last } = sum;
    writeln!(
        page,
        "| {name} | {processor_seconds:.0} | {goal:.0} | {executions} | {runs} | {edges} | {findings} | {last} |"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn run(target: &str, seconds: f64, coverage: u64) -> Run {
        Run { target: target.to_owned(), seconds, executions: 1_000, coverage, finding: None }
    }

    #[test]
    fn runs_of_many_days_add_up_and_leave_other_targets_alone() {
        let root = std::env::temp_dir().join(format!("tryggve-fuzz-sums-{}", std::process::id()));
        let targets = names("scaip sip");
        let mut sums = Sums::read(&root, &targets).unwrap();
        sums.add(&run("sip", 60.1, 300), "2026-11-21");
        sums.write(&root).unwrap();
        let mut sums = Sums::read(&root, &targets).unwrap();
        sums.add(&Run { finding: Some("broke".to_owned()), ..run("sip", 0.2, 250) }, "2026-11-22");
        sums.write(&root).unwrap();
        let page = std::fs::read_to_string(root.join(PAGE)).unwrap();
        let gone = Sums::read(&root, &names("scaip")).unwrap();
        std::fs::remove_dir_all(&root).unwrap();
        for line in [
            "| scaip | 0 | 3600 | 0 | 0 | 0 | 0 |  |",
            "| sip | 60 | 3600 | 2000 | 2 | 300 | 1 | 2026-11-22 |",
            "| **all** | 60 | 7200 | 2000 | 2 | 300 | 1 | 2026-11-22 |",
        ] {
            assert!(page.contains(line), "{line} lacks in {page}");
        }
        assert_eq!(sums.0["sip"].processor_seconds, 60.3);
        assert_eq!(gone.0.len(), 1);
    }

    #[test]
    fn what_had_the_least_comes_first() {
        let mut sums = Sums::default();
        sums.add(&run("a", 30.0, 1), "2026-11-22");
        sums.add(&run("b", 10.0, 1), "2026-11-22");
        let mut targets = names("a b c d");
        sums.least_first(&mut targets);
        assert_eq!(targets, names("c d b a"));
    }
}
