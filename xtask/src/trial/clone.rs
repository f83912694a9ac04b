//! A newcomer's first two minutes: clone, `cargo test`, nothing else.

use std::process::Command;
use std::time::Instant;

use anyhow::Context;

use super::Options;
use crate::bench::report::Report;
use crate::{process, repository};

/// Clones the last commit into the build folder and runs its tests there, without the shared material beside it.
pub(crate) fn run(_options: &Options) -> anyhow::Result<Report> {
    let parent = repository::target().join("trial-clone");
    if parent.exists() {
        std::fs::remove_dir_all(&parent).context("cannot empty the trial's folder")?;
    }
    std::fs::create_dir_all(&parent).context("cannot make the trial's folder")?;
    let clone = parent.join("tryggve");
    let mut git = Command::new("git");
    process::run(git.args(["clone", "--quiet"]).arg(repository::root()).arg(&clone))?;
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut tests = Command::new(program);
    tests.args(["test", "--workspace"]).current_dir(&clone);
    tests.env_remove("TEST_POSTGRES_URL").env_remove("CARGO_TARGET_DIR");
    let begun = Instant::now();
    process::run(&mut tests)?;
    let mut report = Report::new("`cargo test --workspace` in a fresh clone with an empty build folder.");
    report.add("clone to green", begun.elapsed().as_secs_f64(), "s", Some("at most 600"));
    std::fs::remove_dir_all(&parent).context("cannot remove the trial's folder")?;
    Ok(report)
}
