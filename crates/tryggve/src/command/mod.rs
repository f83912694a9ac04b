//! The subcommands, one file each.

mod forecast;

use clap::Subcommand;

/// What Tryggve can be told to do; without a word it runs the demo.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Forecast who will need care and what places are missing, with a back-test.
    Forecast(forecast::Arguments),
}

/// Runs one subcommand to its end.
pub(crate) fn run(command: Option<Command>) -> anyhow::Result<()> {
    match command {
        Some(Command::Forecast(arguments)) => forecast::run(arguments),
        None => Ok(()),
    }
}
