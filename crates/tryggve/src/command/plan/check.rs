//! `tryggve plan check`: measures a plan with the independent checker.

use std::path::PathBuf;

use super::file::{self, DayArguments};

/// Measures a plan.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    day: DayArguments,
    /// The plan's file.
    plan: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let file = arguments.day.read()?;
    let plan = file::read_plan(&file, &arguments.plan)?;
    let verdict = visit::check(&file.day, &plan);
    file::print_verdict(&file, &verdict);
    anyhow::ensure!(verdict.is_valid(), "the plan breaks {} hard rules", verdict.breaches.len());
    Ok(())
}
