//! The subcommands, one file each.

use clap::Subcommand;

/// What Tryggve can be told to do; without a word it runs the demo.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {}

/// Runs one subcommand to its end.
pub(crate) fn run(command: Option<Command>) -> anyhow::Result<()> {
    match command {
        Some(command) => match command {},
        None => Ok(()),
    }
}
