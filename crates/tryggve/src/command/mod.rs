//! The subcommands, one file each.

mod simulate;

use clap::Subcommand;

/// What Tryggve can be told to do; without a word it runs the demo.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Live for days in a made-up municipality, with checkers beside the system
    Simulate(simulate::Simulate),
}

/// Runs one subcommand to its end.
pub(crate) fn run(command: Option<Command>) -> anyhow::Result<()> {
    match command {
        Some(command) => match command {
            Command::Simulate(command) => simulate::run(command),
        },
        None => Ok(()),
    }
}
