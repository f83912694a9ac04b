//! `tryggve plan`: plans the visits of a day, and measures, explains and draws plans.

mod check;
mod file;
mod solve;

use clap::Subcommand;

/// Plans the visits of a day.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a plan.
    Solve(solve::Arguments),
    /// Measures a plan with the independent checker.
    Check(check::Arguments),
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Command::Solve(arguments) => solve::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
    }
}
