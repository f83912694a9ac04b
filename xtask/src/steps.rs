//! A run of named steps: a heading for each, its time, and a table at the end.

use std::time::{Duration, Instant};

use anyhow::bail;

/// How a step ended.
#[derive(Debug)]
enum Outcome {
    Passed,
    Failed(String),
    NotRun(String),
}

/// The steps of one run, in order.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    only: Vec<String>,
    done: Vec<(&'static str, Duration, Outcome)>,
}

impl Steps {
    /// A run of all steps, or of those named in `only` when it is not empty.
    pub(crate) fn new(only: &[String]) -> Self {
        Self { only: only.to_vec(), done: Vec::new() }
    }

    /// Was this step asked for?
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|wanted| wanted == name)
    }

    /// Runs one step and keeps its outcome; says whether it passed (a step that was not asked for has).
    pub(crate) fn step(&mut self, name: &'static str, work: impl FnOnce() -> anyhow::Result<()>) -> bool {
        if !self.wants(name) {
            return true;
        }
        println!("\n=== {name} ===");
        let begun = Instant::now();
        let outcome = match work() {
            Ok(()) => Outcome::Passed,
            Err(error) => {
                println!("{name} failed: {error:#}");
                Outcome::Failed(format!("{error:#}"))
            }
        };
        let passed = matches!(outcome, Outcome::Passed);
        self.done.push((name, begun.elapsed(), outcome));
        passed
    }

    /// Keeps that a step could not be run and why; the run as a whole has then failed.
    pub(crate) fn not_run(&mut self, name: &'static str, why: &str) {
        if self.wants(name) {
            self.done.push((name, Duration::ZERO, Outcome::NotRun(why.to_owned())));
        }
    }

    /// Prints the table; an error unless every step passed.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        println!("\n=== summary ===");
        let mut failed = 0;
        for (name, time, outcome) in &self.done {
            let said = match outcome {
                Outcome::Passed => "passed".to_owned(),
                Outcome::Failed(error) => {
                    failed += 1;
                    format!("FAILED: {}", error.lines().next().unwrap_or_default())
                }
                Outcome::NotRun(why) => {
                    failed += 1;
                    format!("NOT RUN: {why}")
                }
            };
            println!("{name:<12} {:>7.1} s  {said}", time.as_secs_f64());
        }
        match failed {
            0 => {
                println!("all {} steps passed", self.done.len());
                Ok(())
            }
            failed => bail!("{failed} of {} steps did not pass", self.done.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_fails_the_run_and_the_rest_still_runs() {
        let mut steps = Steps::new(&[]);
        assert!(!steps.step("first", || bail!("broken")));
        assert!(steps.step("second", || Ok(())));
        assert_eq!(steps.done.len(), 2);
        assert!(steps.finish().is_err());
    }

    #[test]
    fn a_step_not_asked_for_is_left_out() {
        let mut steps = Steps::new(&["tidy".to_owned()]);
        assert!(steps.step("clippy", || bail!("must not run")));
        assert!(steps.step("tidy", || Ok(())));
        assert!(steps.finish().is_ok());
    }

    #[test]
    fn what_could_not_run_fails_the_run() {
        let mut steps = Steps::new(&[]);
        steps.not_run("browser", "the build failed");
        assert!(steps.finish().is_err());
    }
}
