//! Runs `tryggve plan` as its user would and reads what it prints.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use crate::{process, repository};

/// One run of the program on one instance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Run {
    /// The cost by the independent checker; infinite where the plan is not valid.
    pub(crate) cost: f64,
    /// Seconds of the search.
    pub(crate) seconds: f64,
    /// Moves tried in a second by all threads.
    pub(crate) moves_per_second: f64,
}

/// What a run is given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    pub(crate) seconds: f64,
    pub(crate) seed: u64,
    pub(crate) threads: u32,
}

/// Builds the program for release; where it is.
pub(crate) fn build() -> anyhow::Result<PathBuf> {
    process::run(
        Command::new("cargo").args(["build", "--release", "-p", "tryggve"]).current_dir(repository::root()),
    )?;
    Ok(repository::target().join("release/tryggve"))
}

/// Makes a plan. `extra` stands last on the command line.
pub(crate) fn solve(program: &Path, file: &Path, budget: Budget, extra: &[String]) -> anyhow::Result<Run> {
    let mut command = Command::new(program);
    command.args(["plan", "solve"]).arg(file).args(["--seconds", &budget.seconds.to_string()]);
    command.args(["--threads", &budget.threads.to_string(), "--seed", &budget.seed.to_string()]).args(extra);
    let text = output(&mut command)?;
    let speed = text.lines().find_map(|line| figure(line.split("  ").last()?, "moves/s "));
    let seconds = text.lines().find_map(|line| figure(line.split("  ").next()?, "seconds "));
    Ok(Run {
        cost: judged(&text)?,
        seconds: seconds.unwrap_or(budget.seconds),
        moves_per_second: speed.unwrap_or(0.0),
    })
}

/// What the independent checker says a plan costs; infinite where it is not valid.
pub(crate) fn check(program: &Path, file: &Path, plan: &Path) -> anyhow::Result<f64> {
    let mut command = Command::new(program);
    command.args(["plan", "check"]).arg(file).arg(plan);
    // An invalid plan makes the program fail; what it printed still says so.
    let found = command.output().with_context(|| format!("cannot start `{}`", process::show(&command)))?;
    judged(&String::from_utf8_lossy(&found.stdout))
}

/// What a program prints, or why it failed.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let found = command.output().with_context(|| format!("cannot start `{}`", process::show(command)))?;
    let complaint = String::from_utf8_lossy(&found.stderr);
    ensure!(found.status.success(), "`{}` failed: {complaint}", process::show(command));
    Ok(String::from_utf8_lossy(&found.stdout).into_owned())
}

pub(crate) fn judged(text: &str) -> anyhow::Result<f64> {
    let cost = figure(text, "cost ").context("the program printed no cost")?;
    Ok(if text.contains("valid true") { cost } else { f64::INFINITY })
}

/// The number after a word at the beginning of a line.
pub(crate) fn figure(text: &str, word: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(word)?.split_whitespace().next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_cost_and_speed_from_what_the_program_prints() {
        let text = "seconds 1.0  moves 2000  moves/s 1990\ntravel 3\nvalid true\ncost 274.5\n";
        assert_eq!(judged(text).unwrap(), 274.5);
        let speed = text.lines().find_map(|line| figure(line.split("  ").last()?, "moves/s "));
        assert_eq!(speed, Some(1990.0));
        assert_eq!(judged("valid false\ncost 3\n").unwrap(), f64::INFINITY);
    }
}
