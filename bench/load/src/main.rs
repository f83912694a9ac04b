//! A closed-loop sender of SCAIP alarms over UDP.
//!
//! `load seed` registers devices in a database; `load send` keeps a fixed number of messages in flight for a while
//! and prints what was acknowledged, how fast, as JSON; `load count` counts what was stored.
//! Closed loop: a new message is sent when one is acknowledged, so the sender never measures its own queue.

mod count;
mod seed;
mod send;

use clap::{Parser, Subcommand};

/// Loads a reception of alarms and counts what came through.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Registers devices.
    Seed(seed::Seed),
    /// Sends alarms and waits for their acknowledgements.
    Send(send::Send),
    /// Counts what was stored.
    Count(count::Count),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Seed(seed) => tokio::runtime::Runtime::new()?.block_on(seed::run(&seed)),
        Command::Send(send) => send::run(&send),
        Command::Count(count) => tokio::runtime::Runtime::new()?.block_on(count::run(&count)),
    }
}
