//! Tryggve: one binary that a municipality runs for its elder care.

mod command;
mod config;
mod logging;
mod running;

use clap::Parser;

/// Tryggve: alarms, plans and forecasts for municipal elder care.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Option<command::Command>,
}

fn main() -> anyhow::Result<()> {
    command::run(Arguments::parse().command)
}
