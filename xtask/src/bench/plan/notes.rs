//! Runs that have been made: a table that takes hours is made in parts, and goes on where it was ended.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::{Value, json};

use super::cases::Case;
use super::solver::{Budget, Run};

/// The runs that the same program has made, and where the next one is noted.
#[derive(Debug, Default)]
pub(super) struct Notes {
    file: Option<PathBuf>,
    program: String,
    runs: HashMap<String, Run>,
}

impl Notes {
    /// Reads what is noted in a file of one JSON object a line; without a file nothing is ever noted.
    pub(super) fn read(file: Option<&Path>, program: &Path) -> anyhow::Result<Self> {
        let Some(file) = file else { return Ok(Self::default()) };
        let bytes = std::fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
        let mut notes = Self { file: Some(file.to_owned()), program: fingerprint(&bytes), ..Self::default() };
        if file.is_file() {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("cannot read the runs in {}", file.display()))?;
            notes.runs.extend(text.lines().filter_map(parse));
        }
        Ok(notes)
    }

    /// The run that has been made with this budget, where there is one.
    pub(super) fn find(&self, case: &Case, budget: Budget, ends_early: bool) -> Option<Run> {
        self.runs.get(&self.key(case, budget, ends_early)).copied()
    }

    /// Notes a run.
    pub(super) fn add(&self, case: &Case, budget: Budget, ends_early: bool, run: Run) -> anyhow::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut noted = OpenOptions::new().create(true).append(true).open(file)?;
        let line = written(&self.key(case, budget, ends_early), run);
        writeln!(noted, "{line}").with_context(|| format!("cannot note a run in {}", file.display()))
    }

    fn key(&self, case: &Case, budget: Budget, ends_early: bool) -> String {
        let Budget { seconds, seed, threads } = budget;
        format!("{} {} {} {seconds} {seed} {threads} {ends_early}", self.program, case.set, case.name)
    }
}

/// Tells one program from another; equal builds of equal sources give the same.
fn fingerprint(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn written(key: &str, run: Run) -> Value {
    json!({ "run": key, "cost": run.cost, "seconds": run.seconds, "moves_per_second": run.moves_per_second })
}

/// One line; a line that was torn when the program was ended is a run that has not been made.
fn parse(line: &str) -> Option<(String, Run)> {
    let value: Value = serde_json::from_str(line).ok()?;
    let figure = |name: &str| value.get(name)?.as_f64();
    // JSON knows no infinity: a plan that is not valid stands as null.
    let cost = if value.get("cost")?.is_null() { f64::INFINITY } else { figure("cost")? };
    let run = Run { cost, seconds: figure("seconds")?, moves_per_second: figure("moves_per_second")? };
    Some((value.get("run")?.as_str()?.to_owned(), run))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_read_as_it_was_noted_and_a_torn_line_is_none() {
        for cost in [274.5, f64::INFINITY] {
            let run = Run { cost, seconds: 1.0, moves_per_second: 2e6 };
            let line = written("a b 1S 1 1 2 true", run).to_string();
            assert_eq!(parse(&line), Some(("a b 1S 1 1 2 true".to_owned(), run)));
            assert_eq!(parse(&line[..line.len() - 3]), None);
        }
    }
}
