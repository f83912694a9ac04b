//! `tryggve plan render`: draws a plan.

use std::path::PathBuf;

use anyhow::Context;

use super::file::{self, DayArguments};

/// Draws a plan as a timeline and a map.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    day: DayArguments,
    /// The plan's file.
    plan: PathBuf,
    /// Where the drawing goes.
    #[arg(long, default_value = "day.svg")]
    out: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let file = arguments.day.read()?;
    let plan = file::read_plan(&file, &arguments.plan)?;
    std::fs::write(&arguments.out, planfile::render::svg(&file, &plan))
        .with_context(|| format!("cannot write {}", arguments.out.display()))?;
    println!("drawn to {}", arguments.out.display());
    Ok(())
}
