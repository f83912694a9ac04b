//! The subcommands, one file each.

mod serve;
mod simulate;

use clap::Subcommand;

/// What Tryggve can be told to do; without a word it runs the demo.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run on a database and sockets of your own.
    Serve(serve::Serve),
    /// Live for days in a made-up municipality, with checkers beside the system.
    Simulate(simulate::Simulate),
}

/// Runs one subcommand to its end.
pub(crate) fn run(command: Option<Command>) -> anyhow::Result<()> {
    match command {
        Some(Command::Serve(serve)) => serve::run(&serve),
        Some(Command::Simulate(command)) => simulate::run(command),
        None => Ok(()),
    }
}
