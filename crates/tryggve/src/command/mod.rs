//! The subcommands, one file each.

mod plan;

use clap::Subcommand;

/// What Tryggve can be told to do; without a word it runs the demo.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Plans the visits of a day.
    Plan(plan::Arguments),
}

/// Runs one subcommand to its end.
pub(crate) fn run(command: Option<Command>) -> anyhow::Result<()> {
    match command {
        Some(Command::Plan(arguments)) => plan::run(arguments),
        None => Ok(()),
    }
}
