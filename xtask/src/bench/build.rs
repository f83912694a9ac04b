//! How long the workspace takes to build: the budgets that keep a day's work pleasant.

use std::process::Command;
use std::time::Instant;

use anyhow::Context;

use super::Options;
use super::report::Report;
use crate::{process, repository};

/// The file whose edit is measured: the last crate before the binary.
const EDITED: &str = "crates/tryggve/src/main.rs";

/// Measures cold and warm builds in a build folder of their own.
pub(crate) fn run(_options: &Options) -> anyhow::Result<Report> {
    let folder = repository::target().join("bench-build");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).context("cannot empty the build folder of the measurement")?;
    }
    let mut report = Report::new(
        "Wall time of cargo in an empty build folder with all packages fetched, then after touching one file.",
    );
    let lock = std::fs::read_to_string(repository::root().join("Cargo.lock")).context("Cargo.lock")?;
    let packages = lock.lines().filter(|line| *line == "[[package]]").count();
    report.add("packages in Cargo.lock", f64::from(u32::try_from(packages)?), "", Some("under 350"));
    let timed = |arguments: &[&str]| -> anyhow::Result<f64> {
        let mut command = process::cargo(arguments);
        command.env("CARGO_TARGET_DIR", &folder);
        let begun = Instant::now();
        process::run(&mut command)?;
        Ok(begun.elapsed().as_secs_f64())
    };
    process::run(Command::new("cargo").arg("fetch").current_dir(repository::root()))?;
    report.add(
        "all tests built, cold",
        timed(&["test", "--workspace", "--no-run"])?,
        "s",
        Some("at most 360"),
    );
    report.add("the program built beside them", timed(&["build", "--package", "tryggve"])?, "s", None);
    process::run(Command::new("touch").arg(repository::root().join(EDITED)))?;
    report.add("after one edit", timed(&["build", "--package", "tryggve"])?, "s", Some("at most 15"));
    std::fs::remove_dir_all(&folder).context("cannot remove the build folder of the measurement")?;
    Ok(report)
}
